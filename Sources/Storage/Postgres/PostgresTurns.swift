public import Conversation

extension PostgresStore {
    public func claimTurns(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int
    ) async throws -> [ClaimedTurn] {
        let rows = try await pool.write { transaction in
            try PostgresTurns(db: transaction.db).claim(owner: owner, now: now, leaseUntil: leaseUntil, limit: limit)
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
                WHERE conversation_id = $1 AND seq <= $2 AND kind IN ('customer', 'owner', 'message')
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

    func claim(owner: String, now: Timestamp, leaseUntil: Timestamp, limit: Int) throws -> [RawTurn] {
        var turns = try take(owner: owner, now: now, leaseUntil: leaseUntil, limit: limit)
        if turns.isEmpty { return [] }
        var events: [String: [RawEntry]] = [:]
        for row in try db.rows(
            """
            SELECT j.seq, j.at, j.kind, j.body, c.id
            FROM unnest($1::text[]) AS c(id) CROSS JOIN LATERAL (
                SELECT seq, at, kind, body FROM journal
                WHERE conversation_id = c.id AND handled_at IS NULL ORDER BY seq LIMIT $2
            ) j ORDER BY j.seq
            """,
            [.texts(turns.map(\.raw.id)), .integer(StoreLimits.eventsPerTurnMax)]
        ) {
            events[try row.text(4), default: []].append(try RawEntry(row))
        }
        for index in turns.indices {
            turns[index].raw.events = events[turns[index].raw.id] ?? []
            if turns[index].raw.events.isEmpty { turns[index].raw.openSince = nil }
        }
        let isIdle = { (turn: Taken) in turn.raw.events.isEmpty && (turn.timer.map { $0 > now } ?? true) }
        release(turns.filter(isIdle).map(\.raw.id))
        return turns.filter { !isIdle($0) }.map(\.raw)
    }

    private struct Taken {
        var raw: RawTurn
        var timer: Timestamp?
        /// For the order: the longest waiting first.
        var wake: Int64
    }

    private func take(owner: String, now: Timestamp, leaseUntil: Timestamp, limit: Int) throws -> [Taken] {
        try db.rows(
            """
            WITH due AS (
                SELECT id, wake_at FROM conversations WHERE wake_at <= $1 ORDER BY wake_at LIMIT $2
                FOR UPDATE SKIP LOCKED
            )
            UPDATE conversations c SET claimed_by = $3, wake_at = $4,
                -- Still claimed by somebody: that turn was lost.
                failures = c.failures + CASE WHEN c.claimed_by IS NULL THEN 0 ELSE 1 END
            FROM due WHERE c.id = due.id
            RETURNING c.id, c.channel, c.user_id, c.wa_id, c.turn, c.failures, c.open_since, c.timer_at, c.timers,
                c.state, due.wake_at
            """,
            [.time(now), .integer(max(limit, 0)), .text(owner), .time(leaseUntil)]
        ).map { row in
            Taken(
                raw: RawTurn(
                    id: try row.text(0),
                    address: Address(channel: try row.text(1), userID: row.optional(2), waID: row.optional(3)),
                    state: try row.text(9),
                    timers: try row.text(8),
                    turn: Int(try row.integer(4)),
                    failures: Int(try row.integer(5)),
                    openSince: try row.time(6),
                    events: []
                ),
                timer: try row.time(7),
                wake: try row.integer(10)
            )
        }.sorted { $0.wake < $1.wake }
    }

    /// Of conversations that have nothing to do after all.
    private func release(_ ids: [String]) {
        if ids.isEmpty { return }
        db.later(
            """
            UPDATE conversations SET claimed_by = NULL, open_since = NULL, due_at = NULL, wake_at = timer_at
            WHERE id = ANY($1)
            """,
            [.texts(ids)]
        )
    }
}
