import Conversation
import Foundation
import Storage
import Testing

/// An engine that the conformance suite runs against. Add one here and every statement is tested on it.
struct Engine: Sendable, CustomTestStringConvertible {
    var name: String
    /// A new empty database.
    var make: @Sendable () throws -> any Database

    /// One database that any number of stores can be opened on.
    protocol Database: Sendable {
        func open() throws -> any Store
        func remove()
    }

    var testDescription: String { name }

    static let all: [Engine] = [.sqlite]

    static let sqlite = Engine(name: "SQLite") { try SQLiteFile() }

    /// Runs a statement on a store of its own, and clears up.
    func withStore(_ body: @Sendable (any Store) async throws -> Void) async throws {
        let database = try make()
        defer { database.remove() }
        let store = try database.open()
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

    func open() throws -> any Store { try SQLiteStore.open(path: path) }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
