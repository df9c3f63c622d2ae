/// Everything that can happen to a conversation.
public enum Event: Sendable, Equatable, Codable {
    /// What the customer wrote since the last turn, oldest first.
    case messages([CustomerMessage])
    /// The model read the messages and proposes a reply.
    case understood(Understanding, reply: String)
    /// No model answer is to be had: guided mode reads the messages.
    case modelUnavailable(reason: String)
    case transcribed(MessageID, text: String?)
    case linkCreated(OfferID, PaymentLink)
    case linkFailed(OfferID, reason: String, LinkTrouble)
    case payment(PaymentNews)
    case timer(TimerKind)
    case staff(StaffCommand)
    /// A message could not be delivered for good.
    case undeliverable(code: String, reason: String)
    /// The customer switched marketing messages off (false) or on in WhatsApp itself.
    case marketing(isAllowed: Bool)
    /// The owner answered from the phone.
    case ownerAnswered(text: String)
    /// Fields that came from a web form.
    case form([FieldID: FieldValue])
    /// Something arrived that has no meaning here; it is kept in the transcript.
    case remark(String)
}

/// One message of the customer, freed from WhatsApp's shapes.
public struct CustomerMessage: Codable, Sendable, Equatable {
    public enum Content: Codable, Sendable, Equatable {
        case text(String)
        /// A tap on one of our buttons or rows.
        case choice(id: String, title: String)
        case voice(mediaID: String, mimeType: String)
        /// Image, video, document, sticker, other audio.
        case media(kind: String, mediaID: String, caption: String?)
        case location(latitude: Double, longitude: Double, name: String?)
        case contact(name: String, phone: String?)
        /// An emoji on one of our messages, nil when taken back.
        case reaction(emoji: String?)
        /// An earlier message changed its text.
        case edited(text: String)
        case deleted
        /// Something that a bot can't read: polls, orders, unknown types.
        case unreadable(kind: String)
    }

    public var id: MessageID
    public var at: Timestamp
    public var content: Content
    /// The message it answers to, as quoted by the customer.
    public var quotes: MessageID?

    public init(id: MessageID, at: Timestamp, content: Content, quotes: MessageID? = nil) {
        self.id = id
        self.at = at
        self.content = content
        self.quotes = quotes
    }

    /// The words in it, if any.
    public var text: String? {
        switch content {
        case .text(let text), .edited(let text): text
        case .choice(_, let title): title
        case .media(_, _, let caption): caption
        default: nil
        }
    }
}

/// What a message means, as far as the model or plain reading can tell.
public struct Understanding: Codable, Sendable, Equatable {
    public enum Intent: String, CaseIterable, Codable, Sendable {
        case answer, question, buy, decline, human, complaint, other
        case optOut = "opt_out"
    }

    public var language: Language?
    public var intent: Intent
    public var product: ProductID?
    /// Valid values only.
    public var fields: [FieldID: FieldValue]

    public init(
        language: Language? = nil,
        intent: Intent = .other,
        product: ProductID? = nil,
        fields: [FieldID: FieldValue] = [:]
    ) {
        self.language = language
        self.intent = intent
        self.product = product
        self.fields = fields
    }
}

/// What Stripe reports of a payment, before it is checked against the offer.
public struct PaymentNews: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable {
        case completedPaid, completedUnpaid, laterPaid, laterFailed, sessionExpired
        case refunded, refundFailed
        case disputed, disputeChanged, disputeClosed
    }

    public var kind: Kind
    public var offerID: OfferID?
    /// Of refunds and disputes, which know of no session: the charge, refund or dispute.
    public var sessionID: String
    /// What was paid by; joins refunds and disputes to their payment.
    public var paymentIntent: String?
    public var linkID: String?
    public var amount: Money?
    /// `payment`, `subscription` or `setup`.
    public var mode: String
    public var isLive: Bool
    /// Stripe's words for why, and how it stands.
    public var detail: String?

    public init(
        kind: Kind,
        offerID: OfferID?,
        sessionID: String,
        paymentIntent: String? = nil,
        linkID: String?,
        amount: Money?,
        mode: String,
        isLive: Bool,
        detail: String? = nil
    ) {
        self.kind = kind
        self.offerID = offerID
        self.sessionID = sessionID
        self.paymentIntent = paymentIntent
        self.linkID = linkID
        self.amount = amount
        self.mode = mode
        self.isLive = isLive
        self.detail = detail
    }
}

/// What a failed try at a payment link leaves behind.
public enum LinkTrouble: String, Codable, Sendable {
    /// Nothing was made, or the same question again gives what was made.
    case passing
    /// Stripe keeps its failure and gives it again to the same question. The link may be there all the same.
    case kept
    /// The key is refused: nobody gets a link before somebody acts.
    case refused
    /// This link can't be made, however often it is asked for: a person has to help.
    case final
}

public enum TimerKind: String, CaseIterable, Codable, Sendable {
    case followUp = "follow_up"
    case paymentReminder = "payment_reminder"
    case offerExpiry = "offer_expiry"
    case dormancy
    case takeoverReminder = "takeover_reminder"
    case takeoverRelease = "takeover_release"
    case linkRetry = "link_retry"
}

public enum StaffCommand: Codable, Sendable, Equatable {
    case takeOver(by: String)
    /// `answering`: the bot answers what the customer wrote since a person did, and these. Nil: it waits for their next
    /// message.
    case release(by: String, answering: [CustomerMessage]? = nil)
    /// A message that a person wrote.
    case reply(text: String, by: String)
    /// Files and templates that a person chose, in their order.
    case send([OutMessage.Content], by: String)
    /// ``Stage/Name/qualifying``, `qualified`, `disqualified`, `optedOut` or `dormant`.
    case setStage(Stage.Name, reason: String, by: String)
}
