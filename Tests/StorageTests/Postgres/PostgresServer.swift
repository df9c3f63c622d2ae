import Foundation
import Synchronization

/// A PostgreSQL server of the tests' own, in a temporary folder, reached by its socket. It ends with this process,
/// however that ends: a shell beside it waits for the end of a pipe.
final class PostgresServer: Sendable {
    struct Missing: Error, CustomStringConvertible {
        var description: String
    }

    /// One for all tests that do it no harm, started by the first.
    static func shared() throws -> PostgresServer { try started.withLock { try $0.get() } }

    private static let started = Mutex(Result { try PostgresServer() })

    let folder: String
    private let programs: String
    private let keeper: Process
    private let lifeline: Pipe

    var url: String { "postgres://crset@/postgres?host=\(folder)" }

    init() throws {
        programs = try Self.programs()
        folder = "/tmp/crset-pg-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        keeper = Process()
        lifeline = Pipe()
        if getuid() == 0 {
            // The server refuses root.
            try Self.run("/bin/chown", ["postgres", folder])
        }
        try asServer("initdb -D '\(folder)/data' -U crset -A trust -E UTF8 --no-sync")
        try start()
        keeper.executableURL = URL(fileURLWithPath: "/bin/sh")
        keeper.arguments = [
            "-c", "read line; \(asUser("\(programs)/pg_ctl -D '\(folder)/data' -m immediate stop")); rm -rf '\(folder)'",
        ]
        keeper.standardInput = lifeline
        keeper.standardOutput = FileHandle.nullDevice
        keeper.standardError = FileHandle.nullDevice
        try keeper.run()
    }

    func start() throws {
        let options = "-c listen_addresses= -c unix_socket_directories=\(folder) -c fsync=off -c max_connections=400"
        try asServer("pg_ctl -D '\(folder)/data' -w -t 60 -l '\(folder)/log' -o '\(options)' start")
    }

    /// As if the machine had failed.
    func kill() throws { try asServer("pg_ctl -D '\(folder)/data' -m immediate stop") }

    private func asServer(_ command: String) throws {
        try Self.run("/bin/sh", ["-c", asUser("\(programs)/\(command) >>'\(folder)/out' 2>&1 </dev/null")])
    }

    private func asUser(_ command: String) -> String {
        guard getuid() == 0 else { return "cd '\(folder)' && \(command)" }
        return "cd '\(folder)' && runuser -u postgres -- sh -c \"\(command)\""
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        if process.terminationStatus != 0 {
            throw Missing(description: "\(arguments.last ?? program) failed with \(process.terminationStatus)")
        }
    }

    private static func programs() throws -> String {
        let files = FileManager.default
        let versions = (try? files.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let newest = versions.compactMap { Int($0) }.sorted(by: >).map { "/usr/lib/postgresql/\($0)/bin" }
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for folder in newest + path
        where ["initdb", "pg_ctl", "postgres"].allSatisfy({ files.isExecutableFile(atPath: folder + "/" + $0) }) {
            return folder
        }
        throw Missing(description: "No PostgreSQL server is installed: run `apt-get install postgresql`, or `make test`.")
    }
}
