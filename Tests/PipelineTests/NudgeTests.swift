import Conversation
import Integrations
import Testing

@testable import Pipeline

/// What the bot says unasked, on its way out.
@Suite("Nudges that were held up")
struct NudgeTests {
    private static let nudge = OutMessage(
        .text("Ainda aí?"),
        fixedText: .init(key: .followUp, language: .ptPT, values: [:])
    )

    @Test("a nudge that comes too late, and no template stands for, is withdrawn")
    func lateNudge() async throws {
        let scene = try OutboxTests.Scene()
        try await scene.customerWrites()
        try await scene.say(Self.nudge)
        scene.fake.advance(OutboxTests.day)
        try await scene.send()
        #expect(scene.fake.sent.isEmpty)
        #expect(try await scene.dead.isEmpty)
        #expect(
            try await scene.openEvents() == [
                .remark(
                    "not sent: more than 24 hours since the customer wrote, and no template stands for it"
                )
            ]
        )
    }

    @Test("a nudge that was held up is not for a customer who has written since, and holds nothing up")
    func answeredNudge() async throws {
        let scene = try OutboxTests.Scene()
        try await scene.customerWrites()
        scene.fake.advance(60_000)
        try await scene.say(Self.nudge)
        scene.fake.fail(131000)
        try await scene.send()
        scene.fake.advance(60_000)
        try await scene.customerWrites("wamid.again")
        try await scene.say(OutMessage(.text("Claro!")))
        try await scene.send()
        #expect(scene.fake.sent.map(\.content) == [.text(body: "Claro!")])
        #expect(try await scene.dead.isEmpty)
    }

    @Test("a nudge that was held up until after closing time comes again when the business opens")
    func nudgeAtNight() async throws {
        // 1 790 000 000 s is Monday, 2026-09-21, 14:13 UTC.
        let scene = try OutboxTests.Scene(hours: BusinessHours(minutes: [0..<15 * 60], clock: .utc))
        try await scene.customerWrites()
        try await scene.say(Self.nudge, OutMessage(.text("Até já")))
        scene.fake.fail(131000)
        try await scene.send()
        scene.fake.advance(3_600_000)
        try await scene.send()
        #expect(scene.fake.sent.map(\.content) == [.text(body: "Até já")])
        #expect(try await scene.dead.isEmpty)
        #expect(try await scene.openEvents() == [.timer(.followUp)])
    }
}
