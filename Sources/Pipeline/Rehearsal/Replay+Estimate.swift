import Conversation
import Integrations
import Storage

extension Replay {
    /// What a replay takes, before anything is asked.
    public struct Estimate: Sendable {
        public var conversations = 0
        public var turns = 0
        public var tokens = 0
        /// Who is asked; nil: nobody.
        public var model: String?
        /// Without what the provider's cache saves; nil where the model's prices are unknown.
        public var microUSD: Int?
        /// So many of the turns were really answered with a version that is known: the tokens that the provider
        /// reported of them are what the count goes by. 0: by ``PromptSize/tokens(_:)`` alone.
        public var turnsReported = 0
    }

    /// - Parameter sizes: of the versions that the turns were really answered with, as far as they are known.
    public func estimate(_ conversations: [PastConversation], sizes: [String: PromptSize] = [:]) -> Estimate {
        let size = PromptSize(library, historyTokens: settings.historyTokens, outputTokens: settings.maxOutputTokens)
        // A reply of a hundred words with its fields.
        let output = min(250, settings.maxOutputTokens)
        var estimate = Estimate(conversations: conversations.count, model: models.first?.name)
        var (input, reported, guessed) = (0, 0, 0)
        for turn in conversations.flatMap(\.turns) {
            estimate.turns += 1
            input += Self.tokens(turn, size)
            // A turn that was asked twice says nothing of its prompt.
            guard let why = turn.explanation, why.promptTokens > 0, let before = sizes[why.promptVersion] else {
                continue
            }
            let guess = Self.tokens(turn, before)
            guard why.promptTokens < guess * 3 / 2 else { continue }
            estimate.turnsReported += 1
            reported += why.promptTokens
            guessed += guess
        }
        if guessed > 0 { input = Int(Double(input) * Double(reported) / Double(guessed)) }
        estimate.tokens = input + output * estimate.turns
        estimate.microUSD = models.first?.prices.flatMap {
            ChatUsage(prompt: input, completion: output * estimate.turns).costMicroUSD($0)
        }
        return estimate
    }

    private static func tokens(_ turn: PastConversation.Turn, _ size: PromptSize) -> Int {
        let past = turn.past.reduce(0) { $0 + PromptSize.tokens($1.words) }
        let newest = turn.messages.reduce(0) { $0 + PromptSize.tokens($1.text ?? "") }
        return size.cacheable + size.volatile + min(past, size.history) + newest
    }
}

extension JournalEntry {
    fileprivate var words: String {
        switch content {
        case .event(.messages(let messages)): messages.compactMap(\.text).joined(separator: "\n")
        case .message(let message): message.text
        case .event, .note: ""
        }
    }
}
