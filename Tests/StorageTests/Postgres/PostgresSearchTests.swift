import Conversation
import Testing

@testable import Storage

@Suite("Search in Postgres")
struct PostgresSearchTests {
    @Test("the index finds what stands below the lines that are read one by one, page by page")
    func searchBelow() async throws {
        let store = try await PostgresDatabase().connect()
        _ = try await store.accept(
            (0..<12).map { Given.message("m\($0)", $0 % 2 == 0 ? "loja \($0)" : "outra", at: Int64($0)) }
        )
        try await store.digestAll()
        var query = SearchQuery("loja", limit: 4)
        var pages: [[Int64]] = []
        repeat {
            let (page, below) = try await store.pool.read { [query] db in
                try PostgresSearch(db: db, query: query, linesMax: 3).newest()
            }
            var found = try #require(page)
            if let below {
                found = try await store.pool.write(.alone) { [query, found] transaction in
                    try PostgresSearch(db: transaction.db, query: query, linesMax: 3)
                        .indexed(below: below, after: found)
                }
            }
            pages.append(found.rows.map(\.entry.seq))
            query.before = found.next
        } while query.before != nil
        let all = try await store.search(SearchQuery("loja", limit: 100)).map(\.line.seq)
        #expect(all.count == 6 && pages.flatMap(\.self) == all)
        #expect(pages.map(\.count) == [4, 2])
        try await store.close()
    }

    @Test("words that stand in many lines, but never so, end a page with the lines that were read")
    func searchCommon() async throws {
        let store = try await PostgresDatabase().connect()
        _ = try await store.accept((0..<7).map { Given.message("m\($0)", "azul loja", at: Int64($0)) })
        try await store.digestAll()
        let query = SearchQuery("\"loja azul\"")
        for (common, isIndexed) in [(Int64(3), false), (4, true)] {
            let (page, below) = try await store.pool.read { db in
                try PostgresSearch(db: db, query: query, linesMax: 3, commonMin: common).newest()
            }
            let found = try #require(page)
            #expect(found.rows.isEmpty && found.next == (isIndexed ? nil : 5) && below == (isIndexed ? 5 : nil))
        }
        try await store.close()
    }
}
