import Conversation
import Foundation
import GRDB
import Testing

@testable import Storage

@Suite("SQLite: the desk")
struct SQLiteDeskTests {
    private static func plan(_ store: SQLiteStore, _ sql: DeskSQL, of select: String) throws -> String {
        try store.pool.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + select + sql.sqlite, arguments: sql.sqliteArguments)
                .map { $0["detail"] as String }.joined(separator: "\n")
        }
    }

    private static let select = "SELECT \(LeadSelection.columns) FROM conversations "

    @Test("lists of leads go along an index and sort nothing, whatever they are narrowed down by")
    func plans() async throws {
        let file = try SQLiteFile()
        defer { file.remove() }
        let store = try #require(try await file.open() as? SQLiteStore)
        var queries: [(String, LeadQuery)] = LeadQuery.Sort.allCases.map { sort in
            var query = LeadQuery(after: .init(value: 1, id: ConversationID("x")))
            query.sort = sort
            return ("\(sort)", query)
        }
        var stage = LeadQuery(stage: .awaitingPayment)
        stage.after = .init(value: 1, id: ConversationID("x"))
        queries.append(("stage", stage))
        var assigned = LeadQuery()
        assigned.assignedTo = "Rita"
        queries.append(("assigned", assigned))
        var unpaid = LeadQuery()
        unpaid.isUnpaid = true
        queries.append(("unpaid", unpaid))
        for (name, change): (String, (inout LeadQuery) -> Void) in [
            ("language", { $0.language = .en }), ("product", { $0.product = "site" }), ("score", { $0.scoreMin = 1 }),
        ] {
            for sort in [LeadQuery.Sort.activity, .created, .score] {
                var query = LeadQuery()
                query.sort = sort
                change(&query)
                queries.append(("\(name) by \(sort)", query))
            }
        }
        // Many have what is asked for.
        for (name, query) in queries {
            let plan = try Self.plan(store, LeadSelection(query).sql([LeadSelection.fewMax + 1]), of: Self.select)
            #expect(plan.contains("USING INDEX conversations_"), "\(name): \(plan)")
            #expect(!plan.contains("TEMP B-TREE"), "\(name): \(plan)")
        }
        try await store.close()
    }

    @Test(
        "the index is in parts; a page ends with one whose lines hold the words, but not as they are wanted",
        arguments: ["\"loja azul\"", "loja azul", "az* loja", "azu*", "loja -azul", "outra", "nunca", "\"nunca azul\""]
    )
    func parts(text: String) async throws {
        let file = try SQLiteFile()
        defer { file.remove() }
        var options = SQLiteStore.Options()
        options.searchPartLines = 5
        let store = try SQLiteStore.open(path: file.path, options: options)
        let texts = (0..<40).map { index in
            index == 3 ? "loja azul" : index == 17 ? "outra" : index % 2 == 0 ? "azul loja" : "loja \(index)"
        }
        _ = try await store.accept(texts.enumerated().map { Given.message("m\($0)", $1, at: Int64($0)) })
        try await store.digestAll()
        let parts = try await store.read { try SQLiteSearchParts(db: $0).all.map(\.first) }
        #expect(parts.count >= 7 && parts.last == 0)
        let terms = SearchTerms(text)
        let expected = texts.indices.filter { terms.fit(SearchWords.words(in: texts[$0]).map(\.folded)) }
        for limit in [1, 3, 100] {
            let found = try await SearchPageConformance.pages(store, SearchQuery(text, limit: limit))
            #expect(found.seqs == expected.reversed().map { Int64($0 + 1) }, "\(limit)")
            // Words that stand alone are found, or not, in all parts at once.
            if limit == 100 { #expect((found.counts.count > 1) == (text.contains("loja") || text.contains("*"))) }
        }
        try await store.close()
    }

    @Test("an index of before it was in parts is the first of them")
    func oldIndex() async throws {
        let file = try SQLiteFile()
        defer { file.remove() }
        let pool = try DatabasePool(path: file.path)
        try SQLiteSchema.migrator.migrate(pool, upTo: "15 tries of what waited")
        try await pool.write { db in
            try db.execute(
                sql: """
                    INSERT INTO conversations (id, channel, language, stage, score, created_at, updated_at, state, product)
                        VALUES ('lead-x', '100', 'nl', 'new', 0, 1, 1, '{}', 'site');
                    INSERT INTO search (rowid, words) VALUES (7, 'loja antiga');
                    """
            )
        }
        try pool.close()
        let store = try SQLiteStore.open(path: file.path)
        let (rows, values) = try await store.read { db in
            (
                try Int64.fetchAll(db, sql: "SELECT rowid FROM search_0 WHERE search_0 MATCH 'antiga'"),
                try String.fetchAll(db, sql: "SELECT kind || value || id FROM lead_values ORDER BY 1")
            )
        }
        #expect(rows == [7] && values == ["languagenllead-x", "productsitelead-x"])
        try await store.close()
    }

    @Test("the words of somebody who was erased are in no byte of the file")
    func bytes() async throws {
        let file = try SQLiteFile()
        defer { file.remove() }
        var options = SQLiteStore.Options()
        options.searchPartLines = 1
        let store = try SQLiteStore.open(path: file.path, options: options)
        _ = try await store.accept([Given.message("m1", "xilofonesecreto")])
        _ = try await store.accept([Given.message("m2", "outra", from: Given.rui, newID: Given.ruiID)])
        _ = try await store.accept([Given.message("m3", "xilofonesecreto dois")])
        try await store.digestAll()
        _ = try await store.erase(Given.anaID, by: "Rita", at: Given.at(100))
        let left = try FileManager.default.contentsOfDirectory(at: file.folder, includingPropertiesForKeys: nil)
        for url in left where !url.lastPathComponent.hasSuffix("-shm") {
            let data = try Data(contentsOf: url)
            for secret in ["xilofonesecreto", "351910000001", "US.ana"] {
                #expect(data.range(of: Data(secret.utf8)) == nil, "\(secret) in \(url.lastPathComponent)")
            }
        }
        #expect(try await store.search(SearchQuery("outra")).count == 1)
        try await store.close()
    }
}
