import Conversation
import Foundation
import Synchronization
import Testing

@testable import crset

@Suite("Scripts of the demo")
struct DemoScriptTests {
    @Test("Each line is a message, a command or an expectation; comments and empty lines are none")
    func parsing() throws {
        let script = try DemoScript(
            "# hi\r\n\r\n  Olá! \n> CRSET\n/pay mbway\n? stage awaiting_payment\n1\n/new es +34612345678 \n"
        )
        #expect(
            script.steps == [
                .init(line: 3, action: .say("Olá!")), .init(line: 4, action: .expect("CRSET")),
                .init(line: 5, action: .command(.pay(.mbway))), .init(line: 6, action: .expectStage(.awaitingPayment)),
                .init(line: 7, action: .say("1")),
                .init(line: 8, action: .command(.new(Language("es"), phone: "34612345678"))),
            ]
        )
    }

    @Test(
        "A mistake names its line",
        arguments: ["a\n>", "a\n? stage bought", "a\n? lead", "a\n/dance", "a\n/pay gold", "a\n/new xx"]
    )
    func mistakes(_ text: String) {
        #expect { try DemoScript(text) } throws: { ($0 as? DemoScript.Mistake)?.line == 2 }
    }

    @Test(
        "Slash commands",
        arguments: [
            ("/pay", SlashCommand.pay(.card)), ("/PAY fail", .pay(.fail)), ("/new", .new(nil, phone: nil)),
            ("/new pt-BR", .new(Language("pt-BR"), phone: nil)),
            ("/new +34612345678 es", .new(Language("es"), phone: "34612345678")), ("/quit", .quit),
            ("/lead", .lead), ("/lead me", .unknown("/lead me")), ("/", .unknown("/")),
        ]
    )
    func commands(_ text: String, _ command: SlashCommand) {
        #expect(SlashCommand(text) == command)
    }

    @Test("What is no command is a message")
    func noCommand() {
        #expect(SlashCommand("50 /mês") == nil)
    }

    @Test("The sample scripts lead to a payment", arguments: ["pt-PT", "pt-BR", "en", "es"])
    func samples(_ language: String) throws {
        let url = try #require(Bundle.module.url(forResource: "Scripts/\(language)", withExtension: "chat"))
        let script = try DemoScript(String(contentsOf: url, encoding: .utf8))
        #expect(script.steps.contains { $0.action == .expectStage(.paid) })
    }
}

/// A business that answers each text by a table, and is paid by anyone.
final class FakeBusiness: Sendable {
    struct Heard: Equatable {
        var sent: [DemoBackend.Outgoing] = []
        var paid: [String] = []
        var restarts = 0
        var stage = Stage.Name.new
    }

    let heard = Mutex(Heard())
    let backend: DemoBackend

    init(_ answers: [String: Chat.Message]) {
        let (stream, continuation) = AsyncStream.makeStream(of: DemoBackend.Happening.self)
        let ids = Atomic<Int>(0)
        let box = Box()
        backend = DemoBackend(
            business: "CRSET",
            happenings: stream,
            time: { "14:02" },
            send: { outgoing, id in
                box.business?.heard.withLock { $0.sent.append(outgoing) }
                continuation.yield(.read(id))
                let text =
                    switch outgoing {
                    case .text(let text): text
                    case .choice(let choice, _): choice.id
                    case .voice: "voice"
                    }
                if let answer = answers[text] { continuation.yield(.message(answer)) }
            },
            pay: { url, method in
                box.business?.heard.withLock {
                    $0.paid.append(url)
                    $0.stage = .paid
                }
                continuation.yield(.message(.init(id: "b3", author: .business, text: "Thanks!", time: "14:03")))
                return method != .fail
            },
            stage: { box.business?.heard.withLock { $0.stage } },
            lead: { ["the card"] },
            transcript: { [] },
            become: { _ in },
            restart: { box.business?.heard.withLock { $0.restarts += 1 } },
            newID: { "id\(ids.add(1, ordering: .relaxed).newValue)" }
        )
        box.set(self)
    }

    private final class Box: Sendable {
        private let held = Mutex<FakeBusiness?>(nil)
        var business: FakeBusiness? { held.withLock { $0 } }
        func set(_ business: FakeBusiness) { held.withLock { $0 = business } }
    }
}

@Suite("Holding a scripted dialogue")
struct ScriptRunnerTests {
    static let answers: [String: Chat.Message] = [
        "Hello": .init(
            id: "b1",
            author: .business,
            text: "Welcome to CRSET.",
            time: "14:02",
            choices: [.init(id: "buy", title: "Buy it")]
        ),
        "buy": .init(
            id: "b2",
            author: .business,
            text: "Here you are.",
            time: "14:02",
            link: .init(label: "Pay now", url: "http://pay/plink_1")
        ),
    ]

    final class Printed: Sendable {
        let lines = Mutex<[String]>([])
    }

    /// Waits are never timed here: a deadline comes when the test says so.
    static func play(_ text: String, missing wait: Int? = nil) async throws -> (FakeBusiness, [String]) {
        let business = FakeBusiness(answers)
        let signals = DemoSignals()
        if let wait { signals.continuation.yield(.deadline(wait)) }
        let listener = Task { await signals.follow(business.backend.happenings) }
        defer { listener.cancel() }
        let printed = Printed()
        var runner = ScriptRunner(
            session: DemoSession(words: .en),
            backend: business.backend,
            signals: signals,
            patienceSeconds: 600,
            show: { line in printed.lines.withLock { $0.append(line) } }
        )
        try await runner.run(DemoScript(text))
        return (business, printed.lines.withLock { $0 })
    }

    @Test("From greeting to paid")
    func toPaid() async throws {
        let (business, lines) = try await Self.play(
            "Hello\n> welcome\n> buy it\n1\n> pay now\n/restart\n/lead\n/pay card\n> thanks\n? stage paid\n/quit\nnever said"
        )
        let heard = business.heard.withLock { $0 }
        #expect(heard.sent == [.text("Hello"), .choice(.init(id: "buy", title: "Buy it"), of: "b1")])
        #expect(heard.paid == ["http://pay/plink_1"])
        #expect(heard.restarts == 1)
        #expect(
            lines == [
                "14:02 customer │ Hello", "14:02 CRSET    │ Welcome to CRSET.", "               │ [1] Buy it",
                "14:02 customer │ Buy it", "14:02 CRSET    │ Here you are.",
                "               │ [1] Pay now: http://pay/plink_1",
                "      · Service killed in the middle of what it was doing. Starting it again on the same database…",
                "      · The service is back.", "      · the card", "      · Paying by card… http://pay/plink_1",
                "14:03 CRSET    │ Thanks!",
            ]
        )
    }

    @Test("A number on the pay button pays")
    func payByNumber() async throws {
        let (business, _) = try await Self.play("Hello\n> buy it\n1\n> pay now\n1\n? stage paid")
        #expect(business.heard.withLock { $0.paid } == ["http://pay/plink_1"])
    }

    @Test("Text that never comes is named with its line")
    func missed() async throws {
        await #expect {
            _ = try await Self.play("Hello\n> Good bye", missing: 1)
        } throws: { error in
            let missed = error as? ScriptRunner.Missed
            return missed?.line == 2 && missed?.what.contains("“Good bye”") == true
        }
    }

    @Test("A stage that is never reached is named with the one that was")
    func missedStage() async throws {
        await #expect {
            _ = try await Self.play("? stage paid", missing: 1)
        } throws: { error in
            (error as? ScriptRunner.Missed)?.what.contains("the stage is new") == true
        }
    }

    @Test("Silence is a failure even where nothing is expected")
    func silence() async throws {
        await #expect {
            _ = try await Self.play("Are you there?", missing: 1)
        } throws: { error in
            (error as? ScriptRunner.Missed)
                == .init(
                    line: 1,
                    what: "the bot did not answer within 600 s; it said nothing at all"
                )
        }
    }
}
