import Synchronization

/// How a customer pays.
public enum PayMethod: String, Sendable, CaseIterable {
    case card
    case mbWay = "mb_way"
    case multibanco
}

/// What comes of it.
public enum PayOutcome: String, Sendable {
    case success
    /// The card is refused; the session stays open.
    case declined
}

extension StripeService {
    func session(_ id: String) -> Payload? { state.withLock { $0.get("checkout/sessions", id) } }

    /// Whether the link takes a payment, and if not, what its page says.
    func shut(_ link: Payload) -> String? {
        let sessions = link["restrictions"]?["completed_sessions"]
        let isFull = sessions.map { ($0["count"]?.integer ?? 0) >= ($0["limit"]?.integer ?? .max) } ?? false
        guard link["active"]?.truth == false || isFull else { return nil }
        return link["inactive_message"]?.text ?? "This link is no longer active."
    }

    /// The open session of a link, made if there is none.
    func openSession(_ link: Payload) -> Payload {
        let id = link["id"]?.text ?? ""
        let total = (link["line_items"]?["data"]?.list ?? []).reduce(0) { $0 + ($1["amount_total"]?.integer ?? 0) }
        return state.withLock { state in
            let open = state.all("checkout/sessions").first {
                $0["payment_link"]?.text == id && $0["status"]?.text == "open"
            }
            if let open { return open }
            let name = state.newID("cs_test", salt: salt)
            let session: Payload = [
                "id": .string(name), "object": "checkout.session", "mode": "payment", "status": "open",
                "payment_status": "unpaid", "amount_subtotal": .int(total), "amount_total": .int(total),
                "currency": link["currency"] ?? "eur", "payment_link": .string(id), "payment_intent": .null,
                "client_reference_id": .null, "metadata": link["metadata"] ?? [:], "customer": .null,
                "customer_email": .null, "customer_details": .null,
                "payment_method_types": ["card", "mb_way", "multibanco"], "locale": "auto",
                "expires_at": .int(seconds + 86_400), "created": .int(seconds), "livemode": false,
                "url": link["url"] ?? .null, "custom_fields": [], "custom_text": [:], "shipping_options": [],
                "automatic_tax": ["enabled": false],
            ]
            state.put(session, "checkout/sessions")
            return session
        }
    }

    /// Pays and returns the session with the events to deliver.
    func pay(
        link id: String,
        method: PayMethod,
        outcome: PayOutcome,
        email: String = "ana@example.com",
        name: String = "Ana"
    ) throws(Misuse) -> (session: String, events: [Payload]) {
        guard let link = state.withLock({ $0.get("payment_links", id) }) else { throw Misuse("no payment link \(id)") }
        if let reason = shut(link) { throw Misuse("the link takes no payment: \(reason)") }
        var session = openSession(link)
        let sessionID = session["id"]?.text ?? ""
        var intent = self.intent(for: session, link, method)
        session["payment_intent"] = intent["id"] ?? .null
        if outcome == .declined {
            intent["last_payment_error"] = [
                "type": "card_error", "code": "card_declined", "decline_code": "generic_decline",
                "message": "Your card was declined.",
            ]
            let failed = intent
            state.withLock { $0.put(failed, "payment_intents") }
            return (sessionID, [record("payment_intent.payment_failed", failed)])
        }
        let isPaid = method != .multibanco
        session["status"] = "complete"
        session["payment_status"] = isPaid ? "paid" : "unpaid"
        session["url"] = .null
        session["customer_details"] = ["email": .string(email), "name": .string(name), "phone": .null]
        if isPaid { settle(&intent) }
        let (done, booked) = (session, intent)
        state.withLock { state in
            state.put(done, "checkout/sessions")
            state.put(booked, "payment_intents")
            countCompleted(id, &state)
        }
        var events: [Payload] = []
        if isPaid { events.append(record("payment_intent.succeeded", booked)) }
        events.append(record("checkout.session.completed", done))
        return (sessionID, events)
    }

    private func intent(for session: Payload, _ link: Payload, _ method: PayMethod) -> Payload {
        if let id = session["payment_intent"]?.text, let known = state.withLock({ $0.get("payment_intents", id) }) {
            return known
        }
        var intent: Payload = [
            "id": .string(state.withLock { $0.newID("pi", salt: salt) }), "object": "payment_intent",
            "amount": session["amount_total"] ?? 0, "amount_received": 0, "currency": session["currency"] ?? "eur",
            "status": method == .multibanco ? "requires_action" : "requires_payment_method",
            "metadata": link["payment_intent_data"]?["metadata"] ?? [:], "livemode": false, "created": .int(seconds),
            "payment_method_types": [.string(method.rawValue)],
        ]
        if method == .multibanco {
            intent["next_action"] = [
                "type": "multibanco_display_details",
                "multibanco_display_details": [
                    "entity": "11249", "reference": "123 456 789", "expires_at": .int(seconds + 7 * 86_400),
                ],
            ]
        }
        return intent
    }

    private func settle(_ intent: inout Payload) {
        intent["status"] = "succeeded"
        intent["amount_received"] = intent["amount"] ?? 0
        intent["next_action"] = nil
        intent["latest_charge"] = charge(for: intent)["id"] ?? .null
    }

    private func countCompleted(_ id: String, _ state: inout StripeState) {
        guard var link = state.get("payment_links", id), var sessions = link["restrictions"]?["completed_sessions"]
        else {
            return
        }
        sessions["count"] = .int((sessions["count"]?.integer ?? 0) + 1)
        link["restrictions"] = ["completed_sessions": sessions]
        state.put(link, "payment_links")
    }

    func settleVoucher(_ id: String, paid: Bool) throws(Misuse) -> [Payload] {
        guard var session = session(id), session["status"]?.text == "complete",
            session["payment_status"]?.text == "unpaid", let intentID = session["payment_intent"]?.text,
            var intent = state.withLock({ $0.get("payment_intents", intentID) })
        else { throw Misuse("no unpaid voucher for session \(id)") }
        guard paid else {
            return [record("checkout.session.async_payment_failed", session)]
        }
        session["payment_status"] = "paid"
        settle(&intent)
        let (done, booked) = (session, intent)
        state.withLock { state in
            state.put(done, "checkout/sessions")
            state.put(booked, "payment_intents")
        }
        return [
            record("payment_intent.succeeded", booked), record("checkout.session.async_payment_succeeded", done),
        ]
    }

    /// Makes an event, visible in `GET /v1/events` from now on.
    @discardableResult
    func record(_ type: String, _ object: Payload) -> Payload {
        state.withLock { state in
            let event: Payload = [
                "id": .string(state.newID("evt", salt: salt)), "object": "event",
                "api_version": .string(settings.stripe.apiVersion), "created": .int(seconds), "type": .string(type),
                "livemode": false, "pending_webhooks": 1, "request": ["id": .null, "idempotency_key": .null],
                "data": ["object": object],
            ]
            state.put(event, "events")
            return event
        }
    }

    func markDelivered(_ id: String) {
        state.withLock { state in
            state.delivered.insert(id)
            guard var event = state.get("events", id) else { return }
            event["pending_webhooks"] = 0
            state.put(event, "events")
        }
    }
}
