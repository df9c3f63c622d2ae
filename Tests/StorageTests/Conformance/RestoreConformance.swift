import Conversation
import Storage
import Testing

@Suite("Every store: after a backup was put back")
struct RestoreConformance {
    @Test("what had not left is a dead letter that may have arrived, and nothing is sent", arguments: Engine.all)
    func messages(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1", "2"], tasks: [.deactivateLink(link, OfferID("o1"))])
            let held = try await store.holdBack(now: Given.at(1_000))
            #expect(held == HeldBack(messages: 2, conversations: 0, timers: 0))
            let letters = try await store.deadLetters(DeadLetterQuery())
            #expect(letters.map(\.code) == ["restored", "restored"])
            #expect(letters.allSatisfy { $0.mayHaveArrived })
            // The link is deactivated all the same.
            #expect(try await store.take(at: 2_000).map(\.id) == ["lead-ana-1-2"])
        }
    }

    @Test("an unanswered customer is an alert for staff and gets no second answer", arguments: Engine.all)
    func answers(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1"), Given.message("m2")])
            #expect(try await store.holdBack(now: Given.at(1_000)).conversations == 1)
            #expect(try await store.claim(at: 2_000).isEmpty)
            #expect(try await store.lead(Given.anaID)?.openAlerts.map(\.alert.kind) == [.unanswered])
            // They write again, and all goes on.
            _ = try await store.accept([Given.message("m3", "E agora?", at: 3_000)])
            #expect(try await store.claim(at: 3_010).first?.texts == ["E agora?"])
        }
    }

    @Test("a reply of staff that had not become a message is an alert, and is not sent", arguments: Engine.all)
    func replies(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1"])
            _ = try await store.take()
            try await store.finish("lead-ana-1-0", .accepted(messageID: "wamid.out"))
            let reply = Event.staff(.reply(text: "Bom dia", by: "Rita"))
            _ = try await store.accept([Given.event("s1", reply, of: Given.anaID, at: 700)])
            #expect(try await store.holdBack(now: Given.at(1_000)).conversations == 1)
            #expect(try await store.claim(at: 2_000).isEmpty)
            #expect(try await store.lead(Given.anaID)?.openAlerts.map(\.alert.kind) == [.unanswered])
        }
    }

    @Test("reminders that fell due are forgotten, other timers and events stay", arguments: Engine.all)
    func timers(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            var commit = try #require(try await store.claim().first).commit()
            commit.timers = [.followUp: Given.at(500), .offerExpiry: Given.at(600), .dormancy: Given.at(9_000)]
            _ = try await store.commit(commit)
            _ = try await store.accept([Given.event("e1", .remark("paid"), of: Given.anaID, at: 700)])
            #expect(try await store.holdBack(now: Given.at(1_000)).timers == 1)
            let turn = try #require(try await store.claim(at: 1_010).first)
            #expect(turn.timers == [.offerExpiry: Given.at(600), .dormancy: Given.at(9_000)])
            #expect(turn.events.map(\.event) == [.remark("paid")])
        }
    }

    private var link: PaymentLink { PaymentLink(id: "plink_1", url: "https://buy.stripe.com/1") }
}
