import Foundation
import Synchronization

/// Standard output and error of a command.
enum Terminal {
    /// Where lines go instead of standard output, while a pager shows them.
    static let pager = Mutex<Int32?>(nil)

    static func write(_ text: String) { write(text, terminator: "\n") }

    static func write(_ text: String, terminator: String) {
        let descriptor = pager.withLock { $0 } ?? STDOUT_FILENO
        if !put(Data((text + terminator).utf8), on: descriptor) {
            // A reader that went away (`| head`) is no failure of ours, and there is nobody left to write for.
            exit(0)
        }
    }

    /// False: the reader has gone.
    private static func put(_ data: Data, on descriptor: Int32) -> Bool {
        data.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EPIPE {
                    return false
                } else if errno == EAGAIN {
                    // Somebody else made the terminal non-blocking.
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, 1_000)
                } else if errno != EINTR {
                    // A full disk behind a redirection: the exit code tells.
                    complain(["the output can't be written: \(String(cString: strerror(errno)))"])
                    exit(1)
                }
            }
            return true
        }
    }

    /// Ends a command that stays on when nobody reads any more (`| head`): what it waits for may never come.
    static func leaveIfUnread() {
        if isUnread(STDOUT_FILENO) { exit(0) }
    }

    static func isUnread(_ descriptor: Int32) -> Bool {
        var state = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&state, 1, 0) > 0 && state.revents & Int16(POLLERR) != 0
    }

    /// Writing into a closed pipe is an answer, not the end of the process.
    static func ignoreClosedPipes() { signal(SIGPIPE, SIG_IGN) }

    /// One line for each thing that is wrong.
    static func complain(_ lines: [String]) {
        for line in lines {
            // On one line, whatever it quotes.
            try? FileHandle.standardError.write(contentsOf: Data("crset: \(self.line(line))\n".utf8))
        }
    }

    /// Columns of the terminal; 80 where there is none.
    static var columns: Int {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init) ?? 80
    }

    /// Only on a terminal, and never with NO_COLOR (https://no-color.org).
    static var hasColour: Bool {
        isatty(STDOUT_FILENO) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    }

    static var paint: Paint { Paint(isOn: hasColour) }

    /// What a customer wrote, without anything that could steer the terminal or turn the text around.
    static func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var marks = 0
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: result.append(scalar)
            case 0x09: result.append(" ")
            case 0..<0x20, 0x7F..<0xA0: result.append("\u{FFFD}")
            case 0x2028, 0x2029: continue
            default:
                guard !SafeText.isHidden(scalar) else { continue }
                marks = DisplayWidth.isMark(scalar) ? marks + 1 : 0
                if marks <= SafeText.marksMax { result.append(scalar) }
            }
        }
        return String(result)
    }

    /// The same on one line.
    static func line(_ text: String) -> String {
        printable(text).split(separator: "\n").joined(separator: " ")
    }

    /// On one line and exactly as wide as `columns`.
    static func fitted(_ text: String, _ columns: Int) -> String {
        let line = printable(text).replacingOccurrences(of: "\n", with: " ")
        var width = DisplayWidth.of(line)
        guard width > columns else { return line + String(repeating: " ", count: columns - width) }
        var cut = line[...]
        while width > columns - 1, let last = cut.popLast() { width -= DisplayWidth.of(last) }
        return cut + "…" + String(repeating: " ", count: max(0, columns - 1 - width))
    }

    /// A name and its value beside it, or below it where the terminal is too narrow.
    static func field(_ name: String, _ nameColumns: Int, _ value: String, _ columns: Int) -> [String] {
        let line = fitted(name, nameColumns) + " " + value
        if DisplayWidth.of(line) <= columns { return [line] }
        return [name] + indented(value, 2, columns)
    }

    /// A text of any length, with `head` before its first line and as much room before the others.
    static func hanging(_ head: String, _ text: String, _ columns: Int) -> [String] {
        let room = DisplayWidth.of(head)
        return indented(text, room, columns).enumerated().map { index, line in
            index == 0 ? head + line.dropFirst(room) : line
        }
    }

    private static func indented(_ text: String, _ room: Int, _ columns: Int) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { wrapped(String($0), columns - room) }
            .map { String(repeating: " ", count: room) + $0 }
    }

    /// In lines of at most `width` columns, broken at spaces where there are any.
    static func wrapped(_ text: String, _ width: Int) -> [String] {
        StyledText.wrap(StyledText.cells(text, keepsMarks: true), width: max(width, DisplayWidth.columnsMax))
            .map { String($0.map(\.character)) }
    }
}
