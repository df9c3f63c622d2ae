import Conversation

/// Reads `messages/<language>.yaml`.
struct MessagesFile {
    let fields: [Field]
    let catalog: Catalog
    let business: String
    let findings: Findings

    private static let answerKeys = ["keywords", "text"]
    /// WhatsApp's limit of a body with buttons (reference, 8.3).
    static let bodyCharactersMax = 1024

    /// A first name; longer ones are not used.
    private static let nameCharactersMax = 20

    func read(_ name: String, of files: PromptFiles, in language: Language) -> Phrases {
        guard let root = YAMLFile.read(name, of: files, findings: findings) else { return Phrases() }
        let path = files.path(of: name)
        let keys = ["texts", "questions", "hints", "answers"]
        let section = Section(root, file: path, path: "", keys: keys, findings: findings)
        let phrases = Phrases(
            texts: texts(section),
            questions: perField("questions", section, isRequired: true),
            hints: perField("hints", section, isRequired: false),
            answers: answers(section)
        )
        checkButtons(phrases.texts, section)
        checkLengths(phrases, section, language)
        return phrases
    }

    private func texts(_ root: Section) -> [PhraseKey: Phrase] {
        guard let section = root.section("texts", keys: PhraseKey.allCases.map(\.rawValue)) else {
            root.add(root.line, "`texts` is missing", mend: "add it, or take it from the sample")
            return [:]
        }
        return PhraseKey.allCases.reduce(into: [:]) { texts, key in
            let isOptional = PhraseKey.optional.contains(key)
            let found = isOptional ? section.string(key.rawValue) : section.requiredString(key.rawValue)
            guard let source = found else { return }
            let isButton = PhraseKey.buttons.contains(key)
            texts[key] = phrase(
                source,
                key.rawValue,
                section,
                allowed: isButton ? [] : key.variables + commonVariables
            )
            for name in key.requiredVariables where !Phrase(source).variables.contains(name) {
                section.add(
                    section.line(of: key.rawValue),
                    "`\(key.rawValue)` doesn't name `{{\(name)}}`",
                    mend: "the customer must read it before paying; put it in"
                )
            }
        }
    }

    private func perField(_ name: String, _ root: Section, isRequired: Bool) -> [FieldID: Phrase] {
        guard let section = root.section(name, keys: fields.map(\.id)) else {
            if isRequired {
                root.add(root.line, "`\(name)` is missing", mend: "add a text for \(listed(fields.map(\.id)))")
            }
            return [:]
        }
        return fields.reduce(into: [:]) { texts, field in
            let source = isRequired ? section.requiredString(field.id) : section.string(field.id)
            texts[field.id] = source.map { phrase($0, field.id, section, allowed: commonVariables) }
        }
    }

    private func answers(_ root: Section) -> [Phrases.Answer] {
        root.sections("answers", keys: Self.answerKeys).compactMap { section in
            let keywords = section.foldedWords("keywords")
            if keywords.isEmpty {
                section.add(section.line, "an answer has no `keywords`", mend: "add words that its question holds")
            }
            guard let source = section.requiredString("text") else { return nil }
            return Phrases.Answer(keywords: keywords, text: phrase(source, "text", section, allowed: commonVariables))
        }
    }

    /// What every text may name: the business, and the price of each product, so that no price is written twice.
    private var commonVariables: [String] { ["business"] + catalog.products.map { "price_\($0.id)" } }

    private func phrase(_ source: String, _ key: String, _ section: Section, allowed: [String]) -> Phrase {
        let text = String(source.trimmed)
        let phrase = Phrase(text)
        let line = section.line(of: key)
        for name in phrase.variables where !allowed.contains(name) {
            section.add(
                line,
                "`{{\(name.prefix(40))}}` is unknown in `\(key)`",
                mend: nearestWord(to: name, in: allowed).map { "did you mean `{{\($0)}}`?" }
                    ?? (allowed.isEmpty ? "this text has no variables" : "known are \(listed(allowed))")
            )
        }
        let hasLooseBraces = phrase.parts.contains { part in
            if case .text(let text) = part { text.contains("{{") || text.contains("}}") } else { false }
        }
        if hasLooseBraces {
            section.add(line, "`\(key)` has braces that don't match", mend: "write a variable as {{name}}")
        }
        return phrase
    }

    /// As customers get it: with the longest product in every variable.
    private func checkLengths(_ phrases: Phrases, _ root: Section, _ language: Language) {
        let longest = longestValues(in: language)
        func check(_ phrase: Phrase?, _ key: String, _ line: Int?) {
            let count = phrase?.render(longest).unicodeScalars.count ?? 0
            guard count > Self.bodyCharactersMax else { return }
            root.add(
                line,
                "`\(key)` has \(count) characters with its variables filled in",
                mend: "WhatsApp takes at most \(Self.bodyCharactersMax) with buttons; shorten it"
            )
        }
        if let texts = root.section("texts", keys: nil) {
            for key in PhraseKey.allCases { check(phrases.texts[key], key.rawValue, texts.line(of: key.rawValue)) }
        }
        for (name, known) in [("questions", phrases.questions), ("hints", phrases.hints)] {
            guard let section = root.section(name, keys: nil) else { continue }
            for field in fields { check(known[field.id], field.id, section.line(of: field.id)) }
        }
        for (answer, section) in zip(phrases.answers, root.sections("answers", keys: Self.answerKeys)) {
            check(answer.text, "text", section.line)
        }
    }

    private func longestValues(in language: Language) -> [String: String] {
        func longest(_ texts: [String]) -> String {
            texts.max { $0.unicodeScalars.count < $1.unicodeScalars.count } ?? ""
        }
        let prices = catalog.products.map { MoneyFormat.text($0.price, in: language) }
        var values = [
            "business": business, "name": String(repeating: "n", count: Self.nameCharactersMax),
            "product": longest(catalog.products.map { $0.name(in: language) }),
            "description": longest(catalog.products.map { $0.descriptions[language] ?? "" }), "price": longest(prices),
        ]
        for (product, price) in zip(catalog.products, prices) { values["price_\(product.id)"] = price }
        return values
    }

    private func checkButtons(_ texts: [PhraseKey: Phrase], _ root: Section) {
        guard let section = root.section("texts", keys: nil) else { return }
        var seen: Set<String> = []
        for key in PhraseKey.buttons {
            guard let title = texts[key]?.render() else { continue }
            let line = section.line(of: key.rawValue)
            if title.unicodeScalars.count > QualificationFile.buttonCharactersMax {
                section.add(
                    line,
                    "the button \"\(title.prefix(60))\" has \(title.unicodeScalars.count) characters",
                    mend: "at most \(QualificationFile.buttonCharactersMax) can be shown; shorten it"
                )
            }
            if !seen.insert(title).inserted {
                section.add(line, "two buttons are called \"\(title.prefix(60))\"", mend: "name them apart")
            }
        }
    }
}

extension PhraseKey {
    /// Texts that came later: folders without them still load.
    static let optional: Set<PhraseKey> = [.lateReply]

    /// Titles of buttons.
    static let buttons: [PhraseKey] = [.buyButton, .othersButton, .humanButton, .chooseButton, .payButton]

    /// The variables that this text has beside the common ones.
    var variables: [String] {
        switch self {
        case .greetingByName, .acknowledge, .followUp: ["name"]
        case .recommend: ["product", "description", "price", "name"]
        case .offer, .offerLine, .paymentReminder: ["product", "price"]
        case .paid: ["product", "price", "name"]
        case .linkComing, .noPayments, .paymentPending, .paymentFailed, .offerExpired: ["product"]
        case .greeting, .buyButton, .othersButton, .humanButton, .chooseProduct, .chooseButton, .payButton, .handedOff,
            .optedOut,
            .disqualified, .declined, .pleaseWrite, .anythingElse, .heldBack, .afterPaid, .noAnswer, .lateReply:
            []
        }
    }

    /// The variables that the text can't do without.
    var requiredVariables: [String] {
        switch self {
        case .offer, .offerLine, .recommend: ["product", "price"]
        default: []
        }
    }
}
