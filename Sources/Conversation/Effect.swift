/// What the conversation wants done. Those that ask come back as events; those that tell become rows.
public enum Effect: Sendable, Equatable {
    // Ask.
    case askModel
    case createLink(Offer)
    case transcribe(MessageID, mediaID: String, mimeType: String)

    // Tell.
    case send(OutMessage)
    case alertStaff(Alert)
    /// Replaces a timer of the same kind.
    case schedule(TimerKind, at: Timestamp)
    case cancel(TimerKind)
    case deactivateLink(PaymentLink, OfferID)
    /// A line for staff in the transcript.
    case note(Note)
}

/// A message to the customer, freed from WhatsApp's shapes.
public struct OutMessage: Codable, Sendable, Equatable {
    public enum Content: Codable, Sendable, Equatable {
        case text(String)
        case buttons(String, [Choice])
        case list(String, button: String, [Choice])
        case link(String, label: String, url: String)
        /// An image, a video, a sound or a document, whose bytes the store keeps.
        case file(OutFile, caption: String?)
        /// An approved template that a person chose. It goes out whether the 24-hour window is open or not.
        case template(OutTemplate)
    }

    /// A button or a row of a list.
    public struct Choice: Codable, Sendable, Equatable {
        public var id: String
        public var title: String

        public init(id: String, title: String) {
            self.id = id
            self.title = title
        }
    }

    public enum Author: String, Codable, Sendable {
        case bot, staff
    }

    /// The fixed text that a message is made of, so that an approved template can stand for it when the customer
    /// hasn't written for a day.
    public struct FixedText: Codable, Sendable, Equatable {
        /// Raw value of a ``PhraseKey``.
        public var key: String
        public var language: Language
        /// What the text names, such as `product` and `price`.
        public var values: [String: String]

        public init(key: PhraseKey, language: Language, values: [String: String]) {
            self.key = key.rawValue
            self.language = language
            self.values = values
        }

        /// A nudge is of use at its time only: it doesn't wait until the customer writes again.
        public var isNudge: Bool { nudgeTimer != nil || key == PhraseKey.offerExpired.rawValue }

        /// The timer that brings this nudge, and can bring it again.
        public var nudgeTimer: TimerKind? {
            switch PhraseKey(rawValue: key) {
            case .followUp: .followUp
            case .paymentReminder: .paymentReminder
            default: nil
            }
        }
    }

    public var content: Content
    public var author: Author
    /// The customer's message to quote, where it helps.
    public var quotes: MessageID?
    /// Absent for words of the model and of staff.
    public var fixedText: FixedText?

    public init(
        _ content: Content,
        author: Author = .bot,
        quotes: MessageID? = nil,
        fixedText: FixedText? = nil
    ) {
        self.content = content
        self.author = author
        self.quotes = quotes
        self.fixedText = fixedText
    }

    public var text: String {
        switch content {
        case .text(let text), .buttons(let text, _), .list(let text, _, _), .link(let text, _, _): text
        case .file(let file, let caption): "[\(file.kind.rawValue): \(file.name)]" + (caption.map { " " + $0 } ?? "")
        case .template(let template): template.shown
        }
    }
}

/// Calls a person.
public struct Alert: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable {
        case humanAsked = "human_asked"
        case complaint
        case messageWhileHandedOff = "message_while_handed_off"
        case messageAfterOptOut = "message_after_opt_out"
        case noPayments = "no_payments"
        case linkFailed = "link_failed"
        case paymentMismatch = "payment_mismatch"
        case paymentWithoutConfirmation = "payment_without_confirmation"
        case paymentOfFormerOffer = "payment_of_former_offer"
        case refund, dispute
        case unanswered
        case undeliverable
        case turnParked = "turn_parked"
        case disqualifiedBuyer = "disqualified_buyer"
        case windowClosed = "window_closed"
        case takeoverForgotten = "takeover_forgotten"
        case takeoverReleased = "takeover_released"
        case spendBound = "spend_bound"
    }

    /// Of ``Kind/windowClosed``.
    public static let waitsForCustomer =
        "A message waits until the customer writes again: the last message is more than 24 hours old, and no template "
        + "stands for it."

    public var kind: Kind
    public var detail: String

    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }
}

/// Something that staff reads between the messages.
public struct Note: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable {
        case stage, understood, guarded, payment, ignored, staff, delivery, model
    }

    public var kind: Kind
    public var text: String

    public init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }
}
