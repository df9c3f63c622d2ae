import Synchronization

extension GraphService {
    /// Takes a checked message: finds the customer, books it and schedules its statuses.
    func send(_ message: Payload) throws(GraphError) -> Answer {
        let wamid = newMessageID()
        let now = settings.now()
        let recipient = try Self.recipient(of: message)
        if case .lost(let input) = recipient {
            // A user id in `to` is taken and never arrives.
            state.withLock { $0.counts.dropped += 1 }
            return Self.accepted(wamid, contact: ["input": .string(input), "wa_id": .string(input)], message)
        }
        if case .phone(_, settings.whatsApp.displayPhoneNumber) = recipient {
            throw GraphError(
                code: 131021,
                title: "Recipient cannot be sender",
                details: "Sender and recipient are the same"
            )
        }
        let type = message["type"]?.text ?? "text"
        let (sent, customer, windowShut) = try state.withLock { state throws(GraphError) in
            let key = state.key(for: recipient.id, isPhone: recipient.isPhone)
            if settings.whatsApp.limitsPairs, !state.takeCredit(key, now: now) { throw .pair }
            let contact = state.contacts[key]
            let shut =
                settings.whatsApp.checksWindow && type != "template"
                && now - (contact?.lastInbound ?? 0) > 24 * 3_600_000
            let sent = SentMessage(message, wamid: wamid, customer: key, at: now)
            state.counts.sent += 1
            if settings.books == .everything { state.keep(sent) }
            return (sent, contact?.customer ?? Customer(waID: key), shut)
        }
        if !windowShut { happenings.tell(.message(sent)) }
        schedule(sent, to: customer, failure: windowShut ? .window : nil, now: now)
        switch recipient {
        case .phone(let input, let digits):
            return Self.accepted(wamid, contact: ["input": .string(input), "wa_id": .string(digits)], message)
        case .user(let id), .lost(let id):
            return Self.accepted(wamid, contact: ["input": .string(id), "user_id": .string(id)], message)
        }
    }

    private func schedule(_ sent: SentMessage, to customer: Customer, failure: GraphError?, now: Int) {
        guard let delays = settings.whatsApp.statuses else { return }
        let category = sent.type == "template" ? "utility" : "service"
        func due(_ status: String, after delay: Int) {
            pump.schedule(
                StatusPump.Item(
                    due: now + delay,
                    wamid: sent.wamid,
                    status: status,
                    customer: customer,
                    key: sent.customer,
                    callbackData: sent.callbackData,
                    category: category,
                    error: status == "failed" ? failure : nil
                )
            )
        }
        guard failure == nil else { return due("failed", after: delays.sent) }
        due("sent", after: delays.sent)
        guard sent.type != "reaction" else { return }
        if let delivered = delays.delivered { due("delivered", after: delivered) }
        if let read = delays.read { due("read", after: read) }
    }

    private enum Recipient {
        case phone(input: String, digits: String)
        case user(String)
        case lost(String)

        var isPhone: Bool { if case .phone = self { true } else { false } }
        var id: String {
            switch self {
            case .phone(_, let digits): digits
            case .user(let id), .lost(let id): id
            }
        }
    }

    private static func recipient(of message: Payload) throws(GraphError) -> Recipient {
        if let to = message["to"]?.text, !to.isEmpty {
            if isUserID(to) { return .lost(to) }
            let digits = to.filter { $0.isASCII && $0.isNumber }
            guard (7...15).contains(digits.count),
                to.allSatisfy({ "+ -()".contains($0) || ($0.isASCII && $0.isNumber) })
            else { throw .invalid("Param to is not a valid phone number") }
            return .phone(input: to, digits: digits)
        }
        guard let user = message["recipient"]?.text, !user.isEmpty else {
            throw .parameter("The parameter to is required.")
        }
        guard isUserID(user) else { throw .invalid("Param recipient is not a valid business-scoped user id") }
        return .user(user)
    }

    /// `^[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}$` (whatsapp.md §4.1).
    static func isUserID(_ text: String) -> Bool {
        var parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let country = parts.first, country.count == 2, country.allSatisfy({ ("A"..."Z").contains($0) }) else {
            return false
        }
        parts.removeFirst()
        if parts.count == 2, parts[0] == "ENT" { parts.removeFirst() }
        guard parts.count == 1, (1...128).contains(parts[0].count) else { return false }
        return parts[0].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }

    private static func accepted(_ wamid: String, contact: Payload, _ message: Payload) -> Answer {
        var entry: Payload = ["id": .string(wamid)]
        if message["template"] != nil { entry["message_status"] = "accepted" }
        return .json(["messaging_product": "whatsapp", "contacts": [contact], "messages": [entry]])
    }
}
