import Synchronization

import struct Foundation.Data

/// Stripe: payment links, sessions, products, prices, refunds, events, with its idempotency.
final class StripeService: Sendable {
    let settings: SandboxSettings
    let state = Mutex(StripeState())
    let salt: String
    private let base = Mutex("")
    private let deliveries = Mutex<[Task<Void, Never>]>([])

    init(settings: SandboxSettings) {
        self.settings = settings
        salt = "1SB" + String(UInt64(truncatingIfNeeded: settings.now()) ^ settings.seed << 44, radix: 36)
    }

    func setBase(_ url: String) { base.withLock { $0 = url } }
    var baseURL: String { base.withLock { $0 } }
    var seconds: Int { settings.now() / 1_000 }

    /// Work that goes on after an answer, ended by ``settle()``.
    func afterwards(_ work: @escaping @Sendable () async -> Void) {
        deliveries.withLock { $0.append(Task { await work() }) }
    }

    func settle() async {
        let tasks = deliveries.withLock { tasks in
            defer { tasks = [] }
            return tasks
        }
        for task in tasks {
            task.cancel()
            await task.value
        }
    }

    /// `segments` follow `/stripe/v1`.
    func answer(_ ask: Ask, segments: [String]) -> Answer {
        let key = ask.method == "POST" ? ask.header("Idempotency-Key") : nil
        do throws(StripeError) {
            try authorise(ask)
            if let key {
                guard key.utf8.count <= 255 else {
                    throw .invalid("Idempotency-Key", "Idempotency keys are at most 255 characters long.")
                }
                if let stored = try replay(key, ask) { return stored }
            }
            let form = FormFields.tree(FormFields.pairs(ask.method == "GET" ? ask.query : ask.text))
            let payload = try route(ask.method, segments, form)
            let answer = finished(.json(payload), ask, key)
            if let key {
                state.withLock {
                    $0.remember(.init(fingerprint: fingerprint(ask), status: 200, body: answer.body), key: key)
                }
            }
            return answer
        } catch {
            return finished(.json(error.payload, status: error.status), ask, key)
        }
    }

    /// A simulated error. A 500 is kept under the idempotency key and replayed, as Stripe does.
    func fault(status: Int, code: String, _ ask: Ask) -> Answer {
        let type = status >= 500 ? "api_error" : code == "idempotency_error" ? code : "invalid_request_error"
        let error = StripeError(status: status, type: type, code: code, message: "Simulated \(code)")
        let key = ask.method == "POST" ? ask.header("Idempotency-Key") : nil
        var answer = finished(.json(error.payload, status: status), ask, key)
        if status >= 500 {
            answer.headers.append(("Stripe-Should-Retry", "false"))
            if let key {
                state.withLock {
                    $0.remember(.init(fingerprint: fingerprint(ask), status: status, body: answer.body), key: key)
                }
            }
        }
        return answer
    }

    private func authorise(_ ask: Ask) throws(StripeError) {
        var given = ask.bearer
        if let basic = ask.header("Authorization"), basic.hasPrefix("Basic "),
            let data = Data(base64Encoded: String(basic.dropFirst(6)))
        {
            given = String(decoding: data, as: UTF8.self).split(separator: ":").first.map(String.init)
        }
        guard let given else {
            throw StripeError(
                status: 401,
                message: "You did not provide an API key. You need to provide your API key in the "
                    + "Authorization header, using Bearer auth."
            )
        }
        guard given == settings.stripe.secretKey else {
            throw StripeError(status: 401, message: "Invalid API Key provided: \(given.prefix(7))****")
        }
        if let version = ask.header("Stripe-Version") {
            let date = version.prefix(10).split(separator: "-").map(\.count)
            guard date == [4, 2, 2], version.count == 10 || version.dropFirst(10).first == "." else {
                throw StripeError(message: "Invalid Stripe API version: \(version)")
            }
        }
    }

    private func replay(_ key: String, _ ask: Ask) throws(StripeError) -> Answer? {
        guard let stored = state.withLock({ $0.answers[key] }) else { return nil }
        guard stored.fingerprint == fingerprint(ask) else {
            throw StripeError(
                type: "idempotency_error",
                message: "Keys for idempotent requests can only be used with the same parameters they were first used "
                    + "with. Try using a key other than '\(key)' if you meant to execute a different request."
            )
        }
        state.withLock { $0.replayed += 1 }
        var answer = finished(
            Answer(status: stored.status, contentType: "application/json", body: stored.body),
            ask,
            key
        )
        answer.headers.append(("Idempotent-Replayed", "true"))
        if stored.status >= 500 { answer.headers.append(("Stripe-Should-Retry", "false")) }
        return answer
    }

    private func fingerprint(_ ask: Ask) -> String {
        ask.path + "?" + FormFields.pairs(ask.text).map { "\($0.name)=\($0.value)" }.sorted().joined(separator: "&")
    }

    private func finished(_ answer: Answer, _ ask: Ask, _ key: String?) -> Answer {
        var answer = answer
        answer.headers = [
            ("Request-Id", state.withLock { $0.newID("req", salt: salt) }),
            ("Stripe-Version", ask.header("Stripe-Version") ?? settings.stripe.apiVersion),
        ]
        if let key { answer.headers.append(("Idempotency-Key", key)) }
        return answer
    }

    private func route(_ method: String, _ segments: [String], _ form: Payload) throws(StripeError) -> Payload {
        switch (method, segments.count, segments.first) {
        case ("POST", 1, "payment_links"): return try createLink(form)
        case ("POST", 2, "payment_links"): return try updateLink(segments[1], form)
        case ("POST", 1, "products"): return try createProduct(form)
        case ("POST", 1, "prices"): return try createPrice(form)
        case ("POST", 2, "products"): return try update("products", segments[1], form)
        case ("POST", 2, "prices"): return try update("prices", segments[1], form)
        case ("POST", 1, "refunds"):
            let refund = try createRefund(form)
            _ = refunded(refund)
            return refund
        case ("POST", 4, "checkout") where segments[3] == "expire": return try expire(segments[2])
        case ("GET", 1, "events"): return try events(form)
        case ("GET", 1, let kind?) where Self.kinds[kind] != nil: return try list(kind, form)
        case ("GET", 2, "checkout") where segments[1] == "sessions": return try list("checkout/sessions", form)
        case ("GET", 2, let kind?) where Self.kinds[kind] != nil: return try get(kind, segments[1])
        case ("GET", 3, "checkout") where segments[1] == "sessions": return try get("checkout/sessions", segments[2])
        case ("GET", 1, "balance"): return ["object": "balance", "livemode": false, "available": []]
        default:
            throw StripeError(
                status: 404,
                message: "Unrecognized request URL (\(method): /v1/\(segments.joined(separator: "/")))."
            )
        }
    }

    static let kinds = [
        "payment_links": "payment_link", "products": "product", "prices": "price", "refunds": "refund",
        "payment_intents": "payment_intent", "events": "event", "checkout/sessions": "checkout.session",
        "charges": "charge", "disputes": "dispute",
    ]

    func get(_ kind: String, _ id: String) throws(StripeError) -> Payload {
        guard let object = state.withLock({ $0.get(kind, id) }) else {
            throw .noSuch(Self.kinds[kind] ?? kind, id)
        }
        return object
    }
}

extension Ask {
    var text: String { String(decoding: body, as: UTF8.self) }
}
