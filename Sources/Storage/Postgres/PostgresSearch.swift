public import Conversation

extension PostgresStore {
    /// The newest lines are read one by one: what is said often stands among them. What isn't is rare, and few lines are
    /// left for the index to find. Left to itself, the planner guesses how often a word is said, and where it guesses
    /// wrong it reads all lines there are.
    public func lookFor(_ query: SearchQuery) async throws -> SearchFindings {
        if SearchTerms(query.text).wanted.isEmpty { return SearchFindings() }
        if let id = query.conversation { return try await lookFor(query, in: id) }
        let start = try await pool.read { try PostgresSearch(db: $0, query: query).newest() }
        guard var page = start.page else { return SearchFindings() }
        if let below = start.below {
            do {
                let rest = try await pool.write(.alone) { [page] in
                    try PostgresSearch(db: $0.db, query: query).indexed(below: below, after: page)
                }
                page = rest
            } catch StoreError.unavailable {
                // Words that stand in many lines, but never so: the next page goes on below the lines that were read.
                page.next = below
            }
        }
        return SearchFindings(
            findings: page.rows.map { DeskReading.finding($0.entry, in: $0.id, stage: $0.stage, state: $0.state) },
            next: page.next
        )
    }

    private func lookFor(_ query: SearchQuery, in id: ConversationID) async throws -> SearchFindings {
        let sql = SearchSQL.lines(of: id, query)
        let (lines, stage, state) = try await pool.read { db in
            let results = try db.fetch([
                PostgresStatement("SELECT stage, state FROM conversations WHERE id = $1", [.text(id.rawValue)]),
                PostgresStatement(sql.postgres, sql.postgresValues),
            ])
            guard let lead = results[0].rows.first else { return ([RawEntry](), "", "") }
            return (try results[1].rows.map { try RawEntry($0) }, try lead.text(0), try lead.text(1))
        }
        return SearchSQL.findings(in: lines, of: id, stage: stage, state: state, query)
    }

    // MARK: One lead

    public func notes(of id: ConversationID, limit: Int) async throws -> [JournalEntry] {
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        return try await pool.read { db in
            try db.rows(
                """
                SELECT seq, at, kind, body FROM journal WHERE conversation_id = $1 AND kind = 'note'
                ORDER BY seq LIMIT $2
                """,
                [.text(id.rawValue), .integer(limit)]
            ).map { try RawEntry($0) }
        }.map(\.decoded)
    }

    public func cost(of id: ConversationID) async throws -> LeadCost? {
        try await pool.read { db in
            try db.rows(
                """
                SELECT cost_micro_usd, prompt_tokens, completion_tokens, model_answers FROM lead_facts WHERE id = $1
                """,
                [.text(id.rawValue)]
            ).first.map { row in
                LeadCost(
                    microUSD: try row.integer(0),
                    promptTokens: try row.integer(1),
                    completionTokens: try row.integer(2),
                    answers: try row.integer(3)
                )
            }
        }
    }
}

/// A page of findings as it grows.
struct PostgresFindings: Sendable {
    var rows: [(entry: RawEntry, id: String, stage: String, state: String)] = []
    var next: Int64?
}

struct PostgresSearch {
    let db: PostgresConnection
    let query: SearchQuery

    /// Lines that are read one by one: some 30 ms.
    var linesMax: Int64 = 30_000
    /// So many of them in which all words stand, in whatever order, make the words common ones: the index would bring
    /// more lines than a page may look at, and reading them in their order is as quick.
    var commonMin: Int64 = 30
    /// For asking the index, before the page does without: for words that were common only once.
    private static let indexMillisecondsMax = 1_000

    private var limit: Int { SearchSQL.limit(query) }
    private var terms: DeskSQL.Value { .text(SearchTerms(query.text).postgres) }

    /// What the newest lines hold, and where they end; nil: there are no others.
    func newest() throws -> (page: PostgresFindings?, below: Int64?) {
        guard let range = try range() else { return (nil, nil) }
        var lines = DeskSQL("SELECT seq, words FROM search")
        lines.append(conditions: range)
        lines.append("ORDER BY seq DESC LIMIT ?", .integer(linesMax))
        var sql = DeskSQL(
            """
            SELECT COUNT(*), MIN(seq), string_agg(seq::text, ',' ORDER BY seq DESC) FILTER (WHERE words @@ ?::tsquery),
                COUNT(*) FILTER (WHERE words @@ ?::tsquery)
            """,
            terms,
            .text(SearchTerms(query.text).postgresWords)
        )
        sql.append(DeskSQL("FROM (", lines, ") lines"))
        guard let row = try db.rows(sql.postgres, sql.postgresValues).first else { return (nil, nil) }
        let hits = (row.optional(2) ?? "").split(separator: ",").compactMap { Int64($0) }
        var page = try added(hits, atMost: SearchSQL.findingsMax, to: PostgresFindings())
        let (count, below) = (try row.integer(0), try row.optionalInteger(1))
        if page.next != nil || count < linesMax { return (page, nil) }
        if try row.integer(3) >= commonMin {
            page.next = below
            return (page, nil)
        }
        return (page, below)
    }

    /// With what the index finds below the lines that were read.
    func indexed(below: Int64, after page: PostgresFindings) throws -> PostgresFindings {
        guard let range = try range(below: below) else { return page }
        // No other way than by the words: the time-out is for those that stand in too many lines.
        for (name, value) in [
            ("enable_seqscan", "off"), ("enable_indexscan", "off"), ("enable_indexonlyscan", "off"),
            ("statement_timeout", "\(Self.indexMillisecondsMax)"),
        ] {
            db.later("SELECT set_config($1, $2, true)", [.text(name), .text(value)])
        }
        let most = SearchSQL.isNarrow(query) ? SearchSQL.findingsMax : Int64(limit - page.rows.count)
        var sql = DeskSQL("SELECT seq FROM search")
        sql.append(conditions: [DeskSQL("words @@ ?::tsquery", terms)] + range)
        sql.append("ORDER BY seq DESC LIMIT ?", .integer(most))
        let hits = try db.rows(sql.postgres, sql.postgresValues).map { try $0.integer(0) }
        for name in ["enable_seqscan", "enable_indexscan", "enable_indexonlyscan"] {
            db.later("SELECT set_config($1, 'on', true)", [.text(name)])
        }
        return try added(hits, atMost: most, to: page)
    }

    /// Nil: nothing can be there.
    private func range(below: Int64? = nil) throws -> [DeskSQL]? {
        var conditions: [DeskSQL] = []
        if let below = below ?? query.before { conditions.append(DeskSQL("seq < ?", .integer(below))) }
        if query.since != nil || query.until != nil {
            let hours = SearchSQL.hours(query)
            guard let row = try db.rows(hours.postgres, hours.postgresValues).first,
                let first = try row.optionalInteger(0), let last = try row.optionalInteger(1)
            else { return nil }
            conditions.append(DeskSQL("seq >= ? AND seq <= ?", .integer(first), .integer(last)))
        }
        return conditions
    }

    /// Those of the hits that fit, and where the next page begins: at the end of a full page, or of the hits that one
    /// page may look at.
    private func added(_ hits: [Int64], atMost most: Int64, to page: PostgresFindings) throws -> PostgresFindings {
        var page = page
        let looked = hits.prefix(Int(most))
        var sql = DeskSQL(
            """
            SELECT j.seq, j.at, j.kind, j.body, j.conversation_id, c.stage, c.state
            FROM journal j JOIN conversations c ON c.id = j.conversation_id
            """
        )
        let list = "{" + looked.map(String.init).joined(separator: ",") + "}"
        sql.append(conditions: [DeskSQL("j.seq = ANY(?::bigint[])", .text(list))] + SearchSQL.filters(query))
        sql.append("ORDER BY j.seq DESC LIMIT ?", .integer(Int64(limit - page.rows.count)))
        if !looked.isEmpty {
            page.rows += try db.rows(sql.postgres, sql.postgresValues).map { row in
                (try RawEntry(row), try row.text(4), try row.text(5), try row.text(6))
            }
        }
        if page.rows.count >= limit {
            page.next = page.rows.last?.entry.seq
        } else if looked.count == Int(most) {
            page.next = looked.last
        }
        return page
    }
}
