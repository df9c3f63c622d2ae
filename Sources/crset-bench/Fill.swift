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
        case .sqlite: try await database.run(sqlite(range))
        case .postgres: try await database.run(postgres(range))
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

    /// The template's rows in tables of their own: not every table can be asked by conversation.
    private var templates: String {
        "CREATE TEMP TABLE s AS SELECT conversation_id AS id FROM identities WHERE value = '\(Bodies.waID(of: 0))';"
            + changes("").map { table, key, _ in
                "CREATE TEMP TABLE t_\(table) AS SELECT t.* FROM \(table) t, s WHERE t.\(key) = s.id;"
            }.joined()
    }

    /// Else the service would be catching up with index and statistics of the copies while it is measured.
    private static let isDigested = "UPDATE digest SET seq = (SELECT MAX(seq) FROM journal);"

    // MARK: SQLite

    private func sqlite(_ range: ClosedRange<Int>) async throws -> String {
        var script = templates
        var columns: [String: [String]] = [:]
        for (table, _, _) in changes("") {
            columns[table] = try await database.columns(of: table).filter { $0 != "seq" }
        }
        for start in stride(from: range.lowerBound, through: range.upperBound, by: Self.chunk) {
            let end = min(start + Self.chunk - 1, range.upperBound)
            script += "BEGIN IMMEDIATE;"
            for (table, _, changes) in changes("n.i") {
                let own = columns[table, default: []]
                script += """
                    INSERT INTO \(table) (\(own.joined(separator: ", ")))
                    WITH RECURSIVE n(i) AS (SELECT \(start) UNION ALL SELECT i + 1 FROM n WHERE i < \(end))
                    SELECT \(own.map { changes[$0] ?? "t.\($0)" }.joined(separator: ", "))
                    FROM n CROSS JOIN s CROSS JOIN t_\(table) t;
                    """
            }
            script += "COMMIT;"
        }
        return script + Self.isDigested + "PRAGMA wal_checkpoint(TRUNCATE);"
    }

    // MARK: Postgres

    /// Without the indexes, which are made again at the end: that is several times faster.
    private func postgres(_ range: ClosedRange<Int>) -> String {
        let tables = changes("n.i").map { "'\($0.table)'" }.joined(separator: ", ")
        let copies = changes("n.i").map { table, _, changes in
            let json = changes.map { "\"\($0)\": \"\($1)\"" }.joined(separator: ", ")
            return """
                DO $do$ DECLARE own text; theirs text; changes jsonb := $json${\(json)}$json$; BEGIN
                    SELECT string_agg(column_name, ', ' ORDER BY ordinal_position),
                        string_agg(COALESCE(changes ->> column_name, 't.' || column_name), ', ' ORDER BY ordinal_position)
                        INTO own, theirs FROM information_schema.columns
                        WHERE table_schema = 'crset' AND table_name = '\(table)' AND column_name <> 'seq';
                    EXECUTE 'INSERT INTO \(table) (' || own || ') SELECT ' || theirs ||
                        $sql$ FROM generate_series(\(range.lowerBound), \(range.upperBound)) AS n(i)
                        CROSS JOIN s CROSS JOIN t_\(table) t$sql$;
                END $do$;
                """
        }
        return """
            SET search_path = crset;
            SET synchronous_commit = off;
            SET maintenance_work_mem = '512MB';
            \(templates)
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
            \(Self.isDigested)
            VACUUM (ANALYZE) conversations, identities, journal, outbox;
            CHECKPOINT;
            """
    }
}
