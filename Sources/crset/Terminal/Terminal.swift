import Foundation

/// Standard output and error of a command.
enum Terminal {
    static func write(_ text: String) {
        // A reader that went away (`| head`) is no failure of ours.
        try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    /// One line for each thing that is wrong.
    static func complain(_ lines: [String]) {
        for line in lines {
            try? FileHandle.standardError.write(contentsOf: Data("crset: \(printable(line))\n".utf8))
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

    /// What a customer wrote, without anything that could steer the terminal or turn the text around.
    static func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: result.append(scalar)
            case 0x09: result.append(" ")
            case 0..<0x20, 0x7F..<0xA0: result.append("\u{FFFD}")
            case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: continue
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// On one line and no wider than `columns` characters.
    static func fitted(_ text: String, _ columns: Int) -> String {
        let line = printable(text).replacingOccurrences(of: "\n", with: " ")
        let cut = line.count > columns ? String(line.prefix(max(0, columns - 1))) + "…" : line
        return cut + String(repeating: " ", count: max(0, columns - cut.count))
    }

    /// In lines of at most `width` characters, broken at spaces where there are any.
    static func wrapped(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            var word = String(word)
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            while word.count > width {
                lines.append(String(word.prefix(width)))
                word = String(word.dropFirst(width))
            }
            line = line.isEmpty ? word : line + " " + word
        }
        return lines + [line]
    }
}
