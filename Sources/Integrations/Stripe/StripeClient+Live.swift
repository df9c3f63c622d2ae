/// Where and as whom to call.
public struct StripeSettings: Sendable, Equatable, CustomStringConvertible {
    /// Secret.
    public var secretKey: String
    /// Without version, e.g. `https://api.stripe.com`.
    public var apiBase: String
    /// Sent with every request. The webhook endpoint should be set to the same.
    public var apiVersion: String
    /// Bound of one exchange.
    public var timeoutMilliseconds: Int

    public init(
        secretKey: String,
        apiBase: String = "https://api.stripe.com",
        apiVersion: String = "2026-10-28.endive",
        timeoutMilliseconds: Int = 15_000
    ) {
        self.secretKey = secretKey
        self.apiBase = apiBase
        self.apiVersion = apiVersion
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// True of a live key, `sk_live_…` or `rk_live_…`.
    public var isLive: Bool { secretKey.hasPrefix("sk_live_") || secretKey.hasPrefix("rk_live_") }

    /// Without the key.
    public var description: String { "StripeSettings(\(apiBase), \(apiVersion))" }
}

extension StripeClient {
    public static func live(transport: HTTPTransport, settings: StripeSettings) -> StripeClient {
        let wire = StripeWire(transport: transport, settings: settings)
        return StripeClient(
            createPaymentLink: { (request, key, timeout) async throws(OutsideError) in
                try await wire.within(timeout).post("/v1/payment_links", request.form, key, PaymentLink.init)
            },
            deactivatePaymentLink: { (id, key) async throws(OutsideError) in
                var form = FormEncoder()
                form.add("active", false)
                try await wire.post("/v1/payment_links/\(FormEncoder.escape(id))", form, key) { _ in }
            },
            paymentLink: { (id) async throws(OutsideError) in
                try await wire.get("/v1/payment_links/\(FormEncoder.escape(id))", read: PaymentLink.init)
            },
            listPaymentLinks: { (query) async throws(OutsideError) in
                try await wire.within(query.timeoutMilliseconds)
                    .page("/v1/payment_links", query.form, read: PaymentLink.init)
            },
            openSessions: { (id) async throws(OutsideError) in try await wire.openSessions(paymentLink: id) },
            expireSession: { (id, key) async throws(OutsideError) in try await wire.expireSession(id, key) },
            session: { (id) async throws(OutsideError) in
                try await wire.get("/v1/checkout/sessions/\(FormEncoder.escape(id))", read: StripeSession.init)
            },
            price: { (id) async throws(OutsideError) in
                try await wire.get("/v1/prices/\(FormEncoder.escape(id))", read: StripePrice.init)
            },
            events: { (query) async throws(OutsideError) in
                try await wire.page("/v1/events", query.form) { (reader) throws(StripePayloadTrouble) in
                    StripePolledEvent(event: try StripeEvent(reader.json), raw: reader.json.encodedText())
                }
            },
            paymentIntent: { (id) async throws(OutsideError) in
                try await wire.get("/v1/payment_intents/\(FormEncoder.escape(id))", read: StripePaymentIntent.init)
            }
        )
    }
}

extension StripeListQuery {
    var form: FormEncoder {
        var form = FormEncoder()
        form.add("limit", min(max(limit, 1), 100))
        form.add("starting_after", startingAfter)
        return form
    }
}

extension StripeEventsQuery {
    var form: FormEncoder {
        var form = FormEncoder()
        form.add("types", types)
        form.add("created[gte]", Int(createdSinceSeconds))
        form.add("limit", min(max(limit, 1), 100))
        form.add("starting_after", startingAfter)
        return form
    }
}
