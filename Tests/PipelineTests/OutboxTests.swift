import Conversation
import Foundation
import GRDB
import Integrations
import Logging
import Storage
import Synchronization
import Testing

@testable import Pipeline
@testable import Prompts

/// The sender on a real store, with time and WhatsApp in the test's hands.
@Suite("Sending")
struct OutboxTests {
    @Test("after 24 hours the configured template goes out in place of its text")
    func template() async throws {
        let scene = try Scene(templates: [.paid: "crset_paid product price"])
        try await scene.customerWrites()
        try await scene.say(Self.paid())
        scene.fake.advance(Self.day)
        try await scene.send()
        #expect(
            scene.fake.sent.map(\.content) == [
                .template(
                    name: "crset_paid",
                    language: "pt_PT",
                    bodyParameters: [.init(text: "Site novo"), .init(text: "490 €")]
                )
            ]
        )
    }

    @Test("within 24 hours the text goes out, template or not")
    func open() async throws {
        let scene = try Scene(templates: [.paid: "crset_paid product price"])
        try await scene.customerWrites()
        scene.fake.advance(Self.day - 120_000)
        try await scene.say(Self.paid())
        try await scene.send()
        #expect(scene.fake.sent.map(\.content) == [.text(body: "Pagamento confirmado")])
    }

    @Test("without a template the message waits for the customer, staff is told, and nothing is tried")
    func waits() async throws {
        let scene = try Scene()
        try await scene.customerWrites()
        try await scene.say(Self.paid(), OutMessage(.text("Até já")))
        scene.fake.advance(Self.day)
        try await scene.send()
        #expect(scene.fake.sent.isEmpty)
        #expect(try await scene.alerts.contains(.windowClosed))
        try await scene.customerWrites("wamid.back")
        scene.fake.advance(10_000)
        try await scene.send()
        scene.fake.advance(10_000)
        try await scene.send()
        #expect(
            scene.fake.sent.map(\.content) == [.text(body: "Pagamento confirmado"), .text(body: "Até já")]
        )
    }

    @Test("a window that WhatsApp calls shut is shut, whatever our clock says")
    func refusedWindow() async throws {
        let scene = try Scene(templates: [.paid: "crset_paid product price"])
        try await scene.customerWrites()
        try await scene.say(Self.paid())
        scene.fake.fail(131047)
        #expect(try await scene.send() == 2)
        guard case .template(let name, _, _, _) = scene.fake.sent.first?.content else {
            Issue.record("no template went out: \(scene.fake.sent)")
            return
        }
        #expect(name == "crset_paid")
    }

    @Test("what came of a send is recorded late, after an outage: its status has a whole window from then")
    func recordedLate() async throws {
        let scene = try Scene()
        try await scene.customerWrites()
        try await scene.say(OutMessage(.text("Olá")))
        let row = try #require(try await scene.claim().first)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: scene.path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let outage: Int64 = 120_000
        scene.fake.after(outage) { try? other.inDatabase { try $0.execute(sql: "COMMIT") } }
        scene.fake.loseAnswer()
        await scene.outbox.send(row)
        #expect(scene.fake.now.milliseconds - OutboxTests.Fake.start >= outage)
        let wake = try #require(try await scene.store.nextWake().outbox)
        #expect(scene.fake.now.milliseconds(until: wake) == scene.outbox.settings.reconciliationWindow)
    }

    @Test("a process that was suspended between claim and send doesn't send what others may have taken over")
    func suspended() async throws {
        let scene = try Scene()
        try await scene.customerWrites()
        try await scene.say(OutMessage(.text("Olá")))
        try await scene.outbox.heartbeat.beatIfDue()
        let row = try #require(try await scene.claim().first)
        scene.fake.advance(Pulse.silence)
        await scene.outbox.send(row)
        #expect(scene.fake.sent.isEmpty)
        // Nor one that the store has heard again since.
        let again = try #require(try await scene.claimAfterBeat())
        let silences = scene.outbox.heartbeat.silences
        scene.fake.advance(Pulse.silence)
        try await scene.outbox.heartbeat.beatIfDue()
        #expect(scene.outbox.heartbeat.silences == silences + 1)
        #expect(!scene.outbox.heartbeat.isHeard(since: silences))
        scene.fake.advance(Pulse.silence)
        await scene.outbox.send(again)
        #expect(scene.fake.sent.isEmpty)
        // Nobody has taken it over: it goes as soon as the store has heard of this process.
        try await scene.outbox.heartbeat.beatIfDue()
        try await scene.send()
        #expect(scene.fake.sent.count == 1)
    }

    @Test("a probe that may not leave leaves its place to the next one")
    func suspendedProbe() async throws {
        let scene = try Scene()
        try await scene.customerWrites()
        try await scene.say(OutMessage(.text("Olá")))
        scene.fake.fail(190)
        try await scene.send()
        #expect(scene.outbox.pace.halt != nil)
        scene.fake.advance(60_000)
        let probe = try #require(try await scene.claimAfterBeat())
        scene.fake.advance(Pulse.silence)
        await scene.outbox.send(probe)
        #expect(scene.fake.sent.isEmpty)
        try await scene.outbox.heartbeat.beatIfDue()
        try await scene.send()
        #expect(scene.fake.sent.count == 1 && scene.outbox.pace.halt == nil)
    }

    @Test("a rate limit for this customer makes it wait 1, 4, 16 s, however often it failed for other reasons before")
    func pairLimit() async throws {
        let scene = try Scene()
        try await scene.customerWrites()
        try await scene.say(OutMessage(.text("Olá")))
        for _ in 0..<5 {
            scene.fake.fail(131_016)
            #expect(try await scene.send() == 1)
            scene.fake.advance(300_000)
        }
        for seconds: Int64 in [1, 4, 16] {
            scene.fake.fail(131_056)
            #expect(try await scene.send() == 1)
            scene.fake.advance(seconds * 1_000 - 1)
            #expect(try await scene.send() == 0)
            scene.fake.advance(1)
        }
        #expect(try await scene.send() == 1)
        #expect(scene.fake.sent.count == 1)
    }

    @Test("131047 as a later status makes the message wait for the customer")
    func refusedLater() async throws {
        let scene = try Scene()
        try await scene.customerWrites()
        try await scene.say(OutMessage(.text("Olá")))
        try await scene.send()
        let arrival = try scene.status(.failed, of: 1, code: 131047)
        _ = try await scene.store.accept([arrival])
        try await scene.send()
        #expect(scene.fake.sent.count == 1)
        #expect(try await scene.alerts == [.windowClosed])
        #expect(try await scene.dead.isEmpty)
    }

    @Test("a dead token loses nothing: everything waits, one message probes, and then all go in order")
    func halt() async throws {
        let scene = try Scene()
        try await scene.customerWrites()
        try await scene.say(OutMessage(.text("1")))
        scene.fake.fail(190, 190)
        #expect(try await scene.send() == 1)
        try await scene.customerWrites("wamid.in2")
        try await scene.say(OutMessage(.text("2")))
        // Nothing is tried while it is known to be useless.
        try await scene.send()
        #expect(scene.fake.refusalsLeft == 1)
        #expect(try await scene.store.openServiceAlerts().map(\.cause) == [.whatsAppToken])
        scene.fake.advance(60_000)
        try await scene.send()
        #expect(scene.fake.refusalsLeft == 0)
        scene.fake.advance(120_000)
        try await scene.send()
        scene.fake.advance(120_000)
        try await scene.send()
        #expect(scene.fake.sent.map(\.content) == [.text(body: "1"), .text(body: "2")])
        #expect(try await scene.store.openServiceAlerts().isEmpty)
        #expect(try await scene.dead.isEmpty)
    }

    @Test("codes that ask for few tries get few tries")
    func fewTries() async throws {
        let scene = try Scene()
        try await scene.customerWrites()
        try await scene.say(OutMessage(.text("Olá")))
        scene.fake.fail(2, 131000, 131000, 131000, 131000)
        for _ in 0..<8 {
            try await scene.send()
            scene.fake.advance(300_000)
        }
        #expect(try await scene.dead.map(\.code) == ["131000"])
        #expect(try await scene.dead.first?.attempts == 5)
    }

    @Test("an account without money shows in the statuses: staff is told, the message waits, and it ends by itself")
    func account() async throws {
        let scene = try Scene()
        let inbox = Inbox(store: scene.store, turns: Doorbell(), alerts: scene.outbox.alerts, log: scene.outbox.log)
        try await scene.customerWrites()
        try await scene.say(OutMessage(.text("Olá")))
        try await scene.send()
        try await inbox.accept([scene.status(.failed, of: 1, code: 131042)])
        #expect(try await scene.store.openServiceAlerts().map(\.cause) == [.whatsAppAccount])
        #expect(try await scene.send() == 0)
        scene.fake.advance(1_800_000)
        #expect(try await scene.send() == 1)
        try await inbox.accept([scene.status(.delivered, of: 2)])
        #expect(try await scene.store.openServiceAlerts().isEmpty)
    }
}
