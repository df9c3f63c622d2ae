import Conversation

/// What can be typed beside messages.
enum SlashCommand: Equatable, Sendable {
    enum Pay: String, CaseIterable, Sendable {
        case card, mbway, multibanco
        /// A card that is refused.
        case fail
    }

    case pay(Pay)
    case lead
    case transcript
    /// Be another customer, with another language or number if given.
    case new(Language?, phone: String?)
    case restart
    case voice
    case help
    case quit
    /// Starts with a slash and is none of these.
    case unknown(String)

    /// Nil for what doesn't start with a slash: a message.
    init?(_ text: String) {
        guard text.hasPrefix("/") else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        let rest = words.dropFirst()
        switch words.first?.lowercased() {
        case "/pay":
            guard rest.count <= 1, let method = Pay(rawValue: rest.first?.lowercased() ?? "card") else {
                self = .unknown(text)
                return
            }
            self = .pay(method)
        case "/new": self = Self.new(rest) ?? .unknown(text)
        case "/lead" where rest.isEmpty: self = .lead
        case "/transcript" where rest.isEmpty: self = .transcript
        case "/restart" where rest.isEmpty: self = .restart
        case "/voice" where rest.isEmpty: self = .voice
        case "/help", "/?": self = .help
        case "/quit", "/exit", "/q": self = .quit
        default: self = .unknown(text)
        }
    }

    /// As it would be typed.
    var typed: String {
        switch self {
        case .pay(let method): "/pay \(method.rawValue)"
        case .lead: "/lead"
        case .transcript: "/transcript"
        case .new(let language, let phone):
            (["/new"] + [language?.rawValue, phone.map { "+" + $0 }].compactMap { $0 }).joined(separator: " ")
        case .restart: "/restart"
        case .voice: "/voice"
        case .help: "/help"
        case .quit: "/quit"
        case .unknown(let text): text
        }
    }

    private static func new(_ words: ArraySlice<String>) -> SlashCommand? {
        var language: Language?
        var phone: String?
        for word in words {
            if word.hasPrefix("+") {
                let digits = word.filter { $0.isASCII && $0.isNumber }
                guard (8...15).contains(digits.count) else { return nil }
                phone = digits
            } else {
                let found = DemoWords.all.first { $0.language.rawValue.lowercased() == word.lowercased() }
                guard let found = found ?? DemoWords.of(Language(word.lowercased())) else { return nil }
                language = found.language
            }
        }
        return .new(language, phone: phone)
    }
}
