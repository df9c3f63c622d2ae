/// What is known of a lead and where the conversation stands. The whole memory of ``advance(_:_:at:by:)``.
public struct ConversationState: Codable, Sendable, Equatable {
    public var id: ConversationID
    /// The language in which the bot speaks to this customer.
    public var language: Language
    /// What the customer calls themself in WhatsApp. Unchecked, for greeting only.
    public var profileName: String?
    public var fields: [FieldID: FieldValue]
    public var score: Int
    public var stage: Stage
    public var lastCustomerMessageAt: Timestamp?
    /// The customer switched marketing messages off in WhatsApp: no follow-up.
    public var isMarketingOff: Bool?
    /// Offers made so far, for the next offer's id.
    public var offersMade: Int
    /// Offers whose link was sent and then replaced; somebody may still pay them. The newest few.
    public var formerOffers: [FormerOffer]
    /// Everything that was paid, so that no payment counts twice.
    public var payments: [Payment]
    /// The messages that the current turn answers, while a question to the model or a transcription is open.
    public var answering: Answering?
    /// The version of the prompt files that this lead began with, where leads keep theirs.
    public var promptVersion: String?
    /// What the customer wrote waited long for an answer, and nothing was said since.
    public var owesApology: Bool?

    public init(id: ConversationID, language: Language, profileName: String? = nil) {
        self.id = id
        self.language = language
        self.profileName = profileName
        fields = [:]
        score = 0
        stage = .new
        offersMade = 0
        formerOffers = []
        payments = []
    }
}

/// A turn in the middle: what came in, and which transcriptions are still out.
public struct Answering: Codable, Sendable, Equatable {
    public var messages: [CustomerMessage]
    public var awaitsTranscriptionOf: [MessageID]

    public init(messages: [CustomerMessage], awaitsTranscriptionOf: [MessageID] = []) {
        self.messages = messages
        self.awaitsTranscriptionOf = awaitsTranscriptionOf
    }
}

/// Where a lead stands, with the data that only this stage has.
public indirect enum Stage: Codable, Sendable, Equatable {
    case new
    case qualifying(Qualifying)
    case qualified(Qualified)
    /// An offer is decided; its payment link isn't there yet.
    case offered(Offered)
    case awaitingPayment(Offer, PaymentLink, PaymentProgress)
    case paid(Payment)
    case disqualified(reason: String)
    case handedOff(HandOff)
    case optedOut(at: Timestamp, before: Stage)
    case dormant(before: Stage)
}

extension Stage {
    /// The name in the database, in JSON and for staff.
    public enum Name: String, CaseIterable, Codable, Sendable {
        case new, qualifying, qualified, offered, paid, disqualified, dormant
        case awaitingPayment = "awaiting_payment"
        case handedOff = "handed_off"
        case optedOut = "opted_out"
    }

    public var name: Name {
        switch self {
        case .new: .new
        case .qualifying: .qualifying
        case .qualified: .qualified
        case .offered: .offered
        case .awaitingPayment: .awaitingPayment
        case .paid: .paid
        case .disqualified: .disqualified
        case .handedOff: .handedOff
        case .optedOut: .optedOut
        case .dormant: .dormant
        }
    }
}

public struct Qualifying: Codable, Sendable, Equatable {
    /// The field that the bot asked for last, to read a bare answer by.
    public var asked: FieldID?
    /// How often each field was asked for.
    public var asks: [FieldID: Int]

    public init(asked: FieldID? = nil, asks: [FieldID: Int] = [:]) {
        self.asked = asked
        self.asks = asks
    }
}

public struct Qualified: Codable, Sendable, Equatable {
    /// What was recommended, if anything suits.
    public var recommended: ProductID?

    public init(recommended: ProductID?) { self.recommended = recommended }
}

/// An offer that waits for its link.
public struct Offered: Codable, Sendable, Equatable {
    public var offer: Offer
    /// The model's words to go out with the link.
    public var words: String?
    /// Failed tries at a link. From the first one on the customer knows that it is coming.
    public var failures: Int
    /// Idempotency keys under which Stripe keeps a failure, so that each next try takes a new one.
    public var spentKeys: Int?

    public init(offer: Offer, words: String? = nil, failures: Int = 0) {
        self.offer = offer
        self.words = words
        self.failures = failures
    }
}

/// An offer that another one replaced.
public struct FormerOffer: Codable, Sendable, Equatable {
    public var offer: Offer
    public var link: PaymentLink
    /// Its delayed payment failed: a voucher that is told of afterwards is no news.
    public var hasFailed: Bool?

    public init(offer: Offer, link: PaymentLink, hasFailed: Bool? = nil) {
        self.offer = offer
        self.link = link
        self.hasFailed = hasFailed
    }
}

/// One product at one price for one lead. It gets one payment link.
public struct Offer: Codable, Sendable, Equatable {
    public var id: OfferID
    public var product: ProductID
    public var productName: String
    public var price: Money
    public var stripePrice: String?
    public var madeAt: Timestamp
    /// When the customer was reminded of its link, which happens once.
    public var remindedAt: Timestamp?
    /// Its link came while the bot had to be silent, and goes out on release.
    public var isUnsent: Bool?

    public init(
        id: OfferID,
        product: ProductID,
        productName: String,
        price: Money,
        stripePrice: String?,
        madeAt: Timestamp
    ) {
        self.id = id
        self.product = product
        self.productName = productName
        self.price = price
        self.stripePrice = stripePrice
        self.madeAt = madeAt
    }
}

public struct PaymentLink: Codable, Sendable, Equatable {
    /// Stripe's id, `plink_…`.
    public var id: String
    public var url: String

    public init(id: String, url: String) {
        self.id = id
        self.url = url
    }
}

public enum PaymentProgress: String, Codable, Sendable {
    case open
    /// A voucher was issued (Multibanco): complete, but the money isn't there.
    case pending
}

public struct Payment: Codable, Sendable, Equatable {
    public var offer: Offer
    public var sessionID: String
    /// Stripe's id of the money's way, by which refunds and disputes know it.
    public var paymentIntent: String?
    public var at: Timestamp
    /// False while a person has the conversation; made good on release.
    public var isConfirmedInChat: Bool

    public init(
        offer: Offer,
        sessionID: String,
        paymentIntent: String? = nil,
        at: Timestamp,
        isConfirmedInChat: Bool
    ) {
        self.offer = offer
        self.sessionID = sessionID
        self.paymentIntent = paymentIntent
        self.at = at
        self.isConfirmedInChat = isConfirmedInChat
    }
}

public struct HandOff: Codable, Sendable, Equatable {
    public enum Reason: String, Codable, Sendable {
        case customerAsked = "customer_asked"
        case complaint
        case staffTookOver = "staff_took_over"
        case ownerAnswered = "owner_answered"
        case noPayments = "no_payments"
    }

    public var reason: Reason
    /// Who has it; nobody yet when the customer asked.
    public var staff: String?
    public var at: Timestamp
    /// When a person wrote last.
    public var lastStaffAt: Timestamp?
    /// What the customer wrote since, the newest ``unansweredMax``. Nil: nothing.
    public var unanswered: [CustomerMessage]?
    /// Where the conversation goes on after release.
    public var before: Stage

    static let unansweredMax = 8

    public init(reason: Reason, staff: String?, at: Timestamp, before: Stage) {
        self.reason = reason
        self.staff = staff
        self.at = at
        self.before = before
    }
}

extension Stage {
    /// The stage beneath a hand-off, an opt-out or a dormant spell: where the sale itself stands.
    public var standing: Stage {
        get {
            switch self {
            case .handedOff(let handOff): handOff.before.standing
            case .optedOut(_, let before), .dormant(let before): before.standing
            default: self
            }
        }
        set {
            switch self {
            case .handedOff(var handOff):
                handOff.before.standing = newValue
                self = .handedOff(handOff)
            case .optedOut(let at, var before):
                before.standing = newValue
                self = .optedOut(at: at, before: before)
            case .dormant(var before):
                before.standing = newValue
                self = .dormant(before: before)
            default:
                self = newValue
            }
        }
    }

    /// Since when the bot says nothing; what it wrote before and has not sent yet is out of place by now.
    public var mutedSince: Timestamp? {
        switch self {
        case .handedOff(let handOff): handOff.at
        case .optedOut(let at, _): at
        case .dormant(let before): before.mutedSince
        default: nil
        }
    }

    /// The bot says nothing: a person has the conversation, or the customer wants no messages.
    public var isMuted: Bool {
        switch self {
        case .handedOff, .optedOut: true
        case .dormant(let before): before.isMuted
        default: false
        }
    }
}
