import AsyncHTTPClient
import Conversation
import Foundation
import Integrations
import Logging
import Sandbox
import Storage
import Testing

@testable import Pipeline

@Suite("The end of a payment link", .serialized)
struct LinkEndTests {
    private let fake = OutboxTests.Fake()

    /// A link with a session that is open in somebody's browser, and the row that ends both.
    private func withLink(
        _ body: (Sandbox, StripeClient, any Store, Outbox, _ link: String) async throws -> Void
    ) async throws {
        let sandbox = Sandbox(Live.sandboxSettings)
        try await sandbox.start()
        let path = FileManager.default.temporaryDirectory.appending(path: "crset-end-\(UUID().uuidString).sqlite").path
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let store = try SQLiteStore.open(path: path)
        let stripe = StripeClient.live(
            transport: .live(HTTPClient.shared),
            settings: StripeSettings(secretKey: "sk_test_1", apiBase: sandbox.stripeBase)
        )
        do {
            let link = try await stripe.createPaymentLink(
                PaymentLinkRequest(
                    lineItem: .amount(minorUnits: 49_000, currency: "eur", name: "Site"),
                    metadata: ["conversation_id": "c1", "offer_id": "c1-1"]
                ),
                idempotencyKey: "k"
            )
            _ = try await HTTPTransport.live(HTTPClient.shared).perform(
                HTTPCall(.get, link.url, timeoutMilliseconds: 5_000)
            )
            #expect(try await stripe.openSessions(paymentLink: link.id).count == 1)
            try await write(.deactivateLink(PaymentLink(id: link.id, url: link.url), "c1-1"), store)
            try await body(sandbox, stripe, store, outbox(store, stripe), link.id)
        } catch {
            await sandbox.stop()
            throw error
        }
        try await store.close()
        await sandbox.stop()
    }

    private func outbox(_ store: any Store, _ stripe: StripeClient?) -> Outbox {
        let settings = PipelineSettings(owner: "test", phoneNumberID: "1")
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let fake = fake
        let surroundings = Surroundings(now: { fake.now }, sleep: { _ in }, newID: { "x" })
        let pace = SendPace(perSecond: 0)
        return Outbox(
            store: store,
            whatsApp: fake.client,
            stripe: stripe,
            translate: Translate(settings: settings, defaultLanguage: .en),
            settings: settings,
            surroundings: surroundings,
            pace: pace,
            heartbeat: .testing(store, settings, surroundings, pace, log),
            alerts: ServiceAlerts(store: store, surroundings: surroundings, log: log),
            log: log
        )
    }

    private func write(_ task: OutboxTask, _ store: any Store) async throws {
        let sender = Sender(
            address: Address(channel: "1", userID: nil, waID: "351911111111"),
            profileName: nil,
            language: .en,
            source: nil,
            newID: ConversationID("c1")
        )
        let message = CustomerMessage(id: "m", at: fake.now, content: .text("x"))
        _ = try await store.accept([
            Arrival(outsideID: "wa:m", receivedAt: fake.now, content: .message(message, from: sender))
        ])
        let claims = try await store.claimTurns(
            owner: "test",
            now: fake.now,
            leaseUntil: fake.now.adding(hours: 1),
            limit: 1,
            bulkLimit: 1
        )
        let turn = try #require(claims.first)
        _ = try await store.commit(
            TurnCommit(
                state: turn.state,
                address: turn.address,
                owner: "test",
                now: fake.now,
                turn: 1,
                handledThrough: turn.events.last?.seq,
                timers: [:],
                tasks: [task]
            )
        )
    }

    /// Takes the row when it is due and does it. Nil: nothing was due within an hour.
    private func doNext(_ store: any Store, _ outbox: Outbox) async throws -> OutboxRow? {
        for _ in 0..<360 {
            let rows = try await store.claimOutbox(
                owner: "test",
                now: fake.now,
                leaseUntil: fake.now.adding(milliseconds: 30_000),
                limit: 1,
                bulkLimit: 1,
                linksOnly: false
            )
            if let row = rows.first {
                await outbox.send(row)
                return row
            }
            fake.advance(10_000)
        }
        return nil
    }

    @Test("without Stripe it waits, since it could still be paid, and ends once Stripe is configured again")
    func unconfigured() async throws {
        try await withLink { (_, stripe, store, outbox, link) async throws in
            _ = try #require(try await doNext(store, self.outbox(store, nil)))
            #expect(try await stripe.paymentLink(link).active)
            _ = try #require(try await doNext(store, outbox))
            #expect(try await !stripe.paymentLink(link).active)
        }
    }

    @Test("it takes no payment any more, and what was open on its page is closed")
    func ended() async throws {
        try await withLink { (sandbox, stripe, store, outbox, link) async throws in
            _ = try await doNext(store, outbox)
            #expect(try await !stripe.paymentLink(link).active)
            #expect(try await stripe.openSessions(paymentLink: link).isEmpty)
            await #expect(throws: Misuse.self) { try await sandbox.pay(link) }
            #expect(try await doNext(store, outbox) == nil)
        }
    }

    @Test("failures that Stripe keeps, a list that fails and a refused key only put it off")
    func trouble() async throws {
        try await withLink { (sandbox, stripe, store, outbox, link) async throws in
            let faults: [FaultRule] = [
                FaultRule(.paymentLinks, .failure(status: 500, code: "api_error")),
                FaultRule(.paymentLinks, .failure(status: 401, code: "invalid_api_key")),
                FaultRule(.paymentLinks, .close(tookEffect: true)),
                FaultRule(.stripe, .failure(status: 503, code: "api_error")),
                FaultRule(.stripe, .close(tookEffect: false)),
            ]
            for fault in faults {
                sandbox.inject(fault)
                _ = try #require(try await doNext(store, outbox))
                #expect(sandbox.faultPlan.rules.isEmpty)
                #expect(try await store.counts().deadLetters == 0)
            }
            let last = try #require(try await doNext(store, outbox))
            #expect(last.attempt == faults.count + 1)
            #expect(try await !stripe.paymentLink(link).active)
            #expect(try await stripe.openSessions(paymentLink: link).isEmpty)
            #expect(try await doNext(store, outbox) == nil)
        }
    }
}
