import Synchronization

extension StripeService {
    /// A list with the filters of its kind and cursor paging, newest first.
    func list(_ kind: String, _ form: Payload) throws(StripeError) -> Payload {
        let filters: [String: [String]] = [
            "payment_links": ["active"], "prices": ["active", "product", "currency", "type", "lookup_keys"],
            "products": ["active"], "refunds": ["payment_intent", "charge"], "payment_intents": ["customer"],
            "charges": ["payment_intent", "customer"], "disputes": ["payment_intent", "charge"],
            "checkout/sessions": ["payment_link", "payment_intent", "status", "customer"],
        ]
        let allowed = filters[kind] ?? []
        try only(allowed, in: form)
        let found = state.withLock { $0.all(kind) }.filter { object in
            allowed.allSatisfy { name in
                guard let wanted = form[name] else { return true }
                if name == "lookup_keys" { return wanted.list?.contains(object["lookup_key"] ?? .null) ?? false }
                if name == "active" { return (object["active"]?.truth ?? true) == (wanted.text == "true") }
                return object[name]?.text == wanted.text
            }
        }
        return try page(found, url: "/v1/\(kind)", form)
    }

    /// Events of the last 30 days by type, types, time and delivery.
    func events(_ form: Payload) throws(StripeError) -> Payload {
        try only(["type", "types", "delivery_success"], in: form)
        if form["type"] != nil, form["types"] != nil {
            throw .invalid("types", "You may only specify one of these parameters: type, types.")
        }
        let types = form["types"]?.list?.compactMap(\.text) ?? [form["type"]?.text].compactMap { $0 }
        guard types.count <= 20 else { throw .invalid("types", "At most 20 types.") }
        let oldest = seconds - 30 * 86_400
        let wantsDelivered = form["delivery_success"]?.text.map { $0 == "true" }
        let found = state.withLock { state in
            state.all("events").filter { event in
                guard (event["created"]?.integer ?? 0) >= oldest else { return false }
                if let wantsDelivered, state.delivered.contains(event["id"]?.text ?? "") != wantsDelivered {
                    return false
                }
                let type = event["type"]?.text ?? ""
                return types.isEmpty
                    || types.contains { $0.hasSuffix("*") ? type.hasPrefix($0.dropLast()) : type == $0 }
            }
        }
        return try page(found, url: "/v1/events", form)
    }

    private func page(_ all: [Payload], url: String, _ form: Payload) throws(StripeError) -> Payload {
        let limit = form["limit"]?.text.map { Int($0) ?? 0 } ?? 10
        guard (1...100).contains(limit) else {
            throw .invalid(
                "limit",
                "Invalid integer: limit must be between 1 and 100.",
                code: "parameter_invalid_integer"
            )
        }
        var found = all.filter { inTime($0["created"]?.integer ?? 0, form["created"]) }
        if let after = form["starting_after"]?.text {
            guard let place = found.firstIndex(where: { $0["id"]?.text == after }) else {
                throw .noSuch("object", after, param: "starting_after")
            }
            found = Array(found[(place + 1)...])
        }
        if let before = form["ending_before"]?.text, let place = found.firstIndex(where: { $0["id"]?.text == before }) {
            found = Array(found[..<place])
            found = Array(found.suffix(limit))
        }
        return [
            "object": "list", "url": .string(url), "has_more": .bool(found.count > limit),
            "data": .array(Array(found.prefix(limit))),
        ]
    }

    private func inTime(_ time: Int, _ bounds: Payload?) -> Bool {
        guard let bounds else { return true }
        if let exact = bounds.text { return Int(exact) == time }
        func bound(_ name: String) -> Int? { bounds[name]?.text.flatMap { Int($0) } }
        if let least = bound("gte"), time < least { return false }
        if let below = bound("gt"), time <= below { return false }
        if let most = bound("lte"), time > most { return false }
        if let above = bound("lt"), time >= above { return false }
        return true
    }

    /// Refuses parameters that the endpoint does not know.
    func only(_ allowed: [String], in form: Payload) throws(StripeError) {
        let always: Set<String> = ["limit", "starting_after", "ending_before", "created", "expand"]
        for member in form.members ?? [] where !allowed.contains(member.key) && !always.contains(member.key) {
            throw .unknown(member.key)
        }
    }

    /// Metadata with its limits, merged over what is there. An empty value removes a key.
    func metadata(_ form: Payload?, over old: Payload = [:]) throws(StripeError) -> Payload {
        guard let form else { return old }
        if form.text == "" { return [:] }
        // Keys that are all digits were read as an array.
        guard form.members != nil || form.list != nil else { throw .invalid("metadata", "Invalid metadata.") }
        var merged = old
        let pairs = form.members ?? (form.list ?? []).enumerated().map { Payload.Member("\($0.offset)", $0.element) }
        for pair in pairs {
            guard let value = pair.value.text, pair.key.count <= 40, value.count <= 500 else {
                throw .invalid("metadata", "Metadata keys are at most 40 and values at most 500 characters long.")
            }
            merged[pair.key] = value.isEmpty ? nil : .string(value)
        }
        guard (merged.members?.count ?? 0) <= 50 else { throw .invalid("metadata", "At most 50 metadata keys.") }
        return merged
    }
}
