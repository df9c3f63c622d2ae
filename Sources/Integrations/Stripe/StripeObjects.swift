/// One of Stripe's words, of which later versions bring more: a value we don't know is kept as it came.
public protocol StripeTerm: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral where RawValue == String {
    init(rawValue: String)
}

extension StripeTerm {
    public init(stringLiteral value: String) { self.init(rawValue: value) }
}

/// A checkout session: one customer on the way through one payment.
public struct StripeSession: Sendable, Equatable {
    public struct Status: StripeTerm {
        public static let open: Status = "open"
        public static let complete: Status = "complete"
        public static let expired: Status = "expired"

        public var rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }
    }

    public struct PaymentStatus: StripeTerm {
        /// The money is confirmed.
        public static let paid: PaymentStatus = "paid"
        /// A completed session may be unpaid for days: Multibanco.
        public static let unpaid: PaymentStatus = "unpaid"
        public static let noPaymentRequired: PaymentStatus = "no_payment_required"

        public var rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }
    }

    public var id: String
    public var mode: String
    public var status: Status?
    public var paymentStatus: PaymentStatus
    /// Minor units.
    public var amountTotal: Int?
    /// ISO 4217 in lower case.
    public var currency: String?
    public var paymentLink: String?
    public var paymentIntent: String?
    /// Can be edited by the customer; ``metadata`` can't.
    public var clientReferenceID: String?
    public var metadata: [String: String]
    public var customerEmail: String?
    public var customerName: String?
    public var livemode: Bool
}

/// `amountRefunded` grows with each partial refund; `refunded` is true only once all is back. Minor units.
public struct StripeCharge: Sendable, Equatable {
    public var id: String
    public var amount: Int
    public var amountRefunded: Int
    public var refunded: Bool
    public var paymentIntent: String?
    public var metadata: [String: String]
    public var currency: String
}

public struct StripeRefund: Sendable, Equatable {
    public var id: String
    /// Minor units.
    public var amount: Int
    public var currency: String
    public var charge: String?
    public var paymentIntent: String?
    public var reason: String?
    /// `pending`, `requires_action`, `succeeded`, `failed`, `canceled`.
    public var status: String?
    public var failureReason: String?
    public var metadata: [String: String]
}

public struct StripeDispute: Sendable, Equatable {
    public var id: String
    /// Minor units.
    public var amount: Int
    public var currency: String
    public var charge: String?
    public var paymentIntent: String?
    public var reason: String?
    /// `needs_response`, `under_review`, `won`, `lost`, …
    public var status: String
    /// Unix seconds until which evidence is taken.
    public var evidenceDueSeconds: Int64?
    public var metadata: [String: String]
}

public struct StripePaymentIntent: Sendable, Equatable {
    public var id: String
    /// Minor units.
    public var amount: Int
    public var currency: String
    public var status: String
    /// Why the last attempt failed: `decline_code`, else `code`. Not final: the session stays open.
    public var lastErrorCode: String?
    public var metadata: [String: String]
}

public struct PaymentLink: Sendable, Equatable {
    public var id: String
    public var url: String
    public var active: Bool
    public var livemode: Bool
    public var metadata: [String: String]

    public init(id: String, url: String, active: Bool, livemode: Bool, metadata: [String: String]) {
        self.id = id
        self.url = url
        self.active = active
        self.livemode = livemode
        self.metadata = metadata
    }
}

public struct StripePrice: Sendable, Equatable {
    public struct Kind: StripeTerm {
        public static let oneTime: Kind = "one_time"
        public static let recurring: Kind = "recurring"

        public var rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }
    }

    public var id: String
    /// Minor units; nil where the price is tiered or chosen by the customer.
    public var unitAmount: Int?
    public var currency: String
    public var active: Bool
    public var type: Kind
    /// The id of what it is a price of.
    public var product: String?

    public init(id: String, unitAmount: Int?, currency: String, active: Bool, type: Kind, product: String? = nil) {
        self.id = id
        self.unitAmount = unitAmount
        self.currency = currency
        self.active = active
        self.type = type
        self.product = product
    }
}

/// What a price is of. No link is made for one that is archived.
public struct StripeProduct: Sendable, Equatable {
    public var id: String
    public var name: String
    public var active: Bool
}

/// What an event is about.
public enum StripeObject: Sendable, Equatable {
    case session(StripeSession)
    case charge(StripeCharge)
    case refund(StripeRefund)
    case dispute(StripeDispute)
    case paymentIntent(StripePaymentIntent)
    case paymentLink(PaymentLink)
    /// A kind we don't read.
    case other(type: String, id: String?)
}
