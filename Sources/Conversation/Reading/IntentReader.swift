/// What a customer wants, by whole phrases in four languages.
///
/// It tells only what is plain. Stop is read here as well when a model answers: no model decides over it.
public enum IntentReader {
    /// The plainest intent of a text; nil when it shows none.
    ///
    /// - Parameter hasQuestion: whether an open question of the bot makes a bare "no" an answer rather than a refusal.
    public static func intent(of text: String, hasQuestion: Bool = false) -> Understanding.Intent? {
        intent(of: FoldedText(text), hasQuestion: hasQuestion)
    }

    static func intent(of text: FoldedText, hasQuestion: Bool) -> Understanding.Intent? {
        if isOptOut(text) { return .optOut }
        if asksForHuman(text) { return .human }
        if complains(text) { return .complaint }
        if wantsToBuy(text, alone: !hasQuestion) { return .buy }
        if declines(text, alone: !hasQuestion) { return .decline }
        if isQuestion(text) { return .question }
        return nil
    }

    /// Whether the customer wants no more messages.
    public static func isOptOut(_ text: String) -> Bool { isOptOut(FoldedText(text)) }

    static func isOptOut(_ text: FoldedText) -> Bool {
        guard !text.words.isEmpty else { return false }
        let words = SmallTalk.withoutPoliteness(text.words.map(\.text))
        if words.count <= 8 {
            if IntentPhrases.optOutAlone.contains(words.joined(separator: " ")) { return true }
            // `Stop stop stop!!`
            if let first = words.first, words.count > 1, Set(words).count == 1,
                IntentPhrases.optOutAlone.contains(first)
            {
                return true
            }
        }
        if IntentPhrases.optOutOpeners.contains(firstSentence(text)) { return true }
        return contains(text, IntentPhrases.optOutInside)
    }

    /// The words up to the first `.`, `!` or line break.
    private static func firstSentence(_ text: FoldedText) -> String {
        guard let first = text.words.first else { return "" }
        let end = text.bytes[first.range.lowerBound...].firstIndex {
            $0 == Ascii.dot || $0 == Ascii.newline || $0 == UInt8(ascii: "!")
        }
        guard let end else { return "" }
        let words = text.words.prefix { $0.range.upperBound <= end }.map(\.text)
        return words.count > 4 ? "" : SmallTalk.withoutPoliteness(words).joined(separator: " ")
    }

    /// Whether the customer asks for a person.
    public static func asksForHuman(_ text: String) -> Bool { asksForHuman(FoldedText(text)) }

    static func asksForHuman(_ text: FoldedText) -> Bool {
        let words = text.words.map(\.text)
        let core = SmallTalk.withoutPoliteness(words)
        if core.count <= 4, IntentPhrases.humanAlone.contains(core.joined(separator: " ")) { return true }
        if contains(text, IntentPhrases.humanInside) { return true }
        for start in words.indices {
            for count in 1...4 where start + count < words.count {
                guard IntentPhrases.humanVerbs.contains(words[start..<start + count].joined(separator: " ")) else {
                    continue
                }
                let isWish = count == 1
                if isNegated(text, start) { continue }
                if let before = words[..<start].last, notAsking.contains(before) { continue }
                if start > 1, notAsking.contains(words[start - 2] + " " + words[start - 1]) { continue }
                if isTarget(words[(start + count)...], isWish: isWish) { return true }
            }
        }
        return false
    }

    /// An article or two, then somebody. After `quero` only a bare somebody counts: `quero um gerente de redes sociais`
    /// asks for something else.
    private static func isTarget(_ words: ArraySlice<String>, isWish: Bool) -> Bool {
        for (offset, word) in words.prefix(4).enumerated() {
            if IntentPhrases.humanTargets.contains(word) {
                let next = words.dropFirst(offset + 1).first
                // `preciso de um assistente para o WhatsApp` asks for the product.
                let isProduct = ["assistente", "assistant", "asistente"].contains(word)
                if isProduct, ["humano", "humana", "human"].contains(next) { return true }
                return !isWish && !isProduct || next == nil
                    || ["por", "please", "real", "agora", "aqui", "now", "ya"].contains(next)
            }
            guard articles.contains(word) else { return false }
        }
        return false
    }

    private static let articles: Set<String> = [
        "um", "uma", "o", "a", "os", "as", "algum", "alguma", "an", "un", "una", "the", "real", "el", "la", "outra",
        "another", "otra", "vossa", "vosso", "voces", "da", "de", "outro", "actual", "live", "ser",
    ]
    private static let notAsking: Set<String> = [
        "vou", "vamos", "tenho de", "tenho que", "preciso de antes", "ill", "will", "have to",
        "voy a", "tengo que", "sem", "without", "sin", "estava a", "estou a", "estive a", "acabei de", "just", "nunca",
        "to go",
    ]

    /// Whether the customer wants to go ahead and pay.
    public static func wantsToBuy(_ text: String) -> Bool { wantsToBuy(FoldedText(text), alone: true) }

    static func wantsToBuy(_ text: FoldedText, alone: Bool) -> Bool {
        let words = text.words.map(\.text)
        if alone {
            let core = SmallTalk.withoutPoliteness(words)
            if core.count <= 3, IntentPhrases.buyAlone.contains(core.joined(separator: " ")) { return true }
        }
        for (start, count) in places(words, IntentPhrases.buyInside) {
            if isNegated(text, start) { continue }
            let next = words.dropFirst(start + count)
            if let first = next.first, IntentPhrases.notYet.contains(first) { continue }
            if IntentPhrases.notYet.contains(next.prefix(2).joined(separator: " ")) { continue }
            // `eu quero saber` is a question.
            if words[start..<start + count].elementsEqual(["eu", "quero"]), !next.isEmpty { continue }
            return true
        }
        return false
    }

    /// Whether a "no" stands up to four words before, in the same clause: "não, quero comprar" is no refusal.
    private static func isNegated(_ text: FoldedText, _ start: Int) -> Bool {
        var end = text.words[start].range.lowerBound
        for word in text.words[max(0, start - 4)..<start].reversed() {
            let gap = text.bytes[word.range.upperBound..<end]
            if gap.contains(where: { ",.;:!?\n".utf8.contains($0) }) { return false }
            if negations.contains(word.text) { return true }
            end = word.range.lowerBound
        }
        return false
    }

    private static let negations: Set<String> = [
        "nao", "no", "not", "dont", "nunca", "never", "nem", "cant", "without",
    ]

    /// Whether the customer says no to what is offered.
    public static func declines(_ text: String) -> Bool { declines(FoldedText(text), alone: true) }

    static func declines(_ text: FoldedText, alone: Bool) -> Bool {
        if alone {
            let words = text.words.map(\.text)
            if words.count <= 8,
                IntentPhrases.declineAlone.contains(SmallTalk.withoutPoliteness(words).joined(separator: " "))
            {
                return true
            }
        }
        return contains(text, IntentPhrases.declineInside)
    }

    /// Whether the customer is angry with the business, rather than with an old website.
    public static func complains(_ text: String) -> Bool { complains(FoldedText(text)) }

    static func complains(_ text: FoldedText) -> Bool {
        if contains(text, IntentPhrases.complaintStrong) { return true }
        if isQuestion(text) || text.words.count > 40 { return false }
        let words = text.words.map(\.text)
        return places(words, IntentPhrases.complaintWeak).contains { start, _ in
            !isNegated(text, start) && !words[..<start].suffix(2).contains { $0 == "sem" || $0 == "sin" }
        }
    }

    /// "Olá, boa tarde!" and nothing else.
    public static func isGreetingOnly(_ text: String) -> Bool { SmallTalk.isAllGreeting(FoldedText(text)) }

    /// Whether it asks something. A mere "tudo bem?" doesn't.
    public static func isQuestion(_ text: String) -> Bool { isQuestion(FoldedText(text)) }

    static func isQuestion(_ text: FoldedText) -> Bool {
        if text.words.isEmpty || SmallTalk.isAllGreeting(text) { return false }
        if text.bytes.contains(Ascii.question) || text.bytes.contains(Folding.questionOpen) { return true }
        let words = SmallTalk.withoutPoliteness(text.words.map(\.text))
        if words.count > 1 {
            for count in 1...2 where words.count > count {
                if IntentPhrases.questionOpeners.contains(words.prefix(count).joined(separator: " ")) { return true }
            }
        }
        return contains(text, IntentPhrases.questionInside)
    }

    /// "Muito obrigada!" and nothing else.
    public static func isThanks(_ text: String) -> Bool { SmallTalk.isThanks(FoldedText(text)) }

    // MARK: Phrases

    private static func contains(_ text: FoldedText, _ phrases: Set<String>) -> Bool {
        !places(text.words.map(\.text), phrases).isEmpty
    }

    /// Where phrases of a set stand, by first word and number of words (up to eight).
    private static func places(_ words: [String], _ phrases: Set<String>) -> [(Int, Int)] {
        var places: [(Int, Int)] = []
        for start in words.indices {
            var phrase = words[start]
            var count = 1
            while true {
                if phrases.contains(phrase) { places.append((start, count)) }
                guard count < 8, start + count < words.count else { break }
                phrase += " " + words[start + count]
                count += 1
            }
        }
        return places
    }
}
