import AsyncHTTPClient
import Conversation
import Foundation
import Integrations
import Logging
import Prompts
import Sandbox
import Storage
import Testing

@testable import Pipeline

/// A conversation with Stripe alone beside it, whose retries come as soon as they are due.
private final class Buyer {
    let sandbox: Sandbox
    let stripe: StripeClient
    let store: SQLiteStore
    let alerts: ServiceAlerts
    private let effects: Effects
    private let playbook: Playbook
    private(set) var state = ConversationState(id: ConversationID("c1"), language: .en)
    private(set) var said: [OutMessage] = []
    private(set) var alerted: [Alert.Kind] = []
    private var timers: [TimerKind: Timestamp] = [:]
    private var now = Surroundings.live.now()

    init(_ sandbox: Sandbox, path: String) throws {
        self.sandbox = sandbox
        var log = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = .critical
        store = try SQLiteStore.open(path: path)
        stripe = StripeClient.live(
            transport: .live(HTTPClient.shared),
            settings: StripeSettings(secretKey: "sk_test_1", apiBase: sandbox.stripeBase, timeoutMilliseconds: 5_000)
        )
        alerts = ServiceAlerts(store: store, surroundings: .live, log: log)
        let settings = PipelineSettings(owner: "test", phoneNumberID: "1")
        effects = Effects(
            store: store,
            whatsApp: WhatsAppClient.live(
                transport: .live(HTTPClient.shared),
                settings: WhatsAppSettings(accessToken: "", apiBase: sandbox.graphBase, apiVersion: "v25.0")
            ),
            openAI: nil,
            stripe: stripe,
            advice: ModelAdvice(
                client: nil,
                models: [],
                breakers: CircuitBreakers(surroundings: .live, log: log),
                alerts: alerts,
                settings: settings,
                surroundings: .live,
                log: log
            ),
            spending: Spending(store: store, alerts: alerts, settings: settings, surroundings: .live),
            alerts: alerts,
            settings: settings,
            log: log
        )
        var playbook = try PromptLibrary.load(
            prompts: Live.root.appending(path: "Prompts").path,
            config: Live.root.appending(path: "config").path
        ).playbook
        playbook.policy.takesPayments = true
        self.playbook = playbook
    }

    var links: [Integrations.PaymentLink] {
        get async throws { try await stripe.listPaymentLinks().items }
    }

    func wantsSite() async {
        let tap = CustomerMessage(id: "m1", at: now, content: .choice(id: "buy:site", title: "Buy"))
        await happen(.messages([tap]))
    }

    func retry(after hours: Int = 0) async throws {
        now = max(now, try #require(timers[.linkRetry])).adding(hours: hours)
        timers[.linkRetry] = nil
        await happen(.timer(.linkRetry))
    }

    private func happen(_ event: Event) async {
        var queue = [event]
        while !queue.isEmpty {
            let (next, wanted) = advance(state, queue.removeFirst(), at: now, by: playbook)
            state = next
            for effect in wanted {
                switch effect {
                case .createLink(let offer):
                    let moment = Surroundings.live.now()
                    var memory = TurnMemory(time: TurnTime(from: moment, now: moment, milliseconds: 12_000))
                    queue.append(await effects.createLink(offer, for: state, at: now, &memory))
                case .askModel: queue.append(.modelUnavailable(reason: "none"))
                case .send(let message): said.append(message)
                case .alertStaff(let alert): alerted.append(alert.kind)
                case .schedule(let kind, let at): timers[kind] = at
                case .cancel(let kind): timers[kind] = nil
                default: break
                }
            }
        }
    }
}

@Suite("A payment link through trouble at Stripe", .serialized)
struct LinkTroubleTests {
    struct Trouble: Sendable, CustomTestStringConvertible {
        var name: String
        /// One for each try.
        var faults: [Fault]
        var alert: ServiceAlert.Cause?
        /// Hours before the retry, in which Stripe forgets its keys.
        var hours = 0
        var testDescription: String { name }
    }

    private static func refusal(_ status: Int, _ code: String) -> Fault { .failure(status: status, code: code) }

    static let troubles = [
        Trouble(name: "nothing left", faults: [.close(tookEffect: false), .close(tookEffect: false)]),
        Trouble(name: "no answer came, and the link was made", faults: [.close(tookEffect: true)]),
        Trouble(name: "half an answer", faults: [.cutBody, .garbage]),
        Trouble(name: "a kept failure", faults: [refusal(500, "api_error")]),
        Trouble(
            name: "a kept failure, and the link was made",
            faults: [.failure(status: 500, code: "api_error", tookEffect: true)]
        ),
        Trouble(
            name: "a kept failure, and the links can't be listed",
            faults: [
                .failure(status: 500, code: "api_error", tookEffect: true), refusal(503, "api_error"),
                .close(tookEffect: false),
            ]
        ),
        Trouble(
            name: "kept failures one after the other",
            faults: [refusal(500, "api_error"), .delay(milliseconds: 1), refusal(500, "api_error")]
        ),
        Trouble(name: "too many at once", faults: [refusal(429, "rate_limit"), refusal(429, "lock_timeout")]),
        Trouble(name: "the key is in use", faults: [refusal(409, "idempotency_key_in_use")]),
        Trouble(name: "the same key with other words", faults: [refusal(400, "idempotency_error")]),
        Trouble(
            name: "a refused key",
            faults: [refusal(401, "invalid_api_key"), refusal(401, "invalid_api_key")],
            alert: .stripeKey
        ),
        Trouble(name: "a key without rights", faults: [refusal(403, "no")], alert: .stripeRights),
        Trouble(
            name: "no answer came, the link was made, and Stripe was away for days",
            faults: [.close(tookEffect: true)],
            hours: 50
        ),
    ]

    @Test("is announced once, comes when Stripe is back, and is made once", arguments: troubles)
    func trouble(_ trouble: Trouble) async throws {
        try await withBuyer { (buyer) async throws in
            // One for each try; two rules would strike the same exchange.
            var faults = trouble.faults
            func strike() {
                buyer.sandbox.clearFaults()
                if !faults.isEmpty { buyer.sandbox.inject(FaultRule(.paymentLinks, faults.removeFirst())) }
            }
            strike()
            await buyer.wantsSite()
            #expect(buyer.said.count == 1 && buyer.said[0].text.contains("payment link"))
            #expect(buyer.state.stage.name == .offered)
            #expect(try await buyer.alerts.open().map(\.cause) == [trouble.alert].compactMap(\.self))
            #expect(buyer.alerted == (trouble.alert == nil ? [] : [.linkFailed]))
            for _ in 0..<8 where buyer.state.stage.name == .offered {
                strike()
                if trouble.hours > 0 { buyer.sandbox.forgetIdempotencyKeys() }
                try await buyer.retry(after: trouble.hours)
            }
            guard case .awaitingPayment(_, let link, .open) = buyer.state.stage else {
                Issue.record("no link came")
                return
            }
            #expect(buyer.said.count == 2)
            #expect(buyer.said[1].content == .link(buyer.said[1].text, label: "Pay now", url: link.url))
            buyer.sandbox.clearFaults()
            #expect(try await buyer.links.map(\.id) == [link.id])
            #expect(try await buyer.alerts.open().isEmpty)
        }
    }

    @Test("that can never be made is given up, and a person has the customer")
    func refused() async throws {
        try await withBuyer { (buyer) async throws in
            buyer.sandbox.inject(FaultRule(.paymentLinks, Self.refusal(400, "parameter_invalid")))
            await buyer.wantsSite()
            #expect(buyer.state.stage.name == .handedOff)
            #expect(buyer.alerted.first == .linkFailed)
            #expect(buyer.said.count == 1)
        }
    }

    private func withBuyer(_ body: (Buyer) async throws -> Void) async throws {
        let sandbox = Sandbox(Live.sandboxSettings)
        try await sandbox.start()
        let path = FileManager.default.temporaryDirectory.appending(path: "crset-buyer-\(UUID().uuidString).sqlite")
            .path
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let buyer = try Buyer(sandbox, path: path)
        do { try await body(buyer) } catch {
            await sandbox.stop()
            throw error
        }
        try await buyer.store.close()
        await sandbox.stop()
    }
}
