public import Conversation
import GRDB

extension SQLiteStore {
    public func lookFor(_ query: SearchQuery) async throws -> SearchFindings {
        if SearchTerms(query.text).wanted.isEmpty { return SearchFindings() }
        if let id = query.conversation { return try await lookFor(query, in: id) }
        let (rows, next) = try await read { db in
            guard let hits = try Self.hits(query, db) else { return ([Finding](), nil as Int64?) }
            let rows = try Self.rows(hits, query, db)
            if rows.count == SearchSQL.limit(query) { return (rows, rows.last?.entry.seq) }
            // Whether there are more than were looked at.
            let count = DeskSQL("SELECT COUNT(*), MIN(seq) FROM (", hits, ")")
            let looked = try db.row(count.sqlite, count.sqliteArguments)
            return (rows, looked.flatMap { ($0[0] as Int64) == SearchSQL.findingsMax ? $0[1] : nil })
        }
        return SearchFindings(
            findings: rows.map { DeskReading.finding($0.entry, in: $0.id, stage: $0.stage, state: $0.state) },
            next: next
        )
    }

    private typealias Finding = (entry: RawEntry, id: String, stage: String, state: String)

    /// The newest lines with the words. The index goes from the newest to the oldest, and stops at the limit. Nil: none
    /// can be there.
    private static func hits(_ query: SearchQuery, _ db: Database) throws -> DeskSQL? {
        var conditions = [DeskSQL("search MATCH ?", .text(SearchTerms(query.text).sqlite))]
        if let before = query.before { conditions.append(DeskSQL("rowid < ?", .integer(before))) }
        if query.since != nil || query.until != nil {
            let hours = SearchSQL.hours(query)
            guard let row = try db.row(hours.sqlite, hours.sqliteArguments), let first = row[0] as Int64?,
                let last = row[1] as Int64?
            else { return nil }
            conditions.append(DeskSQL("rowid >= ? AND rowid <= ?", .integer(first), .integer(last)))
        }
        var sql = DeskSQL("SELECT rowid AS seq FROM search")
        sql.append(conditions: conditions)
        let limit = SearchSQL.isNarrow(query) ? SearchSQL.findingsMax : Int64(SearchSQL.limit(query))
        sql.append("ORDER BY rowid DESC LIMIT ?", .integer(limit))
        return sql
    }

    private static func rows(_ hits: DeskSQL, _ query: SearchQuery, _ db: Database) throws -> [Finding] {
        var sql = DeskSQL("SELECT j.seq, j.at, j.kind, j.body, j.conversation_id, c.stage, c.state FROM (", hits, ") s")
        sql.append("CROSS JOIN journal j ON j.seq = s.seq CROSS JOIN conversations c ON c.id = j.conversation_id")
        sql.append(conditions: SearchSQL.filters(query))
        sql.append("ORDER BY s.seq DESC LIMIT ?", .integer(Int64(SearchSQL.limit(query))))
        return try db.rows(sql.sqlite, sql.sqliteArguments).map { (RawEntry($0), $0[4], $0[5], $0[6]) }
    }

    private func lookFor(_ query: SearchQuery, in id: ConversationID) async throws -> SearchFindings {
        let sql = SearchSQL.lines(of: id, query)
        let (lines, stage, state) = try await read { db in
            guard let lead = try db.row("SELECT stage, state FROM conversations WHERE id = ?", [id.rawValue]) else {
                return ([RawEntry](), "", "")
            }
            let lines = try db.rows(sql.sqlite, sql.sqliteArguments).map { RawEntry($0) }
            return (lines, lead[0] as String, lead[1] as String)
        }
        return SearchSQL.findings(in: lines, of: id, stage: stage, state: state, query)
    }

    // MARK: One lead

    public func notes(of id: ConversationID, limit: Int) async throws -> [JournalEntry] {
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        return try await read { db in
            try db.rows(
                """
                SELECT seq, at, kind, body FROM journal WHERE conversation_id = ? AND kind = 'note' ORDER BY seq LIMIT ?
                """,
                [id.rawValue, limit]
            ).map { RawEntry($0) }
        }.map(\.decoded)
    }

    public func cost(of id: ConversationID) async throws -> LeadCost? {
        try await read { db in
            try db.row(
                """
                SELECT cost_micro_usd, prompt_tokens, completion_tokens, model_answers FROM lead_facts WHERE id = ?
                """,
                [id.rawValue]
            ).map { LeadCost(microUSD: $0[0], promptTokens: $0[1], completionTokens: $0[2], answers: $0[3]) }
        }
    }
}
