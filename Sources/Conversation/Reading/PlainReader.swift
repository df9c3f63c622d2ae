/// What a turn's messages mean without a model.
public struct PlainReading: Sendable, Equatable {
    public var understanding: Understanding
    /// A configured answer to what the customer asks.
    public var answer: Phrases.Answer?
    /// The bot had asked for a field, and the words that came are no answer, no question and no other intent.
    public var askedWasUnreadable: Bool
    public var isGreetingOnly: Bool
    /// The customer tapped "show me the others".
    public var wantsProducts: Bool

    public init(
        understanding: Understanding = Understanding(),
        answer: Phrases.Answer? = nil,
        askedWasUnreadable: Bool = false,
        isGreetingOnly: Bool = false,
        wantsProducts: Bool = false
    ) {
        self.understanding = understanding
        self.answer = answer
        self.askedWasUnreadable = askedWasUnreadable
        self.isGreetingOnly = isGreetingOnly
        self.wantsProducts = wantsProducts
    }
}

/// Reads messages by rules alone: for guided mode, and for what no model may decide.
public enum PlainReader {
    /// - Parameters:
    ///   - messages: oldest first; of a turn's messages the last 20 count.
    ///   - asked: the field that the bot asked for last.
    public static func understand(
        _ messages: [CustomerMessage],
        state: ConversationState,
        asked: FieldID?,
        playbook: Playbook
    ) -> PlainReading {
        var turn = Turn(messages: messages.suffix(20), state: state, asked: asked, playbook: playbook)
        return turn.read()
    }
}

/// One reading in the making.
private struct Turn {
    let messages: ArraySlice<CustomerMessage>
    let state: ConversationState
    let asked: FieldID?
    let playbook: Playbook
    let today: CivilDate
    var language: Language
    var fields: [FieldID: FieldValue] = [:]
    var product: ProductID?
    var intents: [Understanding.Intent] = []
    var wantsProducts = false
    var texts: [FoldedText] = []

    init(messages: ArraySlice<CustomerMessage>, state: ConversationState, asked: FieldID?, playbook: Playbook) {
        self.messages = messages
        self.state = state
        self.asked = asked
        self.playbook = playbook
        today = CivilDate(messages.map(\.at).max() ?? Timestamp(milliseconds: 0))
        language = state.language
    }

    mutating func read() -> PlainReading {
        var words: [String] = []
        for message in messages {
            if case .choice(let id, _) = message.content, readTap(id) { continue }
            guard let text = message.text, !text.isEmpty else { continue }
            words.append(text)
            texts.append(FoldedText(text))
        }
        let all = words.joined(separator: "\n")
        let spoken = LanguageReader.detect(
            all,
            among: playbook.phrasebook.languages.keys.sorted(by: preferred),
            current: state.language
        )
        language = spoken ?? state.language
        for text in texts { readText(text) }
        readAskedAcross(all)
        let isGreeting =
            !texts.isEmpty && texts.allSatisfy(SmallTalk.isAllGreeting) && intents.isEmpty && fields.isEmpty
        let intent = mainIntent()
        let wasRead = asked.map { fields[$0] != nil } ?? true
        let isSilent = intent == .other && !isGreeting && product == nil && !texts.isEmpty
        return PlainReading(
            understanding: Understanding(language: spoken, intent: intent, product: product, fields: fields),
            answer: answer(),
            askedWasUnreadable: !wasRead && (isSilent || (intent == .answer && fields.isEmpty)),
            isGreetingOnly: isGreeting,
            wantsProducts: wantsProducts
        )
    }

    /// The default language first, so that `pt` alone is its `pt`.
    private func preferred(_ left: Language, _ right: Language) -> Bool {
        let first = playbook.phrasebook.defaultLanguage
        if (left == first) != (right == first) { return left == first }
        return left < right
    }

    // MARK: Taps

    private mutating func readTap(_ id: String) -> Bool {
        if id == "human" {
            intents.append(.human)
            return true
        }
        if id == "products" {
            wantsProducts = true
            intents.append(.question)
            return true
        }
        let parts = id.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return false }
        switch parts[0] {
        case "buy" where playbook.catalog.product(parts[1]) != nil:
            product = parts[1]
            intents.append(.buy)
            return true
        case "product" where playbook.catalog.product(parts[1]) != nil:
            product = parts[1]
            intents.append(.answer)
            return true
        case "field": return readFieldTap(parts[1])
        default: return false
        }
    }

    private mutating func readFieldTap(_ rest: String) -> Bool {
        for field in playbook.qualification.fields where rest.hasPrefix(field.id + ":") {
            let option = String(rest.dropFirst(field.id.count + 1))
            let value: FieldValue =
                switch field.kind {
                case .yesNo where option == "yes" || option == "no": .yes(option == "yes")
                default: .choice(option)
                }
            guard FieldReader.isValid(value, for: field) else { continue }
            fields[field.id] = value
            intents.append(.answer)
            return true
        }
        return false
    }

    // MARK: Words

    private mutating func readText(_ text: FoldedText) {
        var isAnswer = false
        let isOpen = asked.map { fields[$0] == nil } ?? false
        let isStop = IntentReader.isOptOut(text)
        for field in playbook.qualification.fields where !isStop {
            let wasAsked = isOpen && field.id == asked
            guard let value = FieldReader.read(text, as: field, wasAsked: wasAsked, language: language, today: today)
            else { continue }
            // Options are mentioned in passing; a known choice changes only when asked for or wished for.
            if !wasAsked, case .choice = field.kind, state.fields[field.id] != nil, !isWish(text) { continue }
            fields[field.id] = value
            isAnswer = true
        }
        if let mentioned = mentionedProduct(text) { product = mentioned }
        let answersAsked = isOpen && asked.map { fields[$0] != nil } == true
        if let intent = IntentReader.intent(of: text, hasQuestion: answersAsked) {
            intents.append(intent)
        } else if isAnswer {
            intents.append(.answer)
        }
    }

    /// "Afinal queria antes um site" changes a choice, "fazem sites?" doesn't.
    private func isWish(_ text: FoldedText) -> Bool {
        !IntentReader.isQuestion(text) && text.words.contains { Self.wishes.contains($0.text) }
    }

    private static let wishes: Set<String> = [
        "quero", "queria", "preciso", "precisava", "prefiro", "preferia", "afinal", "gostava", "gostaria", "want",
        "need", "prefer", "rather", "instead", "quiero", "necesito", "prefiero", "quisiera",
    ]

    /// "Chamo-me" and "Ana" in two messages are one answer.
    private mutating func readAskedAcross(_ all: String) {
        guard let asked, fields[asked] == nil, texts.count > 1, let field = playbook.qualification.field(asked),
            !intents.contains(.optOut),
            let value = FieldReader.read(
                FoldedText(all),
                as: field,
                wasAsked: true,
                language: language,
                today: today
            )
        else { return }
        fields[asked] = value
        intents.append(.answer)
    }

    private func mentionedProduct(_ text: FoldedText) -> ProductID? {
        let words = text.words.map(\.text)
        var best: [(id: ProductID, range: Range<Int>)] = []
        for product in playbook.catalog.products {
            for phrase in [product.id] + product.names.values + product.synonyms {
                let parts = FoldedText(phrase).words.map(\.text)
                guard !parts.isEmpty, let range = ChoiceReader.place(of: parts, in: words) else {
                    continue
                }
                best.append((product.id, range))
            }
        }
        let longest = best.map(\.range.count).max()
        let ids = Set(best.filter { $0.range.count == longest }.map(\.id))
        return ids.count == 1 ? ids.first : nil
    }

    /// The one that weighs most: a stop or a call for a person outweighs all the rest.
    private func mainIntent() -> Understanding.Intent {
        let order: [Understanding.Intent] = [.optOut, .human, .complaint, .buy, .decline, .question, .answer]
        return order.first { intents.contains($0) } ?? .other
    }

    // MARK: Answers

    private func answer() -> Phrases.Answer? {
        let answers = playbook.phrasebook.phrases(in: language).answers
        for text in texts {
            let isQuestion = IntentReader.isQuestion(text)
            for answer in answers {
                let match = answer.keywords.first { keyword in
                    text.has(keyword) && (isQuestion || isClear(keyword, in: text))
                }
                if match != nil { return answer }
            }
        }
        return nil
    }

    /// A phrase of several words, or a keyword that is nearly the whole message, and not the asked answer.
    private func isClear(_ keyword: String, in text: FoldedText) -> Bool {
        if let asked, fields[asked] != nil { return false }
        return keyword.contains(" ") || SmallTalk.withoutPoliteness(text.words.map(\.text)).count <= 3
    }
}
