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
        for (name, query) in queries {
            let plan = try Self.plan(store, LeadSelection(query).sql, of: Self.select)
            #expect(plan.contains("USING INDEX conversations_"), "\(name): \(plan)")
            #expect(!plan.contains("TEMP B-TREE"), "\(name): \(plan)")
        }
        try await store.close()
    }

    @Test("the words of somebody who was erased are in no byte of the file")
    func bytes() async throws {
        let file = try SQLiteFile()
        defer { file.remove() }
        let store = try #require(try await file.open() as? SQLiteStore)
        _ = try await store.accept([Given.message("m1", "xilofonesecreto")])
        _ = try await store.accept([Given.message("m2", "outra", from: Given.rui, newID: Given.ruiID)])
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
