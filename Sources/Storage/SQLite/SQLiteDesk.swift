public import Conversation
import GRDB

extension SQLiteStore {
    public func leads(_ query: LeadQuery) async throws -> [LeadRecord] {
        let selection = LeadSelection(query)
        guard let counts = selection.counts else { return try await leads(selection.sql()) }
        let found = try await read { db in
            try db.row(counts.sql.sqlite, counts.sql.sqliteArguments).map { row in
                (0..<row.count).map { row[$0] as Int64 }
            }
        }
        return try await leads(selection.sql(found ?? []))
    }

    private func leads(_ sql: DeskSQL) async throws -> [LeadRecord] {
        try await leads(sql.sqlite, sql.sqliteArguments)
    }

    public func leads(matching reference: String, limit: Int) async throws -> [LeadRecord] {
        if reference.isEmpty { return [] }
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        if let lead = try await lead(ConversationID(reference)) { return [lead] }
        let byUser = try await leads("WHERE user_id = ? ORDER BY updated_at DESC, id LIMIT ?", [reference, limit])
        if !byUser.isEmpty { return byUser }
        let phone = PhoneReference(reference)
        if let phone {
            let found = try await leads(
                """
                WHERE id IN (SELECT id FROM conversations WHERE wa_id = ?1
                    UNION SELECT conversation_id FROM identities WHERE value = ?1 AND kind = 'wa_id')
                ORDER BY updated_at DESC, id LIMIT ?2
                """,
                [phone.digits, limit]
            )
            if !found.isEmpty { return found }
        }
        // No wildcard of the reference's own: ids compare by their bytes, and a suffix is digits.
        return try await leads(
            """
            WHERE id IN (SELECT * FROM (SELECT id FROM conversations WHERE id >= ?1 AND id < ?2 LIMIT ?3)
                UNION SELECT id FROM conversations
                    WHERE substr(wa_id, -6) = substr(?4, -6) AND wa_id IS NOT NULL AND wa_id LIKE '%' || ?4)
            ORDER BY updated_at DESC, id LIMIT ?3
            """,
            [reference, PrefixRange.end(reference), limit, phone?.suffix]
        )
    }

    public func lead(_ id: ConversationID) async throws -> LeadRecord? {
        try await leads("WHERE id = ?", [id.rawValue]).first
    }

    public func transcript(of id: ConversationID, after: Int64, limit: Int) async throws -> [TranscriptEntry] {
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        let rows = try await read { db in
            try db.rows(
                """
                SELECT j.seq, j.at, j.kind, j.body, j.explanation, j.outbox_id, o.state, o.delivery,
                    json_extract(o.history, '$[#-1].code'), json_extract(o.history, '$[#-1].reason')
                FROM journal j LEFT JOIN outbox o ON o.id = j.outbox_id
                WHERE j.conversation_id = ? AND j.seq > ? ORDER BY j.seq LIMIT ?
                """,
                [id.rawValue, after, limit]
            ).map(RawTranscriptEntry.init)
        }
        return rows.map(\.decoded)
    }

    public func counts(atMost limit: Int) async throws -> StoreCounts {
        try await read { db in
            func count(_ sql: String) throws -> Int {
                try db.row("SELECT COUNT(*) FROM (SELECT 1 FROM \(sql) LIMIT ?)", [limit])?[0] ?? 0
            }
            return StoreCounts(
                leads: try count("conversations"),
                openConversations: try count(
                    "(SELECT DISTINCT conversation_id FROM journal WHERE handled_at IS NULL)"
                ),
                outboxPending: try count("outbox WHERE closed_at IS NULL AND state IN ('pending', 'sending')"),
                outboxUncertain: try count("outbox WHERE closed_at IS NULL AND state = 'uncertain'"),
                deadLetters: min(
                    limit,
                    try count("outbox WHERE state = 'dead' AND dropped_at IS NULL")
                        + count("parked_turns WHERE parked_at IS NOT NULL AND dropped_at IS NULL")
                ),
                unmatched: try count("unmatched WHERE dropped_at IS NULL")
            )
        }
    }

    private func leads(_ condition: String, _ arguments: StatementArguments) async throws -> [LeadRecord] {
        let rows = try await read { db in
            try db.rows(
                """
                SELECT \(LeadSelection.columns) FROM conversations \(condition)
                """,
                arguments
            ).map { row in
                let alerts = try db.rows(
                    "SELECT at, body FROM alerts WHERE conversation_id = ? AND done_at IS NULL ORDER BY id",
                    [row[0] as String]
                )
                return RawLead(row, alerts: alerts.map { ($0[0], $0[1]) })
            }
        }
        return rows.compactMap { $0.readable(logger) }
    }
}

extension RawLead {
    fileprivate init(_ row: Row, alerts: [(at: Int64, body: String)]) {
        self.init(
            id: row[0],
            address: Address(channel: row[1], userID: row[2], waID: row[3]),
            createdAt: Timestamp(milliseconds: row[4]),
            updatedAt: Timestamp(milliseconds: row[5]),
            source: row[6],
            timers: row[7],
            state: row[8],
            alerts: alerts,
            heldBy: row[9],
            assignedTo: row[10],
            waitingSince: Timestamp(column: row[11]),
            product: row[12]
        )
    }
}

extension RawTranscriptEntry {
    /// From the columns seq, at, kind, body, explanation, outbox_id, state, delivery, code, reason.
    init(_ row: Row) {
        self.init(
            entry: RawEntry(row),
            explanation: row[4],
            outboxID: row[5],
            sendState: row[6],
            delivery: row[7],
            code: row[8],
            reason: row[9]
        )
    }
}
