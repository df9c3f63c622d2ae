import Conversation
import Foundation
import Storage

/// Fills a database with an archive, in pieces of bounded size.
struct ArchiveFill: Sendable {
    let archive: Archive
    let database: Ground.Database
    let texts: ArchiveLines

    /// Lines at a time.
    private static let piece = 1_048_576

    init(archive: Archive, database: Ground.Database) throws {
        self.archive = archive
        self.database = database
        texts = try ArchiveLines(
            text: "x.text",
            id: "'wamid.HBgM' || x.id || 'X' || x.j",
            at: "x.at",
            stage: "x.stage",
            version: "(x.c * 4 / \(archive.leads))"
        )
    }

    var isSQLite: Bool { database.store == .sqlite }

    func run(_ say: (String) -> Void) async throws {
        try await database.run(head + (try tables()) + (isSQLite ? "" : dropIndexes))
        for start in stride(from: 0, to: archive.lines, by: Self.piece) {
            let range = start..<min(start + Self.piece, archive.lines)
            try await database.run(transaction(journal(range) + outbox(range) + part(range) + search(range)))
            say("\(range.upperBound) of \(archive.lines) lines")
        }
        let leadsAtOnce = Self.piece / archive.slots
        for start in stride(from: 0, to: archive.leads, by: leadsAtOnce) {
            let range = start..<min(start + leadsAtOnce, archive.leads)
            try await database.run(transaction(conversations(range) + facts(range)))
        }
        try await database.run(transaction(longest + beside) + end)
    }

    // MARK: Parts

    private var head: String {
        isSQLite ? "" : "SET search_path = crset; SET synchronous_commit = off; SET work_mem = '128MB';\n"
    }

    private func transaction(_ script: String) -> String { head + "BEGIN;\n" + script + "COMMIT;\n" }

    var join: String { isSQLite ? "CROSS JOIN" : "JOIN" }

    /// Lines of a range with what differs in each: seq, at, j, kind, turn, note, c, id, text, words, stage.
    private func x(_ range: Range<Int>) -> String {
        let numbers = numbers(range)
        return """
            (SELECT l.*, p.text || \(extra) AS text, p.words || \(extra) AS words\(isSQLite ? "" : ", \(vector) AS vector")
            FROM (SELECT b.*, '1k' || (100000000000000 + b.c) AS id, \(hash("b.c * 31 + b.j", 64)) AS h,
                    m.stage AS stage, m.language AS language
                FROM (SELECT n.i + 1 AS seq, \(archive.began) + n.i * \(archive.step) AS at, s.*,
                        n.i / \(archive.slots) - s.off AS c
                    FROM \(numbers) n \(join) bench_slots s ON s.j = n.i % \(archive.slots)) b
                \(join) bench_mix m ON m.n = \(hash("b.c", 4_096)) % 1000
                WHERE b.c BETWEEN 0 AND \(archive.leads - 1)) l
            \(join) bench_phrases p ON p.n = l.language * \(2 * ArchiveTexts.phrasesPerSide)
                + l.side * \(ArchiveTexts.phrasesPerSide) + l.h % \(ArchiveTexts.phrasesPerSide)
            \(join) bench_tails t ON t.n = (l.h % 20000) * (l.h / 20000 % 3355) / 3355) x
            """
    }

    func numbers(_ range: Range<Int>) -> String {
        isSQLite
            ? """
            (WITH RECURSIVE n(i) AS (SELECT \(range.lowerBound) UNION ALL
                SELECT i + 1 FROM n WHERE i < \(range.upperBound - 1)) SELECT i FROM n)
            """
            : "(SELECT i FROM generate_series(\(range.lowerBound)::bigint, \(range.upperBound - 1)) i)"
    }

    /// Spreads numbers that follow each other.
    func hash(_ number: String, _ divisor: Int) -> String {
        "((\(number)) * 2654435761 % 4294967296 / \(divisor))"
    }

    private let extra = """
        CASE WHEN l.j = 0 AND l.c % 100000 = 77 THEN ' \(ArchiveTexts.rareWord)' \
        WHEN l.side = 0 AND l.turn = 3 THEN ' ref ' || (100000 + l.c) ELSE ' ' || t.word END
        """

    private let vector = """
        p.vector || CASE WHEN l.j = 0 AND l.c % 100000 = 77 THEN '''\(ArchiveTexts.rareWord)'':1'::tsvector \
        WHEN l.side = 0 AND l.turn = 3 THEN ('''ref'':1 ''' || (100000 + l.c) || ''':2')::tsvector ELSE t.vector END
        """

    private func journal(_ range: Range<Int>) -> String {
        """
        INSERT INTO journal (seq, conversation_id, at, kind, handled_at, outside_id, outbox_id, body, explanation)
        \(isSQLite ? "" : "OVERRIDING SYSTEM VALUE")
        SELECT x.seq, x.id, x.at, x.kind, x.at + 900,
            CASE x.kind WHEN 'customer' THEN 'wa:wamid.HBgM' || x.id || 'X' || x.j END,
            CASE x.kind WHEN 'message' THEN x.id || '-' || x.turn || '-0' END,
            CASE WHEN x.kind = 'customer' THEN \(texts.customer)
                WHEN x.kind = 'message' AND \(isStaff) THEN replace(\(texts.message), '"bot"', '"staff"')
                WHEN x.kind = 'message' THEN \(texts.message)
                WHEN x.note = 1 THEN '{"kind":"stage","text":"new → qualifying"}'
                WHEN x.note = 2 AND x.stage NOT IN ('new', 'qualifying') THEN \(texts.stageNote)
                ELSE \(texts.otherNote) END,
            CASE WHEN x.kind = 'message' AND NOT (\(isStaff)) THEN \(texts.explanation) END
        FROM \(x(range));\n
        """
    }

    /// Somebody of the staff answered last.
    private var isStaff: String { "x.c % 50 = 0 AND x.turn = \(archive.messagesEach / 2)" }

    private func outbox(_ range: Range<Int>) -> String {
        outbox("seq > \(range.lowerBound) AND seq <= \(range.upperBound)")
    }

    private func outbox(_ condition: String) -> String {
        """
        INSERT INTO outbox (id, lane, conversation_id, state, attempts, not_before, message_id, delivery, delivery_at,
            created_at, closed_at, task)
        SELECT outbox_id, conversation_id, conversation_id, 'sent', 1, at, 'wamid.OURS' || seq, 'read', at + 1000, at,
            at + 900, '{"message":{"_0":' || body || '}}'
        FROM journal WHERE \(condition) AND kind = 'message';\n
        """
    }

    private func search(_ range: Range<Int>) -> String {
        let columns =
            isSQLite
            ? "_\(partStart(range)) (rowid, words) SELECT x.seq, x.words" : " SELECT x.seq, x.id, x.vector"
        return "INSERT INTO search\(columns) FROM \(x(range)) WHERE x.kind <> 'note';\n"
    }

    /// The full-text index of SQLite is in parts, as large as the service makes them.
    private func part(_ range: Range<Int>) -> String {
        isSQLite && range.lowerBound > 0 ? SQLiteSearchParts.creation(from: Int64(partStart(range))) : ""
    }

    private func partStart(_ range: Range<Int>) -> Int { range.lowerBound == 0 ? 0 : range.lowerBound + 1 }

    // MARK: The rest

    /// A lead with more lines than anybody reads at once.
    private var longest: String {
        let texts = try? ArchiveLines(
            text: "'Mais uma coisa ' || n.i",
            id: "'wamid.L' || n.i",
            at: "\(archive.ended)",
            stage: "''",
            version: "'3'"
        )
        let range = archive.lines..<archive.lines + Archive.longestLines
        let id = ArchiveLines.quoted(archive.longest)
        return """
            INSERT INTO journal (seq, conversation_id, at, kind, handled_at, outside_id, outbox_id, body, explanation)
            \(isSQLite ? "" : "OVERRIDING SYSTEM VALUE")
            SELECT n.i + 1, \(id), \(archive.began) + n.i * \(archive.step), CASE n.i % 2 WHEN 0 THEN 'customer' ELSE 'message' END, 1,
                CASE n.i % 2 WHEN 0 THEN 'wa:wamid.L' || n.i END, CASE n.i % 2 WHEN 1 THEN \(id) || '-' || n.i || '-0' END,
                CASE n.i % 2 WHEN 0 THEN \(texts?.customer ?? "''") ELSE \(texts?.message ?? "''") END,
                CASE n.i % 2 WHEN 1 THEN \(texts?.explanation ?? "''") END
            FROM \(numbers(range)) n;
            \(outbox("seq > \(range.lowerBound)"))
            INSERT INTO conversations (id, channel, user_id, wa_id, language, stage, score, turn, created_at, updated_at, state)
            SELECT \(id), channel, 'PT.longest', NULL, language, stage, score, \(Archive.longestLines), created_at,
                \(archive.ended), replace(state, id, \(id)) FROM conversations WHERE id = '\(archive.id(0))';
            INSERT INTO lead_facts (id, language, began_at, messages_in, messages_bot)
            VALUES (\(id), 'pt-PT', \(archive.began), \(Archive.longestLines / 2), \(Archive.longestLines / 2));\n
            """
    }

    private var beside: String {
        """
        INSERT INTO staff_log (at, who, action, conversation_id, detail)
        SELECT \(archive.began) + n.i, 'staff' || (n.i % 10), 'note', '1k' || (100000000000000 + n.i), 'x'
        FROM \(numbers(0..<min(50_000, archive.leads))) n;
        INSERT INTO search_hours SELECT at / 3600000, MIN(seq), MAX(seq) FROM journal GROUP BY 1;
        UPDATE digest SET seq = \(archive.lines + Archive.longestLines);\n
        """
    }

    private func tables() throws -> String {
        let states = try ArchiveStates()
        let vector = isSQLite ? "text" : "tsvector"
        var script = """
            CREATE TABLE bench_slots (j integer PRIMARY KEY, kind text, turn int, side int, note int, off int);
            CREATE TABLE bench_mix (n integer PRIMARY KEY, template int, stage text, language int);
            CREATE TABLE bench_states (n integer PRIMARY KEY, language text, stage text, score int, product text, rank int,
                state text);
            CREATE TABLE bench_phrases (n integer PRIMARY KEY, text text, words text, vector \(vector));
            CREATE TABLE bench_tails (n integer PRIMARY KEY, word text, vector \(vector));
            CREATE TABLE bench_names (n integer PRIMARY KEY, name text);\n
            """
        func insert(_ table: String, _ rows: [[String]]) {
            for start in stride(from: 0, to: rows.count, by: 500) {
                let values = rows[start..<min(start + 500, rows.count)].map { "(" + $0.joined(separator: ", ") + ")" }
                script += "INSERT INTO bench_\(table) VALUES \(values.joined(separator: ",\n"));\n"
            }
        }
        let quoted = ArchiveLines.quoted
        insert(
            "slots",
            archive.plan.enumerated().map { j, slot in
                [
                    "\(j)", quoted(slot.kind), "\(slot.turn)", "\(slot.side)", "\(slot.note)",
                    "\((slot.turn - 1) * archive.spread)",
                ]
            }
        )
        insert(
            "mix",
            states.mix.enumerated().map { n, place in
                let stage = states.templates[place.template].state.stage.name.rawValue
                return ["\(n)", "\(place.template)", quoted(stage), "\(place.language)"]
            }
        )
        insert(
            "states",
            states.templates.enumerated().map { n, template in
                [
                    "\(n)", quoted(template.state.language.rawValue), quoted(template.state.stage.name.rawValue),
                    "\(template.state.score)", template.product.map(quoted) ?? "NULL", "\(template.rank)",
                    quoted(template.json),
                ]
            }
        )
        insert(
            "phrases",
            ArchiveTexts.phrases.enumerated().map { n, phrase in
                let vector = phrase.words.enumerated().map { "'\($1)':\($0 + 1)" }.joined(separator: " ")
                return ["\(n)", quoted(phrase.text), quoted(phrase.words.joined(separator: " ")), quoted(vector)]
            }
        )
        insert("tails", ArchiveTexts.tails.enumerated().map { ["\($0)", quoted($1), quoted("'\($1)':1")] })
        insert("names", ArchiveTexts.names.enumerated().map { ["\($0)", quoted($1)] })
        return script
    }

    private static let tablesFilled = [
        "conversations", "identities", "journal", "outbox", "search", "lead_facts", "sales", "reviews", "alerts",
    ]

    /// Made again at the end: that is several times faster.
    private var dropIndexes: String {
        let tables = Self.tablesFilled.map { "'\($0)'" }.joined(separator: ", ")
        return """
            CREATE TABLE bench_indexes AS SELECT indexname, indexdef FROM pg_indexes
                WHERE schemaname = 'crset' AND tablename IN (\(tables))
                    AND indexname NOT IN (SELECT conname FROM pg_constraint);
            DO $$ DECLARE index record; BEGIN
                FOR index IN SELECT * FROM bench_indexes LOOP EXECUTE 'DROP INDEX ' || index.indexname; END LOOP;
            END $$;\n
            """
    }

    private var end: String {
        let drops = ["slots", "mix", "states", "phrases", "tails", "names"].map { "DROP TABLE bench_\($0);" }.joined()
        if isSQLite { return drops + "PRAGMA wal_checkpoint(TRUNCATE);" }
        return """
            \(drops)
            SET maintenance_work_mem = '1GB';
            DO $$ DECLARE index record; BEGIN
                FOR index IN SELECT * FROM bench_indexes LOOP EXECUTE index.indexdef; END LOOP;
            END $$;
            DROP TABLE bench_indexes;
            SELECT setval(pg_get_serial_sequence('journal', 'seq'), \(archive.lines + Archive.longestLines));
            VACUUM (ANALYZE);
            CHECKPOINT;
            """
    }
}
