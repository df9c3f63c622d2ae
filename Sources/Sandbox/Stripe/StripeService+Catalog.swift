import Synchronization

extension StripeService {
    func createProduct(_ form: Payload) throws(StripeError) -> Payload {
        try only(
            [
                "name", "description", "images", "metadata", "active", "default_price_data", "tax_code", "id",
                "unit_label",
            ],
            in: form
        )
        guard let name = form["name"]?.text, !name.isEmpty else { throw .missing("name") }
        let metadata = try metadata(form["metadata"])
        return state.withLock { state in
            let product: Payload = [
                "id": .string(form["id"]?.text ?? state.newID("prod", salt: salt)), "object": "product", "active": true,
                "created": .int(seconds), "name": .string(name), "description": .optional(form["description"]?.text),
                "metadata": metadata, "livemode": false,
            ]
            state.put(product, "products")
            return product
        }
    }

    func createPrice(_ form: Payload) throws(StripeError) -> Payload {
        try only(
            [
                "currency", "unit_amount", "unit_amount_decimal", "product", "product_data", "lookup_key",
                "transfer_lookup_key", "recurring", "tax_behavior", "nickname", "metadata", "active",
            ],
            in: form
        )
        return try price(form, prefix: "")
    }

    /// A price from `price_data` or the parameters of `POST /v1/prices`. Stored.
    func price(_ data: Payload, prefix: String) throws(StripeError) -> Payload {
        guard let currency = data["currency"]?.text else {
            throw .missing(prefix.isEmpty ? "currency" : "\(prefix)[currency]")
        }
        guard currency.count == 3, currency.allSatisfy({ $0.isLetter && $0.isASCII }) else {
            throw .invalid("currency", "Invalid currency: \(currency).")
        }
        guard let amountText = data["unit_amount"]?.text ?? data["unit_amount_decimal"]?.text else {
            throw .missing(prefix.isEmpty ? "unit_amount" : "\(prefix)[unit_amount]")
        }
        guard let amount = Int(amountText), amount >= 0 else {
            throw .invalid("unit_amount", "Invalid integer: \(amountText)", code: "parameter_invalid_integer")
        }
        let product: Payload
        if let id = data["product"]?.text {
            product = try get("products", id)
        } else if let inline = data["product_data"] {
            product = try createProduct(inline)
        } else {
            throw .missing(prefix.isEmpty ? "product" : "\(prefix)[product_data]")
        }
        let metadata = try metadata(data["metadata"])
        return state.withLock { state in
            let price: Payload = [
                "id": .string(state.newID("price", salt: salt)), "object": "price", "active": true,
                "created": .int(seconds), "currency": .string(currency.lowercased()), "unit_amount": .int(amount),
                "product": product["id"] ?? .null, "lookup_key": .optional(data["lookup_key"]?.text),
                "type": data["recurring"] == nil ? "one_time" : "recurring", "metadata": metadata, "livemode": false,
            ]
            state.put(price, "prices")
            return price
        }
    }

    /// What may change of a product or a price: never the amount or the currency.
    func update(_ kind: String, _ id: String, _ form: Payload) throws(StripeError) -> Payload {
        let own = kind == "products" ? ["name", "description", "images"] : ["nickname", "lookup_key", "tax_behavior"]
        try only(["active", "metadata"] + own, in: form)
        var object = try get(kind, id)
        if let active = form["active"]?.text { object["active"] = .bool(active == "true") }
        if let name = form["name"]?.text { object["name"] = .string(name) }
        object["metadata"] = try metadata(form["metadata"], over: object["metadata"] ?? [:])
        let updated = object
        state.withLock { $0.put(updated, kind) }
        return updated
    }

    func createRefund(_ form: Payload) throws(StripeError) -> Payload {
        try only(["payment_intent", "charge", "amount", "reason", "metadata", "instructions_email"], in: form)
        guard let id = form["payment_intent"]?.text else { throw .missing("payment_intent") }
        let intent = try get("payment_intents", id)
        let paid = intent["amount_received"]?.integer ?? 0
        let before = state.withLock { $0.all("refunds") }.filter { $0["payment_intent"]?.text == id }
            .reduce(0) { $0 + ($1["amount"]?.integer ?? 0) }
        guard before < paid else {
            throw .invalid("payment_intent", "Charge has already been refunded.", code: "charge_already_refunded")
        }
        let amount = form["amount"]?.text.flatMap { Int($0) } ?? (paid - before)
        guard amount > 0, amount <= paid - before else {
            throw .invalid("amount", "Refund amount is greater than unrefunded amount.", code: "amount_too_large")
        }
        let metadata = try metadata(form["metadata"])
        return state.withLock { state in
            let refund: Payload = [
                "id": .string(state.newID("re", salt: salt)), "object": "refund", "amount": .int(amount),
                "currency": intent["currency"] ?? .null, "payment_intent": .string(id), "status": "succeeded",
                "reason": .optional(form["reason"]?.text), "metadata": metadata, "created": .int(seconds),
            ]
            state.put(refund, "refunds")
            return refund
        }
    }
}
