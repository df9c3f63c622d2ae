import Conversation
import Foundation
import Storage
import TestSupport
import Testing

/// An engine that the conformance suite runs against. Add one here and every statement is tested on it.
struct Engine: Sendable, CustomTestStringConvertible {
    var name: String
    /// A new empty database.
    var make: @Sendable () async throws -> any Database

    /// One database that any number of stores can be opened on.
    protocol Database: Sendable {
        func open() async throws -> any Store
        /// Keeps what the store runs.
        func open(_ trace: StatementTrace) async throws -> any PlanTelling
        func remove()
    }

    var testDescription: String { name }

    static let all: [Engine] = [.sqlite, .postgres]

    static let sqlite = Engine(name: "SQLite") { try SQLiteFile() }
    static let postgres = Engine(name: "Postgres") { try await PostgresDatabase() }

    /// Runs a statement on a store of its own, and clears up.
    func withStore(_ body: @Sendable (any Store) async throws -> Void) async throws {
        let database = try await make()
        defer { database.remove() }
        let store = try await database.open()
        do {
            try await body(store)
        } catch {
            try? await store.close()
            throw error
        }
        try await store.close()
    }
}

struct SQLiteFile: Engine.Database {
    let folder: URL
    var path: String { folder.appendingPathComponent("test.sqlite").path }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("crset-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func open() async throws -> any Store { try SQLiteStore.open(path: path) }

    func open(_ trace: StatementTrace) async throws -> any PlanTelling {
        var options = SQLiteStore.Options()
        options.trace = trace
        return try SQLiteStore.open(path: path, options: options)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}

/// A schema of its own in the tests' server.
struct PostgresDatabase: Engine.Database {
    let server: PostgresServer
    let schema = "t\(UUID().uuidString.prefix(8).lowercased())"

    init() async throws { server = try await .shared() }

    func open() async throws -> any Store { try await connect() }

    func open(_ trace: StatementTrace) async throws -> any PlanTelling {
        var options = PostgresStore.Options(schema: schema, connectionsMax: 4)
        options.trace = trace
        return try await PostgresStore.open(url: server.url, options: options)
    }

    func connect(migrates: Bool = true) async throws -> PostgresStore {
        try await PostgresStore.open(
            url: server.url,
            options: PostgresStore.Options(migrates: migrates, schema: schema, connectionsMax: 4)
        )
    }

    /// The server's folder goes as a whole.
    func remove() {}
}
