// What follows from an understanding. The model's words are used where they may go out; the decisions are ours.

extension Step {
    mutating func decide(_ understanding: Understanding, reply: String?, messages: [CustomerMessage]) {
        if let language = understanding.language {
            let nearest = playbook.phrasebook.nearest(to: language)
            if nearest.base == language.base { state.language = nearest }
        }
        learn(understanding.fields)
        let words = reply.flatMap { guarded($0) }
        switch understanding.intent {
        case .optOut: return optOut()
        case .human: return handOff(.customerAsked)
        case .complaint where words == nil: return handOff(.complaint)
        case .complaint: alert(.complaint, "The customer complains.")
        default: break
        }
        let assessment = playbook.qualification.assess(state.fields)
        state.score = assessment.score
        let turn = Reply(
            understanding: understanding,
            words: words,
            isHeldBack: reply != nil && words == nil,
            messages: messages
        )
        switch state.stage {
        case .new, .qualifying, .qualified, .disqualified: qualify(turn, assessment)
        case .offered(let offered): whileOffered(turn, offered)
        case .awaitingPayment(let offer, let link, let progress): whileAwaitingPayment(turn, offer, link, progress)
        case .paid: afterPayment(turn)
        case .handedOff, .optedOut, .dormant: break
        }
        scheduleFollowUp()
    }

    /// What there is to answer, and with which words.
    struct Reply {
        var understanding: Understanding
        /// The model's reply, if it may go out.
        var words: String?
        /// The model replied and the guard held it back.
        var isHeldBack = false
        var messages: [CustomerMessage]

        var wantsToBuy: Bool { understanding.intent == .buy }
        /// The customer asked something, or told something.
        var bringsSomethingElse: Bool { understanding.intent == .question || !understanding.fields.isEmpty }
    }

    /// Only valid values of known fields are learnt; a later value replaces an earlier one.
    private mutating func learn(_ fields: [FieldID: FieldValue]) {
        for (id, value) in fields.sorted(by: { $0.key < $1.key }) {
            guard let field = playbook.qualification.field(id), FieldReader.isValid(value, for: field),
                state.fields[id] != value
            else { continue }
            state.fields[id] = value
            note(.understood, "\(id) = \(value.plainText)")
        }
    }

    /// The reply if nothing in it is held back.
    private mutating func guarded(_ reply: String) -> String? {
        // Not even the amounts that the customer named: "yes, it costs 10 €" would pass as an echo of the budget.
        let findings = Guard(playbook: playbook, files: playbook.guardFiles)
            .check(reply, hasPaid: !state.payments.isEmpty)
        guard !findings.isEmpty else { return reply }
        note(.guarded, "held back (\(findings.map(String.init(describing:)).joined(separator: ", "))): \(reply)")
        return nil
    }

    mutating func formFilled(_ fields: [FieldID: FieldValue]) {
        learn(fields)
        state.score = playbook.qualification.assess(state.fields).score
    }

    // MARK: Finding out

    private mutating func qualify(_ turn: Reply, _ assessment: Assessment) {
        if case .disqualified(let reason) = assessment.verdict { return disqualify(turn, reason) }
        if turn.wantsToBuy || confirmsRecommendation(turn) { return buy(turn) }
        if assessment.verdict == .qualified { return recommend(turn) }
        ask(turn)
    }

    private mutating func disqualify(_ turn: Reply, _ reason: String) {
        if turn.wantsToBuy { alert(.disqualifiedBuyer, "Wants to buy, but: \(reason)") }
        if case .disqualified = state.stage {
            return answer(turn, orElse: .anythingElse)
        }
        state.stage = .disqualified(reason: reason)
        send(.text(text(.disqualified)))
    }

    /// A bare "yes" to a recommendation is a wish to buy.
    private func confirmsRecommendation(_ turn: Reply) -> Bool {
        guard turn.words == nil, case .qualified(let qualified) = state.stage, qualified.recommended != nil,
            [.answer, .other].contains(turn.understanding.intent), let said = turn.messages.last?.text
        else { return false }
        let yesNo = Field(id: "yes", kind: .yesNo, isRequired: false, weight: 0, meaning: "")
        return FieldReader.read(
            FoldedText(said),
            as: yesNo,
            wasAsked: true,
            language: state.language,
            today: CivilDate(now)
        )
            == .yes(true)
    }

    private mutating func recommend(_ turn: Reply) {
        if turn.messages.contains(where: \.asksForProducts) { return showProducts(turn, tapping: "product") }
        let isFirst = state.stage.name != .qualified
        let product =
            turn.understanding.product.flatMap(playbook.catalog.product)
            ?? playbook.catalog.recommended(for: state.fields)
        state.stage = .qualified(Qualified(recommended: product?.id))
        if let words = turn.words {
            // The model may still be asking something; the buttons belong under its recommendation.
            guard let product, recommends(words, product) else { return send(.text(words), quoting: quote(turn)) }
            return sayWithButtons(words, product)
        }
        if !isFirst {
            if turn.understanding.intent == .decline { return send(.text(text(.declined))) }
            if turn.understanding.product == nil { return answer(turn, orElse: .anythingElse, under: product) }
        }
        guard let product else { return answer(turn, orElse: .anythingElse) }
        let recommendation = text(.recommend, values(of: product))
        sayWithButtons(faqAnswer(turn).map { $0 + "\n\n" + recommendation } ?? recommendation, product)
    }

    /// Nothing is left to find out, or the words name the product.
    private func recommends(_ words: String, _ product: Product) -> Bool {
        if playbook.qualification.fields.allSatisfy({ state.fields[$0.id] != nil }) { return true }
        let said = Set(FoldedText(words).words.map(\.text))
        return FoldedText(product.name(in: state.language)).words.contains {
            $0.text.count >= 4 && said.contains($0.text)
        }
    }

    /// Asks for the next thing that isn't known: in the model's words, or with the question from the files.
    private mutating func ask(_ turn: Reply) {
        var qualifying = Qualifying()
        let isFirst = state.stage == .new
        if case .qualifying(let before) = state.stage { qualifying = before }
        let previous = qualifying.asked
        if turn.bringsSomethingElse { forgiveLastAsk(&qualifying) }
        let next = nextField(qualifying)
        qualifying.asked = next?.id
        if let next { qualifying.asks[next.id, default: 0] += 1 }
        state.stage = .qualifying(qualifying)
        if let words = turn.words { return send(.text(words), quoting: quote(turn)) }

        guard let next else {
            alert(.unanswered, "Every question was asked and the lead is still open.")
            return sayWithButtons(faqAnswer(turn) ?? text(.anythingElse), nil)
        }
        let opening = opening(turn, isFirst: isFirst, previous: previous, next: next)
        let question = phrases.questions[next.id]?.render(commonValues) ?? ""
        let body = opening.isEmpty ? question : opening + "\n\n" + question
        send(question: next, body, quoting: quote(turn))
    }

    /// A question of the customer's, or the answer to another one, is no failure to answer: what is required is asked
    /// once more.
    private func forgiveLastAsk(_ qualifying: inout Qualifying) {
        guard let asked = qualifying.asked, state.fields[asked] == nil,
            playbook.qualification.field(asked)?.isRequired == true, let asks = qualifying.asks[asked], asks > 0
        else { return }
        qualifying.asks[asked] = asks - 1
    }

    /// What stands before the question: a greeting, an answer, a hint or thanks.
    private mutating func opening(_ turn: Reply, isFirst: Bool, previous: FieldID?, next: Field) -> String {
        var parts: [String] = []
        // “Hello Ana! What's your name?” would be absurd, though the profile tells a name.
        if isFirst { parts.append(safeName == nil || next.kind == .name ? text(.greeting) : text(.greetingByName)) }
        if let answer = faqAnswer(turn) {
            parts.append(answer)
        } else if turn.understanding.intent == .question {
            alert(.unanswered, "A question that has no answer in the prompt files.")
            parts.append(text(.noAnswer))
        } else if !isFirst, !turn.understanding.fields.isEmpty {
            parts.append(text(.acknowledge))
        } else if !isFirst, previous == next.id, let hint = phrases.hints[next.id] {
            parts.append(hint.render(commonValues))
        }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// In the order of the file; an optional field is asked once, a required one a few times.
    private func nextField(_ qualifying: Qualifying) -> Field? {
        playbook.qualification.fields.first { field in
            let asks = qualifying.asks[field.id] ?? 0
            return state.fields[field.id] == nil && asks < (field.isRequired ? playbook.policy.asksPerFieldMax : 1)
        }
    }

    func faqAnswer(_ turn: Reply) -> String? {
        let reading = PlainReader.understand(turn.messages, state: state, asked: askedField, playbook: playbook)
        return reading.answer.map { $0.text.render(commonValues) }
    }

    /// Several messages at once: quote the last, so that it is plain what is answered.
    private func quote(_ turn: Reply) -> MessageID? { turn.messages.count > 1 ? turn.messages.last?.id : nil }

    // MARK: Answering

    /// The model's words, else an answer from the files, else a fixed text.
    mutating func answer(_ turn: Reply, orElse key: PhraseKey, under product: Product? = nil) {
        if let words = turn.words { return send(.text(words), quoting: quote(turn)) }
        if faqAnswer(turn) == nil, turn.isHeldBack {
            alert(.unanswered, "A reply was held back that named what it may not; see the transcript.")
            return sayWithButtons(text(.heldBack), product)
        }
        if turn.understanding.intent == .question, faqAnswer(turn) == nil {
            alert(.unanswered, "A question that has no answer in the prompt files.")
            return sayWithButtons(text(.noAnswer), product)
        }
        sayWithButtons(faqAnswer(turn) ?? text(key), product)
    }

    /// A text with what the customer can do next. Too long for buttons: the text alone.
    mutating func sayWithButtons(
        _ body: String,
        _ product: Product?,
        standingFor fixedText: OutMessage.FixedText? = nil
    ) {
        var choices: [OutMessage.Choice] = []
        if let product, playbook.policy.takesPayments {
            choices.append(.init(id: "buy:\(product.id)", title: text(.buyButton)))
            if playbook.catalog.products.count > 1 { choices.append(.init(id: "products", title: text(.othersButton))) }
        }
        choices.append(.init(id: "human", title: text(.humanButton)))
        let content: OutMessage.Content =
            body.count <= WhatsAppSizes.interactiveBody ? .buttons(body, choices) : .text(body)
        effects.append(.send(OutMessage(content, fixedText: fixedText)))
    }

    private mutating func send(question field: Field, _ body: String, quoting message: MessageID?) {
        guard body.count <= WhatsAppSizes.interactiveBody else { return send(.text(body), quoting: message) }
        switch field.kind {
        case .choice(let options):
            let choices = options.map { option in
                OutMessage.Choice(
                    id: "field:\(field.id):\(option.id)",
                    title: option.names[state.language] ?? option.names[.en] ?? option.id
                )
            }
            if choices.count <= WhatsAppSizes.buttons {
                send(.buttons(body, choices), quoting: message)
            } else {
                send(.list(body, button: text(.chooseButton), choices), quoting: message)
            }
        default:
            send(.text(body), quoting: message)
        }
    }
}

/// The sizes of WhatsApp that shape a message (reference/whatsapp.md §8).
enum WhatsAppSizes {
    static let text = 4096
    static let interactiveBody = 1024
    static let buttons = 3
    static let rows = 10
}
