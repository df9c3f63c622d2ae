import NIOHTTP1
import Testing

@testable import Sandbox

@Suite struct StripeTests {
    static let link =
        "line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=2500"
        + "&line_items[0][price_data][product_data][name]=Sinal%20consulta&line_items[0][quantity]=1"
        + "&metadata[offer_id]=42&payment_intent_data[metadata][offer_id]=42&restrictions[completed_sessions][limit]=1"

    @Test("the same key and parameters replay the first answer; other parameters are refused")
    func idempotency() async throws {
        try await SandboxRig.with { rig in
            let first = try await rig.stripe(.POST, "payment_links", Self.link, key: "offer-42")
            let second = try await rig.stripe(.POST, "payment_links", Self.link, key: "offer-42")
            #expect(first.body == second.body)
            #expect(first.headers["Idempotent-Replayed"].isEmpty)
            #expect(second.headers.first(name: "Idempotent-Replayed") == "true")
            let other = try await rig.stripe(.POST, "payment_links", Self.link + "&submit_type=pay", key: "offer-42")
            #expect(other.status == 400)
            #expect(other.body["error"]?["type"]?.text == "idempotency_error")
            let all = try await rig.stripe(.GET, "payment_links?limit=100")
            #expect(all.body["data"]?.list?.count == 1)
        }
    }

    @Test("a 500 is kept under its key and replayed")
    func storedFailure() async throws {
        try await SandboxRig.with { rig in
            rig.sandbox.inject(FaultRule(.paymentLinks, .failure(status: 500, code: "api_error", tookEffect: true)))
            #expect(try await rig.stripe(.POST, "payment_links", Self.link, key: "k").status == 500)
            let again = try await rig.stripe(.POST, "payment_links", Self.link, key: "k")
            #expect(again.status == 500)
            #expect(again.headers.first(name: "Stripe-Should-Retry") == "false")
            #expect(try await rig.stripe(.GET, "payment_links").body["data"]?.list?.count == 1)
        }
    }

    static let wrong = [
        ("", "parameter_missing"), (link + "&locale=pt", "parameter_unknown"),
        (link + "&expires_at=1", "parameter_unknown"),
        ("line_items[0][price]=price_none&line_items[0][quantity]=1", "resource_missing"),
    ]

    @Test("what payment links don't take is refused", arguments: wrong)
    func parameters(form: String, code: String) async throws {
        try await SandboxRig.with { rig in
            let refused1 = try await rig.stripe(.POST, "payment_links", form).body
            #expect(refused1["error"]?["code"]?.text == code)
        }
    }

    @Test("paying on the page completes the session, signs the event and closes a single link")
    func page() async throws {
        try await SandboxRig.with { rig in
            let link = try await rig.stripe(.POST, "payment_links", Self.link).body
            let url = try #require(link["url"]?.text)
            #expect(try await rig.call(.GET, url, [:]).body.text?.contains("25.00 EUR") == true)
            let paid = try await rig.call(
                .POST,
                url,
                ["Content-Type": "application/x-www-form-urlencoded"],
                "method=mb_way&email=a%40b.pt&name=Ana"
            )
            #expect(paid.body.text?.contains("Paid") == true)
            let events = await rig.webhooks(2)
            #expect(
                events.map { $0.payload["type"]?.text } == ["payment_intent.succeeded", "checkout.session.completed"]
            )
            let session = try #require(events[1].payload["data"]?["object"])
            #expect(session["payment_status"]?.text == "paid")
            #expect(session["metadata"]?["offer_id"]?.text == "42")
            #expect(session["payment_link"] == link["id"])
            let time = Int(events[1].signature.dropFirst(2).prefix { $0 != "," }) ?? 0
            #expect(
                events[1].signature
                    == WebhookSignature.stripe(events[1].body, secret: "whsec_test_secret", time: time)
            )
            #expect(try await rig.call(.GET, url, [:]).body.text?.contains("no longer active") == true)
        }
    }

    @Test("a Multibanco session completes unpaid and is paid later")
    func multibanco() async throws {
        try await SandboxRig.with { rig in
            let link = try await rig.stripe(.POST, "payment_links", Self.link).body
            let session = try await rig.sandbox.pay(try #require(link["url"]?.text), method: .multibanco)
            try await rig.sandbox.settleVoucher(session: session)
            let events = await rig.webhooks(3).map(\.payload)
            #expect(events[0]["data"]?["object"]?["payment_status"]?.text == "unpaid")
            #expect(events[2]["type"]?.text == "checkout.session.async_payment_succeeded")
            #expect(events[2]["data"]?["object"]?["payment_status"]?.text == "paid")
            let listed = try await rig.stripe(.GET, "events?types[0]=checkout.session.completed&limit=5")
            #expect(listed.body["data"]?.list?.count == 1)
        }
    }

    @Test("a link that was switched off says its message and takes no payment")
    func inactive() async throws {
        try await SandboxRig.with { rig in
            let link = try await rig.stripe(.POST, "payment_links", Self.link + "&inactive_message=Expirou").body
            let (id, url) = (link["id"]?.text ?? "", link["url"]?.text ?? "")
            _ = try await rig.call(.GET, url, [:])
            #expect(try await rig.stripe(.POST, "payment_links/\(id)", "active=false").body["active"]?.truth == false)
            #expect(try await rig.call(.GET, url, [:]).body.text?.contains("Expirou") == true)
            await #expect(throws: Misuse.self) { try await rig.sandbox.pay(url) }
            let open = try await rig.stripe(.GET, "checkout/sessions?payment_link=\(id)&status=open").body
            let session = try #require(open["data"]?[0]?["id"]?.text)
            #expect(
                try await rig.stripe(.POST, "checkout/sessions/\(session)/expire").body["status"]?.text == "expired"
            )
            #expect(try await rig.stripe(.POST, "checkout/sessions/\(session)/expire").status == 400)
        }
    }
}
