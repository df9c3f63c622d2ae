import Conversation
import Storage
import Testing

@Suite("Every store: lists of what few leads have, and what many")
struct FewLeadsConformance {
    /// More than are few. Of these, a handful differ.
    private static let count = 540

    private static func id(_ index: Int) -> ConversationID { ConversationID("lead-\(index)") }
    private static func address(_ index: Int) -> Address { Address(channel: "100", userID: "US.\(index)", waID: nil) }

    private static func fill(_ store: any Store) async throws {
        _ = try await store.accept(
            (0..<count).map { Given.message("m\($0)", from: address($0), newID: id($0), at: Int64($0 / 3)) }
        )
        var done = 0
        for _ in 0..<1_000 where done < count {
            for turn in try await store.claim(at: 1_000, limit: 100) {
                done += 1
                let index = Int(turn.state.id.rawValue.dropFirst(5)) ?? 0
                var commit = turn.commit(at: 1_000 + Int64(index % 50))
                if index % 90 == 7 { commit.state.language = Language("nl-NL") }
                if index % 5 == 0 {
                    commit.state.stage = .qualified(Qualified(recommended: index % 100 == 5 ? "shop" : "site"))
                }
                commit.state.score = index == 11 ? 99 : index % 4
                _ = try await store.commit(commit)
            }
        }
        try #require(done == count)
    }

    private static let queries: [(String, LeadQuery)] = {
        func query(_ name: String, _ change: (inout LeadQuery) -> Void) -> (String, LeadQuery) {
            var query = LeadQuery()
            change(&query)
            return (name, query)
        }
        return [
            query("few by language") { $0.language = Language("nl") },
            query("many by language") { $0.language = Language("pt") },
            query("nobody by language") { $0.language = Language("de") },
            query("few by product") { $0.product = "shop" },
            query("nobody by product") { $0.product = "none" },
            query("few by score") { $0.scoreMin = 50 },
            query("many by score") { $0.scoreMin = 0 },
            query("nobody by score") { ($0.scoreMin, $0.scoreMax) = (4, 98) },
            query("few by language, of a stage") { ($0.language, $0.stages) = (Language("nl"), [.new]) },
            query("many by language, few by product") { ($0.language, $0.product) = (Language("pt"), "shop") },
            query("few by score in a stage") { ($0.scoreMin, $0.stages) = (2, [.qualified]) },
            query("few by language, since") { ($0.language, $0.since) = (Language("nl"), Given.at(1_010)) },
            query("of two stages") { $0.stages = [.qualified, .new] },
        ]
    }()

    /// Whether a lead belongs into a list, told from what is shown of it.
    private static func fits(_ lead: LeadRecord, _ query: LeadQuery) -> Bool {
        if !query.stages.isEmpty, !query.stages.contains(lead.state.stage.name) { return false }
        if let language = query.language?.rawValue, !lead.state.language.rawValue.hasPrefix(language) { return false }
        if let product = query.product, lead.product != product { return false }
        if let least = query.scoreMin, lead.state.score < least { return false }
        if let most = query.scoreMax, lead.state.score > most { return false }
        if let since = query.since, lead.updatedAt < since { return false }
        return true
    }

    @Test("a list holds the same leads in the same order, however few they are, page by page", arguments: Engine.all)
    func lists(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.fill(store)
            for sort in [LeadQuery.Sort.activity, .created, .score] {
                var everybody = LeadQuery(limit: 1_000)
                everybody.sort = sort
                let all = try await store.leads(everybody)
                #expect(all.count == Self.count)
                let places = all.map { $0.position(in: sort) }
                #expect(
                    zip(places, places.dropFirst()).allSatisfy {
                        ($0.value, $0.id.rawValue) > ($1.value, $1.id.rawValue)
                    }
                )
                for (name, query) in Self.queries {
                    let expected = all.filter { Self.fits($0, query) }.map(\.state.id)
                    #expect(expected.isEmpty == name.hasPrefix("nobody"), "\(name)")
                    var query = query
                    (query.sort, query.limit) = (sort, expected.count > 100 ? 120 : 3)
                    var found: [ConversationID] = []
                    while let last = try await Self.add(store.leads(query), to: &found) {
                        query.after = last.position(in: sort)
                    }
                    #expect(found == expected, "\(name) by \(sort)")
                }
            }
        }
    }

    private static func add(_ page: [LeadRecord], to found: inout [ConversationID]) -> LeadRecord? {
        found += page.map(\.state.id)
        return page.last
    }

    @Test(
        "a language or product that changes, and a lead that is erased, leave the lists that they were in",
        arguments: Engine.all
    )
    func changes(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            func found(_ language: String?, _ product: ProductID? = nil) async throws -> Int {
                var query = LeadQuery(language: language.map { Language($0) })
                query.product = product
                return try await store.leads(query).count
            }
            let steps: [(language: Language, product: ProductID?)] = [
                (.en, "site"), (.en, "shop"), (.es, "shop"), (.es, nil), (.ptPT, "site"),
            ]
            #expect(try await found("pt") == 0)
            for (index, step) in steps.enumerated() {
                let time = Int64(index) * 100
                _ = try await store.accept([Given.message("m\(index)", at: time)])
                var commit = try #require(try await store.claim(at: time + 10).first).commit(at: time + 20)
                commit.state.language = step.language
                commit.state.stage = step.product.map { .qualified(Qualified(recommended: $0)) } ?? .new
                _ = try await store.commit(commit)
                for language in [Language.en, .es, .ptPT] {
                    #expect(try await found(language.rawValue) == (language == step.language ? 1 : 0), "\(index)")
                }
                for product: ProductID in ["site", "shop"] {
                    #expect(try await found(nil, product) == (product == step.product ? 1 : 0), "\(index)")
                }
            }
            _ = try await store.erase(Given.anaID, by: "Rita", at: Given.at(9_000))
            #expect(try await found("pt") == 0)
            #expect(try await found(nil, "site") == 0)
        }
    }
}
