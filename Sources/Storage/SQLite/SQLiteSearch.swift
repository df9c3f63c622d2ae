public import Conversation
import GRDB

extension SQLiteStore {
    public func lookFor(_ query: SearchQuery) async throws -> SearchFindings {
        if SearchTerms(query.text).wanted.isEmpty { return SearchFindings() }
        if let id = query.conversation { return try await lookFor(query, in: id) }
        let partLines = searchPartLines
        let page = try await read { db in try SQLiteSearch(db: db, query: query, partLines: partLines).page() }
        return SearchFindings(
            findings: page.rows.map { DeskReading.finding($0.entry, in: $0.id, stage: $0.stage, state: $0.state) },
            next: page.next
        )
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

/// A page of findings, from the newest part of the index to the oldest.
///
/// FTS5 goes from the newest line to the oldest and stops at the limit. Where the words stand in many lines, but never
/// as they are wanted, it would go through all of them: then a page ends with the part.
private struct SQLiteSearch {
    let db: Database
    let query: SearchQuery
    let partLines: Int64

    typealias Row = (entry: RawEntry, id: String, stage: String, state: String)
    typealias Page = (rows: [Row], next: Int64?)

    private var terms: SearchTerms { SearchTerms(query.text) }
    /// Findings whose lines are read at once.
    private static let findingsAtOnce = 500

    func page() throws -> Page {
        var page: Page = ([], nil)
        guard let range = try range() else { return page }
        let limit = SearchSQL.limit(query)
        var (looked, work) = (0, Int64(0))
        let parts = try SQLiteSearchParts(db: db).all.filter { $0.first < range.upperBound }
        for (index, part) in parts.enumerated() {
            let most = SearchSQL.isNarrow(query) ? Int(SearchSQL.findingsMax) - looked : limit - page.rows.count
            let hits = try hits(in: part, range, atMost: most)
            looked += hits.count
            try add(hits, upTo: limit, to: &page.rows)
            if page.rows.count == limit { return (page.rows, page.rows.last?.entry.seq) }
            if hits.count == most { return (page.rows, hits.last) }
            if index == parts.count - 1 || part.first <= range.lowerBound { return page }
            work += try self.work(in: part)
            if work >= max(1, partLines / 50) { return (page.rows, part.first) }
        }
        return page
    }

    /// Where findings may lie; nil: nowhere.
    private func range() throws -> Range<Int64>? {
        var (first, end) = (Int64(0), query.before ?? .max)
        if query.since != nil || query.until != nil {
            let hours = SearchSQL.hours(query)
            guard let row = try db.row(hours.sqlite, hours.sqliteArguments), let least = row[0] as Int64?,
                let most = row[1] as Int64?
            else { return nil }
            (first, end) = (least, min(end, most + 1))
        }
        return first < end ? first..<end : nil
    }

    private func hits(in part: SQLiteSearchParts.Part, _ range: Range<Int64>, atMost most: Int) throws -> [Int64] {
        try db.rows(
            """
            SELECT rowid FROM \(part.table) WHERE \(part.table) MATCH ? AND rowid >= ? AND rowid < ?
            ORDER BY rowid DESC LIMIT ?
            """,
            [terms.sqlite, range.lowerBound, range.upperBound, most]
        ).map { $0[0] }
    }

    private func add(_ hits: [Int64], upTo limit: Int, to rows: inout [Row]) throws {
        var rest = hits[...]
        while !rest.isEmpty, rows.count < limit {
            let some = rest.prefix(Self.findingsAtOnce)
            rest = rest.dropFirst(Self.findingsAtOnce)
            var sql = DeskSQL(
                """
                SELECT j.seq, j.at, j.kind, j.body, j.conversation_id, c.stage, c.state
                FROM journal j CROSS JOIN conversations c ON c.id = j.conversation_id
                """
            )
            let list = "[" + some.map(String.init).joined(separator: ",") + "]"
            let isHit = DeskSQL("j.seq IN (SELECT value FROM json_each(?))", .text(list))
            sql.append(conditions: [isHit] + SearchSQL.filters(query))
            sql.append("ORDER BY j.seq DESC LIMIT ?", .integer(Int64(limit - rows.count)))
            rows += try db.rows(sql.sqlite, sql.sqliteArguments).map { (RawEntry($0), $0[4], $0[5], $0[6]) }
        }
    }

    /// Lines of a part that had to be looked at, roughly: those of the rarest word, and of a beginning all.
    private func work(in part: SQLiteSearchParts.Part) throws -> Int64 {
        let most = max(1, partLines / 50)
        func count(_ words: String) throws -> Int64 {
            let sql = "SELECT rowid FROM \(part.table) WHERE \(part.table) MATCH ? LIMIT ?"
            return try db.row("SELECT COUNT(*) FROM (\(sql))", [words, most])?[0] ?? 0
        }
        var work = Int64(0)
        for phrase in terms.wanted + terms.unwanted where phrase.isPrefix {
            if let word = phrase.words.last { work += try count("\"\(word)\" *") }
        }
        let words = terms.wanted.flatMap { $0.words.dropLast($0.isPrefix ? 1 : 0) }
        // One word is found at once, or isn't there.
        if work >= most || (words.count < 2 && terms.unwanted.isEmpty) { return work }
        var rarest = most
        for word in words.prefix(4) where rarest > 0 { rarest = min(rarest, try count("\"\(word)\"")) }
        return work + (words.isEmpty ? 0 : rarest)
    }
}
