import CPostgres
public import Conversation
import Foundation

/// Copies of CRSET's schema in a Postgres database, by Postgres's own tools, while it is in use. These calls block.
public enum PostgresBackup {
    /// Writes the schema in pg_dump's custom format, and gives it its name once it is whole.
    public static func make(of url: String, to target: String, schema: String = "crset") throws(BackupError) {
        let files = FileManager.default
        guard !files.fileExists(atPath: target) else {
            throw BackupError("\(target) is there already. Choose another name, or remove it first.")
        }
        let partial = target + ".partial"
        try? files.removeItem(atPath: partial)
        // Customers' words: for this user only.
        guard files.createFile(atPath: partial, contents: nil, attributes: [.posixPermissions: 0o600]) else {
            throw BackupError("Can't write \(partial). Choose a folder that exists and that this user may write.")
        }
        do {
            try run(
                "pg_dump",
                ["--format=custom", "--no-owner", "--no-privileges", "--schema=\(schema)", "--file=\(partial)"],
                url: url
            )
            try run("pg_restore", ["--list", partial], url: url)
            try files.moveItem(atPath: partial, toPath: target)
        } catch {
            try? files.removeItem(atPath: partial)
            throw error as? BackupError ?? BackupError("Can't name the backup \(target): \(error.localizedDescription)")
        }
    }

    /// Puts a backup into the database in one transaction. What is there is kept under the name that is returned; nil
    /// when there was nothing. Nobody may serve the database meanwhile.
    public static func restore(
        _ backup: String,
        to url: String,
        schema: String = "crset",
        now: Timestamp
    ) throws(BackupError) -> String? {
        try run("pg_restore", ["--list", backup], url: url)
        let aside = "\(schema)_before_\(now.milliseconds)"
        let wasThere = try withConnection(url, schema) { db throws(BackupError) in
            guard try exists(schema, db) else { return false }
            try rename(schema, to: aside, db)
            return true
        }
        do throws(BackupError) {
            try run(
                "pg_restore",
                ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--dbname=", backup],
                url: url
            )
        } catch {
            // As it was before.
            if wasThere {
                try withConnection(url, schema) { db throws(BackupError) in try rename(aside, to: schema, db) }
            }
            throw error
        }
        return wasThere ? aside : nil
    }

    // MARK: While it is being restored

    /// From now until ``end(_:schema:)`` nobody but the restore can open the schema: what was restored and not yet held
    /// back would be sent a second time. False: a restore that was cut off has left the mark, which only one that
    /// succeeds may remove.
    public static func begin(_ url: String, schema: String = "crset") throws(BackupError) -> Bool {
        let mark = PostgresSchema.mark(of: schema)
        return try withConnection(url, schema) { db throws(BackupError) in
            if try exists(mark, db) { return false }
            do { try db.script("CREATE SCHEMA \"\(mark)\"") } catch {
                throw BackupError("The restore can't be marked: \(error)")
            }
            return true
        }
    }

    /// How many processes serve the schema, by the server's clock.
    public static func processes(_ url: String, schema: String = "crset") throws(BackupError) -> Int {
        try withConnection(url, schema) { db throws(BackupError) in
            do {
                let table = "\"\(schema)\".processes"
                if try db.rows("SELECT 1 WHERE to_regclass($1) IS NOT NULL", [.text(table)]).isEmpty { return 0 }
                // The table of any version: older ones didn't know that a process had left.
                let row = try db.rows(
                    """
                    SELECT COUNT(*) FROM \(table) p WHERE to_jsonb(p) ->> 'left_at' IS NULL
                        AND p.heard_at >= (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $1::bigint
                    """,
                    [.integer(Pulse.silence)]
                ).first
                return Int(try row?.integer(0) ?? 0)
            } catch { throw BackupError("Postgres can't be asked who serves the database: \(error)") }
        }
    }

    public static func end(_ url: String, schema: String = "crset") throws(BackupError) {
        try withConnection(url, schema) { db throws(BackupError) in
            do { try db.script("DROP SCHEMA IF EXISTS \"\(PostgresSchema.mark(of: schema))\"") } catch {
                throw BackupError("The mark of the restore can't be removed: \(error)")
            }
        }
    }

    // MARK: The server

    private static func withConnection<T>(
        _ url: String,
        _ schema: String,
        _ work: (PostgresConnection) throws(BackupError) -> T
    ) throws(BackupError) -> T {
        let connection: PostgresConnection
        do throws(PostgresError) {
            connection = try PostgresConnection(url: url, schema: schema, limits: PostgresLimits())
        } catch {
            throw BackupError("Postgres can't be reached: \(error.message)", isUnavailable: true)
        }
        defer { connection.close() }
        return try work(connection)
    }

    private static func exists(_ schema: String, _ db: PostgresConnection) throws(BackupError) -> Bool {
        do {
            return try !db.rows("SELECT 1 FROM pg_namespace WHERE nspname = $1", [.text(schema)]).isEmpty
        } catch { throw BackupError("Postgres can't be asked: \(error)") }
    }

    private static func rename(_ schema: String, to name: String, _ db: PostgresConnection) throws(BackupError) {
        do { try db.script("ALTER SCHEMA \"\(schema)\" RENAME TO \"\(name)\"") } catch {
            throw BackupError("The schema \(schema) can't be renamed: \(error)")
        }
    }

    // MARK: Postgres's tools

    /// The connection goes by the environment, so that no password shows in the list of processes.
    private static func run(_ tool: String, _ arguments: [String], url: String) throws(BackupError) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(try environment(of: url)) { $1 }
        let trouble = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = trouble
        do { try process.run() } catch { throw BackupError("\(tool) can't be started: \(error.localizedDescription)") }
        let words = String(decoding: trouble.fileHandleForReading.readDataToEndOfFile().prefix(2_000), as: UTF8.self)
        process.waitUntilExit()
        switch process.terminationStatus {
        case 0: return
        case 127:
            throw BackupError("\(tool) is not there. Install Postgres's client programs.", isUnavailable: true)
        default:
            let line = words.split(separator: "\n").first.map(String.init) ?? "no reason was given"
            throw BackupError("\(tool) failed: \(line)")
        }
    }

    /// What the URL says, as libpq's environment variables.
    static func environment(of url: String) throws(BackupError) -> [String: String] {
        var problem: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &problem) else {
            PQfreemem(problem)
            throw BackupError("DATABASE_URL is no address of a Postgres database.")
        }
        defer { PQconninfoFree(options) }
        var variables: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                // libpq has no variable for some settings, none of which a backup needs.
                if let name = option.pointee.envvar { variables[String(cString: name)] = String(cString: value) }
            }
            _ = keyword
            option += 1
        }
        return variables
    }
}

extension PostgresStore {
    public func contents() async throws -> BackupContents {
        try await pool.read { db in
            let row = try db.rows("SELECT (SELECT COUNT(*) FROM conversations), (SELECT COUNT(*) FROM journal)").first
            return BackupContents(conversations: try row?.integer(0) ?? 0, entries: try row?.integer(1) ?? 0)
        }
    }

    public func holdBack(now: Timestamp) async throws -> HeldBack {
        try await pool.write { transaction in
            let db = transaction.db
            // It reads whole tables, and nobody waits for it.
            try db.run("SELECT set_config('statement_timeout', '3600000', true)")
            let messages = try Self.holdMessages(db, now: now)
            let conversations = try Self.holdAnswers(db, now: now)
            let timers = try Self.holdTimers(db, now: now)
            return HeldBack(messages: messages, conversations: conversations, timers: timers)
        }
    }

    /// Links are deactivated all the same: a second time does no harm.
    private static func holdMessages(_ db: PostgresConnection, now: Timestamp) throws -> Int {
        let rows = try db.rows(
            "SELECT seq, attempts, history FROM outbox WHERE closed_at IS NULL AND lane = conversation_id ORDER BY seq"
        )
        for row in rows {
            let attempts = Int(try row.integer(1))
            let history = try OutboxTrouble.list(try row.text(2)) + [.restored(at: now, attempt: attempts)]
            db.later(
                """
                UPDATE outbox SET state = 'dead', closed_at = $1, waits_since = NULL, ready_at = NULL, settle_at = NULL,
                    claimed_by = NULL, history = $2
                WHERE seq = $3
                """,
                [.time(now), .text(try StoredJSON.encode(history)), .integer(try row.integer(0))]
            )
        }
        try db.run("UPDATE conversations SET has_waiting = false WHERE has_waiting")
        return rows.count
    }

    private static func holdAnswers(_ db: PostgresConnection, now: Timestamp) throws -> Int {
        let open = try db.rows(
            """
            SELECT seq, conversation_id, kind, body FROM journal
            WHERE handled_at IS NULL AND kind IN ('customer', 'event') ORDER BY seq
            """
        )
        var alerts: [String: Alert] = [:]
        for row in open {
            let isCustomer = try row.text(2) == JournalKind.customer.rawValue
            guard try isCustomer || Event.isReply(row.text(3)) else { continue }
            db.later("UPDATE journal SET handled_at = $1 WHERE seq = $2", [.time(now), .integer(try row.integer(0))])
            alerts[try row.text(1)] = isCustomer ? .unansweredInBackup : .unsentReplyInBackup
        }
        for (id, alert) in alerts {
            db.later(
                "INSERT INTO alerts (conversation_id, at, kind, body) VALUES ($1, $2, $3, $4)",
                [.text(id), .time(now), .text(alert.kind.rawValue), .text(try StoredJSON.encode(alert))]
            )
        }
        // No answer is taken back that may be long with the customer.
        try db.run(
            """
            UPDATE conversations SET undo_from = NULL, undo_state = NULL, undo_timers = NULL, paid_until = 0
            WHERE undo_from IS NOT NULL OR paid_until > $1
            """,
            [.time(now)]
        )
        return alerts.count
    }

    private static func holdTimers(_ db: PostgresConnection, now: Timestamp) throws -> Int {
        let due = try db.rows("SELECT id, timers FROM conversations WHERE timer_at <= $1", [.time(now)])
        var dropped = 0
        for row in due {
            let held = TimersHeldBack(try StoredJSON.decodeTimers(try row.text(1)), now: now)
            guard held.dropped > 0 else { continue }
            dropped += held.dropped
            db.later(
                "UPDATE conversations SET timers = $1, timer_at = $2 WHERE id = $3",
                [.text(try StoredJSON.encode(timers: held.timers)), .time(held.next), .text(try row.text(0))]
            )
        }
        return dropped
    }
}
