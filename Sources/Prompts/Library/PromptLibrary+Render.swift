public import Conversation
import Foundation

/// What a turn is about, for its prompt.
public struct PromptTurn: Sendable {
    public var stage: Stage.Name
    public var language: Language
    /// Only its known fields are shown to the model; the score never is.
    public var state: ConversationState
    /// What to ask next, if anything.
    public var nextField: FieldID?
    public var now: Timestamp
    public var recommended: ProductID?
    public var offer: Offer?

    public init(
        stage: Stage.Name,
        language: Language,
        state: ConversationState,
        nextField: FieldID? = nil,
        now: Timestamp,
        recommended: ProductID? = nil,
        offer: Offer? = nil
    ) {
        self.stage = stage
        self.language = language
        self.state = state
        self.nextField = nextField
        self.now = now
        self.recommended = recommended
        self.offer = offer
    }
}

/// The two halves of a prompt. Providers cache by exact prefix, so what changes comes last.
public struct RenderedPrompt: Sendable, Equatable {
    /// The same bytes for every customer and every turn of one version. Goes first.
    public var constant: String
    /// This turn. Goes after the conversation, as the last message.
    public var volatile: String
}

extension PromptLibrary {
    /// The prompt of a turn. A stage in which the bot is silent has no guidance of its own.
    public func render(_ turn: PromptTurn) -> RenderedPrompt {
        let values = stageValues(turn)
        let guidance = stages[turn.stage].map { [$0.render(values)] } ?? []
        let volatile = (guidance + [situation.render(values)]).joined(separator: "\n\n")
        return RenderedPrompt(constant: constant, volatile: volatile)
    }

    private func stageValues(_ turn: PromptTurn) -> [String: any Sendable] {
        var values = PromptText.shared(playbook.business, PromptText.prices(playbook.catalog))
        values["stage"] = turn.stage.rawValue
        values["language"] = turn.language.rawValue
        values["now"] = moment(turn.now)
        if turn.state.owesApology == true, playbook.phrasebook.phrases(in: turn.language).texts[.lateReply] != nil {
            values["late"] = true
        }
        let known = knownFields(turn.state)
        // An empty list is left out, so that {{#known}} and {{^known}} work as one reads them.
        if !known.isEmpty { values["known"] = known }
        let missing = playbook.qualification.fields.filter { $0.isRequired && turn.state.fields[$0.id] == nil }
        if !missing.isEmpty { values["missing"] = missing.map { "`\($0.id)`" }.joined(separator: ", ") }
        if let next = turn.nextField {
            values["next_field"] = next
            values["next_question"] = playbook.phrasebook.phrases(in: turn.language).questions[next]?
                .render(["business": playbook.business.name])
        }
        if let product = turn.recommended.flatMap(playbook.catalog.product) {
            values["recommended"] = true
            values["product"] = product.name(in: turn.language)
            values["price"] = Currency.plain(product.price)
            values["product_description"] = product.descriptions[turn.language] ?? product.descriptions[.en] ?? ""
        }
        if let offer = turn.offer {
            values["has_offer"] = true
            values["product"] = offer.productName
            values["price"] = Currency.plain(offer.price)
        }
        return values
    }

    /// In the order in which the fields are asked.
    private func knownFields(_ state: ConversationState) -> [[String: String]] {
        playbook.qualification.fields.compactMap { field in
            state.fields[field.id].map {
                ["field": field.id, "meaning": field.meaning, "value": PromptText.value($0)]
            }
        }
    }

    /// `Monday 2026-11-23 20:04, Europe/Lisbon`.
    private func moment(_ now: Timestamp) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: timezone) ?? .gmt
        let date = Date(timeIntervalSince1970: Double(now.milliseconds) / 1000)
        let parts = calendar.dateComponents([.year, .month, .day, .weekday, .hour, .minute], from: date)
        let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        // Calendar counts weekdays from 1, Sunday first.
        let day = days[((parts.weekday ?? 1) + 6) % 7]
        func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        return "\(day) \(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day)) "
            + "\(two(parts.hour)):\(two(parts.minute)), \(timezone)"
    }
}
