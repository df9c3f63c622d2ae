import Conversation
import Storage
import Synchronization
import Testing

@testable import Pipeline

@Suite("Model trouble")
struct ModelTroubleTests {
    struct Trouble: Sendable, CustomTestStringConvertible {
        var name: String
        var behaviour: FakeOutside.Behaviour
        var testDescription: String { name }

        init(_ name: String, _ behaviour: FakeOutside.Behaviour) {
            self.name = name
            self.behaviour = behaviour
        }
    }

    static let troubles = [
        Trouble("silence", .hang), Trouble("no connection", .refuseConnection),
        Trouble("500", FakeOutside.error(500, "server_error")),
        Trouble("503", FakeOutside.error(503, "server_is_overloaded")),
        Trouble("429 for a moment", FakeOutside.error(429, "rate_limit_exceeded", headers: ["retry-after-ms": "900"])),
        Trouble("429 for long", FakeOutside.error(429, "rate_limit_exceeded", headers: ["retry-after": "60"])),
        Trouble("no money", FakeOutside.error(429, "insufficient_quota")),
        Trouble("refused key", FakeOutside.error(401, "invalid_api_key")),
        Trouble("retired", FakeOutside.error(404, "model_not_found")), Trouble("refusal", .refusal),
        Trouble("cut", .content(#"{"reply":"Ol"#, finish: "length")), Trouble("empty", .content("")),
        Trouble("not JSON", .content("Olá!")), Trouble("other JSON", .content(#"{"hello":1}"#)),
        Trouble("HTML", .status(200, "<html>")), Trouble("no choices", .status(200, #"{"choices":[]}"#)),
    ]

    @Test("Whatever the model does, guided mode answers within 15 seconds of the burst's end", arguments: troubles)
    func bound(_ trouble: Trouble) async throws {
        try await TurnRig.with(models: ["gpt-4.1", "gpt-4.1-mini", "gpt-6-luna"]) { (rig) async throws in
            rig.outside.model(otherwise: trouble.behaviour)
            let start = rig.clock.now
            let answer = try await rig.ask("Olá, queria um site")
            #expect(answer?.contains("Como se chama") == true)
            #expect(start.milliseconds(until: rig.clock.now) <= 12_000)
            #expect((1...4).contains(rig.outside.models.count))
        }
    }

    @Test("Voice notes share the turn's time: silence of WhatsApp, transcription and model is answered in time")
    func voices() async throws {
        try await TurnRig.with { (rig) async throws in
            for media in [FakeOutside.Behaviour.hang, .status(200, #"{"url":"https://lookaside.fbsbx.com/1"}"#)] {
                rig.outside.media(media)
                rig.outside.model(otherwise: .hang)
                let start = rig.clock.now
                try await rig.write(
                    .voice(mediaID: "11", mimeType: "audio/ogg"),
                    .voice(mediaID: "12", mimeType: "audio/ogg"),
                    .text("queria um site")
                )
                #expect(try await rig.answer()?.isEmpty == false)
                #expect(start.milliseconds(until: rig.clock.now) <= 12_000)
                rig.clock.advance(by: 600_000)
            }
        }
    }

    @Test("A model that hangs leaves time for the one that stands by")
    func fallback() async throws {
        try await TurnRig.with { (rig) async throws in
            rig.outside.model(.hang)
            #expect(try await rig.ask("Olá") == "Olá! Qual é o seu nome?")
            #expect(rig.outside.models == ["gpt-4.1", "gpt-4.1-mini"])
        }
    }

    @Test("An error that passes is asked once more, after the pause that the service wants")
    func oneRepeat() async throws {
        try await TurnRig.with { (rig) async throws in
            rig.outside.model(FakeOutside.error(503, "slow_down", headers: ["retry-after-ms": "1700"]))
            #expect(try await rig.ask("Olá") == "Olá! Qual é o seu nome?")
            #expect(rig.outside.models == ["gpt-4.1", "gpt-4.1"])
            let times = rig.outside.asked.map(\.at)
            #expect(times[0].milliseconds(until: times[1]) == 1_700)
        }
    }

    @Test("A pause that is longer than the turn's time is kept by the turns that follow")
    func longPause() async throws {
        try await TurnRig.with { (rig) async throws in
            rig.outside.model(FakeOutside.error(429, "rate_limit_exceeded", headers: ["retry-after": "60"]))
            try await rig.ask("Olá")
            rig.clock.advance(by: 30_000)
            try await rig.ask("Olá?")
            rig.clock.advance(by: 31_000)
            try await rig.ask("Olá??")
            #expect(rig.outside.models == ["gpt-4.1", "gpt-4.1-mini", "gpt-4.1-mini", "gpt-4.1"])
        }
    }

    @Test("An answer that was cut is asked for again with more room")
    func cut() async throws {
        try await TurnRig.with { (rig) async throws in
            rig.outside.model(.content(#"{"reply":"Ol"#, finish: "length"))
            #expect(try await rig.ask("Olá") == "Olá! Qual é o seu nome?")
            #expect(rig.outside.asked.map(\.outputTokens) == [600, 1_200])
        }
    }

    @Test("A refusal is a decision: no model is asked again, and none is left alone for it")
    func refusal() async throws {
        try await TurnRig.with { (rig) async throws in
            rig.outside.model(otherwise: .refusal)
            for number in 1...8 {
                #expect(try await rig.ask("Olá")?.isEmpty == false)
                #expect(rig.outside.models == Array(repeating: "gpt-4.1", count: number))
                rig.clock.advance(by: 60_000)
            }
        }
    }

    @Test("No money is never asked twice: staff is told once, and a single probe finds out when it is there")
    func money() async throws {
        try await TurnRig.with { (rig) async throws in
            rig.outside.model(otherwise: FakeOutside.error(429, "insufficient_quota"))
            for _ in 0..<4 { #expect(try await rig.ask("Olá")?.isEmpty == false) }
            #expect(rig.outside.models == ["gpt-4.1"])
            #expect(try await rig.alerts.open().map(\.cause) == [.modelMoney])
            rig.outside.model()
            rig.clock.advance(by: 16_000)
            #expect(try await rig.ask("Olá") == "Olá! Qual é o seu nome?")
            #expect(rig.outside.models == ["gpt-4.1", "gpt-4.1"])
            #expect(try await rig.alerts.open().isEmpty)
        }
    }

    @Test("A model that is gone is an alert, and the next one answers")
    func gone() async throws {
        try await TurnRig.with { (rig) async throws in
            rig.outside.model(FakeOutside.error(404, "model_not_found"))
            #expect(try await rig.ask("Olá") == "Olá! Qual é o seu nome?")
            #expect(rig.outside.models == ["gpt-4.1", "gpt-4.1-mini"])
            #expect(try await rig.alerts.open().map(\.cause) == [.missing(model: "gpt-4.1")])
            rig.clock.advance(by: 600_000)
            try await rig.ask("Olá?")
            #expect(try await rig.alerts.open().isEmpty)
        }
    }

    @Test("A model that keeps failing is left alone, and comes back by itself")
    func breaker() async throws {
        try await TurnRig.with(models: ["gpt-4.1"]) { (rig) async throws in
            rig.outside.model(otherwise: FakeOutside.error(500, "server_error"))
            for _ in 0..<6 { #expect(try await rig.ask("Olá")?.isEmpty == false) }
            // Two tries in each of two turns, and the fifth failure in the third.
            #expect(rig.outside.models.count == 5)
            rig.clock.advance(by: 15_000)
            #expect(try await rig.ask("Olá")?.isEmpty == false)
            #expect(rig.outside.models.count == 6)
            rig.outside.model()
            rig.clock.advance(by: 30_000)
            #expect(try await rig.ask("Olá") == "Olá! Qual é o seu nome?")
        }
    }

    @Test("A message that comes while the model is thinking joins the turn; what was heard isn't asked for again")
    func joins() async throws {
        try await TurnRig.with { (rig) async throws in
            rig.outside.model(.content(FakeOutside.good))
            rig.outside.whileThinking { [weak rig] in try? await rig?.write(.text("e também um logótipo")) }
            #expect(try await rig.ask("Quero um site") == "Olá! Qual é o seu nome?")
            #expect(rig.outside.models.count == 2)
            let said = try await rig.store.transcript(of: TurnRig.lead, after: 0, limit: 50).filter {
                if case .message = $0.entry.content { true } else { false }
            }
            #expect(said.count == 1)
        }
    }

    @Test("Who goes on writing to a model that hangs is answered in time as well")
    func joinsHanging() async throws {
        try await TurnRig.with { (rig) async throws in
            rig.outside.model(otherwise: .hang)
            rig.outside.whileThinking { [weak rig] in try? await rig?.write(.text("está aí?")) }
            let start = rig.clock.now
            #expect(try await rig.ask("Quero um site")?.isEmpty == false)
            #expect(start.milliseconds(until: rig.clock.now) <= 12_000)
        }
    }

    @Test("Who writes again while the model hangs is answered within 15 s of that, whatever the models do")
    func joinsSlow() async throws {
        try await TurnRig.with { (rig) async throws in
            rig.outside.model(.hang, .content(FakeOutside.good), .hang, .content(FakeOutside.good))
            rig.outside.whileThinking { [weak rig] in try? await rig?.write(.text("está aí?")) }
            let start = rig.clock.now
            #expect(try await rig.ask("Quero um site")?.isEmpty == false)
            #expect(start.milliseconds(until: rig.clock.now) <= 15_000)
        }
    }

    @Test("A reaction while the model is thinking changes nothing about its answer")
    func reaction() async throws {
        try await TurnRig.with { (rig) async throws in
            rig.outside.whileThinking { [weak rig] in try? await rig?.write(.reaction(emoji: "👍")) }
            #expect(try await rig.ask("Quero um site") == "Olá! Qual é o seu nome?")
            #expect(rig.outside.models.count == 1)
            #expect(try await rig.answer() == nil)
        }
    }

    @Test("Nobody seems to be typing an answer to a reaction")
    func typingAtReactions() async throws {
        try await TurnRig.with(adjust: { settings, _ in settings.showsTyping = true }) { (rig) async throws in
            try await rig.write(.reaction(emoji: "👍"))
            #expect(try await rig.answer() == nil)
            #expect(rig.outside.asked.isEmpty)
        }
    }

    @Test("Typing is shown when the turn begins, prolonged while it lasts, and no longer")
    func typing() async throws {
        let clock = TestClock(jumps: false)
        try await TurnRig.with(clock: clock, adjust: { settings, _ in settings.showsTyping = true }) {
            (rig) async throws in
            func marks() -> Int { rig.outside.asked.filter { $0.path.hasSuffix("/messages") }.count }
            rig.outside.media(.status(200, #"{"success":true}"#))
            rig.outside.whileThinking { [weak rig] in
                guard let rig else { return }
                for expected in 1...3 {
                    _ = try? await eventually("mark \(expected)") {
                        rig.outside.asked.filter { $0.path.hasSuffix("/messages") }.count == expected ? true : nil
                    }
                    // A sleeper may not have lain down yet, so time passes in small steps.
                    if expected < 3 {
                        _ = try? await eventually("mark \(expected + 1)") {
                            clock.advance(by: 1_000)
                            return rig.outside.asked.filter { $0.path.hasSuffix("/messages") }.count > expected
                                ? true : nil
                        }
                    }
                }
            }
            #expect(try await rig.ask("Olá") == "Olá! Qual é o seu nome?")
            let before = marks()
            #expect(before == 3)
            clock.advance(by: 100_000)
            try await rig.ask("Ainda aí?")
            // One for the second turn.
            _ = try await eventually("the second turn's mark") { marks() == before + 1 ? true : nil }
        }
    }
}
