import Conversation
import Storage
import Testing

@Suite("Every store: polls, and payments known by their intent")
struct PollConformance {
    private func claim(
        _ store: any Store,
        _ owner: String,
        at time: Int64,
        until lease: Int64 = 100,
        evenEarly: Bool = false
    ) async throws -> PollClaim {
        try await store.claimPoll(
            "p",
            owner: owner,
            now: Given.at(time),
            leaseUntil: Given.at(time + lease),
            evenEarly: evenEarly
        )
    }

    @Test("one process at a time has a poll, from where the last one came", arguments: Engine.all)
    func oneAtATime(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            #expect(try await claim(store, "a", at: 0) == .taken(position: nil))
            #expect(try await claim(store, "b", at: 50, evenEarly: true) == .later(Given.at(100)))
            #expect(try await store.keepPoll("p", owner: "a", position: "1", leaseUntil: Given.at(150)))
            #expect(try await claim(store, "b", at: 120) == .later(Given.at(150)))
            // a died: its lease ends, and what it does after all has no effect.
            #expect(try await claim(store, "b", at: 150) == .taken(position: "1"))
            #expect(try await !store.keepPoll("p", owner: "a", position: "2", leaseUntil: Given.at(900)))
            #expect(try await !store.finishPoll("p", owner: "a", position: "2", nextAt: Given.at(900)))
            #expect(try await store.finishPoll("p", owner: "b", position: "3", nextAt: Given.at(1_000)))

            #expect(try await claim(store, "a", at: 999) == .later(Given.at(1_000)))
            #expect(try await claim(store, "a", at: 999, evenEarly: true) == .taken(position: "3"))
            #expect(try await store.finishPoll("p", owner: "a", position: "4", nextAt: Given.at(2_000)))
            #expect(try await claim(store, "a", at: 2_000) == .taken(position: "4"))
        }
    }

    @Test("of many processes that ask at once, one has it, also after a restart", arguments: Engine.all)
    func atOnce(engine: Engine) async throws {
        let database = try await engine.make()
        defer { database.remove() }
        let stores = [try await database.open(), try await database.open()]
        for round in 0..<5 {
            let taken = try await withThrowingTaskGroup(of: String?.self) { group in
                for (index, store) in (stores + stores).enumerated() {
                    group.addTask {
                        let owner = "\(round)-\(index)"
                        let claim = try await claim(store, owner, at: Int64(round) * 1_000)
                        return claim == .taken(position: round == 0 ? nil : "\(round)") ? owner : nil
                    }
                }
                return try await group.reduce(into: [String]()) { if let owner = $1 { $0.append(owner) } }
            }
            #expect(taken.count == 1)
            let next = Given.at(Int64(round + 1) * 1_000)
            let owner = try #require(taken.first)
            #expect(try await stores[1].finishPoll("p", owner: owner, position: "\(round + 1)", nextAt: next))
        }
        for store in stores { try await store.close() }
        let again = try await database.open()
        #expect(try await claim(again, "x", at: 4_999) == .later(Given.at(5_000)))
        #expect(try await claim(again, "x", at: 5_000) == .taken(position: "5"))
        try await again.close()
    }

    @Test("a process that died, left or was the only one holds no poll", arguments: Engine.all)
    func freed(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let hour: Int64 = 3_600_000
            _ = try await store.beat("a", now: Given.at(0), windowMilliseconds: 60_000)
            #expect(try await claim(store, "a", at: 0, until: hour) == .taken(position: nil))
            #expect(try await store.keepPoll("p", owner: "a", position: "1", leaseUntil: Given.at(hour)))
            _ = try await store.beat("b", now: Given.at(20_000), windowMilliseconds: 60_000)
            #expect(try await claim(store, "b", at: 20_000, until: hour) == .taken(position: "1"))
            try await store.leave("b", now: Given.at(21_000), windowMilliseconds: 60_000)
            #expect(try await claim(store, "c", at: 22_000, until: hour) == .taken(position: "1"))
            try await store.releaseAllClaims(now: Given.at(23_000), windowMilliseconds: 60_000)
            #expect(try await claim(store, "d", at: 24_000) == .taken(position: "1"))
        }
    }

    private func news(_ kind: PaymentNews.Kind, _ id: String, intent: String? = "pi_1") -> PaymentNews {
        PaymentNews(
            kind: kind,
            offerID: nil,
            sessionID: id,
            paymentIntent: intent,
            linkID: nil,
            amount: nil,
            mode: "payment",
            isLive: false
        )
    }

    private func dispute(_ id: String, intent: String) -> Arrival {
        Arrival(
            outsideID: "stripe:\(id)",
            receivedAt: Given.at(50),
            content: .payment(news(.disputed, id, intent: intent), intent: intent)
        )
    }

    @Test("news that name a payment intent only go to the conversation that paid by it", arguments: Engine.all)
    func byIntent(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1"), Given.message("m2", from: Given.rui, newID: Given.ruiID)])
            #expect(try await store.conversation(ofPaymentIntent: "pi_1") == nil)
            let paid = Given.event("stripe:cs_1", .payment(news(.completedPaid, "cs_1")), of: Given.ruiID, at: 40)
            // In one batch, as after an outage.
            let acceptances = try await store.accept([
                paid, dispute("du_1", intent: "pi_1"), dispute("du_1", intent: "pi_1"), dispute("du_2", intent: "pi_2"),
            ])
            #expect(acceptances == [.new(Given.ruiID), .new(Given.ruiID), .duplicate, .recorded])
            #expect(try await store.conversation(ofPaymentIntent: "pi_1") == Given.ruiID)
            #expect(try await store.accept([dispute("du_3", intent: "pi_1")]) == [.new(Given.ruiID)])
            let turn = try #require(try await store.claim(at: 60).first { $0.state.id == Given.ruiID })
            #expect(
                turn.events.map(\.event).dropFirst() == [
                    .payment(news(.completedPaid, "cs_1")), .payment(news(.disputed, "du_1")),
                    .payment(news(.disputed, "du_3")),
                ]
            )
        }
    }

    @Test(
        "what was kept because nobody knew whose it is, and comes again with its conversation, is kept no more",
        arguments: Engine.all
    )
    func found(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            #expect(try await store.accept([dispute("du_1", intent: "pi_9")]) == [.recorded])
            #expect(try await store.accept([dispute("du_1", intent: "pi_9")]) == [.duplicate])
            #expect(try await store.counts().unmatched == 1)
            let event = Event.payment(news(.disputed, "du_1", intent: "pi_9"))
            let known = Given.event("stripe:du_1", event, at: 60)
            #expect(try await store.accept([known]) == [.new(Given.anaID)])
            #expect(try await store.accept([known, dispute("du_1", intent: "pi_9")]) == [.duplicate, .duplicate])
            #expect(try await store.counts().unmatched == 0)

            #expect(try await store.accept([dispute("du_2", intent: "pi_other")]) == [.recorded])
            try await store.discardUnmatched("stripe:du_2")
            #expect(try await store.counts().unmatched == 0)
        }
    }
}
