import Dispatch
import GRDB

import struct Foundation.Data
import class Foundation.FileHandle
import class Foundation.FileManager
import struct Foundation.URL

#if canImport(Glibc)
    import Glibc
#endif

/// Copies of a SQLite file, made while it is in use, and put back.
public enum SQLiteBackup {
    /// What a copy holds, after every page of it was checked.
    public struct Report: Sendable, Equatable {
        public var bytes: Int
        public var leads: Int
        public var lines: Int
        /// Messages that had not been sent.
        public var open: Int
    }

    /// A copy as of one moment, without what was erased. Nobody who writes waits for it.
    public static func write(from path: String, to target: String) async throws -> Report {
        try await onThread {
            guard FileManager.default.fileExists(atPath: path) else {
                throw StoreError.cannotOpen("There is no database at \(path); set DATABASE_URL.")
            }
            guard !FileManager.default.fileExists(atPath: target) else {
                throw StoreError.cannotOpen("\(target) exists already; name another file.")
            }
            let partial = target + ".partial"
            try? FileManager.default.removeItem(atPath: partial)
            do {
                let source = try DatabaseQueue(path: path, configuration: configuration())
                try source.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [partial]) }
                try source.close()
                let report = try check(partial)
                try settle(partial, as: target)
                return report
            } catch {
                try? FileManager.default.removeItem(atPath: partial)
                throw StoreError.from(error)
            }
        }
    }

    /// Whether it is whole, and of this version or an older one.
    public static func verify(_ path: String) async throws -> Report {
        try await onThread { try check(path) }
    }

    /// Puts a verified copy in the place of the database, which is kept beside it. Messages that were waiting when the
    /// copy was made may have been sent since: they become dead letters, for a person to decide. Says how many, and
    /// where the former database is. No process may have the file open.
    public static func restore(
        from backup: String,
        to path: String,
        keepingAs former: String,
        nowMilliseconds: Int64
    ) async throws -> (held: Int, former: String?) {
        try await onThread {
            _ = try check(backup)
            let partial = path + ".restoring"
            let files = FileManager.default
            try? files.removeItem(atPath: partial)
            do {
                try files.copyItem(atPath: backup, toPath: partial)
                let held = try hold(partial, now: nowMilliseconds)
                let exists = files.fileExists(atPath: path)
                if exists {
                    // What stands in the write-ahead log goes with it.
                    if let old = try? DatabaseQueue(path: path, configuration: configuration()) {
                        try? old.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
                        try? old.close()
                    }
                    for end in ["", "-wal", "-shm"] where files.fileExists(atPath: path + end) {
                        try files.moveItem(atPath: path + end, toPath: former + end)
                    }
                }
                try settle(partial, as: path)
                return (held, exists ? former : nil)
            } catch {
                try? files.removeItem(atPath: partial)
                throw StoreError.from(error)
            }
        }
    }

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        configuration.foreignKeysEnabled = false
        return configuration
    }

    private static func check(_ path: String) throws -> Report {
        guard let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int else {
            throw StoreError.cannotOpen("\(path) can't be read.")
        }
        do {
            var configuration = configuration()
            configuration.readonly = true
            let copy = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? copy.close() }
            return try copy.read { db in
                let verdict = try String.fetchAll(db, sql: "PRAGMA integrity_check(10)")
                guard verdict == ["ok"] else {
                    throw StoreError.cannotOpen("\(path) is damaged: \(verdict.joined(separator: "; "))")
                }
                guard try !SQLiteSchema.migrator.hasBeenSuperseded(db) else {
                    throw StoreError.cannotOpen("\(path) was written by a newer CRSET; use that version.")
                }
                guard try db.tableExists("journal"), try db.tableExists("conversations") else {
                    throw StoreError.cannotOpen("\(path) is no database of CRSET.")
                }
                func count(_ table: String) throws -> Int {
                    try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM " + table) ?? 0
                }
                return Report(
                    bytes: size,
                    leads: try count("conversations"),
                    lines: try count("journal"),
                    open: try count("outbox WHERE closed_at IS NULL AND lane = conversation_id")
                )
            }
        } catch let error as DatabaseError {
            throw StoreError.cannotOpen("\(path) is no whole SQLite database: \(error.resultCode)")
        }
    }

    private static func hold(_ path: String, now: Int64) throws -> Int {
        let copy = try DatabaseQueue(path: path, configuration: configuration())
        defer { try? copy.close() }
        return try copy.write { db in
            try db.execute(
                sql: """
                    UPDATE outbox SET state = 'dead', closed_at = :now, ready_at = NULL, settle_at = NULL,
                        claimed_by = NULL, history = json_insert(history, '$[#]', json_object('at', :now,
                            'attempt', attempts, 'code', 'restored', 'uncertain', json('true'),
                            'reason', 'it was waiting when the backup was made, and may have been sent since'))
                    WHERE closed_at IS NULL AND lane = conversation_id
                    """,
                arguments: ["now": now]
            )
            return db.changesCount
        }
    }

    /// On the disk under its final name, all of it or nothing.
    private static func settle(_ partial: String, as target: String) throws {
        for path in [partial, URL(fileURLWithPath: target).deletingLastPathComponent().path] {
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { throw StoreError.cannotOpen("\(path) can't be opened.") }
            fsync(file)
            close(file)
            if path == partial, rename(partial, target) != 0 {
                throw StoreError.cannotOpen("\(target) can't be written: \(String(cString: strerror(errno)))")
            }
        }
    }

    /// SQLite blocks, for long on a large file.
    private static func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
