/// What a terminal may be shown of a text that somebody else wrote.
enum SafeText {
    /// Combining marks on one character beyond which the rest is left out.
    static let marksMax = 6

    /// The text without control characters, escape sequences, invisible characters and marks that turn the direction of
    /// writing. Line ends become `\n`, tabs become spaces.
    static func plain(_ text: String) -> String {
        var safe = String.UnicodeScalarView()
        var marks = 0
        var scalars = text.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch scalar.value {
            case 0x0A: safe.append("\n")
            case 0x0D:
                if scalars.first?.value != 0x0A { safe.append("\n") }
            case 0x2028, 0x2029: safe.append("\n")
            case 0x09: safe.append(" ")
            case 0x1B: skipSequence(&scalars)
            // The same in one character: CSI, and those that open a string.
            case 0x9B: skipCSI(&scalars)
            case 0x90, 0x98, 0x9D, 0x9E, 0x9F: skipString(&scalars)
            default:
                guard !isHidden(scalar) else { continue }
                marks = DisplayWidth.isMark(scalar) ? marks + 1 : 0
                if marks <= marksMax { safe.append(scalar) }
            }
        }
        return String(safe)
    }

    /// The same on one line.
    static func line(_ text: String) -> String {
        plain(text).split(separator: "\n").joined(separator: " ")
    }

    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200D: false  // joins emoji
        case 0xFE0F: false  // asks for the coloured emoji
        default:
            switch scalar.properties.generalCategory {
            // Format characters hold the bidi marks, zero-width spaces, tags and byte-order marks.
            case .control, .format, .surrogate: true
            default: false
            }
        }
    }

    private static func skipSequence(_ scalars: inout Substring.UnicodeScalarView) {
        switch scalars.first {
        case "[":
            scalars.removeFirst()
            skipCSI(&scalars)
        case "]", "P", "X", "^", "_":
            scalars.removeFirst()
            skipString(&scalars)
        case let next? where (0x20...0x2F).contains(next.value):
            // Intermediate bytes and one final one, such as `ESC ( B`.
            while let next = scalars.first, (0x20...0x2F).contains(next.value) { scalars.removeFirst() }
            if let next = scalars.first, (0x30...0x7E).contains(next.value) { scalars.removeFirst() }
        case let next? where (0x30...0x7E).contains(next.value): scalars.removeFirst()
        default: return
        }
    }

    private static func skipCSI(_ scalars: inout Substring.UnicodeScalarView) {
        while let next = scalars.first, (0x20...0x3F).contains(next.value) { scalars.removeFirst() }
        if let next = scalars.first, (0x40...0x7E).contains(next.value) { scalars.removeFirst() }
    }

    /// Up to BEL or ST. One that never ends is no sequence: only its start is dropped, so that the text stays readable.
    private static func skipString(_ scalars: inout Substring.UnicodeScalarView) {
        var rest = scalars
        while let next = rest.popFirst() {
            if next.value == 0x07 || next.value == 0x9C { return scalars = rest }
            if next.value == 0x1B, rest.first == "\\" { return scalars = rest.dropFirst() }
            if next == "\n" { return }
        }
    }
}
