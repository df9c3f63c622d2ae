import Synchronization

extension StripeService {
    private static let linkParameters = [
        "line_items", "metadata", "payment_intent_data", "restrictions", "inactive_message", "after_completion",
        "customer_creation", "phone_number_collection", "billing_address_collection", "name_collection",
        "tax_id_collection", "consent_collection", "payment_method_types", "custom_fields", "custom_text",
        "submit_type",
        "allow_promotion_codes", "automatic_tax", "invoice_creation", "optional_items", "shipping_address_collection",
        "shipping_options", "subscription_data", "on_behalf_of", "transfer_data", "application_fee_amount", "currency",
        "managed_payments", "active",
    ]
    static let methods: Set<String> = ["card", "link", "mb_way", "multibanco", "paypal", "sepa_debit", "klarna"]

    func createLink(_ form: Payload) throws(StripeError) -> Payload {
        try only(Self.linkParameters.filter { $0 != "active" }, in: form)
        guard let items = form["line_items"]?.list, !items.isEmpty else { throw .missing("line_items") }
        guard items.count <= 20 else { throw .invalid("line_items", "At most 20 line items.") }
        var lines: [Payload] = []
        for (index, item) in items.enumerated() { lines.append(try line(item, at: "line_items[\(index)]")) }
        let total = lines.reduce(0) { $0 + ($1["amount_total"]?.integer ?? 0) }
        let currency = lines.first?["currency"]?.text ?? "eur"
        // EUR 0.50 is the least that Stripe charges (stripe.md §11).
        guard total >= 50 else {
            throw .invalid(
                "line_items",
                "The total amount due must add up to at least 0.50 \(currency).",
                code: "amount_too_small"
            )
        }
        let metadata = try metadata(form["metadata"])
        _ = try self.metadata(form["payment_intent_data"]?["metadata"])
        let restrictions = try restrictions(form["restrictions"], count: 0)
        try checkShared(form)
        let link = state.withLock { state in
            let id = state.newID("plink", salt: salt)
            var link: Payload = [
                "id": .string(id), "object": "payment_link", "active": true, "url": .string("\(baseURL)/pay/\(id)"),
                "livemode": false, "metadata": metadata, "currency": .string(currency), "restrictions": restrictions,
                "inactive_message": .optional(form["inactive_message"]?.text),
                "payment_method_types": form["payment_method_types"] ?? .null,
                "after_completion": form["after_completion"] ?? ["type": "hosted_confirmation"],
                "payment_intent_data": form["payment_intent_data"] ?? .null, "created": .int(seconds),
            ]
            link["line_items"] = ["object": "list", "has_more": false, "data": .array(lines)]
            state.put(link, "payment_links")
            state.created += 1
            return link
        }
        record("payment_link.created", link)
        return link
    }

    private func line(_ item: Payload, at place: String) throws(StripeError) -> Payload {
        guard let quantity = item["quantity"]?.text.flatMap({ Int($0) }), quantity > 0 else {
            throw .missing("\(place)[quantity]")
        }
        let price: Payload
        if let id = item["price"]?.text {
            guard let found = state.withLock({ $0.get("prices", id) }) else {
                throw .noSuch("price", id, param: "\(place)[price]")
            }
            price = found
        } else if let data = item["price_data"] {
            price = try self.price(data, prefix: "\(place)[price_data]")
        } else {
            throw .missing("\(place)[price]")
        }
        let product = state.withLock { $0.get("products", price["product"]?.text ?? "") }
        return [
            "object": "item", "description": product?["name"] ?? "", "quantity": .int(quantity), "price": price,
            "currency": price["currency"] ?? .null,
            "amount_total": .int((price["unit_amount"]?.integer ?? 0) * quantity),
        ]
    }

    private func restrictions(_ form: Payload?, count: Int) throws(StripeError) -> Payload {
        guard let form, form.text != "" else { return .null }
        guard let limit = form["completed_sessions"]?["limit"]?.text.flatMap({ Int($0) }), limit >= 1 else {
            throw .invalid("restrictions[completed_sessions][limit]", "This value must be greater than or equal to 1.")
        }
        return ["completed_sessions": ["count": .int(count), "limit": .int(limit)]]
    }

    private func checkShared(_ form: Payload) throws(StripeError) {
        for method in form["payment_method_types"]?.list ?? [] where !Self.methods.contains(method.text ?? "") {
            throw .invalid("payment_method_types", "Invalid payment_method_types: \(method.text ?? "").")
        }
        if let message = form["inactive_message"]?.text, message.count > 500 {
            throw .invalid("inactive_message", "Invalid string: at most 500 characters.")
        }
        if let active = form["active"]?.text, active != "true", active != "false" {
            throw .invalid("active", "Invalid boolean: \(active)")
        }
    }

    func updateLink(_ id: String, _ form: Payload) throws(StripeError) -> Payload {
        try only(Self.linkParameters, in: form)
        try checkShared(form)
        var link = try get("payment_links", id)
        link["metadata"] = try metadata(form["metadata"], over: link["metadata"] ?? [:])
        if let active = form["active"]?.text { link["active"] = .bool(active == "true") }
        if let message = form["inactive_message"]?.text { link["inactive_message"] = .string(message) }
        if let restrictions = form["restrictions"] {
            let count = link["restrictions"]?["completed_sessions"]?["count"]?.integer ?? 0
            link["restrictions"] = try self.restrictions(restrictions, count: count)
        }
        if let data = form["payment_intent_data"] { link["payment_intent_data"] = data }
        let updated = link
        state.withLock { $0.put(updated, "payment_links") }
        record("payment_link.updated", updated)
        return updated
    }

    func expire(_ id: String) throws(StripeError) -> Payload {
        var session = try get("checkout/sessions", id)
        guard session["status"]?.text == "open" else {
            throw StripeError(
                message:
                    "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a "
                    + "status of \(session["status"]?.text ?? "")."
            )
        }
        session["status"] = "expired"
        session["url"] = .null
        let expired = session
        state.withLock { $0.put(expired, "checkout/sessions") }
        record("checkout.session.expired", expired)
        return expired
    }
}
