import Conversation
import Storage
import Testing

/// Who is erased can't pay any more: nobody would know whose money it is.
@Suite("Every store: links of who is erased")
struct EraseLinkConformance {
    private static let link = PaymentLink(id: "plink_1", url: "https://buy.stripe.com/1")

    /// Ana has her link, or had another before.
    private static func offer(_ store: any Store, hasLink: Bool, tasks: [OutboxTask] = []) async throws {
        _ = try await store.accept([Given.message("m1")])
        var commit = try #require(try await store.claim(at: 10).first).commit(at: 20)
        if hasLink { commit.state.stage = .dormant(before: .awaitingPayment(Given.offer, link, .open)) }
        commit.messages = [Given.text("Olá")]
        commit.tasks = tasks
        _ = try await store.commit(commit)
    }

    @Test(
        "the link that they have ends, also when that fails at first, and the outbox comes to rest",
        arguments: Engine.all
    )
    func standing(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.offer(store, hasLink: true)
            _ = try await store.erase(Given.anaID, by: "Rita", at: Given.at(100))
            // Somebody else's message behind it goes out with it.
            _ = try await store.accept([Given.message("r1", from: Given.rui, newID: Given.ruiID, at: 110)])
            var commit = try #require(try await store.claim(at: 120).first).commit(at: 130)
            commit.messages = [Given.text("Olá Rui")]
            _ = try await store.commit(commit)

            let rows = try await store.take(at: 140)
            #expect(rows.map(\.task).first == .deactivateLink(Self.link, "o1") && rows.count == 2)
            let row = try #require(rows.first)
            try await store.finish(row.id, .failed(.retry(at: Given.at(200)), code: "500", reason: "x"), at: 150)
            #expect(try await store.take(at: 210).map(\.id) == [row.id])
            try await store.finish(row.id, .accepted(messageID: nil), at: 220)
            try await store.finish(rows[1].id, .accepted(messageID: "wamid.1"), at: 220)
            #expect(try await store.take(at: 90_000).isEmpty)
            #expect(try await store.nextWake().outbox == nil)
        }
    }

    @Test("one that was to be ended is ended, also where its sender died", arguments: Engine.all)
    func pending(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.offer(store, hasLink: false, tasks: [.deactivateLink(Self.link, "o1")])
            _ = try await store.erase(Given.anaID, by: "Rita", at: Given.at(100))
            let row = try #require(try await store.take(at: 140).first)
            #expect(row.task == .deactivateLink(Self.link, "o1"))
            _ = try await store.reconcile(now: Given.at(10_000_000), windowMilliseconds: 1)
            #expect(try await store.take(at: 10_000_100).map(\.id) == [row.id])
            // Given up, it is a dead letter, and nobody comes back.
            try await store.finish(row.id, .failed(.dead, code: "404", reason: "x"), at: 10_000_200)
            let letter = try #require(try await store.deadLetters(DeadLetterQuery()).first)
            #expect(letter.id == row.id)
            #expect(try await store.lead(Given.anaID) == nil)
            let retried = try await store.retry(letter, by: "Rita", evenTwice: false, now: Given.at(10_000_300))
            #expect(retried == .done)
            #expect(try await store.take(at: 10_000_400).map(\.id) == [row.id])
        }
    }

    @Test("who has no link leaves nothing to do", arguments: Engine.all)
    func none(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await Self.offer(store, hasLink: false)
            _ = try await store.erase(Given.anaID, by: "Rita", at: Given.at(100))
            #expect(try await store.take(at: 140).isEmpty)
        }
    }
}
