import Testing

@testable import crset

@Suite("The window of the demo")
struct ScreenTests {
    static func session(_ lines: [Chat.Message]) -> DemoSession {
        var session = DemoSession(words: .en)
        for line in lines { session.apply(.message(line)) }
        return session
    }

    static let screen = ChatScreen(columns: 44, rows: 10, paint: Paint(isOn: false), beside: "sandbox")

    @Test("Name above, newest messages, what is typed below")
    func picture() {
        var editor = LineEditor()
        _ = editor.feed(Array("olá".utf8))
        let session = Self.session([.init(id: "b", author: .business, text: "Hello!", time: "09:00")])
        let picture = Self.screen.picture(of: session, business: "CRSET", editor: editor, scrolled: 0)
        #expect(
            picture.lines == [
                " CRSET · online              sandbox  /help",
                String(repeating: "─", count: 44),
                "", "",
                "╭────────╮",
                "│ Hello! │",
                "│  09:00 │",
                "╰────────╯",
                String(repeating: "─", count: 44),
                "› olá",
            ]
        )
        #expect(picture.cursor == (10, 6))
    }

    @Test("A window of any size gets as many lines as it has rows, none of them too wide")
    func sizes() {
        let long = (0..<30).map {
            Chat.Message(id: "\($0)", author: .business, text: "Message number \($0) 🙂", time: "09:00")
        }
        var session = Self.session(long)
        session.apply(.typing)
        for columns in [40, 41, 80, 119, 120, 200] {
            for rows in [1, 2, 3, 5, 24, 60] {
                let screen = ChatScreen(columns: columns, rows: rows, paint: Paint(isOn: false), beside: "gpt-4.1")
                let picture = screen.picture(of: session, business: "CRSET", editor: LineEditor(), scrolled: 0)
                #expect(picture.lines.count == rows)
                #expect(picture.lines.allSatisfy { DisplayWidth.of($0) <= columns })
                #expect((1...columns).contains(picture.cursor.column))
            }
        }
    }

    @Test("While the business types, the header says so")
    func typing() {
        var session = Self.session([])
        session.apply(.typing)
        let picture = Self.screen.picture(of: session, business: "CRSET", editor: LineEditor(), scrolled: 0)
        #expect(picture.lines[0].hasPrefix(" CRSET · CRSET is typing…"))
        session.apply(.message(.init(id: "b", author: .business, text: "Hi", time: "09:00")))
        #expect(!session.chat.isTyping)
    }

    @Test("A line longer than the window shows the part around the cursor")
    func longInput() {
        var editor = LineEditor()
        _ = editor.feed(Array((String(repeating: "a", count: 90) + "漢z").utf8))
        let picture = Self.screen.picture(of: Self.session([]), business: "CRSET", editor: editor, scrolled: 0)
        #expect(picture.lines[9].hasSuffix("a漢z"))
        #expect(DisplayWidth.of(picture.lines[9]) <= 44)
        #expect(picture.cursor.column <= 44)
    }

    @Test("Scrolling goes back to the first line and no further")
    func scrolling() {
        let many = (0..<20).map { Chat.Message(id: "\($0)", author: .business, text: "n\($0)", time: "09:00") }
        let session = Self.session(many)
        let most = Self.screen.scrollMax(session)
        let top = Self.screen.picture(of: session, business: "C", editor: LineEditor(), scrolled: most)
        #expect(top.lines[3].contains("n0"))
        #expect(top == Self.screen.picture(of: session, business: "C", editor: LineEditor(), scrolled: most + 99))
    }
}

@Suite("The line being typed")
struct LineEditorTests {
    @Test("Letters, emoji and accents arrive whole, however the bytes are cut")
    func letters() {
        var editor = LineEditor()
        for byte in Array("olá 👩‍👧 cafe\u{301}".utf8) { _ = editor.feed([byte]) }
        #expect(editor.line == "olá 👩‍👧 cafe\u{301}")
        #expect(editor.text.count == 10)
        #expect(editor.feed([0x0D]) == [.submit("olá 👩‍👧 cafe\u{301}")])
        #expect(editor.line.isEmpty)
    }

    @Test("Keys move, delete and recall")
    func keys() {
        var editor = LineEditor()
        _ = editor.feed(Array("abc".utf8) + [0x1B, 0x5B, 0x44, 0x7F])
        #expect(editor.line == "ac")
        _ = editor.feed([0x01] + Array("x".utf8) + [0x05] + Array("y".utf8))
        #expect(editor.line == "xacy")
        #expect(editor.feed([0x0D]) == [.submit("xacy")])
        _ = editor.feed(Array("\u{1B}[A".utf8))
        #expect(editor.line == "xacy")
        _ = editor.feed(Array("\u{1B}[B".utf8))
        #expect(editor.line.isEmpty)
        _ = editor.feed(Array("um dois".utf8) + [0x17])
        #expect(editor.line == "um ")
        _ = editor.feed([0x15])
        #expect(editor.line.isEmpty)
        #expect(editor.feed(Array("\u{1B}[5~".utf8)) == [.scroll(pages: 1)])
    }

    @Test("Ctrl-C leaves, Ctrl-D leaves an empty line, and an empty line is not sent")
    func leaving() {
        var editor = LineEditor()
        #expect(editor.feed([0x0D]).isEmpty)
        #expect(editor.feed([0x04]) == [.quit])
        _ = editor.feed(Array("a".utf8))
        #expect(!editor.feed([0x04]).contains(.quit))
        #expect(editor.feed([0x03]) == [.quit])
    }

    @Test("Pasted lines become one line, and rubbish becomes nothing")
    func pasting() {
        var editor = LineEditor()
        _ = editor.feed(Array("\u{1B}[200~um\ndois\u{1B}[201~".utf8))
        #expect(editor.line == "um dois")
        _ = editor.feed([0xFF, 0xC3, 0x28, 0x00, 0x02])
        #expect(editor.line == "um dois")
        var full = LineEditor()
        _ = full.feed(Array(repeating: UInt8(ascii: "a"), count: 10_000))
        #expect(full.text.count == LineEditor.charactersMax)
    }
}
