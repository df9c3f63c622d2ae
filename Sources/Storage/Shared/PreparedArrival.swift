import Conversation

/// An arrival with its event in the form in which it is stored.
struct PreparedArrival: Sendable {
    enum Content: Sendable {
        case message(Sender, at: Timestamp)
        case event(ConversationID)
        case payment(intent: String)
        case addressed(Address)
        case status(StatusReport)
        case addressChange(from: Address, to: Address)
        case unmatched(reason: String)
    }

    var outsideID: String
    var receivedAt: Timestamp
    var due: Arrival.Due
    var content: Content
    var kind: JournalKind = .event
    var body: String = ""
    var raw: String?
    /// A payment intent that is known from here on to belong to this event's conversation.
    var intent: String?

    init(_ arrival: Arrival) {
        outsideID = arrival.outsideID
        receivedAt = arrival.receivedAt
        due = arrival.due
        raw = arrival.raw
        content = .unmatched(reason: "")
        do {
            switch arrival.content {
            case .message(let message, let sender):
                content = .message(sender, at: message.at)
                kind = .customer
                body = try StoredJSON.encode(Event.messages([message]))
            case .event(let event, let id):
                content = .event(id)
                kind = JournalKind(event)
                body = try StoredJSON.encode(event)
                if case .payment(let news) = event { intent = news.paymentIntent }
            case .payment(let news, let intent):
                content = .payment(intent: intent)
                body = try StoredJSON.encode(Event.payment(news))
            case .addressed(let event, let address):
                content = .addressed(address)
                kind = JournalKind(event)
                body = try StoredJSON.encode(event)
            case .status(let report):
                content = .status(report)
                if let failure = report.failureEvent { body = try StoredJSON.encode(failure) }
            case .addressChange(let from, let to):
                content = .addressChange(from: from, to: to)
                kind = .note
            case .unmatched(let reason):
                content = .unmatched(reason: reason)
            }
        } catch {
            // One odd item must not cost its batch.
            content = .unmatched(reason: "It can't be stored as an event: \(error)")
        }
    }
}

/// What a line of the journal is.
enum JournalKind: String, Sendable {
    case customer, owner, event, message, note

    init(_ event: Event) {
        switch event {
        case .messages: self = .customer
        case .ownerAnswered: self = .owner
        default: self = .event
        }
    }
}

extension StatusReport {
    /// What the conversation hears when this report means that a message will never arrive.
    var failureEvent: Event? {
        guard state == .failed else { return nil }
        return .undeliverable(code: errorCode ?? "", reason: errorText ?? "")
    }
}

extension Address {
    /// The ids by which its conversation can be found, the one that stays longest first.
    var identities: [(kind: String, value: String)] {
        var all: [(String, String)] = []
        if let userID { all.append(("user_id", userID)) }
        if let waID { all.append(("wa_id", waID)) }
        return all
    }
}

extension Timestamp {
    /// Of a column that may be NULL.
    init?(column: Int64?) {
        guard let column else { return nil }
        self.init(milliseconds: column)
    }
}
