import Foundation
import Logging
import Storage

/// An empty real store for every history.
public struct SimulatedStores: Sendable {
    private let postgres: String?

    /// `postgres`: the server's URI; nil for SQLite files in memory, or in the temporary folder.
    public init(postgres: String? = nil) { self.postgres = postgres }

    /// Runs one history on a thread of its own.
    public func run(_ simulation: Simulation, seed: UInt64) async throws -> History {
        guard let postgres else { return try await onSQLite(simulation, seed) }
        let schema = "sim\(UUID().uuidString.prefix(8).lowercased())"
        let store = try await PostgresStore.open(
            url: postgres,
            options: .init(schema: schema, connectionsMax: 2),
            logger: Self.quiet
        )
        let history = await Self.onThread { simulation.run(seed: seed, on: store) }
        try await store.close()
        return history
    }

    private func onSQLite(_ simulation: Simulation, _ seed: UInt64) async throws -> History {
        let folder = URL(filePath: Self.memory).appending(path: "crset-sim-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try SQLiteStore.open(path: folder.appending(path: "sim.sqlite").path, logger: Self.quiet)
        let history = await Self.onThread { simulation.run(seed: seed, on: store) }
        try await store.close()
        return history
    }

    /// A file system in memory where there is one: nobody's power is cut here.
    private static var memory: String {
        FileManager.default.isWritableFile(atPath: "/dev/shm")
            ? "/dev/shm" : FileManager.default.temporaryDirectory.path
    }

    private static var quiet: Logger {
        var log = Logger(label: "crset.storage")
        log.logLevel = .critical
        return log
    }

    private static func onThread(_ body: @escaping @Sendable () -> History) async -> History {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: body()) }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }
}
