public import Conversation

extension PostgresStore {
    public func leads(_ query: LeadQuery) async throws -> [LeadRecord] {
        let selection = LeadSelection(query)
        guard let counts = selection.counts else { return try await leads(selection.sql()) }
        let found = try await pool.read { db in
            try db.rows(counts.sql.postgres, counts.sql.postgresValues).first.map { row in
                try (0..<counts.columns).map { try row.integer($0) }
            }
        }
        return try await leads(selection.sql(found ?? []))
    }

    private func leads(_ sql: DeskSQL) async throws -> [LeadRecord] {
        try await leads(sql.postgres, sql.postgresValues)
    }

    public func leads(matching reference: String, limit: Int) async throws -> [LeadRecord] {
        if reference.isEmpty { return [] }
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        if let lead = try await lead(ConversationID(reference)) { return [lead] }
        let byUser = try await leads(
            "WHERE user_id = $1 ORDER BY updated_at DESC, id LIMIT $2",
            [.text(reference), .integer(limit)]
        )
        if !byUser.isEmpty { return byUser }
        let phone = PhoneReference(reference)
        if let phone {
            let found = try await leads(
                """
                WHERE id IN (SELECT id FROM conversations WHERE wa_id = $1
                    UNION SELECT conversation_id FROM identities WHERE value = $1 AND kind = 'wa_id')
                ORDER BY updated_at DESC, id LIMIT $2
                """,
                [.text(phone.digits), .integer(limit)]
            )
            if !found.isEmpty { return found }
        }
        // No wildcard of the reference's own: ids compare by their bytes, and a suffix is digits.
        return try await leads(
            """
            WHERE id IN ((SELECT id FROM conversations WHERE id >= $1 AND id < $2 LIMIT $3)
                UNION SELECT id FROM conversations
                    WHERE right(wa_id, 6) = right($4, 6) AND wa_id IS NOT NULL AND wa_id LIKE '%' || $4)
            ORDER BY updated_at DESC, id LIMIT $3
            """,
            [.text(reference), .text(PrefixRange.end(reference)), .integer(limit), .text(phone?.suffix)]
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
                SELECT \(LeadSelection.columns) FROM conversations \(condition)
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
            alerts: alerts,
            heldBy: row.optional(9),
            assignedTo: row.optional(10),
            waitingSince: try row.time(11),
            product: row.optional(12)
        )
    }
}

extension RawTranscriptEntry {
    /// From the columns seq, at, kind, body, explanation, outbox_id, state, delivery, history.
    init(_ row: PostgresRow) throws {
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
