public import Conversation
import Integrations
public import Prompts

/// Whether an expectation of a scenario holds.
public enum Verdict: Sendable, Equatable {
    case holds
    /// What was there instead.
    case fails(String)
    /// There was nobody to judge it.
    case skipped(String)
}

extension Expectation {
    /// Judges everything but the tone.
    public func verdict(_ outcome: Rehearsal.Outcome, _ state: ConversationState, _ playbook: Playbook) -> Verdict {
        switch self {
        case .field, .unknown, .stage, .intent, .language, .scoreAtLeast, .scoreBelow:
            understood(outcome, state)
        case .asks, .recommends, .offers: decided(outcome, state, playbook)
        case .saysPrice, .says, .doesNotSay, .noLink, .noForeignPrice, .nothingHeldBack, .questionsAtMost,
            .charactersAtMost:
            said(outcome, playbook)
        case .tone: .skipped("no model to judge the tone")
        }
    }

    private func understood(_ outcome: Rehearsal.Outcome, _ state: ConversationState) -> Verdict {
        switch self {
        case .field(let id, let value):
            let known = state.fields[id]?.plainText
            return Self.same(known, value) ? .holds : .fails("\(id) is \(known ?? "unknown")")
        case .unknown(let id): return state.fields[id].map { .fails("\(id) is \($0.plainText)") } ?? .holds
        case .stage(let name):
            return outcome.stage == name ? .holds : .fails("the stage is \(outcome.stage.rawValue)")
        case .intent(let intent):
            let read = outcome.understood?.intent ?? Self.plainIntent(state)
            return read == intent ? .holds : .fails("the intent is \(read?.rawValue ?? "not known")")
        case .language(let language):
            return state.language.base == language.base ? .holds : .fails("the language is \(state.language.rawValue)")
        case .scoreAtLeast(let score):
            return outcome.score >= score ? .holds : .fails("the score is \(outcome.score)")
        case .scoreBelow(let score): return outcome.score < score ? .holds : .fails("the score is \(outcome.score)")
        default: return .holds
        }
    }

    /// A plain wish for a person and a plain stop need no model.
    private static func plainIntent(_ state: ConversationState) -> Understanding.Intent? {
        switch state.stage {
        case .handedOff(let handOff): handOff.reason == .complaint ? .complaint : .human
        case .optedOut: .optOut
        default: nil
        }
    }

    private func decided(
        _ outcome: Rehearsal.Outcome,
        _ state: ConversationState,
        _ playbook: Playbook
    ) -> Verdict {
        switch self {
        case .asks(let id):
            var asked: FieldID?
            if case .qualifying(let qualifying) = state.stage { asked = qualifying.asked }
            guard asked == id else { return .fails(asked.map { "it asks \($0)" } ?? "it asks nothing") }
            return outcome.words.contains("?") || !outcome.choices.isEmpty ? .holds : .fails("there is no question")
        case .recommends(let id):
            if case .qualified(let qualified) = state.stage, qualified.recommended == id { return .holds }
            return .fails("the stage is \(outcome.stage.rawValue) and recommends something else or nothing")
        case .offers(let id):
            switch state.stage.standing {
            case .offered(let offered) where offered.offer.product == id: return .holds
            case .awaitingPayment(let offer, _, _) where offer.product == id: return .holds
            default: return .fails("the stage is \(outcome.stage.rawValue)")
            }
        default: return .holds
        }
    }

    private func said(_ outcome: Rehearsal.Outcome, _ playbook: Playbook) -> Verdict {
        let words = outcome.words
        switch self {
        case .saysPrice(let id):
            guard let product = playbook.catalog.product(id) else { return .fails("there is no product \(id)") }
            return Guard.names(product.price, in: words) ? .holds : .fails("it says: \(words.prefix(200))")
        case .says(let text): return Self.has(words, text) ? .holds : .fails("it says: \(words.prefix(200))")
        case .doesNotSay(let text): return Self.has(words, text) ? .fails("it says: \(words.prefix(200))") : .holds
        case .noLink: return outcome.hasLink ? .fails("there is a link") : .holds
        case .noForeignPrice:
            let prices = Guard(playbook: playbook, facts: playbook.facts).check(words)
                .compactMap { if case .price(let what) = $0 { what } else { nil } }
            return prices.first.map { .fails("it says \($0)") } ?? .holds
        case .nothingHeldBack: return outcome.heldBack.first.map { .fails(String($0.prefix(200))) } ?? .holds
        case .questionsAtMost(let most):
            let count = words.count { $0 == "?" }
            return count <= most ? .holds : .fails("there are \(count) questions")
        case .charactersAtMost(let most):
            return words.count <= most ? .holds : .fails("there are \(words.count) characters")
        default: return .holds
        }
    }

    private static func same(_ known: String?, _ wanted: String) -> Bool {
        guard let known else { return false }
        return known == wanted || FoldedText(known).sentence == FoldedText(wanted).sentence
    }

    /// In any case, with any accents.
    private static func has(_ words: String, _ text: String) -> Bool {
        FoldedText(words, charactersMax: 8_192).sentence.contains(FoldedText(text).sentence)
    }
}

extension Rehearsal.Outcome {
    var choices: [OutMessage.Choice] {
        sent.flatMap { message -> [OutMessage.Choice] in
            switch message.content {
            case .buttons(_, let choices), .list(_, _, let choices): choices
            default: []
            }
        }
    }
}
