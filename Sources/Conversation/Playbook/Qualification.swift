/// What to find out about a lead, and what the answers are worth.
public struct Qualification: Sendable, Equatable {
    /// In the order in which they are asked.
    public var fields: [Field]
    public var rules: [Rule]
    /// From this score on, with every required field known, a lead is qualified.
    public var qualifiesAt: Int
    /// Below this score, with every required field known, a lead is disqualified.
    public var disqualifiesBelow: Int

    public init(fields: [Field], rules: [Rule], qualifiesAt: Int, disqualifiesBelow: Int) {
        self.fields = fields
        self.rules = rules
        self.qualifiesAt = qualifiesAt
        self.disqualifiesBelow = disqualifiesBelow
    }

    public func field(_ id: FieldID) -> Field? { fields.first { $0.id == id } }
}

/// One thing to find out.
public struct Field: Sendable, Equatable {
    public var id: FieldID
    public var kind: Kind
    public var isRequired: Bool
    /// Points for knowing it.
    public var weight: Int
    /// What it means, in English, for the model and for staff.
    public var meaning: String
    /// Its name for people, per language.
    public var names: [Language: String]

    public init(
        id: FieldID,
        kind: Kind,
        isRequired: Bool,
        weight: Int,
        meaning: String,
        names: [Language: String] = [:]
    ) {
        self.id = id
        self.kind = kind
        self.isRequired = isRequired
        self.weight = weight
        self.meaning = meaning
        self.names = names
    }

    /// Of a choice; empty otherwise.
    var optionIDs: [String] { if case .choice(let options) = kind { options.map(\.id) } else { [] } }

    public enum Kind: Sendable, Equatable {
        /// A person's name.
        case name
        /// Free text up to a number of characters.
        case text(charactersMax: Int)
        case email
        /// A phone number with or without country code.
        case phone
        case integer(ClosedRange<Int>)
        /// An amount in whole units of the currency.
        case money(currency: String, ClosedRange<Int>)
        case yesNo
        /// A calendar day, kept as `YYYY-MM-DD`.
        case date
        case choice([Option])
    }

    /// One of the answers to choose from.
    public struct Option: Sendable, Equatable {
        public var id: String
        /// What a button shows: at most 20 characters (WhatsApp's limit of a button title).
        public var names: [Language: String]
        /// Further words that mean this option, in any language, without accents and in lower case.
        public var synonyms: [String]

        public init(id: String, names: [Language: String], synonyms: [String] = []) {
            self.id = id
            self.names = names
            self.synonyms = synonyms
        }
    }
}

/// A valid answer to a field.
public enum FieldValue: Hashable, Codable, Sendable {
    case text(String)
    case number(Int)
    case money(Money)
    case yes(Bool)
    /// `YYYY-MM-DD`
    case date(String)
    /// The id of an option.
    case choice(String)
}

/// Points, or an end, for what is known.
public struct Rule: Sendable, Equatable {
    public enum Verdict: Sendable, Equatable {
        case points(Int)
        case disqualify
    }

    public var condition: Condition
    public var verdict: Verdict
    /// Shown to staff beside the score.
    public var reason: String

    public init(condition: Condition, verdict: Verdict, reason: String) {
        self.condition = condition
        self.verdict = verdict
        self.reason = reason
    }
}

/// Something that is true or not of the known answers. Of an unknown field it is not true.
public enum Condition: Sendable, Equatable {
    case known(FieldID)
    case equals(FieldID, FieldValue)
    case oneOf(FieldID, [String])
    /// Numbers as they are, money in whole units.
    case atLeast(FieldID, Int)
    case below(FieldID, Int)
}
