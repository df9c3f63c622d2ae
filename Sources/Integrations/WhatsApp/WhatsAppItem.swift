/// One thing that a webhook told, taken out of its envelope.
public enum WhatsAppItem: Sendable, Equatable {
    case message(WhatsAppInbound)
    case status(WhatsAppStatus)
    /// The customer stopped or resumed marketing messages.
    case preference(WhatsAppPreference)
    /// The customer's user id changed.
    case identityChange(WhatsAppIdentityChange)
    /// The owner wrote from the phone. `identity` is the customer who got it.
    case echo(WhatsAppInbound)
    /// Something about the account, for the operator: the field, or `errors` for `value.errors[]`, with its JSON.
    case accountNotice(field: String, raw: String)
    /// One item that can't be read, as it was sent.
    case odd(reason: String, raw: String)
}

/// What became of a message of ours.
public struct WhatsAppStatus: Sendable, Equatable {
    public enum State: Sendable, Equatable {
        case sent, delivered, read, played, failed
        case other(String)

        public init(_ name: String) {
            self =
                switch name {
                case "sent": .sent
                case "delivered": .delivered
                case "read": .read
                case "played": .played
                case "failed": .failed
                default: .other(name)
                }
        }

        /// The name in the webhook.
        public var name: String {
            switch self {
            case .sent: "sent"
            case .delivered: "delivered"
            case .read: "read"
            case .played: "played"
            case .failed: "failed"
            case .other(let name): name
            }
        }

        /// Statuses come in any order: a state replaces only one of lower rank. What was delivered can't fail any more.
        public var rank: Int {
            switch self {
            case .other: 0
            case .sent: 1
            case .failed: 2
            case .delivered: 3
            case .read: 4
            case .played: 5
            }
        }
    }

    /// What Meta charges for it.
    public struct Pricing: Sendable, Equatable, Codable {
        public var billable: Bool?
        /// E.g. `utility`, `marketing`, `service`.
        public var category: String?
        /// E.g. `regular`, `free_customer_service`.
        public var type: String?

        public init(billable: Bool? = nil, category: String? = nil, type: String? = nil) {
            self.billable = billable
            self.category = category
            self.type = type
        }

        enum CodingKeys: String, CodingKey {
            case billable, category, type
        }
    }

    /// The wamid that the send returned.
    public var messageID: String
    public var phoneNumberID: String
    public var state: State
    public var timestampMilliseconds: Int64
    /// Our own `biz_opaque_callback_data`.
    public var callbackData: String?
    /// The customer; empty where the webhook does not say.
    public var recipient: WhatsAppIdentity
    /// In groups: who of them.
    public var participantID: String?
    public var errors: [WhatsAppIssue]
    public var pricing: Pricing?

    public init(
        messageID: String,
        phoneNumberID: String,
        state: State,
        timestampMilliseconds: Int64,
        callbackData: String? = nil,
        recipient: WhatsAppIdentity = WhatsAppIdentity(),
        participantID: String? = nil,
        errors: [WhatsAppIssue] = [],
        pricing: Pricing? = nil
    ) {
        self.messageID = messageID
        self.phoneNumberID = phoneNumberID
        self.state = state
        self.timestampMilliseconds = timestampMilliseconds
        self.callbackData = callbackData
        self.recipient = recipient
        self.participantID = participantID
        self.errors = errors
        self.pricing = pricing
    }
}

/// An error inside a webhook.
public struct WhatsAppIssue: Sendable, Equatable {
    /// See ``WhatsAppErrorTable``.
    public var code: Int
    public var title: String?
    public var details: String?

    public init(code: Int, title: String? = nil, details: String? = nil) {
        self.code = code
        self.title = title
        self.details = details
    }
}

/// A customer's wish about marketing messages.
public struct WhatsAppPreference: Sendable, Equatable {
    public enum Wish: Sendable, Equatable {
        case stop, resume
        case other(String)
    }

    public var phoneNumberID: String
    public var identity: WhatsAppIdentity
    public var wish: Wish
    /// E.g. `marketing_messages`.
    public var category: String?
    public var detail: String?
    public var timestampMilliseconds: Int64

    public init(
        phoneNumberID: String,
        identity: WhatsAppIdentity,
        wish: Wish,
        category: String? = nil,
        detail: String? = nil,
        timestampMilliseconds: Int64
    ) {
        self.phoneNumberID = phoneNumberID
        self.identity = identity
        self.wish = wish
        self.category = category
        self.detail = detail
        self.timestampMilliseconds = timestampMilliseconds
    }
}

/// A customer's user id is another one from now on.
public struct WhatsAppIdentityChange: Sendable, Equatable {
    public var phoneNumberID: String
    public var previousUserID: String
    /// With the new user id.
    public var identity: WhatsAppIdentity
    public var timestampMilliseconds: Int64

    public init(
        phoneNumberID: String,
        previousUserID: String,
        identity: WhatsAppIdentity,
        timestampMilliseconds: Int64
    ) {
        self.phoneNumberID = phoneNumberID
        self.previousUserID = previousUserID
        self.identity = identity
        self.timestampMilliseconds = timestampMilliseconds
    }
}
