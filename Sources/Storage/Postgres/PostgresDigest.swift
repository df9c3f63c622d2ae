import Conversation

extension PostgresStore {
    public func digest(limit: Int) async throws -> Int {
        let limit = min(max(limit, 1), StoreLimits.pageMax)
        return try await pool.write(.alone) { transaction in
            let digest = PostgresDigest(db: transaction.db)
            guard let (lines, facts, leads) = try digest.next(limit: limit), let last = lines.last else { return 0 }
            try digest.write(DigestBatch(lines, facts: facts, leads: leads), through: last.seq)
            return lines.count
        }
    }

    public func digestBehind() async throws -> Int64 {
        try await pool.read { db in
            // Of who was erased, the last lines may be gone again.
            let sql = "SELECT GREATEST(0, COALESCE((SELECT MAX(seq) FROM journal), 0) - (SELECT seq FROM digest))"
            return try db.rows(sql).first?.integer(0) ?? 0
        }
    }
}

private struct PostgresDigest {
    let db: PostgresConnection

    typealias Next = (lines: [DigestLine], facts: [String: LeadFacts], leads: [String: DigestBatch.Lead])

    /// Nil: another process is at it.
    func next(limit: Int) throws -> Next? {
        guard let state = try db.rows("SELECT seq FROM digest FOR UPDATE SKIP LOCKED").first else { return nil }
        let rows = try db.rows(
            """
            SELECT seq, at, kind, body, conversation_id, outbox_id, explanation, \(SettledRows.column(of: "journal"))
            FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2
            """,
            [.integer(try state.integer(0)), .integer(limit)]
        )
        let lines = try SettledRows.prefix(of: rows, column: 7).map { row in
            DigestLine(
                entry: try RawEntry(row),
                conversation: try row.text(4),
                outboxID: row.optional(5),
                explanation: row.optional(6)
            )
        }
        let ids = PostgresValue.texts(Set(lines.map(\.conversation)))
        let found = try db.fetch([
            PostgresStatement(
                "SELECT id, language, product, source, state FROM conversations WHERE id = ANY($1)",
                [ids]
            ),
            PostgresStatement(
                "SELECT \((Self.texts + LeadFacts.columns).joined(separator: ", ")) FROM lead_facts WHERE id = ANY($1)",
                [ids]
            ),
        ])
        var leads: [String: DigestBatch.Lead] = [:]
        for row in found[0].rows {
            leads[try row.text(0)] = DigestBatch.Lead(
                language: try row.text(1),
                product: row.optional(2),
                source: row.optional(3),
                state: try row.text(4)
            )
        }
        var facts: [String: LeadFacts] = [:]
        for row in found[1].rows { facts[try row.text(0)] = try LeadFacts(row) }
        return (lines, facts, leads)
    }

    func write(_ batch: DigestBatch, through: Int64) throws {
        db.later("UPDATE digest SET seq = $1", [.integer(through)])
        for line in batch.words {
            db.later(
                "INSERT INTO search (seq, conversation_id, words) VALUES ($1, $2, $3::tsvector) ON CONFLICT DO NOTHING",
                [.integer(line.seq), .text(line.conversation), .text(Self.vector(line.words))]
            )
        }
        for (hour, first, last) in batch.hours {
            let sql = DeskSQL(SearchSQL.keepHour, .integer(hour), .integer(first), .integer(last))
            db.later(sql.postgres, sql.postgresValues)
        }
        for facts in batch.facts.values { write(facts) }
        for sale in batch.sales {
            db.later(
                """
                INSERT INTO sales (session_id, conversation_id, at, product, currency, amount)
                VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
                """,
                [
                    .text(sale.session), .text(sale.conversation), .integer(sale.at), .text(sale.product),
                    .text(sale.price.currency), .integer(sale.price.minorUnits),
                ]
            )
        }
        for refund in batch.refunds {
            db.later(
                "UPDATE sales SET refunded_at = $1 WHERE session_id = $2",
                [.integer(refund.at), .text(refund.session)]
            )
        }
        for (id, review) in batch.reviews { try write(review, of: id) }
    }

    /// `'olá':1 'mundo':2`. Words are letters and digits, so nothing has to be escaped; positions end at 16383.
    private static func vector(_ words: [String]) -> String {
        words.enumerated().map { "'\($1)':\(min($0 + 1, 16_383))" }.joined(separator: " ")
    }

    static let texts = ["id", "language", "product", "source", "prompt_version"]

    private static let factsStatement: String = {
        let columns = texts + LeadFacts.columns
        return "INSERT INTO lead_facts (\(columns.joined(separator: ", "))) VALUES ("
            + columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ") + ") ON CONFLICT (id) DO UPDATE SET "
            + columns.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    }()

    private func write(_ facts: LeadFacts) {
        var values: [PostgresValue] = [
            .text(facts.id), .text(facts.language), .text(facts.product), .text(facts.source),
            .text(facts.promptVersion),
        ]
        values += LeadFacts.moments.map { .integer(facts.numbers[$0]) }
        values += LeadFacts.counts.map { .integer(facts.numbers[$0] ?? 0) }
        db.later(Self.factsStatement, values)
    }

    private func write(_ review: DigestBatch.Review, of id: String) throws {
        let old = try db.rows(
            "SELECT reasons, at, judged_at FROM reviews WHERE conversation_id = $1 FOR UPDATE",
            [.text(id)]
        ).first
        let new = review.added(
            to: try old.map { try .init(words: $0.text(0), at: $0.integer(1), judgedAt: $0.optionalInteger(2)) }
        )
        db.later(
            """
            INSERT INTO reviews (conversation_id, reasons, priority, at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (conversation_id) DO UPDATE SET reasons = excluded.reasons, priority = excluded.priority,
                at = excluded.at
            """,
            [.text(id), .text(new.words), .integer(new.priority), .integer(new.at)]
        )
    }
}

extension LeadFacts {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(id: try row.text(0))
        language = try row.text(1)
        (product, source, promptVersion) = (row.optional(2), row.optional(3), row.optional(4))
        for (index, name) in Self.columns.enumerated() {
            numbers[name] = try row.optionalInteger(Int32(PostgresDigest.texts.count + index))
        }
    }
}

/// Transactions commit in another order than they took their `seq`. Whoever goes through the journal by `seq` stops
/// before the first row above which an older transaction may still be open, and so leaves nothing out.
enum SettledRows {
    /// How far the oldest open transaction is behind the one that wrote the row: below 0, none as old is open.
    ///
    /// Transaction numbers go round; `age` compares them all the same. Rows of long ago are older than anything.
    static func column(of table: String) -> String {
        "age((pg_snapshot_xmin(pg_current_snapshot())::text::bigint & 4294967295)::text::xid) - age(\(table).xmin)"
    }

    static func prefix(of rows: [PostgresRow], column: Int32) throws -> [PostgresRow] {
        var settled: [PostgresRow] = []
        for row in rows {
            guard try row.integer(column) < 0 else { break }
            settled.append(row)
        }
        return settled
    }
}
