import Conversation
public import Storage

/// A line of a conversation as people read it, whatever it was made from.
struct TranscriptLine: Equatable {
    enum Author: String {
        case customer, bot, staff, note, event
    }

    var author: Author
    var kind: String
    var text: String
    var messageID: String?
    /// Titles of buttons or rows.
    var choices: [String] = []

    static func lines(of entry: TranscriptEntry) -> [TranscriptLine] {
        switch entry.entry.content {
        case .event(.messages(let messages)): messages.map(line)
        case .event(let event): [TranscriptLine(author: .event, kind: name(of: event), text: words(of: event))]
        case .message(let message): [line(of: message)]
        case .note(let note): [TranscriptLine(author: .note, kind: note.kind.rawValue, text: note.text)]
        }
    }

    static func words(of message: CustomerMessage) -> String { line(of: message).text }

    private static func line(of message: CustomerMessage) -> TranscriptLine {
        let (kind, text): (String, String) =
            switch message.content {
            case .text(let text): ("text", text)
            case .choice(_, let title): ("choice", title)
            case .voice: ("voice", "[voice note]")
            case .media(let kind, _, let caption): (kind, "[\(kind)] \(caption ?? "")")
            case .location(_, _, let name): ("location", "[location] \(name ?? "")")
            case .contact(let name, let phone): ("contact", "[contact] \(name) \(phone ?? "")")
            case .reaction(let emoji): ("reaction", emoji ?? "[reaction taken back]")
            case .edited(let text): ("edited", "[edited] \(text)")
            case .deleted: ("deleted", "[deleted]")
            case .unreadable(let kind): ("unreadable", "[\(kind)]")
            }
        return TranscriptLine(author: .customer, kind: kind, text: text, messageID: message.id)
    }

    private static func line(of message: OutMessage) -> TranscriptLine {
        let author: Author = message.author == .staff ? .staff : .bot
        return switch message.content {
        case .text(let text): TranscriptLine(author: author, kind: "text", text: text)
        case .buttons(let text, let choices):
            TranscriptLine(author: author, kind: "buttons", text: text, choices: choices.map(\.title))
        case .list(let text, _, let choices):
            TranscriptLine(author: author, kind: "list", text: text, choices: choices.map(\.title))
        case .link(let text, let label, let url):
            TranscriptLine(author: author, kind: "link", text: text, choices: ["\(label): \(url)"])
        case .file(let file, _):
            TranscriptLine(author: author, kind: file.kind.rawValue, text: message.text)
        case .template(let template):
            TranscriptLine(author: author, kind: "template", text: words(of: template))
        }
    }

    /// Staff sees that it was a template even where its words are known.
    private static func words(of template: OutTemplate) -> String {
        template.words.map { "[template \(template.name)] \($0)" } ?? template.shown
    }

    private static func name(of event: Event) -> String {
        switch event {
        case .payment(let news): "payment_\(news.kind.rawValue)"
        case .staff: "staff"
        case .timer(let kind): "timer_\(kind.rawValue)"
        case .undeliverable: "undeliverable"
        case .ownerAnswered: "owner_answered"
        case .marketing: "marketing"
        default: "event"
        }
    }

    private static func words(of event: Event) -> String {
        switch event {
        case .payment(let news):
            "Stripe: \(news.kind.words)" + (news.amount.map { " " + MoneyFormat.text($0, in: .en) } ?? "")
        case .staff(.takeOver(let name)): "\(name) takes over"
        case .staff(.release(let name, let answering)):
            "\(name) releases" + (answering != nil ? ", and the bot is to answer" : "")
        case .staff(.reply(let text, let name)): "\(name): \(text)"
        case .staff(.send(let contents, let name)):
            "\(name): " + contents.map { OutMessage($0).text }.joined(separator: "; ")
        case .staff(.setStage(let stage, let reason, let name)): "\(name) sets the stage \(stage.rawValue): \(reason)"
        case .ownerAnswered(let text): "the owner, from the phone: \(text)"
        case .undeliverable(let code, let reason): "not delivered: \(code) \(reason)"
        case .marketing(let isAllowed): "marketing messages \(isAllowed ? "on" : "off")"
        case .remark(let text): text
        default: ""
        }
    }
}

extension PaymentNews.Kind {
    fileprivate var words: String {
        switch self {
        case .completedPaid: "checkout paid"
        case .completedUnpaid: "checkout done, the money is still to come"
        case .laterPaid: "the money came"
        case .laterFailed: "the money did not come"
        case .sessionExpired: "checkout expired"
        case .refunded: "refunded"
        case .refundFailed: "a refund failed"
        case .disputed: "disputed"
        case .disputeChanged: "the dispute changed"
        case .disputeClosed: "the dispute is closed"
        }
    }
}

extension TranscriptDocument.Entry {
    /// One line of the journal may hold several messages.
    public static func list(_ line: TranscriptEntry) -> [TranscriptDocument.Entry] {
        TranscriptLine.lines(of: line).map { part in
            TranscriptDocument.Entry(
                seq: line.entry.seq,
                at: Moment(line.entry.at),
                author: part.author.rawValue,
                kind: part.kind,
                text: part.text,
                choices: part.choices.isEmpty ? nil : part.choices,
                message_id: part.messageID,
                outbox_id: line.outboxID,
                send_state: line.sendState?.rawValue,
                delivery: line.delivery?.rawValue,
                error: line.error,
                explanation: line.explanation.map(ExplanationDocument.init)
            )
        }
    }
}
