public import Conversation
import GRDB

extension SQLiteStore {
    public func beat(_ owner: String, now: Timestamp, windowMilliseconds: Int64) async throws -> Pulse {
        try await group.write { db in
            let rows = try db.rows("SELECT owner, heard_at, left_at IS NOT NULL FROM processes")
            let list = ProcessList(
                rows.map { .init(owner: $0[0], heardAt: Timestamp(milliseconds: $0[1]), hasLeft: $0[2]) },
                now: now
            )
            if list.wasDeaf {
                try db.run(
                    "UPDATE outbox SET settle_at = MAX(settle_at, ?) WHERE settle_at IS NOT NULL AND state = 'uncertain'",
                    [now.adding(milliseconds: windowMilliseconds).milliseconds]
                )
            }
            var freed = 0
            for dead in list.dead(besides: owner) {
                freed += try Self.free(dead, isLost: true, db, now: now, windowMilliseconds: windowMilliseconds)
            }
            try db.run(
                """
                INSERT INTO processes (owner, heard_at) VALUES (?1, ?2)
                ON CONFLICT (owner) DO UPDATE SET heard_at = MAX(heard_at, ?2), left_at = NULL
                """,
                [owner, now.milliseconds]
            )
            try db.run("DELETE FROM processes WHERE heard_at < ?", [ProcessList.oldest(now).milliseconds])
            return Pulse(processes: list.living(with: owner), freed: freed)
        }
    }

    /// A file is on this machine.
    public func clock() async throws -> Timestamp? { nil }

    public func livingProcesses(now: Timestamp) async throws -> Int {
        try await read { db in
            let row = try db.row(
                "SELECT COUNT(*) FROM processes WHERE left_at IS NULL AND heard_at >= ?",
                [now.adding(milliseconds: -Pulse.silence).milliseconds]
            )
            return row?[0] ?? 0
        }
    }

    public func leave(_ owner: String, now: Timestamp, windowMilliseconds: Int64) async throws {
        _ = try await group.write { db in
            try Self.free(owner, isLost: false, db, now: now, windowMilliseconds: windowMilliseconds)
        }
    }

    private static func freePolls(of owner: String, _ db: Database) throws {
        try db.run("UPDATE polls SET claimed_by = NULL, lease_until = NULL WHERE claimed_by = ?", [owner])
    }

    private static func free(
        _ owner: String,
        isLost: Bool,
        _ db: Database,
        now: Timestamp,
        windowMilliseconds: Int64
    ) throws -> Int {
        // What is claimed has the lease's end as its wake_at.
        let turns = try db.run(
            """
            UPDATE conversations SET claimed_by = NULL, failures = failures + 1,
                lost_claims = lost_claims + ?, wake_at = due_at
            WHERE wake_at IS NOT NULL AND claimed_by = ?
            """,
            [isLost, owner]
        )
        let sends = try SQLiteOutbox(db: db)
            .loseSenders(leaseEndedBy: nil, of: owner, now: now, windowMilliseconds: windowMilliseconds)
        try freePolls(of: owner, db)
        try db.run("UPDATE processes SET left_at = ? WHERE owner = ?", [now.milliseconds, owner])
        return turns + sends.uncertain + sends.pending
    }
}

extension SQLiteSchema {
    static let processes = """
        -- Who serves this database. `left_at`: stopped, or given up as dead.
        CREATE TABLE processes (
            owner TEXT NOT NULL PRIMARY KEY,
            heard_at INTEGER NOT NULL,
            left_at INTEGER
        ) STRICT, WITHOUT ROWID;
        """
}
