public import Conversation

extension PostgresStore {
    public func leads(_ query: LeadQuery) async throws -> [LeadRecord] {
        let limit = min(max(query.limit, 0), StoreLimits.pageMax)
        return try await leads(
            """
            WHERE ($1::text IS NULL OR stage = $1::text) AND ($2::text IS NULL OR language = $2::text)
                AND ($3::bigint IS NULL OR updated_at < $3::bigint)
            ORDER BY updated_at DESC, id LIMIT $4
            """,
            [.text(query.stage?.rawValue), .text(query.language?.rawValue), .time(query.before), .integer(limit)]
        )
    }

    public func leads(matching reference: String, limit: Int) async throws -> [LeadRecord] {
        if reference.isEmpty { return [] }
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        let exact = try await leads(
            "WHERE id = $1 OR user_id = $1 ORDER BY id = $1 DESC LIMIT $2",
            [.text(reference), .integer(limit)]
        )
        if let first = exact.first, first.state.id.rawValue == reference { return [first] }
        if !exact.isEmpty { return exact }
        let phone = PhoneReference(reference)
        if let phone {
            let found = try await leads(
                """
                WHERE wa_id = $1 OR id IN (SELECT conversation_id FROM identities WHERE kind = 'wa_id' AND value = $1)
                ORDER BY updated_at DESC, id LIMIT $2
                """,
                [.text(phone.digits), .integer(limit)]
            )
            if !found.isEmpty { return found }
        }
        // No wildcard of the reference's own: substr compares plainly, and the range uses the index.
        return try await leads(
            """
            WHERE (id >= $1 AND substr(id, 1, length($1)) = $1) OR ($2::text IS NOT NULL AND wa_id LIKE '%' || $2::text)
            ORDER BY updated_at DESC, id LIMIT $3
            """,
            [.text(reference), .text(phone?.suffix), .integer(limit)]
        )
    }

    public func lead(_ id: ConversationID) async throws -> LeadRecord? {
        try await leads("WHERE id = $1", [.text(id.rawValue)]).first
    }

    public func transcript(of id: ConversationID, after: Int64, limit: Int) async throws -> [TranscriptEntry] {
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        let rows = try await pool.read { db in
            try db.rows(
                """
                SELECT j.seq, j.at, j.kind, j.body, j.explanation, j.outbox_id, o.state, o.delivery, o.history
                FROM journal j LEFT JOIN outbox o ON o.id = j.outbox_id
                WHERE j.conversation_id = $1 AND j.seq > $2 ORDER BY j.seq LIMIT $3
                """,
                [.text(id.rawValue), .integer(after), .integer(limit)]
            ).map { try RawTranscriptEntry($0) }
        }
        return rows.map(\.decoded)
    }

    public func counts(atMost limit: Int) async throws -> StoreCounts {
        try await pool.read { db in
            func count(_ sql: String) -> String { "(SELECT COUNT(*) FROM (SELECT 1 FROM \(sql) LIMIT $1) AS found)" }
            let row = try db.rows(
                """
                SELECT \(count("conversations")),
                    \(count("(SELECT DISTINCT conversation_id FROM journal WHERE handled_at IS NULL) AS open")),
                    \(count("outbox WHERE closed_at IS NULL AND state IN ('pending', 'sending')")),
                    \(count("outbox WHERE closed_at IS NULL AND state = 'uncertain'")),
                    \(count("outbox WHERE state = 'dead' AND dropped_at IS NULL"))
                        + \(count("parked_turns WHERE parked_at IS NOT NULL AND dropped_at IS NULL")),
                    \(count("unmatched WHERE dropped_at IS NULL"))
                """,
                [.integer(limit)]
            ).first
            func found(_ column: Int32) throws -> Int { min(limit, Int(try row?.integer(column) ?? 0)) }
            return StoreCounts(
                leads: try found(0),
                openConversations: try found(1),
                outboxPending: try found(2),
                outboxUncertain: try found(3),
                deadLetters: try found(4),
                unmatched: try found(5)
            )
        }
    }

    private func leads(_ condition: String, _ values: [PostgresValue]) async throws -> [LeadRecord] {
        let rows = try await pool.read { db in
            let rows = try db.rows(
                """
                SELECT id, channel, user_id, wa_id, created_at, updated_at, source, timers, state
                FROM conversations \(condition)
                """,
                values
            )
            if rows.isEmpty { return [RawLead]() }
            var alerts: [String: [(at: Int64, body: String)]] = [:]
            for alert in try db.rows(
                "SELECT conversation_id, at, body FROM alerts WHERE conversation_id = ANY($1) AND done_at IS NULL "
                    + "ORDER BY id",
                [.texts(try rows.map { try $0.text(0) })]
            ) {
                alerts[try alert.text(0), default: []].append((at: try alert.integer(1), body: try alert.text(2)))
            }
            return try rows.map { try RawLead($0, alerts: alerts[try $0.text(0)] ?? []) }
        }
        return rows.compactMap { $0.readable(logger) }
    }
}

extension RawLead {
    fileprivate init(_ row: PostgresRow, alerts: [(at: Int64, body: String)]) throws {
        self.init(
            id: try row.text(0),
            address: Address(channel: try row.text(1), userID: row.optional(2), waID: row.optional(3)),
            createdAt: Timestamp(milliseconds: try row.integer(4)),
            updatedAt: Timestamp(milliseconds: try row.integer(5)),
            source: row.optional(6),
            timers: try row.text(7),
            state: try row.text(8),
            alerts: alerts
        )
    }
}

extension RawTranscriptEntry {
    fileprivate init(_ row: PostgresRow) throws {
        let history = row.optional(8) ?? "[]"
        let trouble = history == "[]" ? nil : try StoredJSON.decode([OutboxTrouble].self, history).last
        self.init(
            entry: try RawEntry(row),
            explanation: row.optional(4),
            outboxID: row.optional(5),
            sendState: row.optional(6),
            delivery: row.optional(7),
            code: trouble?.code,
            reason: trouble?.reason
        )
    }
}
