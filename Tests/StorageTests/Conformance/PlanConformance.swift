import Conversation
import Storage
import Testing

@Suite("Every store: query plans of the desk")
struct PlanConformance {
    struct Query: Sendable, CustomTestStringConvertible {
        var name: String
        /// A list that comes in the order of its index, so that nothing is sorted.
        var isOrdered = false
        var run: @Sendable (any Store) async throws -> Void

        var testDescription: String { name }
    }

    private static func list(_ name: String, _ change: @escaping @Sendable (inout LeadQuery) -> Void = { _ in })
        -> Query
    {
        Query(name: "leads \(name)", isOrdered: true) { store in
            var query = LeadQuery()
            change(&query)
            _ = try await store.leads(query)
            query.after = .init(value: 1, id: ConversationID("x"))
            _ = try await store.leads(query)
        }
    }

    private static func search(_ name: String, _ change: @escaping @Sendable (inout SearchQuery) -> Void = { _ in })
        -> Query
    {
        Query(name: "search \(name)") { store in
            var query = SearchQuery("bom \"dia ana\" ol*")
            change(&query)
            _ = try await store.lookFor(query)
            query.before = 1_000
            _ = try await store.lookFor(query)
        }
    }

    private static let lists: [Query] =
        LeadQuery.Sort.allCases.flatMap { sort in
            [
                list("by \(sort)") { $0.sort = sort },
                list("by \(sort), of a stage") { ($0.sort, $0.stages) = (sort, [.paid]) },
                list("by \(sort), of two stages") { ($0.sort, $0.stages) = (sort, [.paid, .new]) },
                list("by \(sort), of a language") { ($0.sort, $0.language) = (sort, Language("pt")) },
                list("by \(sort), of a product") { ($0.sort, $0.product) = (sort, "site") },
                list("by \(sort), of a score") { ($0.sort, $0.scoreMin, $0.scoreMax) = (sort, 10, 20) },
                list("by \(sort), since") { ($0.sort, $0.since) = (sort, Given.at(0)) },
                list("by \(sort), unpaid") { ($0.sort, $0.isUnpaid) = (sort, true) },
                list("by \(sort), unassigned") { ($0.sort, $0.isUnassigned) = (sort, true) },
            ]
        } + [
            list("assigned") { $0.assignedTo = "Rita" }, list("waiting") { ($0.isWaiting, $0.sort) = (true, .waiting) },
        ]

    private static let year = (from: Given.at(-31_536_000_000), until: Given.at(1_000))

    private static let others: [Query] =
        [
            search("all"), search("of an author") { $0.author = .staff }, search("since") { $0.since = Given.at(0) },
            search("until") { $0.until = Given.at(99) }, search("of a lead") { $0.conversation = Given.anaID },
        ]
        + FactQuery.Group.allCases.map { group in
            Query(name: "statistics by \(group)") { store in
                _ = try await store.facts(FactQuery(from: year.from, until: year.until, by: group))
            }
        }
        + [
            Query(name: "a lead by its id") { _ = try await $0.lead(Given.anaID) },
            Query(name: "a lead by something else") { _ = try await $0.leads(matching: "+351 910 999 999", limit: 5) },
            Query(name: "transcript") { _ = try await $0.transcript(of: Given.anaID, after: 0, limit: 100) },
            Query(name: "notes") { _ = try await $0.notes(of: Given.anaID, limit: 100) },
            Query(name: "cost") { _ = try await $0.cost(of: Given.anaID) },
            Query(name: "history") { _ = try await $0.history(of: Given.anaID, through: .max, limit: 30) },
            Query(name: "events") { _ = try await $0.happenings(after: 1, limit: 100) },
            Query(name: "newest events") { _ = try await $0.happenings(after: nil, limit: 100) },
            Query(name: "reviews") { _ = try await $0.reviews(ReviewQuery()) },
            Query(name: "reviews with a reason") { _ = try await $0.reviews(ReviewQuery(reason: .lost)) },
            Query(name: "reviews that were judged") { _ = try await $0.reviews(ReviewQuery(areJudged: true)) },
            Query(name: "a review") { _ = try await $0.review(of: Given.anaID) },
            Query(name: "log") { _ = try await $0.staffLog(StaffLogQuery()) },
            Query(name: "log of a lead") { _ = try await $0.staffLog(StaffLogQuery(conversation: Given.anaID)) },
            Query(name: "log of a person") { _ = try await $0.staffLog(StaffLogQuery(who: "Rita")) },
            Query(name: "counts") { _ = try await $0.counts(atMost: 1_000) },
            Query(name: "sums of stale hours") { _ = try await $0.refreshFacts(hours: 2) },
        ]

    /// The tables that grow with what is stored, and what the statements call them.
    private static let growing: Set = [
        "conversations", "identities", "journal", "outbox", "lead_facts", "sales", "reviews", "staff_log", "search",
        "lead_values", "c", "j", "o", "f",
    ]

    @Test("no query of the desk reads a whole table that grows, and no list of leads is sorted", arguments: Engine.all)
    func plans(engine: Engine) async throws {
        let database = try await engine.make()
        defer { database.remove() }
        let trace = StatementTrace()
        let store = try await database.open(trace)
        try await store.answered(["Bom dia Ana"])
        try await store.digestAll()
        for query in Self.lists + Self.others {
            _ = trace.take()
            try await query.run(store)
            let statements = trace.take()
            #expect(!statements.isEmpty, "\(query.name)")
            for statement in statements where !statement.sql.hasPrefix("INSERT") {
                let plan = try await store.plan(of: statement, measured: false)
                for line in plan where Self.isScan(line) && !Self.isWalk(statement.sql, plan) {
                    Issue.record("\(engine.name), \(query.name): \(line) of \(statement.sql)")
                }
                if query.isOrdered, statement.sql.contains("FROM conversations"), engine.name == "SQLite" {
                    // What is sorted is bounded: the few that have a value, or a page of each stage, and their page.
                    let sorts = statement.sql.contains("id IN (SELECT") ? 2 : 0
                    #expect(plan.count { $0.contains("TEMP B-TREE") } <= sorts, "\(query.name): \(plan)")
                }
            }
        }
        try await store.close()
    }

    /// The first or last few rows of a table, in its own order.
    private static func isWalk(_ sql: String, _ plan: [String]) -> Bool {
        sql.contains("LIMIT") && !sql.contains("WHERE") && !plan.joined().contains("TEMP B-TREE")
            && !plan.joined().contains("Sort")
    }

    /// SQLite: `SCAN journal`; with an index, `USING INDEX` follows. Postgres: `Seq Scan on journal`.
    private static func isScan(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        if words.first == "SCAN", words.count > 1 {
            return growing.contains(String(words[1])) && !line.contains("USING") && !line.contains("VIRTUAL TABLE")
        }
        guard let range = line.firstRange(of: "Seq Scan on ") else { return false }
        return growing.contains(String(line[range.upperBound...].prefix { $0 != " " }))
    }
}
