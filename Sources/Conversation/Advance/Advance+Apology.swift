// After an outage: an answer that comes late says so, in the same bubble.

extension Step {
    /// Puts a word of apology before the first thing that is said to messages that waited long.
    mutating func apologise() {
        guard state.owesApology == true else { return }
        let said = effects.firstIndex { if case .send(let message) = $0 { message.author == .bot } else { false } }
        guard let said, case .send(var message) = effects[said] else { return }
        state.owesApology = nil
        let words = text(.lateReply)
        // Who wants no more messages is told just that.
        if case .optedOut = state.stage { return }
        guard !words.isEmpty else { return }
        if let content = message.content.beginning(with: words) {
            message.content = content
            effects[said] = .send(message)
        } else {
            effects.insert(.send(OutMessage(.text(words))), at: said)
        }
    }
}

extension OutMessage.Content {
    /// Nil where it would be longer than WhatsApp allows.
    fileprivate func beginning(with words: String) -> OutMessage.Content? {
        func joined(_ body: String, _ charactersMax: Int) -> String? {
            let whole = words + "\n\n" + body
            return whole.unicodeScalars.count <= charactersMax ? whole : nil
        }
        return switch self {
        case .text(let body): joined(body, WhatsAppSizes.text).map { .text($0) }
        case .buttons(let body, let choices):
            joined(body, WhatsAppSizes.interactiveBody).map { .buttons($0, choices) }
        case .list(let body, let button, let choices):
            joined(body, WhatsAppSizes.interactiveBody).map { .list($0, button: button, choices) }
        case .link(let body, let label, let url):
            joined(body, WhatsAppSizes.interactiveBody).map { .link($0, label: label, url: url) }
        // Of a person, who begins as they like.
        case .file, .template: nil
        }
    }
}
