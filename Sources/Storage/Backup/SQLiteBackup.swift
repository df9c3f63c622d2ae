public import Conversation
import GRDB
import Glibc

import class Foundation.FileManager
import struct Foundation.URL

/// Copies of a SQLite database, made while it is in use. These calls block.
public enum SQLiteBackup {
    /// Writes a consistent copy that holds nothing deleted, checks it, and gives it its name only then.
    public static func make(of path: String, to target: String) throws(BackupError) -> BackupContents {
        guard FileManager.default.fileExists(atPath: path) else {
            throw BackupError(
                "There is no database at \(path). Set DATABASE_URL or pass --database.",
                isUnavailable: true
            )
        }
        let partial = target + ".partial"
        try reserve(target)
        unlink(partial)
        do throws(BackupError) {
            try create(partial)
            try attempt("The backup can't be written") {
                let source = try DatabaseQueue(path: path, configuration: configuration())
                try source.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [partial]) }
                try source.close()
            }
            let contents = try check(partial)
            try publish(partial, as: target)
            return contents
        } catch {
            unlink(partial)
            throw error
        }
    }

    /// Checks that a file is a whole backup of CRSET, and says what it holds.
    public static func check(_ path: String) throws(BackupError) -> BackupContents {
        guard FileManager.default.fileExists(atPath: path) else { throw BackupError("There is no file \(path).") }
        return try attempt("\(path) is no backup of CRSET") {
            var configuration = configuration()
            configuration.readonly = true
            let copy = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? copy.close() }
            return try copy.read { db in
                let verdict = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? "no answer"
                guard verdict == "ok" else { throw BackupError("\(path) is damaged: \(verdict). Use another backup.") }
                guard try db.tableExists("conversations"), try db.tableExists("journal") else {
                    throw BackupError("\(path) is no backup of CRSET: its tables are missing.")
                }
                guard try !SQLiteSchema.migrator.hasBeenSuperseded(db) else {
                    throw BackupError("\(path) was written by a newer CRSET. Restore it with that version.")
                }
                return try contents(db)
            }
        }
    }

    static func contents(_ db: Database) throws -> BackupContents {
        BackupContents(
            conversations: try Int64.fetchOne(db, sql: "SELECT COUNT(*) FROM conversations") ?? 0,
            entries: try Int64.fetchOne(db, sql: "SELECT COUNT(*) FROM journal") ?? 0
        )
    }

    /// Puts a backup in the database's place while nobody serves it. What was there is kept beside it, under the name
    /// that is returned; nil when there was nothing.
    ///
    /// - Parameter prepare: gets the path of the copy before it takes its place.
    public static func restore(
        _ backup: String,
        to path: String,
        now: Timestamp,
        prepare: (_ copy: String) async throws -> Void
    ) async throws -> String? {
        _ = try check(backup)
        let copy = path + ".restoring"
        for end in ["", "-wal", "-shm"] { unlink(copy + end) }
        do {
            try create(copy)
            try attempt("The backup can't be copied") {
                let source = try DatabaseQueue(path: backup, configuration: configuration())
                try source.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
                try source.close()
            }
            try await prepare(copy)
            try foldJournal(of: copy)
            _ = try check(copy)
            for end in ["-wal", "-shm"] { unlink(copy + end) }
            return try replace(path, with: copy, now: now)
        } catch {
            for end in ["", "-wal", "-shm"] { unlink(copy + end) }
            throw error
        }
    }

    /// What was written to the copy may stand in its journal still, which doesn't go along when it takes its place.
    private static func foldJournal(of copy: String) throws {
        try attempt("The copy can't be finished") {
            let queue = try DatabaseQueue(path: copy, configuration: configuration())
            // Fails while anybody else has it open; leaves no journal otherwise.
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE")
            }
            try queue.close()
        }
        guard !FileManager.default.fileExists(atPath: copy + "-wal") else {
            throw BackupError("\(copy) is open elsewhere. Stop what uses it, then restore again.")
        }
    }

    /// Aside with what is there, journal and all, so that nothing of it mixes with the copy.
    private static func replace(_ path: String, with copy: String, now: Timestamp) throws(BackupError) -> String? {
        let files = FileManager.default
        var aside: String?
        if files.fileExists(atPath: path) {
            let name = "\(path).before-restore-\(now.milliseconds)"
            for end in ["-wal", "-shm", ""] where files.fileExists(atPath: path + end) {
                guard rename(path + end, name + end) == 0 else { throw failed("move \(path + end) aside") }
            }
            aside = name
        }
        guard rename(copy, path) == 0 else { throw failed("put the backup at \(path)") }
        try synchronize(folderOf: path)
        return aside
    }

    // MARK: Files

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = false
        return configuration
    }

    private static func reserve(_ target: String) throws(BackupError) {
        let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder) else {
            throw BackupError("The folder \(folder) does not exist. Make it, or choose another path.")
        }
        guard !FileManager.default.fileExists(atPath: target) else {
            throw BackupError("\(target) is there already. Choose another name, or remove it first.")
        }
    }

    /// Customers' words: for this user only.
    private static func create(_ path: String) throws(BackupError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failed("write \(path)") }
        close(file)
    }

    private static func publish(_ partial: String, as target: String) throws(BackupError) {
        let file = open(partial, O_RDONLY | O_CLOEXEC)
        guard file >= 0, fsync(file) == 0 else { throw failed("write \(partial) to the disk") }
        close(file)
        // Unlike a rename, a link never replaces what came there meanwhile.
        guard link(partial, target) == 0 else { throw failed("name the backup \(target)") }
        unlink(partial)
        try synchronize(folderOf: target)
    }

    private static func synchronize(folderOf path: String) throws(BackupError) {
        let folder = open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard folder >= 0, fsync(folder) == 0 else { throw failed("write the folder of \(path) to the disk") }
        close(folder)
    }

    private static func failed(_ what: String) -> BackupError {
        BackupError("Can't \(what): \(String(cString: strerror(errno))).")
    }

    @discardableResult
    private static func attempt<T>(_ what: String, _ work: () throws -> T) throws(BackupError) -> T {
        do { return try work() } catch let error as BackupError {
            throw error
        } catch {
            let error = error as? DatabaseError
            let reason =
                switch error?.resultCode {
                case .SQLITE_FULL: "the disk is full; make room"
                case .SQLITE_NOTADB: "it is not an SQLite database"
                case .SQLITE_CORRUPT: "it is damaged"
                case .SQLITE_BUSY, .SQLITE_LOCKED: "it is locked by another process; try again"
                default: error.map(\.description) ?? "it can't be read"
                }
            throw BackupError("\(what): \(reason).")
        }
    }
}

extension SQLiteStore {
    public func contents() async throws -> BackupContents { try await read { try SQLiteBackup.contents($0) } }

    public func holdBack(now: Timestamp) async throws -> HeldBack {
        try await group.write { db in
            let messages = try Self.holdMessages(db, now: now)
            let conversations = try Self.holdAnswers(db, now: now)
            let timers = try Self.holdTimers(db, now: now)
            return HeldBack(messages: messages, conversations: conversations, timers: timers)
        }
    }

    /// Links are deactivated all the same: a second time does no harm.
    private static func holdMessages(_ db: Database, now: Timestamp) throws -> Int {
        let rows = try db.rows(
            "SELECT seq, attempts FROM outbox WHERE closed_at IS NULL AND lane = conversation_id ORDER BY seq"
        )
        let lanes = SQLiteLanes(db: db)
        for row in rows {
            let trouble = OutboxTrouble.restored(at: now, attempt: row[1])
            try lanes.addTrouble(try StoredJSON.encode(trouble), attempt: row[1], to: row[0])
        }
        try db.run(
            """
            UPDATE outbox SET state = 'dead', closed_at = ?, waits_since = NULL, ready_at = NULL, settle_at = NULL,
                claimed_by = NULL
            WHERE closed_at IS NULL AND lane = conversation_id
            """,
            [now.milliseconds]
        )
        try db.run("UPDATE conversations SET has_waiting = 0 WHERE has_waiting = 1")
        return rows.count
    }

    private static func holdAnswers(_ db: Database, now: Timestamp) throws -> Int {
        let open = try db.rows(
            """
            SELECT seq, conversation_id, kind, body FROM journal
            WHERE handled_at IS NULL AND kind IN ('customer', 'event') ORDER BY seq
            """
        )
        var alerts: [String: Alert] = [:]
        for row in open {
            let isCustomer = (row[2] as String) == JournalKind.customer.rawValue
            guard isCustomer || Event.isReply(row[3]) else { continue }
            try db.run("UPDATE journal SET handled_at = ? WHERE seq = ?", [now.milliseconds, row[0] as Int64])
            alerts[row[1]] = isCustomer ? .unansweredInBackup : .unsentReplyInBackup
        }
        for (id, alert) in alerts {
            try db.run(
                "INSERT INTO alerts (conversation_id, at, kind, body) VALUES (?, ?, ?, ?)",
                [id, now.milliseconds, alert.kind.rawValue, try StoredJSON.encode(alert)]
            )
        }
        // No answer is taken back that may be long with the customer.
        try db.run(
            """
            UPDATE conversations SET undo_from = NULL, undo_state = NULL, undo_timers = NULL, paid_until = 0
            WHERE undo_from IS NOT NULL OR paid_until > ?
            """,
            [now.milliseconds]
        )
        return alerts.count
    }

    private static func holdTimers(_ db: Database, now: Timestamp) throws -> Int {
        let due = try db.rows("SELECT id, timers FROM conversations WHERE timer_at <= ?", [now.milliseconds])
        var dropped = 0
        for row in due {
            let held = TimersHeldBack(try StoredJSON.decodeTimers(row[1]), now: now)
            guard held.dropped > 0 else { continue }
            dropped += held.dropped
            try db.run(
                "UPDATE conversations SET timers = ?, timer_at = ? WHERE id = ?",
                [try StoredJSON.encode(timers: held.timers), held.next?.milliseconds, row[0] as String]
            )
        }
        return dropped
    }
}
