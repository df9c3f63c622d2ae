/// The one way of every call to Stripe: headers, errors, reading.
struct StripeWire: Sendable {
    typealias Read<Output> = (StripeReader) throws(StripePayloadTrouble) -> Output

    var transport: HTTPTransport
    var settings: StripeSettings

    /// The same with a tighter bound of one exchange.
    func within(_ milliseconds: Int?) -> StripeWire {
        var wire = self
        if let milliseconds { wire.settings.timeoutMilliseconds = min(milliseconds, settings.timeoutMilliseconds) }
        return wire
    }

    func post<Output: Sendable>(
        _ path: String,
        _ form: FormEncoder,
        _ idempotencyKey: String,
        _ read: Read<Output>
    ) async throws(OutsideError) -> Output {
        var call = call(.post, path)
        call.headers["Idempotency-Key"] = idempotencyKey
        call.headers["Content-Type"] = "application/x-www-form-urlencoded"
        call.body = form.data
        return try self.read(try await send(call), writes: true, read)
    }

    func get<Output: Sendable>(
        _ path: String,
        _ query: FormEncoder = FormEncoder(),
        read: Read<Output>
    ) async throws(OutsideError) -> Output {
        let path = query.pairs.isEmpty ? path : path + "?" + query.text
        return try self.read(try await send(call(.get, path)), writes: false, read)
    }

    func page<Item: Sendable & Equatable>(
        _ path: String,
        _ query: FormEncoder,
        read: Read<Item>
    ) async throws(OutsideError) -> StripePage<Item> {
        try await get(path, query) { (list) throws(StripePayloadTrouble) in
            guard let data = list.json["data"]?.array else { throw .missing("list.data") }
            var page = StripePage<Item>(items: [], hasMore: try list.flag("has_more"))
            for json in data {
                let id = json["id"]?.string ?? ""
                do {
                    page.items.append(try read(StripeReader(json["object"]?.string ?? "", json)))
                } catch {
                    page.unreadable.append(id)
                }
                page.lastID = id
            }
            return page
        }
    }

    /// All pages, of which a link for one payment has one.
    func openSessions(paymentLink id: String) async throws(OutsideError) -> [StripeSession] {
        var sessions: [StripeSession] = []
        var startingAfter: String?
        for _ in 0..<10 {
            var query = FormEncoder()
            query.add("payment_link", id)
            query.add("status", "open")
            query.add("limit", 100)
            query.add("starting_after", startingAfter)
            let page = try await page("/v1/checkout/sessions", query, read: StripeSession.init)
            sessions += page.items
            guard page.hasMore, let last = page.lastID else { break }
            startingAfter = last
        }
        return sessions
    }

    /// A 400 here means that the session is open no more: the customer was quicker.
    func expireSession(_ id: String, _ idempotencyKey: String) async throws(OutsideError) -> StripeSession {
        do {
            let path = "/v1/checkout/sessions/\(FormEncoder.escape(id))/expire"
            return try await post(path, FormEncoder(), idempotencyKey, StripeSession.init)
        } catch {
            guard error.status == 400, error.code != "idempotency_error" else { throw error }
            var error = error
            error.code = "session_not_open"
            error.needsOperator = false
            throw error
        }
    }

    private func call(_ method: HTTPCall.Method, _ path: String) -> HTTPCall {
        let base = settings.apiBase.hasSuffix("/") ? String(settings.apiBase.dropLast()) : settings.apiBase
        return HTTPCall(
            method,
            base + path,
            headers: ["Authorization": "Bearer \(settings.secretKey)", "Stripe-Version": settings.apiVersion],
            timeoutMilliseconds: settings.timeoutMilliseconds,
            answerBytesMax: 4 << 20
        )
    }

    private func send(_ call: HTTPCall) async throws(OutsideError) -> HTTPAnswer {
        let writes = call.method != .get
        let answer: HTTPAnswer
        do {
            answer = try await transport.perform(call)
        } catch {
            throw StripeErrors.error(error, writes: writes)
        }
        guard (200..<300).contains(answer.status) else { throw StripeErrors.error(answer, writes: writes) }
        return answer
    }

    private func read<Output>(
        _ answer: HTTPAnswer,
        writes: Bool,
        _ read: Read<Output>
    ) throws(OutsideError) -> Output {
        let trouble: StripePayloadTrouble
        do {
            let json = try JSONValue(parsing: answer.body)
            do {
                return try read(StripeReader(json["object"]?.string ?? "object", json))
            } catch {
                trouble = error
            }
        } catch {
            trouble = .notJSON(error)
        }
        throw StripeErrors.malformed(trouble, writes: writes, requestID: answer.headers["request-id"])
    }
}
