public import Conversation
import GRDB

extension SQLiteStore {
    public func happenings(after: Int64?, limit: Int) async throws -> [JournalHappening] {
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        let rows = try await read { db in
            let columns = """
                j.seq, j.at, j.kind, j.body, j.explanation, j.outbox_id, o.state, o.delivery,
                    json_extract(o.history, '$[#-1].code'), json_extract(o.history, '$[#-1].reason'),
                    c.id, c.stage, c.held_by, c.waiting_since, c.state
                """
            let tables = """
                journal j JOIN conversations c ON c.id = j.conversation_id LEFT JOIN outbox o ON o.id = j.outbox_id
                """
            let found =
                try after.map { after in
                    try db.rows(
                        "SELECT \(columns) FROM \(tables) WHERE j.seq > ? ORDER BY j.seq LIMIT ?",
                        [after, limit]
                    )
                } ?? db.rows("SELECT \(columns) FROM \(tables) ORDER BY j.seq DESC LIMIT ?", [limit]).reversed()
            return found.map { row in
                RawHappening(
                    line: RawTranscriptEntry(row),
                    conversation: row[10],
                    stage: row[11],
                    heldBy: row[12],
                    waitingSince: row[13],
                    state: row[14]
                )
            }
        }
        return rows.map(\.decoded)
    }

    public func reviews(_ query: ReviewQuery) async throws -> [ReviewRecord] {
        let sql = DeskReading.reviews(query)
        return try await read { db in try db.rows(sql.sqlite, sql.sqliteArguments).map(ReviewRecord.init) }
    }

    public func review(of id: ConversationID) async throws -> ReviewRecord? {
        try await read { db in
            try db.row(
                "SELECT \(DeskReading.reviewColumns) FROM reviews WHERE conversation_id = ?",
                [id.rawValue]
            ).map(ReviewRecord.init)
        }
    }

    public func judge(
        _ id: ConversationID,
        _ verdict: Verdict,
        by who: String,
        at now: Timestamp
    ) async throws -> Bool {
        let body = try StoredJSON.encode(verdict)
        return try await group.write { db in
            guard try db.row("SELECT 1 FROM conversations WHERE id = ?", [id.rawValue]) != nil else { return false }
            try db.run(
                """
                INSERT INTO reviews (conversation_id, reasons, priority, at, judged_at, judged_by, verdict)
                VALUES (?1, ',', 0, ?2, ?2, ?3, ?4)
                ON CONFLICT (conversation_id) DO UPDATE SET judged_at = excluded.judged_at,
                    judged_by = excluded.judged_by, verdict = excluded.verdict
                """,
                [id.rawValue, now.milliseconds, who, body]
            )
            try db.run(
                "INSERT INTO staff_log (at, who, action, conversation_id, detail) VALUES (?, ?, 'judge', ?, ?)",
                [now.milliseconds, who, id.rawValue, verdict.rating]
            )
            return true
        }
    }
}

extension ReviewRecord {
    fileprivate init(_ row: Row) {
        self.init(
            id: row[0],
            reasons: row[1],
            priority: row[2],
            at: row[3],
            judgedAt: row[4],
            judgedBy: row[5],
            verdict: row[6]
        )
    }
}
