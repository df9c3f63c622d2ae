import Conversation
import Integrations
import Prompts
import Storage

extension ModelAdvice {
    /// What never changes first, so that the provider's cache works; what changes most last.
    func messages(
        _ state: ConversationState,
        _ history: [JournalEntry],
        _ library: PromptLibrary
    ) -> [ChatMessage] {
        let next = library.playbook.qualification.fields.first { state.fields[$0.id] == nil }?.id
        let offer: Offer? =
            switch state.stage {
            case .offered(let offered): offered.offer
            case .awaitingPayment(let current, _, _): current
            case .paid(let payment): payment.offer
            default: nil
            }
        let prompt = library.render(
            PromptTurn(
                stage: state.stage.name,
                language: state.language,
                state: state,
                nextField: next,
                now: surroundings.now(),
                recommended: library.playbook.catalog.recommended(for: state.fields)?.id,
                offer: offer
            )
        )
        let newest = (state.answering?.messages ?? []).compactMap(Self.words).map {
            ChatMessage(.user, Self.delimited($0))
        }
        let newestIDs = Set((state.answering?.messages ?? []).map(\.id))
        var earlier: [ChatMessage] = []
        var budget = settings.historyTokens
        for entry in history.reversed() {
            for message in Self.messages(of: entry, without: newestIDs).reversed() {
                budget -= Self.tokens(message.content)
                guard budget > 0 else { break }
                earlier.append(message)
            }
            if budget <= 0 { break }
        }
        return [ChatMessage(.instructions, prompt.constant)] + earlier.reversed() + newest
            + [ChatMessage(.instructions, prompt.volatile)]
    }

    private static func messages(of entry: JournalEntry, without newest: Set<MessageID>) -> [ChatMessage] {
        switch entry.content {
        case .event(.messages(let messages)):
            messages.filter { !newest.contains($0.id) }.compactMap(words).map { ChatMessage(.user, delimited($0)) }
        case .message(let message): [ChatMessage(.assistant, message.text)]
        // The owner spoke for the business, from the phone.
        case .event(.ownerAnswered(let text)): text.isEmpty ? [] : [ChatMessage(.assistant, text)]
        case .event, .note: []
        }
    }

    /// Cut to a length that no honest customer needs, so that one message can't crowd out the rest.
    private static func words(_ message: CustomerMessage) -> String? {
        if let text = message.text { return String(text.prefix(4_096)) }
        switch message.content {
        case .voice: return "[voice note]"
        case .media(let kind, _, _): return "[\(kind)]"
        case .location(_, _, let name): return "[location\(name.map { ": \($0)" } ?? "")]"
        case .contact(let name, _): return "[contact: \(name)]"
        case .unreadable: return "[something that can't be read]"
        default: return nil
        }
    }

    /// As data, between two tags that the text itself can't close. `system.md` says what the tags mean.
    static func delimited(_ text: String) -> String {
        var safe = ""
        for (index, piece) in text.split(separator: "<", omittingEmptySubsequences: false).enumerated() {
            if index > 0 {
                let name = piece.drop { $0 == "/" || $0.isWhitespace }.prefix(8).lowercased()
                safe += name == "customer" ? "‹" : "<"
            }
            safe += piece
        }
        return "<customer>\(safe)</customer>"
    }

    /// A cautious estimate: Portuguese runs at about 3.5 characters a token.
    static func tokens(_ text: String) -> Int { text.utf8.count / 3 + 4 }
}
