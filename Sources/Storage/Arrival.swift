public import Conversation

/// Something that came in from outside.
public struct Arrival: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
        /// A customer wrote to one of the business's numbers.
        case message(CustomerMessage, from: Sender)
        /// An event of a known conversation, such as a payment. Unknown conversation: kept as unmatched.
        case event(Event, of: ConversationID)
        /// News of a payment that names nothing but its payment intent: of the conversation that paid by it. Unknown
        /// intent: kept as unmatched, until it comes again with its conversation.
        case payment(PaymentNews, intent: String)
        /// An event of whoever has this address, such as an answer from the owner's phone.
        case addressed(Event, Address)
        /// WhatsApp reports on a message of ours.
        case status(StatusReport)
        /// A customer has a new number or user id: both addresses are one customer.
        case addressChange(from: Address, to: Address)
        /// Kept raw, with the reason why it could not be used.
        case unmatched(reason: String)
    }

    /// Unique for ever, such as `wa:wamid.A` or `stripe:evt_1`. Arrivals of the same id have one effect.
    public var outsideID: String
    public var receivedAt: Timestamp
    public var content: Content
    /// When the conversation's turn falls due. Ignored where no turn follows.
    public var due: Due
    /// The item as it came, where it is worth keeping (odd items).
    public var raw: String?

    public init(outsideID: String, receivedAt: Timestamp, content: Content, due: Due = .atOnce, raw: String? = nil) {
        self.outsideID = outsideID
        self.receivedAt = receivedAt
        self.content = content
        self.due = due
        self.raw = raw
    }

    public enum Due: Sendable, Equatable {
        case atOnce
        /// After a quiet moment, but never later than `limitMilliseconds` after the first open message.
        /// `afterQuestionMilliseconds`: instead, where it is the first event since the bot asked something.
        case afterQuiet(milliseconds: Int64, limitMilliseconds: Int64, afterQuestionMilliseconds: Int64? = nil)
    }
}

/// How a customer can be reached at one of the business's numbers. At least one of the ids is there.
public struct Address: Hashable, Codable, Sendable {
    /// The `phone_number_id` of the business's number.
    public var channel: String
    /// WhatsApp's business-scoped user id.
    public var userID: String?
    /// Digits of the phone number as WhatsApp knows it. Absent for customers who go by a user name.
    public var waID: String?

    public init(channel: String, userID: String?, waID: String?) {
        self.channel = channel
        self.userID = userID
        self.waID = waID
    }
}

/// Who wrote, and what a new conversation begins with.
public struct Sender: Codable, Sendable, Equatable {
    public var address: Address
    public var profileName: String?
    /// The language to begin with, guessed from the phone number.
    public var language: Language
    /// The ad or post that brought the customer, as JSON.
    public var source: String?
    /// The id of the conversation, should this be its first message.
    public var newID: ConversationID

    public init(
        address: Address,
        profileName: String?,
        language: Language,
        source: String?,
        newID: ConversationID
    ) {
        self.address = address
        self.profileName = profileName
        self.language = language
        self.source = source
        self.newID = newID
    }
}

/// A status webhook of WhatsApp.
public struct StatusReport: Codable, Sendable, Equatable {
    public var state: DeliveryState
    /// WhatsApp's id of our message.
    public var messageID: MessageID
    /// The outbox row's id, as it was sent along. Absent for messages that are not ours.
    public var outboxID: String?
    public var at: Timestamp
    /// Code and words of a failure.
    public var errorCode: String?
    public var errorText: String?
    /// What to do about a failure, decided by the error table.
    public var failure: SendResult.Failure?

    public init(
        state: DeliveryState,
        messageID: MessageID,
        outboxID: String?,
        at: Timestamp,
        errorCode: String? = nil,
        errorText: String? = nil,
        failure: SendResult.Failure? = nil
    ) {
        self.state = state
        self.messageID = messageID
        self.outboxID = outboxID
        self.at = at
        self.errorCode = errorCode
        self.errorText = errorText
        self.failure = failure
    }
}

/// How far a message got. Statuses arrive in any order; only a higher rank replaces a lower one.
public enum DeliveryState: String, Codable, Sendable, CaseIterable {
    case accepted, sent, delivered, read, played, failed

    /// `failed` replaces all but a proof that the message arrived.
    public var rank: Int {
        switch self {
        case .accepted: 0
        case .sent: 1
        case .failed: 2
        case .delivered: 3
        case .read: 4
        case .played: 5
        }
    }
}

/// What became of an arrival.
public enum Acceptance: Sendable, Equatable {
    /// New, for this conversation.
    case new(ConversationID)
    /// New, without a conversation (a status, an unmatched item).
    case recorded
    /// Known already; nothing changed.
    case duplicate
}
