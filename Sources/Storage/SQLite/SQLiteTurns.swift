public import Conversation
import GRDB

extension SQLiteStore {
    public func claimTurns(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int,
        bulkLimit: Int
    ) async throws -> [ClaimedTurn] {
        let rows = try await group.write { db in
            try SQLiteTurns(db: db).claim(
                owner: owner,
                now: now,
                leaseUntil: leaseUntil,
                limit: limit,
                bulkLimit: bulkLimit
            )
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
                WHERE conversation_id = ? AND (seq <= ? OR kind = 'message') AND kind IN ('customer', 'owner', 'message')
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

    func claim(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int,
        bulkLimit: Int
    ) throws -> [RawTurn] {
        try due(owner: owner, now: now, limit: limit, bulkLimit: bulkLimit).compactMap { row in
            let id: String = row[0]
            var events = try openEvents(of: id, after: 0)
            let timer = Timestamp(column: row[7])
            if events.isEmpty, timer.map({ $0 > now }) ?? true {
                try db.run(
                    "UPDATE conversations SET claimed_by = NULL, open_since = NULL, due_at = NULL, wake_at = NULL WHERE id = ?",
                    [id]
                )
                return nil
            }
            // Still claimed by somebody: that turn was lost.
            let failures = (row[5] as Int) + (row[8] as Int)
            let lostClaims = (row[12] as Int) + (row[8] as Int)
            try db.run(
                "UPDATE conversations SET claimed_by = ?, wake_at = ?, failures = ?, lost_claims = ? WHERE id = ?",
                [owner, leaseUntil.milliseconds, failures, lostClaims, id]
            )
            var turn = RawTurn(
                id: id,
                address: Address(channel: row[1], userID: row[2], waID: row[3]),
                state: row[10],
                timers: row[9],
                turn: row[4],
                failures: failures,
                lostClaims: lostClaims,
                openSince: events.isEmpty ? nil : Timestamp(column: row[6]),
                events: []
            )
            if row[11] as Int64? != nil, events.contains(where: \.needsAnswer),
                let undone = try SQLiteUndo(db: db).undoLastTurn(of: id)
            {
                (turn.state, turn.timers) = (undone.state, undone.timers)
                events = try openEvents(of: id, after: 0)
            }
            turn.events = events
            return turn
        }
    }

    /// Live conversations first, those that wait longest before the others; then the backlog, the newest first, since
    /// an old one has waited so long that a moment more is nothing; then timers. Before them a few of those that
    /// processes may die of.
    private func due(owner: String, now: Timestamp, limit: Int, bulkLimit: Int) throws -> [Row] {
        let columns = """
            id, channel, user_id, wa_id, turn, failures, open_since, timer_at, claimed_by IS NOT NULL, timers, state,
            undo_from, lost_claims
            """
        let live = now.adding(milliseconds: -StoreLimits.liveMilliseconds).milliseconds
        var rows = try suspects(columns, owner: owner, now: now, limit: limit)
        rows += try db.rows(
            """
            SELECT \(columns) FROM conversations WHERE wake_at > ? AND wake_at <= ? AND lost_claims <= 1
            ORDER BY wake_at LIMIT ?
            """,
            [live, now.milliseconds, limit - rows.count]
        )
        var rest = min(limit - rows.count, bulkLimit)
        guard rest > 0 else { return rows }
        let backlog = try db.rows(
            """
            SELECT \(columns) FROM conversations WHERE wake_at <= ? AND lost_claims <= 1 ORDER BY wake_at DESC LIMIT ?
            """,
            [live, rest]
        )
        rows += backlog
        rest -= backlog.count
        guard rest > 0 else { return rows }
        return try rows
            + db.rows(
                """
                SELECT \(columns) FROM conversations WHERE timer_at <= ? AND wake_at IS NULL AND lost_claims <= 1
                ORDER BY timer_at LIMIT ?
                """,
                [now.milliseconds, rest]
            )
    }

    /// Who was lost least often comes first: most likely it was only beside another one.
    private func suspects(_ columns: String, owner: String, now: Timestamp, limit: Int) throws -> [Row] {
        let held = try db.row(
            "SELECT COUNT(*) FROM conversations WHERE lost_claims > 1 AND claimed_by = ? AND wake_at > ?",
            [owner, now.milliseconds]
        )
        let free = StoreLimits.suspectsAtOnceMax - (held?[0] ?? 0)
        guard free > 0 else { return [] }
        let rows = try db.rows(
            """
            SELECT \(columns) FROM conversations
            WHERE lost_claims > 1 AND (wake_at <= ?1 OR (wake_at IS NULL AND timer_at <= ?1))
            ORDER BY lost_claims, wake_at LIMIT ?2
            """,
            [now.milliseconds, min(limit, free)]
        )
        guard let least = rows.first?[12] as Int? else { return [] }
        let places = StoreLimits.suspectsAtOnce(lostClaims: least) - (StoreLimits.suspectsAtOnceMax - free)
        return Array(rows.prefix { $0[12] == least }.prefix(max(0, places)))
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
