import Conversation
import Storage
import Testing

@testable import Storage

@Suite("Every store: pages of a search")
struct SearchPageConformance {
    /// All findings of a search, page by page, with how many each page held.
    static func pages(_ store: any Store, _ query: SearchQuery) async throws -> (seqs: [Int64], counts: [Int]) {
        var (query, seqs, counts) = (query, [Int64](), [Int]())
        for _ in 0..<10_000 {
            let found = try await store.lookFor(query)
            seqs += found.findings.map(\.line.seq)
            counts.append(found.findings.count)
            guard let next = found.next else { return (seqs, counts) }
            #expect(next < query.before ?? .max, "the next page begins further down")
            query.before = next
        }
        Issue.record("the pages have no end")
        return (seqs, counts)
    }

    @Test(
        "a page looks at so many findings and no more: it may end before it is full, and the pages hold each once",
        arguments: Engine.all
    )
    func bounded(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            // The first three lines are notes; above them, more findings of customers than one page looks at.
            _ = try await store.accept([Given.message("first", "site", at: 0)])
            var commit = try #require(try await store.claim(at: 10).first).commit(at: 20)
            commit.notes = (0..<3).map { Note(.staff, "Rita: site \($0)") }
            _ = try await store.commit(commit)
            let count = Int(SearchSQL.findingsMax) + 200
            for start in stride(from: 0, to: count, by: 500) {
                _ = try await store.accept(
                    (start..<min(start + 500, count)).map { Given.message("m\($0)", "o site \($0)", at: 100) }
                )
            }
            for _ in 0..<10_000 where try await store.digestBehind() > 0 { _ = try await store.digest(limit: 1_000) }
            var query = SearchQuery("site", limit: 2)
            query.author = .note
            let notes = try await Self.pages(store, query)
            #expect(notes.counts.first == 0, "\(notes.counts)")
            #expect(notes.seqs.count == 3 && notes.seqs == notes.seqs.sorted(by: >))
            query.author = .customer
            query.limit = 150
            let customers = try await Self.pages(store, query)
            #expect(customers.seqs.count == count + 1 && Set(customers.seqs).count == count + 1)
            #expect(customers.seqs == customers.seqs.sorted(by: >))
        }
    }
}
