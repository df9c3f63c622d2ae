/// The dialogue so far, as the customer's phone knows it.
struct Chat: Equatable, Sendable {
    enum Line: Equatable, Sendable {
        case message(Message)
        /// Something beside the dialogue, for who sits at the terminal.
        case notice(String)
    }

    enum Delivery: Int, Comparable, Sendable {
        case sending, sent, delivered, read, failed

        static func < (left: Delivery, right: Delivery) -> Bool { left.rawValue < right.rawValue }
    }

    struct Message: Equatable, Sendable {
        enum Author: Sendable { case customer, business }

        var id: String
        var author: Author
        var text: String
        /// `14:02`
        var time: String
        /// Of the customer's own messages.
        var delivery = Delivery.sending
        var choices: [Choice] = []
        var link: Link?
    }

    /// A reply button or a row of a list.
    struct Choice: Equatable, Sendable {
        var id: String
        var title: String
        var isRow = false
    }

    struct Link: Equatable, Sendable {
        var label: String
        var url: String
    }

    /// What typing a number does.
    enum Tap: Equatable, Sendable {
        case choice(Choice, of: String)
        case link(Link)
    }

    private(set) var lines: [Line] = []
    /// Lines so far, those included that are no longer kept.
    private(set) var count = 0
    var isTyping = false
    /// Where the current customer's messages begin; nothing before can be tapped or paid.
    private var start = 0

    /// Beyond it the oldest lines go.
    static let linesMax = 2_000

    mutating func append(_ line: Line) {
        if lines.count == Self.linesMax { lines.removeFirst(Self.linesMax / 4) }
        if case .message(let message) = line, message.author == .business { isTyping = false }
        lines.append(line)
        count += 1
    }

    /// The lines from the `number`th on, as far as they are kept.
    func lines(from number: Int) -> ArraySlice<Line> {
        lines.suffix(max(0, count - number))
    }

    /// Another customer takes the phone.
    mutating func leave() {
        start = count
        isTyping = false
    }

    /// A delivery state never goes back; Meta doesn't keep them in order.
    mutating func mark(_ id: String, _ delivery: Delivery) {
        for index in lines.indices.reversed() {
            guard case .message(var message) = lines[index], message.id == id else { continue }
            message.delivery = max(message.delivery, delivery)
            lines[index] = .message(message)
            return
        }
    }

    /// Reading one message reads all before it.
    mutating func markRead(_ id: String) {
        guard let last = lines.lastIndex(where: { $0.message?.id == id }) else { return }
        for index in lines.indices where index <= last {
            guard case .message(var message) = lines[index], message.author == .customer,
                message.delivery != .failed
            else { continue }
            message.delivery = .read
            lines[index] = .message(message)
        }
    }

    /// The newest message of the business: the one whose numbers can be typed.
    var newestFromBusiness: Message? {
        lines(from: start).last { $0.message?.author == .business }?.message
    }

    /// Numbers count the buttons or rows first, then the link.
    func tap(_ text: String) -> Tap? {
        guard let number = Int(text), String(number) == text, let message = newestFromBusiness else { return nil }
        if message.choices.indices.contains(number - 1) { return .choice(message.choices[number - 1], of: message.id) }
        if number == message.choices.count + 1, let link = message.link { return .link(link) }
        return nil
    }

    /// Where the customer would pay: the newest link.
    var newestLink: Link? {
        lines(from: start).lazy.reversed().compactMap { $0.message?.link }.first
    }
}

extension Chat.Line {
    var message: Chat.Message? {
        if case .message(let message) = self { message } else { nil }
    }
}
