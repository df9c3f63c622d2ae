/// Fills a database with copies of one conversation that the service itself has written, so that they look like real
/// ones whatever the schema. Each has ten messages: five of the customer, five answers, all done and delivered.
struct Fill {
    let database: Ground.Database
    static let messagesEach = 2 * Bodies.messagesPerCustomer

    /// So many conversations at a time, so that no transaction gets too long.
    private static let chunk = 20_000

    /// Adds customers `range`; the template is customer 0.
    func add(_ range: ClosedRange<Int>) async throws {
        switch database.store {
        case .sqlite:
            for start in stride(from: range.lowerBound, through: range.upperBound, by: Self.chunk) {
                let end = min(start + Self.chunk - 1, range.upperBound)
                try await database.run(try await sqlite(start...end))
            }
            try await database.run("PRAGMA wal_checkpoint(TRUNCATE)")
        case .postgres:
            try await database.run(postgres(range))
        }
    }

    /// What differs in the copy of customer `i`, per table and column. The rest is as in the template.
    private func changes(_ number: String) -> [(table: String, of: String, columns: [String: String])] {
        let id = "'fill' || (1000000 + \(number))"
        let waID = Bodies.waID(of: 0)
        let userID = Bodies.userID(of: 0)
        func ours(_ column: String) -> String { "replace(t.\(column), s.id, \(id))" }
        func theirs(_ column: String) -> String {
            "replace(t.\(column), 'Ehgg1000000', 'Ehgg' || (1000000 + \(number)))"
        }
        return [
            (
                "conversations", "id",
                [
                    "id": id, "state": ours("state"), "undo_state": ours("undo_state"),
                    "wa_id": "'\(waID.dropLast(7))' || (1000000 + \(number))",
                    "user_id": "replace(t.user_id, '\(userID)', 'PT.1349' || (1000000 + \(number)) || '5302741918')",
                ]
            ),
            (
                "identities", "conversation_id",
                [
                    "conversation_id": id,
                    "value": """
                    CASE t.kind WHEN 'wa_id' THEN '\(waID.dropLast(7))' || (1000000 + \(number)) \
                    ELSE 'PT.1349' || (1000000 + \(number)) || '5302741918' END
                    """,
                ]
            ),
            (
                "journal", "conversation_id",
                [
                    "conversation_id": id, "outbox_id": ours("outbox_id"), "outside_id": theirs("outside_id"),
                    "body": theirs("body"),
                ]
            ),
            (
                "outbox", "conversation_id",
                [
                    "id": ours("id"), "lane": id, "conversation_id": id,
                    "message_id": "replace(t.message_id, 'OURS', 'OURS' || \(number) || 'X')",
                ]
            ),
        ]
    }

    private static let template = "(SELECT conversation_id AS id FROM identities WHERE value = '\(Bodies.waID(of: 0))')"

    // MARK: SQLite

    private func sqlite(_ range: ClosedRange<Int>) async throws -> String {
        let series = """
            WITH RECURSIVE n(i) AS (
                SELECT \(range.lowerBound) UNION ALL SELECT i + 1 FROM n WHERE i < \(range.upperBound)
            )
            """
        var script = "BEGIN IMMEDIATE;"
        for (table, key, changes) in changes("n.i") {
            let columns = try await database.columns(of: table).filter { $0 != "seq" }
            let values = columns.map { changes[$0] ?? "t.\($0)" }
            script += """
                INSERT INTO \(table) (\(columns.joined(separator: ", "))) \(series)
                SELECT \(values.joined(separator: ", ")) FROM n CROSS JOIN \(Self.template) s
                CROSS JOIN \(table) t WHERE t.\(key) = s.id;
                """
        }
        return script + "COMMIT;"
    }

    // MARK: Postgres

    /// Without the indexes, which are made again at the end: that is several times faster.
    private func postgres(_ range: ClosedRange<Int>) -> String {
        let tables = changes("n.i").map { "'\($0.table)'" }.joined(separator: ", ")
        let copies = changes("n.i").map { table, key, changes in
            let json = changes.map { "\"\($0)\": \"\($1)\"" }.joined(separator: ", ")
            return """
                DO $do$ DECLARE own text; theirs text; changes jsonb := $json${\(json)}$json$; BEGIN
                    SELECT string_agg(column_name, ', ' ORDER BY ordinal_position),
                        string_agg(COALESCE(changes ->> column_name, 't.' || column_name), ', ' ORDER BY ordinal_position)
                        INTO own, theirs FROM information_schema.columns
                        WHERE table_schema = 'crset' AND table_name = '\(table)' AND column_name <> 'seq';
                    EXECUTE 'INSERT INTO \(table) (' || own || ') SELECT ' || theirs ||
                        $sql$ FROM generate_series(\(range.lowerBound), \(range.upperBound)) AS n(i)
                        CROSS JOIN \(Self.template) s JOIN \(table) t ON t.\(key) = s.id$sql$;
                END $do$;
                """
        }
        return """
            SET search_path = crset;
            SET synchronous_commit = off;
            SET maintenance_work_mem = '512MB';
            CREATE TEMP TABLE made AS SELECT indexname, indexdef FROM pg_indexes
                WHERE schemaname = 'crset' AND tablename IN (\(tables))
                    AND indexname NOT IN (SELECT conname FROM pg_constraint);
            DO $$ DECLARE index record; BEGIN
                FOR index IN SELECT * FROM made LOOP EXECUTE 'DROP INDEX ' || index.indexname; END LOOP;
            END $$;
            \(copies.joined(separator: "\n"))
            DO $$ DECLARE index record; BEGIN
                FOR index IN SELECT * FROM made LOOP EXECUTE index.indexdef; END LOOP;
            END $$;
            VACUUM (ANALYZE) conversations, identities, journal, outbox;
            CHECKPOINT;
            """
    }
}
