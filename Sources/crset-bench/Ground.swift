import Foundation
import GRDB
import TestSupport

/// Where the databases of a run are: in files, or in a Postgres server of the benchmark's own.
struct Ground: Sendable {
    enum Store: String, CaseIterable, Sendable {
        case sqlite, postgres
    }

    /// A fresh, empty database.
    struct Database: Sendable {
        let url: String
        let store: Store
        /// Of the SQLite file.
        fileprivate let folder: URL?
        fileprivate let server: PostgresServer?
        fileprivate let name: String
        /// It stays when the benchmark ends.
        var isKept = false

        /// Several statements, off the record: what they write needs no durability.
        func run(_ sql: String) async throws {
            if let server { return try await server.run(sql, in: name) }
            guard let folder else { return }
            let queue = try DatabaseQueue(path: folder.appending(path: name).path)
            try await queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = OFF; PRAGMA cache_size = -300000;" + sql)
            }
            try queue.close()
        }

        /// Of a table in SQLite.
        func columns(of table: String) async throws -> [String] {
            guard let folder else { return [] }
            let queue = try DatabaseQueue(path: folder.appending(path: name).path)
            defer { try? queue.close() }
            return try await queue.read { db in try db.columns(in: table).map(\.name) }
        }

        func remove() async {
            if isKept { return }
            if let folder { try? FileManager.default.removeItem(at: folder) }
            try? await server?.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        }
    }

    let store: Store
    private let data: URL
    private let server: PostgresServer?

    /// A folder whose database is used again and stays.
    private let keep: URL?

    init(_ store: Store, data: URL, keep: URL? = nil) async throws {
        self.store = store
        self.data = data
        self.keep = keep
        let place = keep?.appending(path: "postgres").path
        server = store == .postgres ? try await PostgresServer.make(isDurable: true, keptIn: place) : nil
    }

    /// Says how the kept database was filled, once it is.
    var note: URL? { keep?.appending(path: "\(store.rawValue).json") }

    /// The one that is kept, else a fresh one.
    func keptDatabase() async throws -> Database {
        guard let keep, let note else { return try await database() }
        let isFilled = FileManager.default.fileExists(atPath: note.path)
        let (name, folder) = ("crset_desk", keep.appending(path: "sqlite"))
        if let server {
            if !isFilled {
                try await server.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
                try await server.run("CREATE DATABASE \(name)")
            }
            let url = server.url(of: name)
            return Database(url: url, store: store, folder: nil, server: server, name: name, isKept: true)
        }
        if !isFilled { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let url = "sqlite:\(folder.appending(path: "crset.sqlite").path)"
        return Database(url: url, store: store, folder: folder, server: nil, name: "crset.sqlite", isKept: true)
    }

    func database() async throws -> Database {
        let id = UUID().uuidString.prefix(8).lowercased()
        if let server {
            try await server.run("CREATE DATABASE b\(id)")
            return Database(url: server.url(of: "b\(id)"), store: store, folder: nil, server: server, name: "b\(id)")
        }
        let folder = data.appending(path: "crset-bench-\(id)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let name = "crset.sqlite"
        let url = "sqlite:\(folder.appending(path: name).path)"
        return Database(url: url, store: store, folder: folder, server: nil, name: name)
    }

    /// CPU seconds of the database's own processes so far; SQLite has none.
    var cpuSeconds: Double {
        guard let parent = server?.processID else { return 0 }
        let pids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
        return pids.compactMap(ProcessClock.init).reduce(0) { sum, clock in
            if clock.pid == parent { return sum + clock.own + clock.waitedFor }
            return clock.parent == parent ? sum + clock.own : sum
        }
    }
}

/// `proc(5)`, `/proc/PID/stat`: parent (field 4), user and system time of its own (14, 15) and of children that ended
/// (16, 17), in seconds.
struct ProcessClock {
    let pid: Int32
    let parent: Int32
    let own: Double
    let waitedFor: Double

    init?(_ pid: Int32) {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let name = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[name...].split(separator: " ")
        guard fields.count > 15, let parent = Int32(fields[2]) else { return nil }
        let tick = Double(sysconf(Int32(_SC_CLK_TCK)))
        let times = fields[12...15].map { (Double($0) ?? 0) / tick }
        self.pid = pid
        self.parent = parent
        own = times[0] + times[1]
        waitedFor = times[2] + times[3]
    }
}
