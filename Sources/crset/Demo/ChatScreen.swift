/// A whole window: the business's name above, the newest of the chat, the line being typed below. Pure.
struct ChatScreen {
    var columns: Int
    var rows: Int
    var paint: Paint
    /// Which model answers, for the right end of the header.
    var beside: String

    struct Picture: Equatable {
        /// As many as there are rows.
        var lines: [String]
        /// Where the cursor stands, from 1.
        var cursor: (row: Int, column: Int)

        static func == (left: Picture, right: Picture) -> Bool {
            left.lines == right.lines && left.cursor == right.cursor
        }
    }

    /// - Parameter scrolled: lines that the customer has scrolled back.
    func picture(of session: DemoSession, business: String, editor: LineEditor, scrolled: Int) -> Picture {
        let view = ChatView(width: columns, paint: paint, words: session.words)
        let margin = String(repeating: " ", count: max(0, (columns - view.width) / 2))
        let header = view.header(
            business: business,
            isTyping: session.chat.isTyping,
            beside: "\(beside)  \(session.words.helpHint)"
        )
        let room = max(1, rows - header.count - 2)
        var body = view.lines(of: session.chat)
        if session.chat.isTyping { body.append("  " + paint("● ● ●", .dim)) }
        let end = max(min(room, body.count), body.count - scrolled)
        var shown = Array(body[max(0, end - room)..<end])
        shown = Array(repeating: "", count: room - shown.count) + shown
        let typed = input(editor, width: view.width, words: session.words)
        let rule = paint(String(repeating: "─", count: view.width), .dim)
        let lines = (header + shown + [rule, typed.line]).map { $0.isEmpty ? "" : margin + $0 }
        return Picture(lines: Array(lines.suffix(rows)), cursor: (rows, margin.count + typed.column))
    }

    /// The part of the typed line around the cursor.
    private func input(_ editor: LineEditor, width: Int, words: DemoWords) -> (line: String, column: Int) {
        let mark = paint("›", .green)
        guard !editor.text.isEmpty else { return ("\(mark) \(paint(words.prompt, .dim))", 3) }
        let room = width - 3
        let head = Array(editor.text[..<editor.cursor])
        var start = 0
        var columns = head.reduce(0) { $0 + DisplayWidth.of($1) }
        while columns > room, start < head.count {
            columns -= DisplayWidth.of(head[start])
            start += 1
        }
        var used = 0
        let visible = editor.text[start...].prefix { character in
            used += DisplayWidth.of(character)
            return used <= room
        }
        return ("\(mark) \(String(visible))", 3 + columns)
    }

    /// How far back scrolling can go.
    func scrollMax(_ session: DemoSession) -> Int {
        let view = ChatView(width: columns, paint: paint, words: session.words)
        return max(0, view.lines(of: session.chat).count - max(1, rows - 4))
    }
}
