import Conversation
import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite("Backups")
struct BackupTests {
    @Test("A SQLite database is copied while it is written, and the copy is whole and for this user only")
    func copy() async throws {
        let file = try SQLiteFile()
        defer { file.remove() }
        let store = try await file.open()
        for number in 0..<50 {
            let address = Address(channel: "100", userID: "U.\(number)", waID: nil)
            _ = try await store.accept([
                Given.message("m\(number)", from: address, newID: ConversationID("c\(number)"))
            ])
        }
        let target = file.folder.appending(path: "copy.sqlite").path
        let contents = try SQLiteBackup.make(of: file.path, to: target)
        #expect(contents == BackupContents(conversations: 50, entries: 50))
        #expect(try SQLiteBackup.check(target) == contents)
        let attributes = try FileManager.default.attributesOfItem(atPath: target)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        // What is there already is not touched.
        #expect(throws: BackupError.self) { try SQLiteBackup.make(of: file.path, to: target) }
        try await store.close()
    }

    @Test("Putting a SQLite backup back gives its state, and keeps what was there")
    func restore() async throws {
        let file = try SQLiteFile()
        defer { file.remove() }
        var store = try await file.open()
        _ = try await store.accept([Given.message("m1")])
        let backup = file.folder.appending(path: "copy.sqlite").path
        _ = try SQLiteBackup.make(of: file.path, to: backup)
        _ = try await store.accept([Given.message("m2")])
        try await store.close()
        let kept = try await SQLiteBackup.restore(backup, to: file.path, now: Given.at(0)) { _ in }
        store = try await file.open()
        #expect(try await store.contents().entries == 1)
        try await store.close()
        let aside = try SQLiteBackup.check(try #require(kept))
        #expect(aside.entries == 2)
    }

    @Test(
        "What was settled in the copy before it takes the database's place is in it then, and nothing stays beside it"
    )
    func settled() async throws {
        let file = try SQLiteFile()
        defer { file.remove() }
        var store = try await file.open()
        try await store.answered(["um"])
        let backup = file.folder.appending(path: "copy.sqlite").path
        _ = try SQLiteBackup.make(of: file.path, to: backup)
        try await store.close()
        _ = try await SQLiteBackup.restore(backup, to: file.path, now: Given.at(1_000)) { copy in
            let copied = try SQLiteStore.open(path: copy)
            #expect(try await copied.holdBack(now: Given.at(1_000)).messages == 1)
            try await copied.close()
        }
        let beside = try FileManager.default.contentsOfDirectory(atPath: file.folder.path)
        #expect(!beside.contains { $0.contains("restoring") }, "\(beside)")
        store = try await file.open()
        #expect(try await store.deadLetters(DeadLetterQuery()).map(\.code) == ["restored"])
        #expect(try await store.take(at: 2_000).isEmpty)
        try await store.close()
    }

    @Test("A damaged, cut or foreign file is refused, and the database stays as it is")
    func damaged() async throws {
        let file = try SQLiteFile()
        defer { file.remove() }
        let store = try await file.open()
        _ = try await store.accept([Given.message("m1", String(repeating: "Olá ", count: 2_000))])
        let backup = file.folder.appending(path: "copy.sqlite").path
        _ = try SQLiteBackup.make(of: file.path, to: backup)
        try await store.close()
        let whole = try Data(contentsOf: URL(filePath: backup))
        var scratched = whole
        for index in 6_000..<14_000 { scratched[index] = 0x41 }
        for (name, bytes) in [
            ("cut", whole.prefix(whole.count / 2)), ("scratched", scratched), ("foreign", Data("no database".utf8)),
            ("empty", Data()),
        ] {
            let path = file.folder.appending(path: name).path
            try bytes.write(to: URL(filePath: path))
            await #expect(throws: BackupError.self, "\(name)") {
                try await SQLiteBackup.restore(path, to: file.path, now: Given.at(0)) { _ in }
            }
        }
        let again = try await file.open()
        #expect(try await again.contents().entries == 1)
        try await again.close()
    }

    @Test("A Postgres schema is dumped and put back, and what was there is kept")
    func postgres() async throws {
        let database = try await PostgresDatabase()
        var store = try await database.connect()
        _ = try await store.accept([Given.message("m1")])
        let folder = try SQLiteFile()
        defer { folder.remove() }
        let dump = folder.folder.appending(path: "copy.dump").path
        try PostgresBackup.make(of: database.server.url, to: dump, schema: database.schema)
        _ = try await store.accept([Given.message("m2")])
        try await store.close()
        let kept = try PostgresBackup.restore(
            dump,
            to: database.server.url,
            schema: database.schema,
            now: Given.at(0)
        )
        #expect(kept != nil)
        store = try await database.connect(migrates: false)
        #expect(try await store.contents() == BackupContents(conversations: 1, entries: 1))
        _ = try await store.holdBack(now: Given.at(10))
        #expect(try await store.lead(Given.anaID)?.openAlerts.count == 1)
        try await store.close()
    }

    @Test("While a backup is put into a Postgres schema nobody opens it, and who serves it is known by its clock")
    func restoring() async throws {
        let database = try await PostgresDatabase()
        let (url, schema) = (database.server.url, database.schema)
        #expect(try PostgresBackup.begin(url, schema: schema))
        #expect(try PostgresBackup.processes(url, schema: schema) == 0)
        // Another after one that was cut off leaves the mark to whoever succeeds.
        #expect(try !PostgresBackup.begin(url, schema: schema))
        await #expect(throws: StoreError.self) { try await database.connect() }
        try PostgresBackup.end(url, schema: schema)
        let store = try await database.connect()
        let now = try #require(try await store.clock())
        _ = try await store.beat("old", now: now.adding(milliseconds: -Pulse.silence - 1_000), windowMilliseconds: 1)
        _ = try await store.beat("left", now: now, windowMilliseconds: 1)
        try await store.leave("left", now: now, windowMilliseconds: 1)
        _ = try await store.beat("serves", now: now, windowMilliseconds: 1)
        // Also a schema that this version can't read.
        try await store.pool.write { try $0.db.script("INSERT INTO schema_versions (version, name) VALUES (99, 'x')") }
        #expect(try PostgresBackup.processes(url, schema: schema) == 1)
        #expect(try PostgresBackup.begin(url, schema: schema))
        try await store.close()
        var options = PostgresStore.Options(migrates: false, schema: schema)
        options.isRestore = true
        await #expect(throws: StoreError.self) { try await PostgresStore.open(url: url, options: options) }
        try PostgresBackup.end(url, schema: schema)
    }

    @Test("A dump that can't be read leaves the Postgres schema as it is")
    func brokenDump() async throws {
        let database = try await PostgresDatabase()
        let store = try await database.connect()
        _ = try await store.accept([Given.message("m1")])
        let folder = try SQLiteFile()
        defer { folder.remove() }
        let dump = folder.folder.appending(path: "copy.dump").path
        try PostgresBackup.make(of: database.server.url, to: dump, schema: database.schema)
        let whole = try Data(contentsOf: URL(filePath: dump))
        try whole.prefix(whole.count * 2 / 3).write(to: URL(filePath: dump))
        #expect(throws: BackupError.self) {
            try PostgresBackup.restore(dump, to: database.server.url, schema: database.schema, now: Given.at(0))
        }
        #expect(try await store.contents().entries == 1)
        try await store.close()
    }

    @Test("The password goes by the environment, never by the command line")
    func environment() throws {
        let variables = try PostgresBackup.environment(
            of: "postgres://ana:s%40fe@db.example:5433/sales?sslmode=require&keepalives=1"
        )
        #expect(variables["PGPASSWORD"] == "s@fe")
        #expect(variables["PGHOST"] == "db.example")
        #expect(variables["PGPORT"] == "5433")
        #expect(variables["PGUSER"] == "ana")
        #expect(variables["PGDATABASE"] == "sales")
        #expect(variables["PGSSLMODE"] == "require")
    }
}
