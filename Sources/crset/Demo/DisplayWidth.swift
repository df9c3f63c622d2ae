/// How many columns a text takes on a terminal.
enum DisplayWidth {
    /// No real character is wider; one made of a hundred syllables counts as this.
    static let columnsMax = 4

    static func of(_ text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + of($1) }
    }

    /// 0 for a lone mark, 2 for East Asian wide characters and emoji, else 1 for each letter in it.
    static func of(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return 0 }
        if isEmoji(first, scalars) { return 2 }
        return min(scalars.reduce(0) { $0 + of($1) }, columnsMax)
    }

    static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: true
        default: false
        }
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F ? 0 : 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .surrogate, .lineSeparator, .paragraphSeparator:
            return 0
        default: break
        }
        // Vowels and finals of Hangul stand within the syllable that the first consonant opened.
        if (0x1160...0x11FF).contains(scalar.value) { return 0 }
        return isWide(scalar) ? 2 : 1
    }

    private static func isEmoji(_ first: Unicode.Scalar, _ scalars: Character.UnicodeScalarView) -> Bool {
        if first.properties.isEmojiPresentation { return true }
        // ☀️ and 1️⃣ are emoji by what follows them.
        return scalars.count > 1 && first.properties.isEmoji
            && scalars.contains { $0.value == 0xFE0F || $0.value == 0x20E3 }
    }

    /// East_Asian_Width W and F of https://www.unicode.org/reports/tr11/ in blocks, without what is emoji anyway.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x16FE0...0x18D08, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
