public import Conversation
import GRDB

extension SQLiteStore {
    public func releaseTurns(claimedBy owner: String, besides known: Set<ConversationID>) async throws -> Int {
        try await group.write { db in
            // What is claimed has the lease's end as its wake_at.
            let claimed = try db.rows(
                "SELECT id FROM conversations WHERE wake_at IS NOT NULL AND claimed_by = ?",
                [owner]
            ).map { $0[0] as String }
            let lost = claimed.filter { !known.contains(ConversationID($0)) }
            for id in lost {
                try db.run("UPDATE conversations SET claimed_by = NULL, wake_at = due_at WHERE id = ?", [id])
            }
            return lost.count
        }
    }

    public func releaseSends(
        claimedBy owner: String,
        besides known: Set<String>,
        of turns: Set<ConversationID>,
        leaseEndsBefore end: Timestamp,
        now: Timestamp
    ) async throws -> Int {
        try await group.write { db in
            let claimed = try db.rows(
                """
                SELECT seq, lane, id, conversation_id FROM outbox
                WHERE settle_at < ? AND state = 'sending' AND claimed_by = ?
                """,
                [end.milliseconds, owner]
            )
            let lost = claimed.filter { !known.contains($0[2]) && !turns.contains(ConversationID($0[3])) }
            for row in lost {
                // A try that never was doesn't count.
                try db.run("UPDATE outbox SET attempts = attempts - 1 WHERE seq = ?", [row[0] as Int64])
                try SQLiteLanes(db: db).retry(row[0], row[1], at: now)
            }
            return lost.count
        }
    }
}
