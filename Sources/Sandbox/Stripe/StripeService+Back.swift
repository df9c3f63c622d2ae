import Synchronization

/// Money that goes back: refunds and disputes.
extension StripeService {
    /// The charge behind a paid intent, made with it. It has the intent's metadata.
    func charge(for intent: Payload) -> Payload {
        let charge: Payload = [
            "id": .string(state.withLock { $0.newID("ch", salt: salt) }), "object": "charge",
            "amount": intent["amount"] ?? 0, "amount_refunded": 0, "refunded": false, "disputed": false,
            "currency": intent["currency"] ?? "eur", "payment_intent": intent["id"] ?? .null, "status": "succeeded",
            "paid": true, "metadata": intent["metadata"] ?? [:], "livemode": false, "created": .int(seconds),
        ]
        state.withLock { $0.put(charge, "charges") }
        return charge
    }

    private func charge(of intent: String) -> Payload? {
        state.withLock { $0.all("charges") }.first { $0["payment_intent"]?.text == intent }
    }

    /// What a refund changes and reports.
    func refunded(_ refund: Payload) -> [Payload] {
        var events = [record("refund.created", refund)]
        guard let intent = refund["payment_intent"]?.text, var charge = charge(of: intent) else { return events }
        let back = (charge["amount_refunded"]?.integer ?? 0) + (refund["amount"]?.integer ?? 0)
        charge["amount_refunded"] = .int(back)
        charge["refunded"] = .bool(back >= charge["amount"]?.integer ?? 0)
        let changed = charge
        state.withLock { $0.put(changed, "charges") }
        events.append(record("charge.refunded", changed))
        return events
    }

    func refund(session: String, amount: Int?) throws(Misuse) -> [Payload] {
        var form: Payload = ["payment_intent": .string(try paidIntent(session))]
        if let amount { form["amount"] = .string(String(amount)) }
        do {
            return refunded(try createRefund(form))
        } catch {
            throw Misuse(error.message)
        }
    }

    /// The customer's bank takes the money back. A dispute names its payment and nothing else.
    func dispute(session: String, reason: String) throws(Misuse) -> [Payload] {
        let intent = try paidIntent(session)
        guard let charge = charge(of: intent) else { throw Misuse("the session \(session) has no charge") }
        let dispute: Payload = [
            "id": .string(state.withLock { $0.newID("du", salt: salt) }), "object": "dispute",
            "amount": charge["amount"] ?? 0, "currency": charge["currency"] ?? "eur", "charge": charge["id"] ?? .null,
            "payment_intent": .string(intent), "reason": .string(reason), "status": "needs_response", "metadata": [:],
            "evidence_details": [
                "due_by": .int(seconds + 7 * 86_400), "has_evidence": false, "submission_count": 0, "past_due": false,
            ],
            "is_charge_refundable": false, "livemode": false, "created": .int(seconds),
        ]
        state.withLock { $0.put(dispute, "disputes") }
        return [record("charge.dispute.created", dispute), record("charge.dispute.funds_withdrawn", dispute)]
    }

    func closeDispute(session: String, isWon: Bool) throws(Misuse) -> [Payload] {
        let intent = try paidIntent(session)
        guard
            var dispute = state.withLock({ $0.all("disputes") })
                .first(where: { $0["payment_intent"]?.text == intent })
        else { throw Misuse("the session \(session) is not disputed") }
        dispute["status"] = isWon ? "won" : "lost"
        let closed = dispute
        state.withLock { $0.put(closed, "disputes") }
        return [record("charge.dispute.closed", closed)]
    }

    private func paidIntent(_ id: String) throws(Misuse) -> String {
        guard let session = session(id), session["payment_status"]?.text == "paid",
            let intent = session["payment_intent"]?.text
        else { throw Misuse("no paid session \(id)") }
        return intent
    }
}
