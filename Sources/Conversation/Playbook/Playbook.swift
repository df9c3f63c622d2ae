/// Everything that the operators decide: what to find out, what is sold, what the bot says, what it may claim.
///
/// Loaded and checked by `Prompts`; one turn uses one playbook from beginning to end.
public struct Playbook: Sendable {
    /// Hash of all the files that it was made from.
    public var version: String
    public var business: Business
    public var qualification: Qualification
    public var catalog: Catalog
    public var phrasebook: Phrasebook
    public var policy: Policy
    /// What the bot may claim, as the operators wrote it.
    public var facts: String { didSet { guardFiles = Guard.Files(secrets: confidential, facts: facts) } }
    /// Lines of the prompt that must never reach a customer.
    public var confidential: [String] { didSet { guardFiles = Guard.Files(secrets: confidential, facts: facts) } }
    /// Made once, not for every reply.
    private(set) var guardFiles: Guard.Files

    public init(
        version: String,
        business: Business,
        qualification: Qualification,
        catalog: Catalog,
        phrasebook: Phrasebook,
        policy: Policy,
        facts: String = "",
        confidential: [String] = []
    ) {
        self.version = version
        self.business = business
        self.qualification = qualification
        self.catalog = catalog
        self.phrasebook = phrasebook
        self.policy = policy
        self.facts = facts
        self.confidential = confidential
        guardFiles = Guard.Files(secrets: confidential, facts: facts)
    }
}

/// Who speaks, and the contacts that may stand in a message of the bot.
public struct Business: Sendable, Equatable {
    public var name: String
    public var defaultLanguage: Language
    /// Hosts whose links may be sent, in lower case, such as `crset.example`. A sub-domain has to be named itself.
    public var linkHosts: [String]
    public var emails: [String]
    /// Digits with country code.
    public var phones: [String]
    /// Amounts beside the catalog's prices that the facts name, such as an hourly rate.
    public var amounts: [Money]

    public init(
        name: String,
        defaultLanguage: Language,
        linkHosts: [String] = [],
        emails: [String] = [],
        phones: [String] = [],
        amounts: [Money] = []
    ) {
        self.name = name
        self.defaultLanguage = defaultLanguage
        self.linkHosts = linkHosts
        self.emails = emails
        self.phones = phones
        self.amounts = amounts
    }
}

/// How long the conversation waits before it acts by itself. Hours; 0 switches a timer off.
public struct Policy: Sendable, Equatable {
    public var followUpHours = 20
    public var paymentReminderHours = 20
    public var offerExpiryHours = 168
    public var dormantHours = 336
    /// Staff is reminded of a conversation that it took and left alone.
    public var takeoverReminderHours = 24
    public var takeoverReleaseHours = 72
    /// When the business speaks unasked; nil: at any hour.
    public var hours: BusinessHours?
    /// How often the bot asks the same question in guided mode before it goes on without the answer.
    public var asksPerFieldMax = 2
    /// An answer to older messages begins with a word of apology. 0: never.
    public var apologyAfterMilliseconds = 600_000
    /// False where no Stripe key is configured: no offers are made, staff is told.
    public var takesPayments = true
    /// Whether the Stripe key is a live one, so that no test payment counts as money. Nil: not checked.
    public var paysLive: Bool?
    /// False where no model key is configured: voice notes can't be understood.
    public var transcribesVoice = true

    public init() {}
}
