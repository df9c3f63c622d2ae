import Foundation

/// The terminal while the chat has it: key by key, without echo, on the other screen. Give it back with ``leave()``.
struct RawTerminal {
    private let before: termios

    /// Nil where standard input or output is no terminal that can be drawn on.
    init?() {
        var settings = termios()
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1,
            ProcessInfo.processInfo.environment["TERM"] ?? "dumb" != "dumb",
            tcgetattr(STDIN_FILENO, &settings) == 0
        else { return nil }
        before = settings
    }

    func enter() {
        var raw = before
        cfmakeraw(&raw)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw)
        // The other screen, no wrapping at the edge, pasted text marked as such.
        write("\u{1B}[?1049h\u{1B}[?7l\u{1B}[?2004h\u{1B}[2J")
    }

    func leave() {
        write("\u{1B}[?2004l\u{1B}[?7h\u{1B}[?1049l")
        var settings = before
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
    }

    var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// In one piece, so that nothing flickers.
    func draw(_ picture: ChatScreen.Picture) {
        // Cleared before it is written: behind a full line the cursor stands on its last character.
        let lines = picture.lines.enumerated().map { "\u{1B}[\($0 + 1);1H\u{1B}[2K\($1)" }.joined()
        let place = "\u{1B}[\(picture.cursor.row);\(picture.cursor.column)H"
        write("\u{1B}[?2026h\u{1B}[?25l\(lines)\(place)\u{1B}[?25h\u{1B}[?2026l")
    }

    private func write(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }
}
