import Foundation

/// What a person at a terminal answers to a question.
struct Keyboard: Sendable {
    /// One key, without Enter. Nil: the person wants to end (Ctrl-C, Ctrl-D), or nobody is there any more.
    var key: @Sendable (_ question: String) -> Character?
    /// One line. Nil at its end.
    var line: @Sendable (_ question: String) -> String?
}

extension Keyboard {
    static let terminal = Keyboard { question in
        put(question)
        let key = pressedKey()
        put((key.map(String.init).map(Terminal.line) ?? "") + "\n")
        return key
    } line: { question in
        put(question)
        return readLine()?.trimmingCharacters(in: .whitespaces)
    }

    private static func put(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// Signals are off while it waits: a process that ended here would leave the terminal without echo.
    private static func pressedKey() -> Character? {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
        var single = before
        single.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &single)
        defer { tcsetattr(STDIN_FILENO, TCSADRAIN, &before) }
        // Arrows and the like come as several bytes at once.
        var bytes = [UInt8](repeating: 0, count: 32)
        var count: Int
        repeat { count = read(STDIN_FILENO, &bytes, bytes.count) } while count < 0 && errno == EINTR
        let ends: [UInt8] = [3, 4]
        guard count > 0, !ends.contains(bytes[0]) else { return nil }
        return String(decoding: bytes.prefix(count), as: UTF8.self).first
    }
}
