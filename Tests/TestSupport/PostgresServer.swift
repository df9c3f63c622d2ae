import Foundation
import Glibc

/// A PostgreSQL server of the tests' or the benchmark's own, in a temporary folder, reached by its socket. It ends with this process,
/// however that ends: a shell beside it waits for the end of a pipe.
package final class PostgresServer: Sendable {
    package struct Missing: Error, CustomStringConvertible {
        package var description: String
    }

    /// One for all tests that do it no harm, started by the first.
    package static func shared() async throws -> PostgresServer { try await started.value }

    private static let started = Task { try await PostgresServer.make() }

    /// Starting takes a second or two, which is too long for a thread of the cooperative pool.
    /// `isDurable`: commits wait for the disk, as in real life.
    /// `keptIn`: a folder in which the data stays, to be used again.
    package static func make(isDurable: Bool = false, keptIn place: String? = nil) async throws -> PostgresServer {
        try await onThread { try PostgresServer(isDurable: isDurable, keptIn: place) }
    }

    package let folder: String
    private let data: String
    private let programs: String
    private let isDurable: Bool

    package var url: String { url(of: "postgres") }

    package func url(of database: String) -> String { "postgres://crset@/\(database)?host=\(folder)" }

    private init(isDurable: Bool, keptIn place: String?) throws {
        self.isDurable = isDurable
        programs = try Self.programs()
        folder = "/tmp/crset-pg-\(UUID().uuidString.prefix(8).lowercased())"
        data = place ?? folder + "/data"
        let files = FileManager.default
        for new in [folder, data] where !files.fileExists(atPath: new) {
            try files.createDirectory(atPath: new, withIntermediateDirectories: true)
            // The server refuses root.
            if getuid() == 0 { try Self.run("chown postgres '\(new)'") }
        }
        if !files.fileExists(atPath: data + "/PG_VERSION") {
            try asServer("initdb -D '\(data)' -U crset -A trust -E UTF8 --no-sync")
        }
        let way = place == nil ? "immediate" : "fast"
        let stop = asUser("\(programs)/pg_ctl -D '\(data)' -m \(way) stop >/dev/null 2>&1")
        // The pipe is never closed by us, so it ends with this process. ("e": no child of ours keeps it open.)
        guard popen("exec >/dev/null 2>&1; read line; \(stop); rm -rf '\(folder)'", "we") != nil else {
            throw Missing(description: "The server's keeper can't be started.")
        }
        try launch()
    }

    package func start() async throws { try await Self.onThread { try self.launch() } }

    /// As if the machine had failed.
    package func kill() async throws {
        try await Self.onThread { try self.asServer("pg_ctl -D '\(self.data)' -m immediate stop") }
    }

    private func launch() throws {
        let own =
            isDurable
            ? "-c fsync=on -c shared_buffers=512MB -c max_wal_size=4GB" : "-c fsync=off -c max_connections=1000"
        let options = "-c listen_addresses= -c unix_socket_directories=\(folder) \(own)"
        try asServer("pg_ctl -D '\(data)' -w -t 60 -l '\(folder)/log' -o '\(options)' start")
    }

    /// Runs a script with `psql`.
    package func run(_ sql: String, in database: String = "postgres") async throws {
        let script = "\(folder)/\(UUID().uuidString).sql"
        try Data(sql.utf8).write(to: URL(filePath: script))
        let out = script + ".out"
        do {
            try await Self.onThread {
                try Self.run(
                    "\(self.programs)/psql -q -v ON_ERROR_STOP=1 -f '\(script)' '\(self.url(of: database))' "
                        + ">'\(out)' 2>&1 </dev/null"
                )
            }
        } catch {
            let words = (try? String(contentsOfFile: out, encoding: .utf8)) ?? ""
            throw Missing(description: "\(error) \(words.suffix(500))")
        }
        for file in [script, out] { try FileManager.default.removeItem(atPath: file) }
    }

    /// Of the server's first process, whose children serve the connections.
    package var processID: Int32? {
        let file = try? String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8)
        return file?.split(separator: "\n").first.flatMap { Int32($0) }
    }

    private func asServer(_ command: String) throws {
        try Self.run(asUser("\(programs)/\(command) >>'\(folder)/out' 2>&1 </dev/null"))
    }

    private func asUser(_ command: String) -> String {
        guard getuid() == 0 else { return "cd '\(folder)' && \(command)" }
        return "cd '\(folder)' && runuser -u postgres -- sh -c \"\(command)\""
    }

    /// Not by `Process`, which waits for the server as well.
    private static func run(_ command: String) throws {
        let status = system(command)
        if status != 0 { throw Missing(description: "It failed with \(status): \(command)") }
    }

    private static func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try body() }) }.start()
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
        throw Missing(
            description: "No PostgreSQL server is installed: run `apt-get install postgresql`, or `make test`."
        )
    }
}
