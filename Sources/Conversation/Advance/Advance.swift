/// The conversation: what is known, what happened, and from them what is known next and what is to be done.
///
/// A pure function. Every event is defined in every stage; what makes no sense there is noted and changes nothing.
public func advance(
    _ state: ConversationState,
    _ event: Event,
    at now: Timestamp,
    by playbook: Playbook
) -> (state: ConversationState, effects: [Effect]) {
    var step = Step(state: state, now: now, playbook: playbook)
    step.take(event)
    step.apologise()
    step.noteStageChange(since: state.stage.name)
    return (step.state, step.effects)
}

/// One step of the conversation while it is being worked out.
struct Step {
    var state: ConversationState
    let now: Timestamp
    let playbook: Playbook
    var effects: [Effect] = []

    init(state: ConversationState, now: Timestamp, playbook: Playbook) {
        self.state = state
        self.now = now
        self.playbook = playbook
    }

    mutating func take(_ event: Event) {
        switch event {
        case .messages(let messages): customerWrote(messages)
        case .transcribed(let id, let text): transcribed(id, text)
        case .understood(let understanding, let reply): understood(understanding, reply)
        case .modelUnavailable(let reason): modelUnavailable(reason)
        case .linkCreated(let offer, let link): linkCreated(offer, link)
        case .linkFailed(let offer, let reason, let trouble): linkFailed(offer, reason, trouble)
        case .payment(let news): paymentReported(news)
        case .timer(let kind): timerFired(kind)
        case .staff(let command): staffCommanded(command)
        case .ownerAnswered: ownerAnswered()
        case .undeliverable(let code, let reason):
            note(.delivery, "not delivered: \(code) \(reason)")
            alert(.undeliverable, "\(code): \(reason)")
            // They stopped marketing messages, and the webhook that tells of it may never come (reference/whatsapp.md §9).
            if code == "131050" { marketingPreference(false) }
        case .marketing(let isAllowed): marketingPreference(isAllowed)
        case .form(let fields): formFilled(fields)
        case .remark(let text): note(.ignored, text)
        }
    }

    // MARK: Saying and doing

    var phrases: Phrases { playbook.phrasebook.phrases(in: state.language) }

    mutating func send(_ content: OutMessage.Content, quoting message: MessageID? = nil) {
        effects.append(.send(OutMessage(content, quotes: message)))
    }

    /// A fixed text for which a template can stand.
    mutating func send(fixed key: PhraseKey, _ values: [String: String] = [:], url: String? = nil) {
        let body = text(key, values)
        let content: OutMessage.Content = url.map { .link(body, label: text(.payButton), url: $0) } ?? .text(body)
        let fixedText = fixedText(key, values.merging(url.map { ["url": $0] } ?? [:]) { $1 })
        effects.append(.send(OutMessage(content, fixedText: fixedText)))
    }

    func fixedText(_ key: PhraseKey, _ values: [String: String]) -> OutMessage.FixedText {
        OutMessage.FixedText(
            key: key,
            language: playbook.phrasebook.nearest(to: state.language),
            values: ["business": playbook.business.name, "name": safeName ?? ""].merging(values) { $1 }
        )
    }

    mutating func alert(_ kind: Alert.Kind, _ detail: String) { effects.append(.alertStaff(Alert(kind, detail))) }

    mutating func note(_ kind: Note.Kind, _ text: String) { effects.append(.note(Note(kind, text))) }

    mutating func noteStageChange(since before: Stage.Name) {
        let after = state.stage.name
        if before != after { note(.stage, "\(before.rawValue) → \(after.rawValue)") }
    }

    /// A fixed text in the customer's language.
    func text(_ key: PhraseKey, _ more: [String: String] = [:]) -> String {
        let values = commonValues.merging(more) { $1 }
        return phrases.texts[key]?.render(values) ?? ""
    }

    /// What every fixed text may name.
    var commonValues: [String: String] {
        var values = ["business": playbook.business.name, "name": safeName ?? ""]
        for product in playbook.catalog.products {
            values["price_\(product.id)"] = MoneyFormat.text(product.price, in: state.language)
        }
        return values
    }

    func values(of product: Product) -> [String: String] {
        [
            "product": product.name(in: state.language),
            "description": product.descriptions[state.language] ?? product.descriptions[.en] ?? "",
            "price": MoneyFormat.text(product.price, in: state.language),
        ]
    }

    func values(of offer: Offer) -> [String: String] {
        ["product": offer.productName, "price": MoneyFormat.text(offer.price, in: state.language)]
    }

    /// The customer's name if it is harmless: a name can be made to carry a link or a price.
    var safeName: String? {
        var name = state.profileName
        for field in playbook.qualification.fields where field.kind == .name {
            if case .text(let known) = state.fields[field.id] { name = known }
        }
        guard let name, let first = name.split(separator: " ").first, first.count <= 20,
            first.allSatisfy({ $0.isLetter || $0 == "-" || $0 == "'" })
        else { return nil }
        return String(first)
    }
}
