public import Conversation

extension PostgresStore {
    public func happenings(after: Int64?, limit: Int) async throws -> [JournalHappening] {
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        let rows = try await pool.read { db in
            let columns = """
                j.seq, j.at, j.kind, j.body, j.explanation, j.outbox_id, o.state, o.delivery, o.history, c.id, c.stage,
                    c.held_by, c.waiting_since, c.state, \(SettledRows.column(of: "j"))
                """
            let tables = """
                journal j JOIN conversations c ON c.id = j.conversation_id LEFT JOIN outbox o ON o.id = j.outbox_id
                """
            let found =
                try after.map { after in
                    try db.rows(
                        "SELECT \(columns) FROM \(tables) WHERE j.seq > $1 ORDER BY j.seq LIMIT $2",
                        [.integer(after), .integer(limit)]
                    )
                }
                ?? db.rows("SELECT \(columns) FROM \(tables) ORDER BY j.seq DESC LIMIT $1", [.integer(limit)])
                .reversed()
            return try SettledRows.prefix(of: found, column: 14).map { row in
                RawHappening(
                    line: try RawTranscriptEntry(row),
                    conversation: try row.text(9),
                    stage: try row.text(10),
                    heldBy: row.optional(11),
                    waitingSince: try row.optionalInteger(12),
                    state: try row.text(13)
                )
            }
        }
        return rows.map(\.decoded)
    }

    public func reviews(_ query: ReviewQuery) async throws -> [ReviewRecord] {
        let sql = DeskReading.reviews(query)
        return try await pool.read { db in
            try db.rows(sql.postgres, sql.postgresValues).map { try ReviewRecord($0) }
        }
    }

    public func review(of id: ConversationID) async throws -> ReviewRecord? {
        try await pool.read { db in
            try db.rows(
                "SELECT \(DeskReading.reviewColumns) FROM reviews WHERE conversation_id = $1",
                [.text(id.rawValue)]
            ).first.map { try ReviewRecord($0) }
        }
    }

    public func judge(
        _ id: ConversationID,
        _ verdict: Verdict,
        by who: String,
        at now: Timestamp
    ) async throws -> Bool {
        let body = try StoredJSON.encode(verdict)
        var needs = PostgresNeeds()
        needs.conversations = [id.rawValue]
        return try await pool.write(.alone, needs: needs) { transaction in
            guard transaction.conversations[id.rawValue] != nil else { return false }
            transaction.db.later(
                """
                INSERT INTO reviews (conversation_id, reasons, priority, at, judged_at, judged_by, verdict)
                VALUES ($1, ',', 0, $2, $2, $3, $4)
                ON CONFLICT (conversation_id) DO UPDATE SET judged_at = excluded.judged_at,
                    judged_by = excluded.judged_by, verdict = excluded.verdict
                """,
                [.text(id.rawValue), .time(now), .text(who), .text(body)]
            )
            transaction.db.later(
                "INSERT INTO staff_log (at, who, action, conversation_id, detail) VALUES ($1, $2, 'judge', $3, $4)",
                [.time(now), .text(who), .text(id.rawValue), .text(verdict.rating)]
            )
            return true
        }
    }
}

extension ReviewRecord {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row.text(0),
            reasons: try row.text(1),
            priority: try row.integer(2),
            at: try row.integer(3),
            judgedAt: try row.optionalInteger(4),
            judgedBy: row.optional(5),
            verdict: row.optional(6)
        )
    }
}
