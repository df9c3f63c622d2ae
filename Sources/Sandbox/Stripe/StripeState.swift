/// Everything that the simulated Stripe remembers, as the objects that it returns. Bounded per kind.
struct StripeState: Sendable {
    struct Stored: Sendable {
        var fingerprint: String
        var status: Int
        var body: [UInt8]
    }

    static let perKindMax = 20_000
    /// Kind (`payment_links`, `checkout/sessions`…) → id → object.
    var objects: [String: [String: Payload]] = [:]
    /// Ids per kind, oldest first.
    var order: [String: [String]] = [:]
    var answers: [String: Stored] = [:]
    var answerOrder: [String] = []
    var delivered: Set<String> = []
    var serial = 0
    var created = 0
    var replayed = 0

    mutating func newID(_ prefix: String, salt: String) -> String {
        serial += 1
        return "\(prefix)_\(salt)\(serial)"
    }

    mutating func put(_ object: Payload, _ kind: String) {
        guard let id = object["id"]?.text else { return }
        if objects[kind, default: [:]].updateValue(object, forKey: id) == nil {
            order[kind, default: []].append(id)
            if order[kind, default: []].count > Self.perKindMax, let oldest = order[kind]?.removeFirst() {
                objects[kind]?[oldest] = nil
            }
        }
    }

    func get(_ kind: String, _ id: String) -> Payload? { objects[kind]?[id] }

    /// Newest first.
    func all(_ kind: String) -> [Payload] {
        (order[kind] ?? []).reversed().compactMap { objects[kind]?[$0] }
    }

    mutating func remember(_ answer: Stored, key: String) {
        if answers.updateValue(answer, forKey: key) == nil { answerOrder.append(key) }
        if answerOrder.count > 100_000 { answers[answerOrder.removeFirst()] = nil }
    }
}
