import Conversation
import Storage
import Testing

@Suite("Every store: sums of statistics")
struct FactConformance {
    private static let minute: Int64 = 60_000

    /// So many leads, one every twenty minutes, the first at a full hour.
    private static func fill(_ store: any Store, _ numbers: Range<Int>) async throws {
        let hour = Given.at(0).milliseconds / 3_600_000 * 3_600_000 - Given.at(0).milliseconds
        for number in numbers {
            let address = Address(channel: "100", userID: "U\(number)", waID: nil)
            let id = ConversationID("lead-\(number)")
            let at = hour + Int64(number) * 20 * minute
            _ = try await store.accept([Given.message("m\(number)", from: address, newID: id, at: at)])
        }
        try await store.digestAll()
    }

    private static func answer(_ store: any Store, from: Int64? = nil, until: Int64? = nil) async throws -> [[FactSums]]
    {
        let start = Given.at(0).milliseconds / 3_600_000 * 3_600_000
        var answers: [[FactSums]] = []
        for group in FactQuery.Group.allCases {
            let query = FactQuery(
                from: from.map { Timestamp(milliseconds: start + $0) },
                until: until.map { Timestamp(milliseconds: start + $0) },
                by: group
            )
            answers.append(try await store.facts(query))
        }
        return answers
    }

    private static func leads(_ sums: [FactSums]) -> Int64 { sums.reduce(0) { $0 + ($1.numbers["leads"] ?? 0) } }

    @Test("statistics are the same before and after hours are summed up, and after leads change", arguments: Engine.all)
    func refresh(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.fill(store, 0..<12)
            let ranges: [(from: Int64?, until: Int64?, leads: Int64)] = [
                (nil, nil, 12), (0, 240, 12), (60, 180, 6), (20, 240, 11), (30, 50, 1), (50, 130, 4), (30, nil, 10),
                (nil, 61, 4), (41, 59, 0), (0, 60, 3), (1, 60, 2),
            ]
            var before: [[[FactSums]]] = []
            for range in ranges {
                let found = try await Self.answer(
                    store,
                    from: range.from.map { $0 * Self.minute },
                    until: range.until.map { $0 * Self.minute }
                )
                for sums in found { #expect(Self.leads(sums) == range.leads, "\(range)") }
                before.append(found)
            }
            var refreshed = 0
            while case let count = try await store.refreshFacts(hours: 3), count > 0 { refreshed += count }
            #expect(refreshed == 4)
            for (range, old) in zip(ranges, before) {
                let now = try await Self.answer(
                    store,
                    from: range.from.map { $0 * Self.minute },
                    until: range.until.map { $0 * Self.minute }
                )
                #expect(now == old, "\(range)")
            }
            // A new lead in the third hour and another in a new one.
            try await Self.fill(store, 12..<13)
            let address = Address(channel: "100", userID: "U5", waID: nil)
            _ = try await store.accept([
                Given.message("again", from: address, newID: ConversationID("lead-5"), at: 900 * Self.minute)
            ])
            try await store.digestAll()
            let stale = try await Self.answer(store)
            #expect(stale.allSatisfy { Self.leads($0) == 13 })
            #expect(stale[0].reduce(0) { $0 + ($1.numbers["messages_in"] ?? 0) } == 14)
            #expect(try await store.refreshFacts(hours: 9) == 2)
            #expect(try await store.refreshFacts(hours: 9) == 0)
            #expect(try await Self.answer(store) == stale)
        }
    }

    @Test("money counts from its payment on, and no more once it went back, summed up or not", arguments: Engine.all)
    func revenue(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered()
            try await Self.pay(store)
            func money() async throws -> [Money] {
                try await store.facts(FactQuery(by: .product)).flatMap(\.revenue)
            }
            let price = [Money(minorUnits: 49_000, currency: "EUR")]
            #expect(try await money() == price)
            while try await store.refreshFacts(hours: 4) > 0 {}
            #expect(try await money() == price)
            let news = PaymentNews(
                kind: .refunded,
                offerID: "o1",
                sessionID: "cs_1",
                linkID: nil,
                amount: price[0],
                mode: "payment",
                isLive: false
            )
            _ = try await store.accept([Given.event("refund", .payment(news), at: 900)])
            try await store.digestAll()
            #expect(try await money().isEmpty)
            while try await store.refreshFacts(hours: 4) > 0 {}
            #expect(try await money().isEmpty)
        }
    }

    private static func pay(_ store: any Store) async throws {
        _ = try await store.accept([Given.message("m2", at: 200)])
        var commit = try #require(try await store.claim(at: 210).first).commit(at: 220)
        let payment = Payment(offer: Given.offer, sessionID: "cs_1", at: Given.at(220), isConfirmedInChat: true)
        (commit.state.stage, commit.state.payments) = (.paid(payment), [payment])
        commit.notes = [Note(.stage, "offered → paid")]
        _ = try await store.commit(commit)
        try await store.digestAll()
    }
}
