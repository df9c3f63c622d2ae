/// Draws a chat in 40 to 120 columns. Pure: the same chat gives the same lines.
struct ChatView {
    var width: Int
    var paint: Paint
    var words: DemoWords

    /// Wider screens stay empty at the sides; a bubble takes no more than three quarters.
    init(width: Int, paint: Paint, words: DemoWords) {
        self.width = min(max(width, 40), 120)
        self.paint = paint
        self.words = words
    }

    private var textWidth: Int { min(width * 3 / 4 - 4, 66) }

    func lines(of chat: Chat) -> [String] {
        chat.lines.flatMap(lines(of:))
    }

    func lines(of line: Chat.Line) -> [String] {
        switch line {
        case .message(let message): bubble(message)
        case .notice(let text): notice(text)
        }
    }

    /// A bubble, with what can be tapped beneath it.
    func bubble(_ message: Chat.Message) -> [String] {
        let isOwn = message.author == .customer
        let text = StyledText.wrap(
            StyledText.cells(SafeText.plain(message.text), keepsMarks: !paint.isOn),
            width: textWidth
        )
        let foot = foot(of: message)
        let inner = max(text.map(StyledText.width).max() ?? 0, foot.width, 6)
        let colour = isOwn ? Paint.Colour.green : .cyan
        let indent = String(repeating: " ", count: isOwn ? width - inner - 4 : 0)
        let bar = String(repeating: "─", count: inner + 2)
        let side = paint("│", colour)
        var lines = [indent + paint("╭\(bar)╮", colour)]
        for line in text {
            let rest = String(repeating: " ", count: inner - StyledText.width(line))
            lines.append("\(indent)\(side) \(paint.cells(line))\(rest) \(side)")
        }
        let rest = String(repeating: " ", count: inner - foot.width)
        lines.append("\(indent)\(side) \(rest)\(foot.text) \(side)")
        lines.append(indent + paint("╰\(bar)╯", colour))
        return lines + options(of: message)
    }

    /// Time and ticks.
    private func foot(of message: Chat.Message) -> (text: String, width: Int) {
        guard message.author == .customer else {
            return (paint(message.time, .dim), DisplayWidth.of(message.time))
        }
        let ticks =
            switch message.delivery {
            case .sending: "…"
            case .sent: "✓"
            case .delivered: "✓✓"
            // What isn't blue has to say so.
            case .read: paint.isOn ? "✓✓" : "✓✓ \(words.read)"
            case .failed: "⚠ \(words.failed)"
            }
        let colour: Paint.Colour =
            switch message.delivery {
            case .read: .blue
            case .failed: .red
            default: .dim
            }
        let width = DisplayWidth.of(message.time) + 1 + DisplayWidth.of(ticks)
        return ("\(paint(message.time, .dim)) \(paint(ticks, colour))", width)
    }

    private func options(of message: Chat.Message) -> [String] {
        var lines: [String] = []
        for (index, choice) in message.choices.enumerated() {
            lines += option(index + 1, SafeText.line(choice.title))
        }
        if let link = message.link {
            lines += option(message.choices.count + 1, SafeText.line(link.label))
            lines += cut(SafeText.line(link.url), width: width - 6).map { "      " + paint($0, .dim) }
        }
        return lines
    }

    private func option(_ number: Int, _ title: String) -> [String] {
        let lines = StyledText.wrap(StyledText.cells(title, keepsMarks: true), width: textWidth)
        let mark = "[\(number)]"
        return lines.enumerated().map { index, line in
            let lead = index == 0 ? paint(mark, .bold) : String(repeating: " ", count: mark.count)
            return "  \(lead) \(paint(String(line.map(\.character)), .blue))"
        }
    }

    private func notice(_ text: String) -> [String] {
        StyledText.wrap(StyledText.cells(SafeText.plain(text), keepsMarks: true), width: width - 4).map {
            "  " + paint(String($0.map(\.character)), .dim)
        }
    }

    /// An address is cut anywhere: a space in it would be wrong, and it is copied by eye or mouse.
    private func cut(_ text: String, width: Int) -> [String] {
        StyledText.wrap(text.map { Cell(character: $0) }, width: width).map { String($0.map(\.character)) }
    }

    /// One line with the business's name and what it is doing.
    func header(business: String, isTyping: Bool, beside: String) -> [String] {
        let name = SafeText.line(business)
        let state = isTyping ? words.typing(name) : words.online
        let left = " \(name) · \(state)"
        let room = width - DisplayWidth.of(left) - DisplayWidth.of(beside) - 1
        let right = room > 1 ? String(repeating: " ", count: room) + beside : ""
        let fitted = fit(left)
        return [
            paint(fitted.hasPrefix(" \(name)") ? " \(name)" : "", .bold)
                + paint(
                    String(fitted.dropFirst(fitted.hasPrefix(" \(name)") ? name.count + 1 : 0)),
                    isTyping ? .green : .dim
                )
                + paint(right, .dim),
            paint(String(repeating: "─", count: width), .dim),
        ]
    }

    /// As much of a line as there is room for.
    func fit(_ text: String) -> String {
        var columns = 0
        return String(
            text.prefix { character in
                columns += DisplayWidth.of(character)
                return columns <= width
            }
        )
    }
}
