import Conversation
import GRDB

extension SQLiteStore {
    public func digest(limit: Int) async throws -> Int {
        // Read and worked out beside the writer; then written, should nobody have been quicker.
        let limit = min(max(limit, 1), StoreLimits.pageMax)
        let (from, lines, facts, leads) = try await read { db in try SQLiteDigest(db: db).next(limit: limit) }
        guard let last = lines.last else { return 0 }
        let batch = DigestBatch(lines, facts: facts, leads: leads)
        let partLines = searchPartLines
        let isDone = try await group.write { db in
            try SQLiteDigest(db: db).write(batch, from: from, through: last.seq, partLines: partLines)
        }
        return isDone ? lines.count : 0
    }

    public func digestBehind() async throws -> Int64 {
        try await read { db in
            // Of who was erased, the last lines may be gone again.
            try db.row("SELECT MAX(0, COALESCE((SELECT MAX(seq) FROM journal), 0) - (SELECT seq FROM digest))")?[0] ?? 0
        }
    }
}

private struct SQLiteDigest {
    let db: Database

    typealias Next = (
        from: Int64, lines: [DigestLine], facts: [String: LeadFacts], leads: [String: DigestBatch.Lead]
    )

    /// SQLite writes one transaction at a time, so a `seq` never appears below one that was seen.
    func next(limit: Int) throws -> Next {
        let from: Int64 = try db.row("SELECT seq FROM digest")?[0] ?? 0
        let rows = try db.rows(
            """
            SELECT seq, at, kind, body, conversation_id, outbox_id, explanation FROM journal WHERE seq > ?
            ORDER BY seq LIMIT ?
            """,
            [from, limit]
        )
        let lines = rows.map {
            DigestLine(entry: RawEntry($0), conversation: $0[4], outboxID: $0[5], explanation: $0[6])
        }
        var facts: [String: LeadFacts] = [:]
        var leads: [String: DigestBatch.Lead] = [:]
        for id in Set(lines.map(\.conversation)) {
            if let row = try db.row("SELECT language, product, source, state FROM conversations WHERE id = ?", [id]) {
                leads[id] = DigestBatch.Lead(language: row[0], product: row[1], source: row[2], state: row[3])
            }
            if let row = try db.row("SELECT * FROM lead_facts WHERE id = ?", [id]) { facts[id] = LeadFacts(row) }
        }
        return (from, lines, facts, leads)
    }

    /// False: another process took these lines meanwhile.
    func write(_ batch: DigestBatch, from: Int64, through: Int64, partLines: Int64) throws -> Bool {
        guard try db.run("UPDATE digest SET seq = ? WHERE seq = ?", [through, from]) == 1 else { return false }
        let part = try SQLiteSearchParts(db: db).newest(from: from + 1, lines: partLines)
        for line in batch.words where try isHere(line.conversation) {
            try db.run(
                "INSERT INTO \(part.table) (rowid, words) VALUES (?, ?)",
                [line.seq, line.words.joined(separator: " ")]
            )
        }
        for (hour, first, last) in batch.hours { try db.run(SearchSQL.keepHour, [hour, first, last]) }
        for facts in batch.facts.values where try isHere(facts.id) { try write(facts) }
        for sale in batch.sales where try isHere(sale.conversation) {
            try db.run(
                """
                INSERT OR IGNORE INTO sales (session_id, conversation_id, at, product, currency, amount)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [sale.session, sale.conversation, sale.at, sale.product, sale.price.currency, sale.price.minorUnits]
            )
        }
        for refund in batch.refunds {
            try db.run("UPDATE sales SET refunded_at = ? WHERE session_id = ?", [refund.at, refund.session])
        }
        for (id, review) in batch.reviews where try isHere(id) { try write(review, of: id) }
        return true
    }

    /// Who was erased since the lines were read leaves nothing.
    private func isHere(_ id: String) throws -> Bool {
        try db.row("SELECT 1 FROM conversations WHERE id = ?", [id]) != nil
    }

    private static let factsStatement: String = {
        let columns = ["id", "language", "product", "source", "prompt_version"] + LeadFacts.columns
        return "INSERT OR REPLACE INTO lead_facts (\(columns.joined(separator: ", "))) VALUES ("
            + columns.map { _ in "?" }.joined(separator: ", ") + ")"
    }()

    private func write(_ facts: LeadFacts) throws {
        var values: [(any DatabaseValueConvertible)?] = [
            facts.id, facts.language, facts.product, facts.source, facts.promptVersion,
        ]
        values += LeadFacts.moments.map { facts.numbers[$0] }
        values += LeadFacts.counts.map { facts.numbers[$0] ?? 0 }
        try db.run(Self.factsStatement, StatementArguments(values))
    }

    private func write(_ review: DigestBatch.Review, of id: String) throws {
        let old = try db.row("SELECT reasons, at, judged_at FROM reviews WHERE conversation_id = ?", [id])
        let new = review.added(to: old.map { .init(words: $0[0], at: $0[1], judgedAt: $0[2]) })
        try db.run(
            """
            INSERT INTO reviews (conversation_id, reasons, priority, at) VALUES (?, ?, ?, ?)
            ON CONFLICT (conversation_id) DO UPDATE SET reasons = excluded.reasons, priority = excluded.priority,
                at = excluded.at
            """,
            [id, new.words, new.priority, new.at]
        )
    }
}

extension LeadFacts {
    fileprivate init(_ row: Row) {
        self.init(id: row["id"])
        language = row["language"]
        (product, source, promptVersion) = (row["product"], row["source"], row["prompt_version"])
        for name in Self.columns { numbers[name] = row[name] }
    }
}
