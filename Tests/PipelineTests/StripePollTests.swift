import AsyncHTTPClient
import Conversation
import Desk
import Foundation
import Integrations
import Logging
import Prompts
import Sandbox
import Storage
import Testing

@testable import Pipeline

@Suite("Stripe's events, polled", .serialized)
struct StripePollTests {
    /// A process of its own beside the running service, on the same database, that does nothing but poll.
    private struct Poller {
        let store: SQLiteStore
        let poll: StripePoll

        init(_ live: Live, owner: String = "poller") throws {
            guard case .sqlite(let path) = live.settings.database else { throw Missed("no SQLite") }
            let stripe = StripeClient.live(
                transport: .live(HTTPClient.shared),
                settings: StripeSettings(secretKey: "sk_test_1", apiBase: live.sandbox.stripeBase)
            )
            store = try SQLiteStore.open(path: path)
            poll = StripePollTests.poll(store, stripe, owner: owner)
        }

        func round() async { _ = await poll.round(evenEarly: true) }
    }

    private static func poll(
        _ store: any Store,
        _ stripe: StripeClient,
        owner: String = "poller",
        surroundings: Surroundings = .live
    ) -> StripePoll {
        var log = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = .critical
        var settings = PipelineSettings(owner: owner, phoneNumberID: Live.phoneNumberID)
        settings.stripePoll = 300_000
        let alerts = ServiceAlerts(store: store, surroundings: surroundings, log: log)
        return StripePoll(
            store: store,
            stripe: stripe,
            inbox: Inbox(store: store, turns: Doorbell(), alerts: alerts, log: log),
            translate: Translate(settings: settings, defaultLanguage: .ptPT),
            settings: settings,
            surroundings: surroundings,
            alerts: alerts,
            log: log
        )
    }

    private static let off = ["stripe.poll_minutes": "0"]

    /// A customer who has the link of an offer.
    private func offered(_ live: Live) async throws -> (Chat, url: String) {
        let chat = Chat(live, Customer(waID: "351911111111", userID: "PT.1", name: "Ana"))
        let dialogue = MainJobTests.dialogues[0]
        for line in dialogue.lines { try await chat.ask(line) }
        let offer = try await chat.press("buy:site")
        return (chat, try #require(offer.url))
    }

    private func notes(_ chat: Chat) async throws -> [String] {
        try await chat.live.desk.transcript(of: chat.lead().state.id).compactMap { line in
            if case .note(let note) = line.entry.content, note.kind == .payment { note.text } else { nil }
        }
    }

    private func alerts(_ chat: Chat, _ kind: Alert.Kind, count: Int = 1) async throws -> [String] {
        try await eventually("\(count) of \(kind.rawValue)") {
            let found = try await chat.lead().openAlerts.map(\.alert).filter { $0.kind == kind }.map(\.detail)
            return found.count >= count ? found : nil
        }
    }

    // MARK: Missed and doubled

    @Test("a payment whose webhooks never come is confirmed all the same")
    func dropped() async throws {
        try await Live.with(guided: true, overrides: ["stripe.poll_minutes": "0.005"]) { (live) async throws in
            let (chat, url) = try await offered(live)
            live.sandbox.inject(FaultRule(.stripeWebhook, .drop, times: nil))
            let count = chat.heard.count
            try await live.sandbox.pay(url)
            #expect(try await chat.hear(count + 1).text.contains("Pagamento confirmado"))
            try await chat.stage(.paid)
        }
    }

    @Test("a payment made while the service was down is confirmed as it starts")
    func atStart() async throws {
        let live = try await Live.start(guided: true)
        let (chat, url) = try await offered(live)
        live.sandbox.inject(FaultRule(.stripeWebhook, .drop, times: nil))
        try await live.sandbox.pay(url)
        let count = chat.heard.count
        let again = try await live.restarted()
        #expect(try await Chat(again, chat.customer).hear(count + 1).text.contains("Pagamento confirmado"))
        await again.stop()
    }

    @Test("webhooks and polls of the same payment confirm it once, whichever comes first and however often")
    func once() async throws {
        try await Live.with(guided: true, overrides: Self.off) { (live) async throws in
            let (chat, url) = try await offered(live)
            let poller = try Poller(live)
            live.sandbox.inject(FaultRule(.stripeWebhook, .drop, times: nil))
            let count = chat.heard.count
            try await live.sandbox.pay(url)
            await poller.round()
            try await chat.hear(count + 1)
            live.sandbox.clearFaults()
            for _ in 0..<2 {
                await live.sandbox.redeliver("checkout.session.completed")
                await live.sandbox.redeliver("payment_intent.succeeded")
                await poller.round()
            }
            let answer = try await chat.ask("Obrigado")
            #expect(!answer.text.contains("Pagamento confirmado"))
            #expect(chat.heard.count == count + 2)
            #expect(try await chat.lead().state.payments.count == 1)
            #expect(try await notes(chat).filter { $0.hasPrefix("paid") }.count == 1)
            #expect(try await live.desk.itemsWaiting() == 0)
            try await poller.store.close()
        }
    }

    @Test("a voucher's money that is told before the voucher is confirmed once, and no voucher is announced after it")
    func wrongOrder() async throws {
        try await Live.with(guided: true, overrides: Self.off) { (live) async throws in
            let (chat, url) = try await offered(live)
            live.sandbox.inject(FaultRule(.stripeWebhook, .drop, times: nil))
            let count = chat.heard.count
            let session = try await live.sandbox.pay(url, method: .multibanco)
            try await live.sandbox.settleVoucher(session: session)
            live.sandbox.clearFaults()
            await live.sandbox.redeliver("checkout.session.async_payment_succeeded")
            #expect(try await chat.hear(count + 1).text.contains("Pagamento confirmado"))
            await live.sandbox.redeliver("checkout.session.completed")
            try await chat.ask("Obrigado")
            #expect(chat.heard.count == count + 2)
            try await chat.stage(.paid)
        }
    }

    // MARK: What isn't ours, and what isn't right

    @Test("payments of other links of the account concern nobody; a wrong amount calls a person and confirms nothing")
    func otherLinks() async throws {
        try await Live.with(guided: true, overrides: Self.off) { (live) async throws in
            let (chat, _) = try await offered(live)
            let poller = try Poller(live)
            let stripe = poller.poll.stripe
            let count = chat.heard.count
            for (offer, cents) in [("", 2_500), ("\(try await chat.lead().state.id.rawValue)-1", 100)] {
                let id = String(offer.dropLast(2))
                let link = try await stripe.createPaymentLink(
                    PaymentLinkRequest(
                        lineItem: .amount(minorUnits: cents, currency: "eur", name: "X"),
                        metadata: offer.isEmpty ? [:] : ["conversation_id": id, "offer_id": offer]
                    ),
                    idempotencyKey: "other-\(offer)"
                )
                live.sandbox.inject(FaultRule(.stripeWebhook, .drop))
                try await live.sandbox.pay(link.url)
                await poller.round()
            }
            let details = try await alerts(chat, .paymentMismatch)
            #expect(details.count == 1 && details[0].contains("paid €1 instead of €490"))
            try await chat.stage(.awaitingPayment)
            #expect(chat.heard.count == count)
            #expect(try await live.desk.itemsWaiting() == 0)
            try await poller.store.close()
        }
    }

    // MARK: Money that goes back

    @Test("refunds and disputes reach staff with the lead they belong to")
    func goesBack() async throws {
        try await Live.with(guided: true, overrides: Self.off) { (live) async throws in
            let (chat, url) = try await offered(live)
            let count = chat.heard.count
            let session = try await live.sandbox.pay(url)
            try await chat.hear(count + 1)
            try await live.sandbox.refund(session: session, amount: 9_000)
            #expect(try await alerts(chat, .refund)[0].contains("€90 of Site"))
            try await live.sandbox.dispute(session: session)
            #expect(try await alerts(chat, .dispute)[0].contains("fraudulent, status needs response"))
            try await live.sandbox.closeDispute(session: session, isWon: false)
            #expect(try await alerts(chat, .dispute, count: 2)[1].contains("lost"))
            let poller = try Poller(live)
            await poller.round()
            try await chat.ask("Obrigado")
            #expect(try await chat.lead().openAlerts.map(\.alert.kind).filter { $0 == .dispute }.count == 2)
            let notes = try await notes(chat)
            #expect(notes.contains { $0.hasPrefix("refunded") } && notes.contains { $0.hasPrefix("disputed") })
            #expect(chat.heard.count == count + 2)
            #expect(try await live.desk.itemsWaiting() == 0)
            try await poller.store.close()
        }
    }

    @Test(
        "a dispute of a payment that no webhook told finds its lead by the poll, and one of another link leaves nothing"
    )
    func unknownIntent() async throws {
        try await Live.with(guided: true, overrides: Self.off) { (live) async throws in
            let (chat, url) = try await offered(live)
            let poller = try Poller(live)
            let other = try await poller.poll.stripe.createPaymentLink(
                PaymentLinkRequest(lineItem: .amount(minorUnits: 900, currency: "eur", name: "X"), metadata: [:]),
                idempotencyKey: "other"
            )
            live.sandbox.inject(FaultRule(.stripeWebhook, .drop, times: nil))
            let sessions = [try await live.sandbox.pay(url), try await live.sandbox.pay(other.url)]
            live.sandbox.clearFaults()
            for session in sessions { try await live.sandbox.dispute(session: session) }
            // The disputes and what they took: nobody knows whose they are.
            #expect(try await live.desk.itemsWaiting() == 4)
            await poller.round()
            #expect(try await alerts(chat, .dispute).count == 1)
            #expect(try await live.desk.itemsWaiting() == 0)
            try await chat.stage(.paid)
            try await poller.store.close()
        }
    }
}
