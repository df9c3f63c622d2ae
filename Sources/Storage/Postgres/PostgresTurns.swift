public import Conversation

extension PostgresStore {
    public func claimTurns(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int,
        bulkLimit: Int
    ) async throws -> [ClaimedTurn] {
        let rows = try await pool.write { transaction in
            try PostgresTurns(db: transaction.db).claim(
                owner: owner,
                now: now,
                leaseUntil: leaseUntil,
                limit: max(limit, 0),
                bulkLimit: min(max(bulkLimit, 0), max(limit, 0))
            )
        }
        return await readable(rows, owner: owner, now: now, logger)
    }

    public func abandonTurn(_ id: ConversationID, owner: String, retryAt: Timestamp) async throws {
        _ = try await pool.write { transaction in
            try transaction.db.run(
                """
                UPDATE conversations SET claimed_by = NULL, failures = failures + 1, wake_at = $1::bigint,
                    due_at = CASE WHEN open_since IS NULL THEN NULL ELSE $1::bigint END
                WHERE id = $2 AND claimed_by = $3
                """,
                [.time(retryAt), .text(id.rawValue), .text(owner)]
            )
        }
    }

    public func history(of id: ConversationID, through: Int64, limit: Int) async throws -> [JournalEntry] {
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        return try await pool.read { db in
            try db.rows(
                """
                SELECT seq, at, kind, body FROM journal
                WHERE conversation_id = $1 AND (seq <= $2 OR kind = 'message') AND kind IN ('customer', 'owner', 'message')
                ORDER BY seq DESC LIMIT $3
                """,
                [.text(id.rawValue), .integer(through), .integer(limit)]
            ).map { try RawEntry($0) }
        }.reversed().map(\.decoded)
    }
}

/// Claims within a transaction of their own. They wait for nobody: what another process holds is passed over.
struct PostgresTurns {
    let db: PostgresConnection

    func claim(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int,
        bulkLimit: Int
    ) throws -> [RawTurn] {
        var turns = try take(owner: owner, now: now, leaseUntil: leaseUntil, limit: limit, bulkLimit: bulkLimit)
        if turns.isEmpty { return [] }
        let ids = turns.map(\.raw.id)
        let undo = PostgresUndo(db: db)
        let found = try db.fetch([
            Self.openEvents(of: ids), undo.openRows(of: turns.filter(\.mayBeUndone).map(\.raw.id)),
        ])
        let events = try Self.events(found[0].rows)
        let unsent = try Set(found[1].rows.map { try $0.text(0) })
        for index in turns.indices {
            let id = turns[index].raw.id
            turns[index].raw.events = events[id] ?? []
            if turns[index].raw.events.isEmpty { turns[index].raw.openSince = nil }
            guard unsent.contains(id),
                turns[index].raw.events.contains(where: \.needsAnswer),
                let undone = try undo.undoLastTurn(of: id)
            else { continue }
            (turns[index].raw.state, turns[index].raw.timers) = (undone.state, undone.timers)
            turns[index].raw.events = try Self.events(db.fetch([Self.openEvents(of: [id])])[0].rows)[id] ?? []
        }
        let isIdle = { (turn: Taken) in turn.raw.events.isEmpty && (turn.timer.map { $0 > now } ?? true) }
        release(turns.filter(isIdle).map(\.raw.id))
        return turns.filter { !isIdle($0) }.map(\.raw)
    }

    private static func openEvents(of ids: [String]) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT j.seq, j.at, j.kind, j.body, c.id
            FROM unnest($1::text[]) AS c(id) CROSS JOIN LATERAL (
                SELECT seq, at, kind, body FROM journal
                WHERE conversation_id = c.id AND handled_at IS NULL ORDER BY seq LIMIT $2
            ) j ORDER BY j.seq
            """,
            [.texts(ids), .integer(StoreLimits.eventsPerTurnMax)]
        )
    }

    private static func events(_ rows: [PostgresRow]) throws -> [String: [RawEntry]] {
        var events: [String: [RawEntry]] = [:]
        for row in rows { events[try row.text(4), default: []].append(try RawEntry(row)) }
        return events
    }

    private struct Taken {
        var raw: RawTurn
        var timer: Timestamp?
        var mayBeUndone: Bool
        /// For the order.
        var rank: Int64
        var wake: Int64
    }

    /// `WHEN` for each number of lost claims with which a process takes more than one suspect at once.
    private static let suspectsAtOnce = (StoreLimits.lostClaimsUnsuspected + 1...StoreLimits.lostClaimsMax).map {
        ($0, StoreLimits.suspectsAtOnce(lostClaims: $0))
    }.filter { $0.1 > 1 }.map { "WHEN \($0.0) THEN \($0.1)" }.joined(separator: " ")

    /// Live conversations first, those that wait longest before the others; then the backlog, the newest first, since
    /// an old one has waited so long that a moment more is nothing; then timers. Before them a few of those that
    /// processes may die of; who was lost least often comes first.
    private func take(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int,
        bulkLimit: Int
    ) throws -> [Taken] {
        try db.rows(
            """
            WITH level AS (
                SELECT MIN(lost_claims) AS least FROM conversations
                WHERE lost_claims > 1 AND (wake_at <= $1 OR (wake_at IS NULL AND timer_at <= $1))
            ), suspect AS (
                SELECT 0 AS rank, id, COALESCE(wake_at, timer_at) AS wake FROM conversations
                WHERE lost_claims > 1 AND (wake_at <= $1 OR (wake_at IS NULL AND timer_at <= $1))
                    AND lost_claims = (SELECT least FROM level)
                ORDER BY wake_at LIMIT GREATEST(0, LEAST($2::bigint, (
                    SELECT CASE least \(Self.suspectsAtOnce) ELSE 1 END FROM level
                ) - (
                    SELECT COUNT(*) FROM conversations WHERE lost_claims > 1 AND claimed_by = $3 AND wake_at > $1
                ))) FOR UPDATE SKIP LOCKED
            ), live AS (
                SELECT 1 AS rank, id, wake_at AS wake FROM conversations
                WHERE wake_at > $5 AND wake_at <= $1 AND lost_claims <= 1
                ORDER BY wake_at LIMIT $2::bigint - (SELECT COUNT(*) FROM suspect) FOR UPDATE SKIP LOCKED
            ), urgent AS (
                SELECT * FROM suspect UNION ALL SELECT * FROM live
            ), backlog AS (
                SELECT 2 AS rank, id, -wake_at AS wake FROM conversations WHERE wake_at <= $5 AND lost_claims <= 1
                ORDER BY wake_at DESC LIMIT LEAST($6::bigint, $2::bigint - (SELECT COUNT(*) FROM urgent))
                FOR UPDATE SKIP LOCKED
            ), timers AS (
                SELECT 3 AS rank, id, timer_at AS wake FROM conversations
                WHERE timer_at <= $1 AND wake_at IS NULL AND lost_claims <= 1
                ORDER BY timer_at
                LIMIT LEAST($6::bigint - (SELECT COUNT(*) FROM backlog),
                    $2::bigint - (SELECT COUNT(*) FROM urgent) - (SELECT COUNT(*) FROM backlog))
                FOR UPDATE SKIP LOCKED
            ), due AS (
                SELECT * FROM urgent UNION ALL SELECT * FROM backlog UNION ALL SELECT * FROM timers
            )
            UPDATE conversations c SET claimed_by = $3, wake_at = $4,
                -- Still claimed by somebody: that turn was lost.
                failures = c.failures + CASE WHEN c.claimed_by IS NULL THEN 0 ELSE 1 END,
                lost_claims = c.lost_claims + CASE WHEN c.claimed_by IS NULL THEN 0 ELSE 1 END
            FROM due WHERE c.id = due.id
            RETURNING c.id, c.channel, c.user_id, c.wa_id, c.turn, c.failures, c.open_since, c.timer_at, c.timers,
                c.state, c.undo_from, due.rank, due.wake, c.lost_claims
            """,
            [
                .time(now), .integer(limit), .text(owner), .time(leaseUntil),
                .time(now.adding(milliseconds: -StoreLimits.liveMilliseconds)), .integer(bulkLimit),
            ]
        ).map { row in
            Taken(
                raw: RawTurn(
                    id: try row.text(0),
                    address: Address(channel: try row.text(1), userID: row.optional(2), waID: row.optional(3)),
                    state: try row.text(9),
                    timers: try row.text(8),
                    turn: Int(try row.integer(4)),
                    failures: Int(try row.integer(5)),
                    lostClaims: Int(try row.integer(13)),
                    openSince: try row.time(6),
                    events: []
                ),
                timer: try row.time(7),
                mayBeUndone: row.optional(10) != nil,
                rank: try row.integer(11),
                wake: try row.integer(12)
            )
        }.sorted { ($0.rank, $0.wake) < ($1.rank, $1.wake) }
    }

    /// Of conversations that have nothing to do after all.
    private func release(_ ids: [String]) {
        if ids.isEmpty { return }
        db.later(
            """
            UPDATE conversations SET claimed_by = NULL, open_since = NULL, due_at = NULL, wake_at = NULL
            WHERE id = ANY($1)
            """,
            [.texts(ids)]
        )
    }
}
