/// Every fixed word that a customer can read, per language.
public struct Phrasebook: Sendable, Equatable {
    public var defaultLanguage: Language
    public var languages: [Language: Phrases]

    public init(defaultLanguage: Language, languages: [Language: Phrases]) {
        self.defaultLanguage = defaultLanguage
        self.languages = languages
    }

    /// The phrases of a language, else of its nearest relative (`pt` for `pt-AO`), else of the default language.
    public func phrases(in language: Language) -> Phrases {
        languages[nearest(to: language)] ?? Phrases()
    }

    /// The language of this phrasebook that is nearest to a tag.
    public func nearest(to language: Language) -> Language {
        if languages[language] != nil { return language }
        if language.base == defaultLanguage.base { return defaultLanguage }
        return languages.keys.sorted().first { $0.base == language.base } ?? defaultLanguage
    }
}

/// The fixed texts of one language.
public struct Phrases: Sendable, Equatable {
    public var texts: [PhraseKey: Phrase]
    /// The guided question of each field.
    public var questions: [FieldID: Phrase]
    /// What to say when the answer to a field made no sense.
    public var hints: [FieldID: Phrase]
    /// Answers that need no model, tried in order.
    public var answers: [Answer]

    public init(
        texts: [PhraseKey: Phrase] = [:],
        questions: [FieldID: Phrase] = [:],
        hints: [FieldID: Phrase] = [:],
        answers: [Answer] = []
    ) {
        self.texts = texts
        self.questions = questions
        self.hints = hints
        self.answers = answers
    }

    /// A question that customers ask often. It matches when a message holds one of the keywords.
    public struct Answer: Sendable, Equatable {
        /// Words or short phrases without accents and in lower case.
        public var keywords: [String]
        public var text: Phrase

        public init(keywords: [String], text: Phrase) {
            self.keywords = keywords
            self.text = text
        }
    }
}

/// What the fixed texts are for. The raw value is the key in `messages/<language>.yaml`.
public enum PhraseKey: String, CaseIterable, Sendable, Hashable {
    /// First words to a stranger. Variables: `business`.
    case greeting
    /// First words to a customer whose profile name is known. Variables: `business`, `name`.
    case greetingByName = "greeting_by_name"
    /// Thanks for an answer, before the next question. Variables: `name`.
    case acknowledge
    /// The customer's question has no answer here. A person will follow up.
    case noAnswer = "no_answer"
    /// Recommends a product. Variables: `product`, `description`, `price`, `name`.
    case recommend
    /// Button under a recommendation: go ahead (≤ 20 characters).
    case buyButton = "buy_button"
    /// Button: see the other products (≤ 20 characters).
    case othersButton = "others_button"
    /// Button: talk to a person (≤ 20 characters).
    case humanButton = "human_button"
    /// Asks which product is meant; a list follows.
    case chooseProduct = "choose_product"
    /// Opens the list (≤ 20 characters).
    case chooseButton = "choose_button"
    /// The offer with its link. Variables: `product`, `price`.
    case offer
    /// A line with product and price under the model's own words, above the pay button. Variables: `product`, `price`.
    case offerLine = "offer_line"
    /// The pay button (≤ 20 characters).
    case payButton = "pay_button"
    /// Stripe can't be reached: the link follows. Variables: `product`.
    case linkComing = "link_coming"
    /// No payments are configured: a person sends the details. Variables: `product`.
    case noPayments = "no_payments"
    /// The payment is confirmed. Variables: `product`, `price`, `name`.
    case paid
    /// A voucher was made; the money comes later. Variables: `product`.
    case paymentPending = "payment_pending"
    /// The delayed payment failed; a new link follows on request. Variables: `product`.
    case paymentFailed = "payment_failed"
    /// The offer's link has ended. Variables: `product`.
    case offerExpired = "offer_expired"
    /// A person takes over.
    case handedOff = "handed_off"
    /// The one confirmation of an opt-out.
    case optedOut = "opted_out"
    /// A friendly no to a lead that doesn't fit.
    case disqualified
    /// The customer said no to an offer.
    case declined
    /// A voice note, image or document that can't be understood: please write.
    case pleaseWrite = "please_write"
    /// A lead went quiet. Variables: `name`.
    case followUp = "follow_up"
    /// A link is unpaid. Variables: `product`, `price`.
    case paymentReminder = "payment_reminder"
    /// Everything is known and nothing is to be asked: how can we help?
    case anythingElse = "anything_else"
    /// Stands in for a reply that the guard held back.
    case heldBack = "held_back"
    /// An answer to an already paid customer's message that no model could read: a person will look.
    case afterPaid = "after_paid"
    /// Stands before an answer that comes late, such as after an outage. May be left out.
    case lateReply = "late_reply"
}

/// A fixed text with `{{variables}}`. It has no loops and no conditions, so that no text can run away.
public struct Phrase: Sendable, Equatable {
    public enum Part: Sendable, Equatable {
        case text(String)
        case variable(String)
    }

    public var parts: [Part]

    public init(_ source: String) {
        var parts: [Part] = []
        var rest = Substring(source)
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            if open.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<open.lowerBound]))) }
            let name = rest[open.upperBound..<close.lowerBound].filter { $0 != " " }
            parts.append(.variable(String(name)))
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    public var variables: [String] {
        parts.compactMap { part in
            if case .variable(let name) = part { name } else { nil }
        }
    }

    /// An unknown variable is left out; loading the files refuses it.
    public func render(_ values: [String: String] = [:]) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .variable(let name): values[name] ?? ""
            }
        }.joined()
    }
}

extension Substring {
    fileprivate func firstRange(of needle: String) -> Range<Substring.Index>? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(needle) { return index..<self.index(index, offsetBy: needle.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
