/// Everything that the simulated Graph API remembers. Bounded, so that long benchmarks don't grow it.
struct GraphState: Sendable {
    struct Media: Sendable {
        var bytes: [UInt8]
        var mimeType: String
        var sha256: String
    }

    struct Contact: Sendable {
        var customer: Customer
        var lastInbound = 0
        var sent: [SentMessage] = []
        /// Pair limit: messages that may still go at once, as of `creditAt`.
        var credit = 45.0
        var creditAt = 0
        /// Inbound ids, newest last, to tell a read mark from a wrong id.
        var inbound: [String] = []
    }

    static let mediaMax = 1_000
    static let sentMax = 500
    static let inboundMax = 500
    static let originsMax = 100_000

    var counts = GraphCounts()
    var contacts: [String: Contact] = [:]
    /// Phone number or user id → key of `contacts`.
    var aliases: [String: String] = [:]
    /// Inbound message id → key of `contacts`, the newest `originsMax`.
    var origins: [String: String] = [:]
    var media: [String: Media] = [:]
    var mediaOrder: [String] = []
    var serial = 0

    mutating func nextSerial() -> Int {
        serial += 1
        return serial
    }

    /// The contact for a phone number or user id, made if it was unknown.
    mutating func key(for id: String, isPhone: Bool) -> String {
        if let key = aliases[id] { return key }
        let customer = isPhone ? Customer(waID: id) : Customer(userID: id)
        contacts[id] = Contact(customer: customer)
        aliases[id] = id
        return id
    }

    /// Learns a customer's ids and name from what they wrote.
    mutating func know(_ customer: Customer) -> String {
        let known = [customer.userID, customer.waID].compactMap { $0.flatMap { aliases[$0] } }.first
        let key = known ?? customer.key
        contacts[key, default: Contact(customer: customer)].customer = customer
        for id in [customer.userID, customer.waID] {
            if let id { aliases[id] = key }
        }
        return key
    }

    mutating func keep(_ message: SentMessage) {
        contacts[message.customer]?.sent.append(message)
        if let count = contacts[message.customer]?.sent.count, count > Self.sentMax {
            contacts[message.customer]?.sent.removeFirst(count - Self.sentMax)
        }
    }

    mutating func keepInbound(_ wamid: String, of key: String) {
        if origins.count >= Self.originsMax { origins.removeAll(keepingCapacity: true) }
        origins[wamid] = key
    }

    mutating func store(_ item: Media, id: String) {
        media[id] = item
        mediaOrder.append(id)
        if mediaOrder.count > Self.mediaMax { media[mediaOrder.removeFirst()] = nil }
    }

    mutating func setStatus(_ status: String, of wamid: String, key: String) {
        guard let place = contacts[key]?.sent.lastIndex(where: { $0.wamid == wamid }) else { return }
        contacts[key]?.sent[place].status = status
    }

    /// One message per 6 s, with a burst of 45 (whatsapp.md §10).
    mutating func takeCredit(_ key: String, now: Int) -> Bool {
        guard var contact = contacts[key] else { return true }
        let earned = Double(now - contact.creditAt) / 6_000
        contact.credit = min(45, contact.creditAt == 0 ? 45 : contact.credit + earned)
        contact.creditAt = now
        let allowed = contact.credit >= 1
        if allowed { contact.credit -= 1 }
        contacts[key] = contact
        return allowed
    }
}
