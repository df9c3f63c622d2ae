import Conversation
import Integrations
import Storage
import Testing

@testable import Pipeline

/// What the bot wrote and could not send before a person took over.
@Suite("Silenced messages")
struct SilencedTests {
    @Test("an answer that has not left when a person takes over never goes out; a payment's confirmation does")
    func takeover() async throws {
        let scene = try OutboxTests.Scene()
        try await scene.customerWrites()
        scene.fake.fail(131_016)
        try await scene.say(OutMessage(.text("Quer comprar?")), OutboxTests.paid())
        try await scene.send()
        scene.fake.advance(500)
        try await scene.takeOver()
        scene.fake.advance(60_000)
        while try await scene.send() > 0 { scene.fake.advance(10_000) }
        #expect(scene.fake.sent.map { scene.text(of: $0) } == ["Pagamento confirmado"])
        #expect(try await scene.dead.map(\.code) == ["silenced"])
    }
}

extension OutboxTests.Scene {
    func takeOver() async throws {
        let id = ConversationID("lead")
        _ = try await store.accept([
            Arrival(
                outsideID: "staff:1",
                receivedAt: fake.now,
                content: .event(.staff(.takeOver(by: "Rita")), of: id)
            )
        ])
        let claimed = try await store.claimTurns(
            owner: "test",
            now: fake.now,
            leaseUntil: fake.now.adding(milliseconds: 60_000),
            limit: 1,
            bulkLimit: 1
        )
        let turn = try #require(claimed.first)
        var state = turn.state
        state.stage = .handedOff(HandOff(reason: .staffTookOver, staff: "Rita", at: fake.now, before: .new))
        _ = try await store.commit(
            TurnCommit(
                state: state,
                address: turn.address,
                owner: "test",
                now: fake.now,
                turn: turn.turn + 1,
                handledThrough: turn.events.last?.seq,
                timers: [:]
            )
        )
    }

    func text(of message: WhatsAppOutgoing) -> String {
        if case .text(let body, _) = message.content { body } else { "" }
    }
}
