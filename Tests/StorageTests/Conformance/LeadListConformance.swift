import Conversation
import Storage
import Testing

@Suite("Every store: lists of leads")
struct LeadListConformance {
    /// Twelve leads whose activity, scores and stages overlap, so that ties are in every order.
    private static func fill(_ store: any Store) async throws {
        for index in 0..<12 {
            let address = Address(channel: "100", userID: "US.\(index)", waID: nil)
            let id = ConversationID("lead-\(index)")
            let time = Int64(index / 3) * 1_000
            _ = try await store.accept([Given.message("m\(index)", from: address, newID: id, at: time)])
            let turn = try #require(try await store.claim(at: time).first { $0.state.id == id })
            var commit = turn.commit(at: time)
            commit.state.score = index % 4
            commit.state.language = [.ptPT, .ptBR, .en][index % 3]
            if index % 2 == 0 {
                commit.state.stage = .qualified(Qualified(recommended: index % 4 == 0 ? "site" : "shop"))
            }
            if index == 3 {
                commit.state.stage = .awaitingPayment(Given.offer, PaymentLink(id: "plink_1", url: "https://x"), .open)
            }
            if index % 5 == 0 { commit.alerts = [Alert(.humanAsked, "x")] }
            _ = try await store.commit(commit)
        }
    }

    private static func ids(_ store: any Store, _ change: (inout LeadQuery) -> Void) async throws -> [String] {
        var query = LeadQuery()
        change(&query)
        return try await store.leads(query).map(\.state.id.rawValue)
    }

    @Test("pages of every order put together are the whole list, without gaps or repeats", arguments: Engine.all)
    func paging(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.fill(store)
            for sort in LeadQuery.Sort.allCases {
                let whole = try await Self.ids(store) { $0.sort = sort }
                #expect(whole.count == (sort == .waiting ? 3 : 12), "\(sort)")
                var pages: [String] = []
                var query = LeadQuery(limit: 2)
                query.sort = sort
                while let page = try? await store.leads(query), let last = page.last {
                    pages += page.map(\.state.id.rawValue)
                    query.after = last.position(in: sort)
                }
                #expect(pages == whole, "\(sort)")
            }
            #expect(try await Self.ids(store) { $0.sort = .waiting } == ["lead-0", "lead-5", "lead-10"])
            for sort in LeadQuery.Sort.allCases {
                let waiting = try await Self.ids(store) {
                    ($0.sort, $0.isWaiting, $0.stages) = (sort, true, [.qualified])
                }
                #expect(Set(waiting) == ["lead-0", "lead-10"], "\(sort)")
            }
            let scores = try await store.leads(Self.byScore).map(\.state.score)
            #expect(scores == scores.sorted(by: >))
        }
    }

    private static var byScore: LeadQuery {
        var query = LeadQuery()
        query.sort = .score
        return query
    }

    @Test("filters narrow the list down, each by itself and together", arguments: Engine.all)
    func filters(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.fill(store)
            #expect(try await Self.ids(store) { $0.stages = [.qualified] }.count == 6)
            #expect(try await Self.ids(store) { $0.stages = [.qualified, .awaitingPayment] }.count == 7)
            #expect(try await Self.ids(store) { $0.language = Language("pt") }.count == 8)
            #expect(try await Self.ids(store) { $0.language = .ptBR }.count == 4)
            #expect(try await Self.ids(store) { $0.product = "site" }.count == 4)
            #expect(try await Self.ids(store) { $0.scoreMin = 2 }.count == 6)
            #expect(try await Self.ids(store) { ($0.scoreMin, $0.scoreMax) = (1, 2) }.count == 6)
            #expect(try await Self.ids(store) { $0.isUnpaid = true } == ["lead-3"])
            #expect(try await Self.ids(store) { $0.since = Given.at(2_000) }.count == 6)
            _ = try await store.act(
                StaffAct(.assign("Rita"), on: ConversationID("lead-7"), by: "Eva", at: Given.at(9), requestID: "1")
            )
            #expect(try await Self.ids(store) { $0.assignedTo = "Rita" } == ["lead-7"])
            #expect(try await Self.ids(store) { $0.isUnassigned = true }.count == 11)
            #expect(
                try await Self.ids(store) {
                    $0.stages = [.qualified]
                    $0.language = Language("pt")
                    $0.scoreMin = 2
                    $0.isWaiting = true
                } == ["lead-10"]
            )
        }
    }
}
