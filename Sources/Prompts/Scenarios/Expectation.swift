public import Conversation

/// What should hold after a turn of a scenario, as one line of words.
public enum Expectation: Sendable, Equatable {
    /// `field need = website`
    case field(FieldID, String)
    /// `field budget unknown`
    case unknown(FieldID)
    /// `stage qualified`
    case stage(Stage.Name)
    /// `intent buy`
    case intent(Understanding.Intent)
    /// `language en`
    case language(Language)
    /// `score at least 45`, `score below 45`
    case scoreAtLeast(Int)
    case scoreBelow(Int)
    /// `asks name`
    case asks(FieldID)
    /// `recommends site`
    case recommends(ProductID)
    /// `offers site`
    case offers(ProductID)
    /// `says price of site`
    case saysPrice(ProductID)
    /// `says "…"`, in any case and with any accents
    case says(String)
    /// `does not say "…"`
    case doesNotSay(String)
    /// `no link`
    case noLink
    /// `no price except catalog`
    case noForeignPrice
    /// `nothing held back`
    case nothingHeldBack
    /// `at most one question`, `at most 2 questions`
    case questionsAtMost(Int)
    /// `at most 600 characters`
    case charactersAtMost(Int)
    /// `tone warm and brief`, judged by a model
    case tone(String)

    struct Unreadable: Error {
        var mend: String
    }

    init(_ text: String) throws(Unreadable) {
        let words = text.split(separator: " ").map(String.init)
        switch words.first {
        case "field": self = try Self.field(text, words)
        case "stage": self = .stage(try Self.word(words, 1, "stage"))
        case "intent": self = .intent(try Self.word(words, 1, "intent"))
        case "language" where words.count == 2: self = .language(Language(words[1]))
        case "score": self = try Self.score(words)
        case "asks" where words.count == 2: self = .asks(words[1])
        case "recommends" where words.count == 2: self = .recommends(words[1])
        case "offers" where words.count == 2: self = .offers(words[1])
        case "says" where words.count == 4 && words[1...2] == ["price", "of"]: self = .saysPrice(words[3])
        case "says": self = .says(try Self.quoted(text, after: "says"))
        case "does": self = .doesNotSay(try Self.quoted(text, after: "does not say"))
        case "tone" where words.count > 1: self = .tone(String(text.dropFirst(4).trimmed))
        default: self = try Self.fixed(text, words)
        }
    }

    private static func fixed(_ text: String, _ words: [String]) throws(Unreadable) -> Expectation {
        switch text {
        case "no link": return .noLink
        case "no price except catalog": return .noForeignPrice
        case "nothing held back": return .nothingHeldBack
        case "at most one question": return .questionsAtMost(1)
        default: break
        }
        if words.count == 4, words[0...1] == ["at", "most"], let count = Int(words[2]), count >= 0 {
            if words[3].hasPrefix("question") { return .questionsAtMost(count) }
            if words[3].hasPrefix("character") { return .charactersAtMost(count) }
        }
        throw Unreadable(mend: "known are \(listed(forms))")
    }

    private static let forms = [
        "field ID = VALUE", "field ID unknown", "stage NAME", "intent NAME", "language TAG", "score at least N",
        "score below N", "asks FIELD", "recommends PRODUCT", "offers PRODUCT", "says price of PRODUCT", "says \"…\"",
        "does not say \"…\"", "no link", "no price except catalog", "nothing held back", "at most N questions",
        "at most N characters", "tone …",
    ]

    private static func field(_ text: String, _ words: [String]) throws(Unreadable) -> Expectation {
        if words.count == 3, words[2] == "unknown" { return .unknown(words[1]) }
        guard words.count >= 4, words[2] == "=", let equals = text.firstIndex(of: "=") else {
            throw Unreadable(mend: "write `field ID = VALUE` or `field ID unknown`")
        }
        return .field(words[1], String(text[text.index(after: equals)...].trimmed))
    }

    private static func score(_ words: [String]) throws(Unreadable) -> Expectation {
        if words.count == 4, words[1...2] == ["at", "least"], let score = Int(words[3]) { return .scoreAtLeast(score) }
        if words.count == 3, words[1] == "below", let score = Int(words[2]) { return .scoreBelow(score) }
        throw Unreadable(mend: "write `score at least 45` or `score below 45`")
    }

    private static func word<Word: RawRepresentable & CaseIterable>(
        _ words: [String],
        _ index: Int,
        _ what: String
    ) throws(Unreadable) -> Word where Word.RawValue == String {
        let known = Word.allCases.map(\.rawValue)
        guard words.count == index + 1 else { throw Unreadable(mend: "write one of \(listed(known)) behind `\(what)`") }
        if let word = Word(rawValue: words[index]) { return word }
        let near = nearestWord(to: words[index], in: known).map { "did you mean `\($0)`?" }
        throw Unreadable(mend: near ?? "known are \(listed(known))")
    }

    private static func quoted(_ text: String, after prefix: String) throws(Unreadable) -> String {
        let rest = text.dropFirst(prefix.count).trimmed
        guard text.hasPrefix(prefix), rest.count > 2, rest.first == "\"", rest.last == "\"" else {
            throw Unreadable(mend: "write it as \(prefix) \"the words\"")
        }
        return String(rest.dropFirst().dropLast())
    }

    /// What a playbook has no field or product for.
    func problem(in playbook: Playbook) -> (reason: String, mend: String)? {
        switch self {
        case .field(let id, _), .unknown(let id), .asks(let id):
            missing(id, "field", playbook.qualification.fields.map(\.id))
        case .recommends(let id), .offers(let id), .saysPrice(let id):
            missing(id, "product", playbook.catalog.products.map(\.id))
        default: nil
        }
    }

    private func missing(_ id: String, _ what: String, _ known: [String]) -> (reason: String, mend: String)? {
        guard !known.contains(id) else { return nil }
        let near = nearestWord(to: id, in: known).map { "did you mean `\($0)`?" }
        return ("there is no \(what) `\(id.prefix(60))`", near ?? "known are \(listed(known))")
    }
}
