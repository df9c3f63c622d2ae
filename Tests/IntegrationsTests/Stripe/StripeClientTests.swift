import Foundation
import Testing

@testable import Integrations

@Suite("Calls to Stripe")
struct StripeClientTests {
    private static let metadata = ["offer_id": "o1", "lead_id": "l1", "conversation_id": "c1"]

    private func client(_ service: ScriptedService) -> StripeClient {
        StripeClient.live(transport: service.transport, settings: StripeSettings(secretKey: "sk_test_1"))
    }

    @Test("a link over an amount is exactly this form")
    func amount() throws {
        let request = PaymentLinkRequest(
            lineItem: .amount(
                minorUnits: 2500,
                currency: "EUR",
                name: "Sinal consulta & análise",
                description: "50% já, 50% no dia"
            ),
            metadata: Self.metadata,
            inactiveMessage: "Este link expirou",
            afterCompletion: .message("Obrigada!")
        )
        #expect(request.form.text == (try Payload.text("stripe/requests/link-amount.txt")))
    }

    @Test("a link over a price kept at Stripe is exactly this form")
    func price() throws {
        let request = PaymentLinkRequest(
            lineItem: .price("price_1"),
            quantity: 2,
            metadata: Self.metadata,
            afterCompletion: .redirect(url: "https://example.pt/ok?s={CHECKOUT_SESSION_ID}")
        )
        #expect(request.form.text == (try Payload.text("stripe/requests/link-price.txt")))
    }

    @Test("only unreserved characters stay as they are")
    func escape() {
        #expect(FormEncoder.escape("Az09-._~") == "Az09-._~")
        #expect(FormEncoder.escape("a b+c&d=e[0]/%é😀\n") == "a%20b%2Bc%26d%3De%5B0%5D%2F%25%C3%A9%F0%9F%98%80%0A")
    }

    @Test("a write carries key, version and idempotency key")
    func write() async throws {
        let service = try ScriptedService(fixture: "stripe/payment_link.json")
        let request = PaymentLinkRequest(lineItem: .price("price_1"), metadata: Self.metadata)
        let link = try await client(service).createPaymentLink(request, idempotencyKey: "plink-o1-v1")
        #expect(
            link
                == PaymentLink(
                    id: "plink_1",
                    url: "https://buy.stripe.com/test_1",
                    active: true,
                    livemode: false,
                    metadata: Self.metadata
                )
        )
        #expect(
            service.calls == [
                HTTPCall(
                    .post,
                    "https://api.stripe.com/v1/payment_links",
                    headers: [
                        "Authorization": "Bearer sk_test_1", "Stripe-Version": "2026-10-28.endive",
                        "Idempotency-Key": "plink-o1-v1", "Content-Type": "application/x-www-form-urlencoded",
                    ],
                    body: request.form.data,
                    timeoutMilliseconds: 15_000,
                    answerBytesMax: 4 << 20
                )
            ]
        )
    }

    @Test("each call goes to its place")
    func places() async throws {
        let base = "https://api.stripe.com/v1/"
        let fixtures = [
            "payment_link", "payment_link", "payment_links", "sessions", "session", "session", "price", "events",
        ]
        let service = ScriptedService(
            try fixtures.map { .success(HTTPAnswer(status: 200, body: try Payload.data("stripe/\($0).json"))) }
        )
        let client = client(service)
        try await client.deactivatePaymentLink("plink_1", idempotencyKey: "k1")
        _ = try await client.paymentLink("plink_1")
        let links = try await client.listPaymentLinks(limit: 500, startingAfter: "plink_0")
        let sessions = try await client.openSessions(paymentLink: "plink_1")
        _ = try await client.expireSession("cs_test_1", idempotencyKey: "k2")
        _ = try await client.session("cs/../1")
        let price = try await client.price("price_1")
        let page = try await client.events(types: ["a.b", "c"], createdSince: 1_790_000_000, limit: 50)
        #expect(
            service.calls.map { "\($0.method.rawValue) \($0.url.replacing(base, with: ""))" } == [
                "POST payment_links/plink_1", "GET payment_links/plink_1",
                "GET payment_links?limit=100&starting_after=plink_0",
                "GET checkout/sessions?payment_link=plink_1&status=open&limit=100",
                "POST checkout/sessions/cs_test_1/expire", "GET checkout/sessions/cs%2F..%2F1", "GET prices/price_1",
                "GET events?types%5B0%5D=a.b&types%5B1%5D=c&created%5Bgte%5D=1790000000&limit=50",
            ]
        )
        #expect(service.calls.allSatisfy { $0.headers["Stripe-Version"] == "2026-10-28.endive" })
        #expect(service.calls.map { $0.headers["Idempotency-Key"] } == ["k1", nil, nil, nil, "k2", nil, nil, nil])
        #expect(service.calls.first?.body == Data("active=false".utf8))
        #expect(links.items.map(\.id) == ["plink_2", "plink_1"])
        #expect(sessions.map(\.status) == [.open])
        #expect(
            price
                == StripePrice(
                    id: "price_1",
                    unitAmount: 2500,
                    currency: "eur",
                    active: true,
                    type: .oneTime,
                    product: "prod_1"
                )
        )
        #expect(page.items.map(\.event.id) == ["evt_1"])
        #expect(page.unreadable == ["evt_odd"])
        #expect(page.hasMore)
        #expect(page.lastID == "evt_odd")
    }

    @Test("a polled event reads again from its text")
    func raw() async throws {
        let service = try ScriptedService(fixture: "stripe/events.json")
        let item = try #require(try await client(service).events(createdSince: 0).items.first)
        #expect(try StripeEvent.parse(Data(item.raw.utf8)) == item.event)
    }

    @Test("a link is found by its metadata, page after page, within a bound")
    func find() async throws {
        let page = HTTPAnswer(status: 200, body: try Payload.data("stripe/payment_links.json"))
        let service = ScriptedService(Array(repeating: .success(page), count: 5))
        let client = client(service)
        #expect(try await client.findPaymentLink(metadata: "offer_id", equals: "o1")?.id == "plink_1")
        #expect(service.calls.count == 1)
        #expect(try await client.findPaymentLink(metadata: "offer_id", equals: "o2", pagesMax: 2) == nil)
        #expect(service.calls.count == 3)
        #expect(service.calls.last?.url.hasSuffix("?limit=100&starting_after=plink_1") == true)
    }

    @Test("expiring a session that is no longer open is nobody's fault")
    func expireLate() async throws {
        let body = Data(#"{"error":{"type":"invalid_request_error","message":"Only open sessions"}}"#.utf8)
        let service = ScriptedService([.success(HTTPAnswer(status: 400, body: body))])
        let error = await #expect(throws: OutsideError.self) {
            try await client(service).expireSession("cs_1", idempotencyKey: "k")
        }
        #expect(error?.code == "session_not_open")
        #expect(error?.remedy == .giveUp)
        #expect(error?.needsOperator == false)
    }

    @Test("a write whose answer can't be read has happened all the same")
    func malformed() async throws {
        let answer = HTTPAnswer(status: 200, headers: ["request-id": "req_1"], body: Data("<html>".utf8))
        let service = ScriptedService([.success(answer), .success(answer)])
        let client = client(service)
        let request = PaymentLinkRequest(lineItem: .price("price_1"), metadata: [:])
        let write = await #expect(throws: OutsideError.self) {
            try await client.createPaymentLink(request, idempotencyKey: "k")
        }
        #expect(write?.code == "malformed_answer")
        #expect(write?.remedy == .outcomeUnknown)
        let read = await #expect(throws: OutsideError.self) { try await client.paymentLink("plink_1") }
        #expect(read?.remedy == .retry(afterMilliseconds: nil))
    }

    @Test("without a key every call says what to set")
    func notConfigured() async {
        let error = await #expect(throws: OutsideError.self) { try await StripeClient.notConfigured.price("price_1") }
        #expect(error?.message == "STRIPE_SECRET_KEY is not set")
    }
}
