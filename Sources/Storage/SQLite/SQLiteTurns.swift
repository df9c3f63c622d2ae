public import Conversation
import GRDB

extension SQLiteStore {
    public func claimTurns(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int
    ) async throws -> [ClaimedTurn] {
        let rows = try await group.write { db in
            try SQLiteTurns(db: db).claim(owner: owner, now: now, leaseUntil: leaseUntil, limit: limit)
        }
        return await readable(rows, owner: owner, now: now, logger)
    }

    public func abandonTurn(_ id: ConversationID, owner: String, retryAt: Timestamp) async throws {
        _ = try await group.write { db in
            try db.run(
                """
                UPDATE conversations SET claimed_by = NULL, failures = failures + 1, wake_at = ?1,
                    due_at = CASE WHEN open_since IS NULL THEN NULL ELSE ?1 END
                WHERE id = ?2 AND claimed_by = ?3
                """,
                [retryAt.milliseconds, id.rawValue, owner]
            )
        }
    }

    public func history(of id: ConversationID, through: Int64, limit: Int) async throws -> [JournalEntry] {
        let limit = min(limit, StoreLimits.pageMax)
        return try await read { db in
            try db.rows(
                """
                SELECT seq, at, kind, body FROM journal
                WHERE conversation_id = ? AND seq <= ? AND kind IN ('customer', 'owner', 'message')
                ORDER BY seq DESC LIMIT ?
                """,
                [id.rawValue, through, limit]
            ).map(RawEntry.init)
        }.reversed().map(\.decoded)
    }
}

/// Claims and open events, within a transaction.
struct SQLiteTurns {
    let db: Database

    func claim(owner: String, now: Timestamp, leaseUntil: Timestamp, limit: Int) throws -> [RawTurn] {
        let rows = try db.rows(
            """
            SELECT id, channel, user_id, wa_id, turn, failures, open_since, timer_at, claimed_by IS NOT NULL,
                timers, state
            FROM conversations WHERE wake_at <= ? ORDER BY wake_at LIMIT ?
            """,
            [now.milliseconds, limit]
        )
        return try rows.compactMap { row in
            let id: String = row[0]
            let events = try openEvents(of: id, after: 0)
            let timer = Timestamp(column: row[7])
            if events.isEmpty, timer.map({ $0 > now }) ?? true {
                try db.run(
                    """
                    UPDATE conversations SET claimed_by = NULL, open_since = NULL, due_at = NULL, wake_at = timer_at
                    WHERE id = ?
                    """,
                    [id]
                )
                return nil
            }
            // Still claimed by somebody: that turn was lost.
            let failures = (row[5] as Int) + (row[8] as Int)
            try db.run(
                "UPDATE conversations SET claimed_by = ?, wake_at = ?, failures = ? WHERE id = ?",
                [owner, leaseUntil.milliseconds, failures, id]
            )
            return RawTurn(
                id: id,
                address: Address(channel: row[1], userID: row[2], waID: row[3]),
                state: row[10],
                timers: row[9],
                turn: row[4],
                failures: failures,
                openSince: events.isEmpty ? nil : Timestamp(column: row[6]),
                events: events
            )
        }
    }

    /// Events after `seq` that no turn has done, oldest first, at most as many as one turn takes.
    func openEvents(of id: String, after seq: Int64) throws -> [RawEntry] {
        try db.rows(
            """
            SELECT seq, at, kind, body FROM journal
            WHERE conversation_id = ? AND handled_at IS NULL AND seq > ? ORDER BY seq LIMIT ?
            """,
            [id, seq, StoreLimits.eventsPerTurnMax]
        ).map(RawEntry.init)
    }
}

extension RawEntry {
    /// From the columns seq, at, kind, body.
    init(_ row: Row) {
        self.init(seq: row[0], at: Timestamp(milliseconds: row[1]), kind: row[2], body: row[3])
    }
}
