public import Conversation

/// Trouble that isn't one conversation's, such as a refused key. One per cause is open, until it is settled.
public struct ServiceAlert: Sendable, Equatable {
    /// What it is about.
    public struct Cause: RawRepresentable, Hashable, Codable, Sendable {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public init(_ rawValue: String) { self.rawValue = rawValue }
    }

    public var cause: Cause
    /// What was heard last. No secret and no word of a customer.
    public var problem: String
    /// What to do about it: a sentence.
    public var mend: String
    public var firstAt: Timestamp
    public var lastAt: Timestamp
    /// How often it was met since it is open.
    public var count: Int

    public init(
        cause: Cause,
        problem: String,
        mend: String,
        firstAt: Timestamp,
        lastAt: Timestamp,
        count: Int = 1
    ) {
        self.cause = cause
        self.problem = problem
        self.mend = mend
        self.firstAt = firstAt
        self.lastAt = lastAt
        self.count = count
    }
}

extension ServiceAlert.Cause {
    /// The model's provider wants money.
    public static let modelMoney = Self("model_money")
    /// The model's provider refuses our key.
    public static let modelKey = Self("model_key")
    /// A model can't be had: retired, misspelt, or not for this key.
    public static let modelMissing = Self("model_missing")
    public static let whatsAppToken = Self("whatsapp_token")
    /// WhatsApp takes messages and does not deliver them: the account is locked or has no money.
    public static let whatsAppAccount = Self("whatsapp_account")
    /// Stripe refuses our key.
    public static let stripeKey = Self("stripe_key")
    /// Our key may not make payment links.
    public static let stripeRights = Self("stripe_rights")
    /// Our key may not read Stripe's events.
    public static let stripeEvents = Self("stripe_events")
    /// The service's own bound on model calls or tokens of a day.
    public static let spendBound = Self("spend_bound")
    /// The store can't be written. Known only to the process that meets it.
    public static let storage = Self("storage")
}

/// Keeps service alerts, for all processes on the same database.
public protocol ServiceAlertStore: Sendable {
    /// Opens an alert of this cause, or adds to the open one. Says whether it was opened.
    func raise(_ alert: ServiceAlert) async throws -> Bool
    /// Closes what is open of these causes, and says which were.
    func settle(_ causes: [ServiceAlert.Cause], now: Timestamp) async throws -> [ServiceAlert.Cause]
    /// Oldest first.
    func openServiceAlerts() async throws -> [ServiceAlert]
}
