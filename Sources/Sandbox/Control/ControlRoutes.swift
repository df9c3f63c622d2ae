import Synchronization

/// The sandbox's own routes, so that another process can drive it.
extension Sandbox {
    func control(_ ask: Ask) async -> Answer {
        do {
            return try await controlled(ask)
        } catch let error as Misuse {
            return .json(["error": .string(error.description)], status: 400)
        } catch {
            return .json(["error": .string("\(error)")], status: 500)
        }
    }

    private func controlled(_ ask: Ask) async throws -> Answer {
        let segments = ask.segments
        if ask.method == "GET", segments.isEmpty || segments == ["sandbox"] { return .html(indexPage) }
        guard segments.first == "sandbox" else {
            return .json(["error": "no such route; see GET /sandbox"], status: 404)
        }
        switch (ask.method, segments.dropFirst().first) {
        case ("POST", "customers") where segments.count == 4:
            return try await customerWrites(segments[2], try body(ask))
        case ("GET", "customers") where segments.count == 4:
            return .json(["messages": .array(sent(to: segments[2]).map(\.payload))])
        case ("GET", "books"): return .json(books)
        case ("POST", "faults"):
            let body = try body(ask)
            if body["clear"]?.truth == true {
                clearFaults()
            } else {
                inject(try rule(body))
            }
            return .json(["seed": .string(String(faultPlan.seed)), "rules": .int(faultPlan.rules.count)])
        case ("POST", "webhooks"):
            let body = try body(ask)
            courier.setTargets(whatsApp: urls(body["whatsapp_url"]), stripe: urls(body["stripe_url"]))
            return .json(["ok": true])
        case ("POST", "pay"): return try await pay(try body(ask))
        case ("POST", "refund"), ("POST", "dispute"): return try await goBack(segments[1], try body(ask))
        default: return .json(["error": "no such route; see GET /sandbox"], status: 404)
        }
    }

    private func body(_ ask: Ask) throws(Misuse) -> Payload {
        guard let body = Payload.parse(ask.body), body.members != nil else {
            throw Misuse("the body must be a JSON object")
        }
        return body
    }

    /// `{"text":…}`, `{"button":{"id","title"},"reply_to":…}`, `{"list":{…}}`, or `{"type":…,"content":{…}}`.
    private func customerWrites(_ id: String, _ body: Payload) async throws -> Answer {
        let replyTo = body["reply_to"]?.text
        var message: CustomerMessage
        if let text = body["text"]?.text {
            message = .text(text, replyTo: replyTo)
        } else if let button = body["button"] {
            message = .buttonReply(id: button["id"]?.text ?? "", title: button["title"]?.text ?? "", to: replyTo)
        } else if let row = body["list"] {
            message = .listReply(id: row["id"]?.text ?? "", title: row["title"]?.text ?? "", to: replyTo)
        } else if let type = body["type"]?.text, let content = body["content"] {
            message = CustomerMessage(type: type, content: content, replyTo: replyTo)
        } else {
            throw Misuse("give one of text, button, list, or type with content")
        }
        message.id = body["id"]?.text
        message.timestamp = body["timestamp"]?.integer
        let isUser = GraphService.isUserID(id)
        let customer = Customer(
            waID: isUser ? nil : id,
            userID: isUser ? id : body["user_id"]?.text,
            name: body["name"]?.text ?? "",
            username: body["username"]?.text
        )
        return .json(["id": .string(try await write(message, as: customer))])
    }

    /// One URL, or a list of one for each process. Nil: stays as it is.
    private func urls(_ value: Payload?) -> [String]? {
        value?.list?.compactMap(\.text) ?? value?.text.map { [$0] }
    }

    private func pay(_ body: Payload) async throws -> Answer {
        if let voucher = body["voucher"]?.text {
            try await settleVoucher(session: voucher, paid: body["paid"]?.truth ?? true)
            return .json(["session": .string(voucher)])
        }
        guard let link = body["link"]?.text else {
            throw Misuse("give link, the URL or id of a payment link, or voucher")
        }
        guard let method = PayMethod(rawValue: body["method"]?.text ?? "card") else {
            throw Misuse("method must be card, mb_way or multibanco")
        }
        guard let outcome = PayOutcome(rawValue: body["outcome"]?.text ?? "success") else {
            throw Misuse("outcome must be success or declined")
        }
        return .json(["session": .string(try await pay(link, method: method, outcome: outcome))])
    }

    /// `{"session":…,"amount":…}`, `{"session":…,"reason":…}`, `{"session":…,"closed":"won"}`
    private func goBack(_ how: String, _ body: Payload) async throws -> Answer {
        guard let session = body["session"]?.text else { throw Misuse("give session, the id of a paid session") }
        if how == "refund" {
            try await refund(session: session, amount: body["amount"]?.integer)
        } else if let closed = body["closed"]?.text {
            try await closeDispute(session: session, isWon: closed == "won")
        } else {
            try await dispute(session: session, reason: body["reason"]?.text ?? "fraudulent")
        }
        return .json(["session": .string(session)])
    }

    private func rule(_ body: Payload) throws(Misuse) -> FaultRule {
        guard let route = body["route"]?.text.flatMap(FaultRoute.init(rawValue:)) else {
            throw Misuse("route must be one of \(FaultRoute.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let probability = body["probability"]?.number
        return FaultRule(
            route,
            try Fault.read(body),
            times: body["next"]?.integer ?? (probability == nil ? 1 : nil),
            probability: probability ?? 1
        )
    }

    private var books: Payload {
        let counts = counts
        let courier = courier.counts
        let stripe = stripe.state.withLock {
            ($0.created, $0.replayed, $0.all("payment_links"), $0.all("checkout/sessions"))
        }
        return [
            "seed": .string(String(settings.seed)),
            "counts": [
                "messages_sent": .int(counts.sent), "refused": .int(counts.refused), "dropped": .int(counts.dropped),
                "read": .int(counts.read), "typing": .int(counts.typing), "statuses": .int(counts.statuses),
                "customer_messages": .int(counts.received), "chat_calls": .int(chatCalls),
                "webhooks_delivered": .int(courier.delivered), "webhooks_repeated": .int(courier.repeated),
                "webhooks_given_up": .int(courier.givenUp), "webhooks_without_target": .int(courier.withoutTarget),
                "payment_links_created": .int(stripe.0), "idempotent_replays": .int(stripe.1),
            ],
            "messages": .array(everythingSent.map(\.payload)), "payment_links": .array(stripe.2),
            "checkout_sessions": .array(stripe.3),
        ]
    }

    private var indexPage: String {
        let rows = [
            ("WHATSAPP_API_BASE", graphBase), ("OPENAI_BASE_URL", openAIBase), ("STRIPE_API_BASE", stripeBase),
        ].map { "<dt>\($0.0)</dt><dd><code>\($0.1)</code></dd>" }.joined()
        let routes = [
            "POST /sandbox/customers/{wa_id}/messages", "GET /sandbox/customers/{wa_id}/messages", "GET /sandbox/books",
            "POST /sandbox/faults", "POST /sandbox/webhooks", "POST /sandbox/pay", "POST /sandbox/refund",
            "POST /sandbox/dispute",
        ].map { "<li><code>\($0)</code></li>" }.joined()
        return PayPage.page("CRSET sandbox", "<dl>\(rows)</dl><ul>\(routes)</ul>")
    }
}
