import Conversation

extension Expectation {
    /// As it is written in a scenario.
    public var text: String {
        switch self {
        case .field(let id, let value): "field \(id) = \(value)"
        case .unknown(let id): "field \(id) unknown"
        case .stage(let name): "stage \(name.rawValue)"
        case .intent(let intent): "intent \(intent.rawValue)"
        case .language(let language): "language \(language.rawValue)"
        case .scoreAtLeast(let score): "score at least \(score)"
        case .scoreBelow(let score): "score below \(score)"
        case .asks(let id): "asks \(id)"
        case .recommends(let id): "recommends \(id)"
        case .offers(let id): "offers \(id)"
        case .saysPrice(let id): "says price of \(id)"
        case .says(let text): "says \"\(text)\""
        case .doesNotSay(let text): "does not say \"\(text)\""
        case .noLink: "no link"
        case .noForeignPrice: "no price except catalog"
        case .nothingHeldBack: "nothing held back"
        case .questionsAtMost(1): "at most one question"
        case .questionsAtMost(let most): "at most \(most) questions"
        case .charactersAtMost(let most): "at most \(most) characters"
        case .tone(let tone): "tone \(tone)"
        }
    }
}
