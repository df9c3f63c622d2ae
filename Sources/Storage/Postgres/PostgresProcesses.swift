public import Conversation

extension PostgresStore {
    public func beat(_ owner: String, now: Timestamp, windowMilliseconds: Int64) async throws -> Pulse {
        try await pool.write { transaction in
            let db = transaction.db
            let rows = try db.rows(
                "SELECT owner, heard_at, (left_at IS NOT NULL)::int FROM processes ORDER BY owner FOR UPDATE"
            )
            let list = ProcessList(
                try rows.map {
                    .init(
                        owner: try $0.text(0),
                        heardAt: Timestamp(milliseconds: try $0.integer(1)),
                        hasLeft: try $0.integer(2) == 1
                    )
                },
                now: now
            )
            if list.wasDeaf {
                try db.run(
                    """
                    UPDATE outbox SET settle_at = GREATEST(settle_at, $1)
                    WHERE settle_at IS NOT NULL AND state = 'uncertain'
                    """,
                    [.time(now.adding(milliseconds: windowMilliseconds))]
                )
            }
            let dead = list.dead(besides: owner)
            let freed =
                dead.isEmpty
                ? 0
                : try Self.free(dead, isLost: true, transaction, now: now, windowMilliseconds: windowMilliseconds)
            try db.run(
                """
                INSERT INTO processes (owner, heard_at) VALUES ($1, $2)
                ON CONFLICT (owner) DO UPDATE SET heard_at = GREATEST(processes.heard_at, $2), left_at = NULL
                """,
                [.text(owner), .time(now)]
            )
            try db.run("DELETE FROM processes WHERE heard_at < $1", [.time(ProcessList.oldest(now))])
            return Pulse(processes: list.living(with: owner), freed: freed)
        }
    }

    public func clock() async throws -> Timestamp? {
        try await pool.read { db in
            let row = try db.rows("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint").first
            return try row.map { Timestamp(milliseconds: try $0.integer(0)) }
        }
    }

    public func livingProcesses(now: Timestamp) async throws -> Int {
        try await pool.read { db in
            let row = try db.rows(
                "SELECT COUNT(*) FROM processes WHERE left_at IS NULL AND heard_at >= $1",
                [.time(now.adding(milliseconds: -Pulse.silence))]
            ).first
            return Int(try row?.integer(0) ?? 0)
        }
    }

    public func leave(_ owner: String, now: Timestamp, windowMilliseconds: Int64) async throws {
        _ = try await pool.write { transaction in
            try Self.free([owner], isLost: false, transaction, now: now, windowMilliseconds: windowMilliseconds)
        }
    }

    private static func freePolls(of owners: [String], _ db: PostgresConnection) throws {
        try db.run(
            "UPDATE polls SET claimed_by = NULL, lease_until = NULL WHERE claimed_by = ANY($1)",
            [.texts(owners)]
        )
    }

    private static func free(
        _ owners: [String],
        isLost: Bool,
        _ transaction: PostgresTransaction,
        now: Timestamp,
        windowMilliseconds: Int64
    ) throws -> Int {
        // What is claimed has the lease's end as its wake_at. What is being committed just now is passed over.
        let turns = try transaction.db.run(
            """
            UPDATE conversations SET claimed_by = NULL, failures = failures + 1, lost_claims = lost_claims + $2,
                wake_at = due_at
            WHERE id IN (
                SELECT id FROM conversations WHERE wake_at IS NOT NULL AND claimed_by = ANY($1)
                ORDER BY id FOR UPDATE SKIP LOCKED
            )
            """,
            [.texts(owners), .integer(isLost ? 1 : 0)]
        )
        let sends = try PostgresReconcile(transaction: transaction, now: now, window: windowMilliseconds)
            .loseSenders(until: Timestamp(milliseconds: .max), of: owners)
        try freePolls(of: owners, transaction.db)
        try transaction.db.run(
            """
            UPDATE processes p SET left_at = $1 WHERE owner = ANY($2)
                -- What was passed over is freed by the next beat that finds it dead.
                AND NOT EXISTS (SELECT 1 FROM conversations WHERE wake_at IS NOT NULL AND claimed_by = p.owner)
            """,
            [.time(now), .texts(owners)]
        )
        if turns > 0 { transaction.wakes.insert(.turns) }
        return turns + sends.becameUncertain + sends.becamePending
    }
}

extension PostgresSchema {
    static let processes = """
        -- Who serves this database. left_at: stopped, or given up as dead.
        CREATE TABLE processes (
            owner text COLLATE "C" NOT NULL PRIMARY KEY,
            heard_at bigint NOT NULL,
            left_at bigint
        );
        ALTER TABLE processes ENABLE ROW LEVEL SECURITY;

        """
}
