public import Conversation

extension PostgresStore {
    public func releaseTurns(claimedBy owner: String, besides known: Set<ConversationID>) async throws -> Int {
        try await pool.write { transaction in
            // What is claimed has the lease's end as its wake_at.
            let freed = try transaction.db.run(
                """
                UPDATE conversations SET claimed_by = NULL, wake_at = due_at
                WHERE id IN (
                    SELECT id FROM conversations WHERE wake_at IS NOT NULL AND claimed_by = $1 AND id <> ALL($2)
                    ORDER BY id FOR UPDATE
                )
                """,
                [.text(owner), .texts(known.map(\.rawValue))]
            )
            if freed > 0 { transaction.wakes.insert(.turns) }
            return freed
        }
    }

    public func releaseSends(
        claimedBy owner: String,
        besides known: Set<String>,
        of turns: Set<ConversationID>,
        leaseEndsBefore end: Timestamp,
        now: Timestamp
    ) async throws -> Int {
        try await pool.write { transaction in
            let db = transaction.db
            let rows = try db.rows(
                """
                SELECT seq, lane, conversation_id FROM outbox
                WHERE settle_at < $4 AND state = 'sending' AND claimed_by = $1 AND id <> ALL($2)
                    AND conversation_id <> ALL($3)
                """,
                [.text(owner), .texts(known), .texts(turns.map(\.rawValue)), .time(end)]
            )
            if rows.isEmpty { return 0 }
            db.later(
                "SELECT id FROM conversations WHERE id = ANY($1) ORDER BY id FOR UPDATE",
                [.texts(Set(try rows.map { try $0.text(2) }))]
            )
            // A try that never was doesn't count. A status may have settled it meanwhile.
            let freed = try db.run(
                """
                UPDATE outbox SET state = 'pending', attempts = attempts - 1, not_before = $1, ready_at = NULL,
                    settle_at = NULL, claimed_by = NULL, closed_at = NULL
                WHERE seq = ANY($2) AND state = 'sending' AND claimed_by = $3 AND settle_at < $4
                """,
                [.time(now), .integers(try rows.map { try $0.integer(0) }), .text(owner), .time(end)]
            )
            db.later(PostgresTransaction.refresh(Set(try rows.map { try $0.text(1) })))
            if freed > 0 { transaction.wakes.insert(.outbox) }
            return freed
        }
    }
}
