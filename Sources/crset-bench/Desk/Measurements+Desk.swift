import Desk
import Foundation
import Storage

/// How large the archive is that the desk is measured with.
struct DeskSize: Sendable {
    var leads = 1_000_000
    var messages = 10_000_000
    var showsPlans = false
}

/// What staff waits for, with the real desk on an archive.
extension Measurements {
    private struct Note: Codable {
        var leads: Int
        var messages: Int
        var at: Date
    }

    func deskQueries() async throws -> [Figure] {
        let database = try await ground.keptDatabase()
        var figures: [Figure] = []
        do {
            let archive = try await archive(in: database)
            let trace = StatementTrace()
            let start = ContinuousClock.now
            let store = try await open(database, trace)
            while try await store.refreshFacts(hours: 50) > 0 {}
            say("\((ContinuousClock.now - start) / .seconds(1)) s until it is up to date and summed up")
            figures = try await DeskMeasurement(
                store: store,
                archive: archive,
                trace: trace,
                seconds: isQuick ? 1 : 3,
                showsPlans: desk.showsPlans
            ).run()
            try await store.close()
        } catch {
            await database.remove()
            throw error
        }
        await database.remove()
        return figures
    }

    private func archive(in database: Ground.Database) async throws -> Archive {
        if let file = ground.note, let data = try? Data(contentsOf: file) {
            let note = try JSONDecoder().decode(Note.self, from: data)
            return Archive(leads: note.leads, messages: note.messages, now: note.at)
        }
        // With the second's fraction cut off, as in the note.
        let note = Note(
            leads: desk.leads,
            messages: desk.messages,
            at: Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded())
        )
        let archive = Archive(leads: note.leads, messages: note.messages, now: note.at)
        let start = ContinuousClock.now
        try await open(database, nil).close()
        try await ArchiveFill(archive: archive, database: database).run { words in
            say("\((ContinuousClock.now - start) / .seconds(1)) s: \(words)")
        }
        if let file = ground.note { try JSONEncoder().encode(note).write(to: file) }
        return archive
    }

    private func open(_ database: Ground.Database, _ trace: StatementTrace?) async throws -> any PlanTelling {
        switch database.store {
        case .sqlite:
            var options = SQLiteStore.Options()
            options.trace = trace
            return try SQLiteStore.open(path: String(database.url.dropFirst("sqlite:".count)), options: options)
        case .postgres:
            var options = PostgresStore.Options()
            options.trace = trace
            return try await PostgresStore.open(url: database.url, options: options)
        }
    }
}
