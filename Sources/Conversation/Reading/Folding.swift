/// One character of any script as one byte (or two), for comparing.
enum Folding {
    static let euro: UInt8 = 0x80
    static let pound: UInt8 = 0x81
    static let yen: UInt8 = 0x82
    static let bitcoin: UInt8 = 0x83
    /// Any other currency sign.
    static let otherCurrency: UInt8 = 0x84
    static let questionOpen: UInt8 = 0x85
    static let thumbUp: UInt8 = 0x90
    static let thumbDown: UInt8 = 0x91
    /// Emoji and other signs.
    static let sign: UInt8 = 0xFE
    /// A letter that looks like no Latin one.
    static let otherLetter: UInt8 = 0xFF

    /// The byte, a second one or 0; 0 and 0 for what nobody sees.
    static func fold(_ scalar: Unicode.Scalar) -> (UInt8, UInt8) {
        let value = scalar.value
        if value < 0x80 { return (foldASCII(UInt8(value)), 0) }
        if value < 0x180 {
            if value < 0xC0 { return foldLatinSign(value) }
            return (latin[Int(value - 0xC0)], value == 0xDF ? UInt8(ascii: "s") : 0)
        }
        if isInvisible(value) { return (0, 0) }
        if let byte = foldSymbol(value) ?? lookAlikes[value] ?? foldStyled(value) { return (byte, 0) }
        if value == 0x2026 { return (Ascii.dot, Ascii.dot) }
        if let pair = foldCircledTens(value) { return pair }
        return (foldOther(scalar), 0)
    }

    private static func foldASCII(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x41...0x5A: byte | 0x20
        case 0x0A, 0x0D, 0x0B, 0x0C: Ascii.newline
        case 0..<0x20, 0x7F: Ascii.space
        case UInt8(ascii: "`"): Ascii.apostrophe
        default: byte
        }
    }

    /// U+0080…U+00BF.
    private static func foldLatinSign(_ value: UInt32) -> (UInt8, UInt8) {
        switch value {
        case 0xA0, 0x80...0x9F: (Ascii.space, 0)
        case 0xAD: (0, 0)
        case 0xA3: (pound, 0)
        case 0xA5: (yen, 0)
        case 0xA2, 0xA4: (otherCurrency, 0)
        case 0xAA: (UInt8(ascii: "a"), 0)
        case 0xBA: (UInt8(ascii: "o"), 0)
        case 0xB2: (UInt8(ascii: "2"), 0)
        case 0xB3: (UInt8(ascii: "3"), 0)
        case 0xB9: (UInt8(ascii: "1"), 0)
        case 0xB4: (Ascii.apostrophe, 0)
        case 0xAB, 0xBB: (UInt8(ascii: "\""), 0)
        case 0xB7: (Ascii.dot, 0)
        case 0xBF: (questionOpen, 0)
        default: (sign, 0)
        }
    }

    /// U+00C0…U+017F, Latin-1 and Latin Extended-A.
    private static let latin = Array(
        """
        aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo/ouuuuyty\
        aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll\
        lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs
        """.utf8
    )

    /// Joiners, marks of direction, variation selectors, tags and combining accents.
    private static func isInvisible(_ value: UInt32) -> Bool {
        switch value {
        case 0x300...0x36F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFE00...0xFE0F, 0xFEFF, 0x34F,
            0x180B...0x180E, 0x20D0...0x20F0, 0x115F, 0x1160, 0x3164, 0x1F3FB...0x1F3FF, 0xE0000...0xE01EF,
            0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0xFE20...0xFE2F:
            true
        default: false
        }
    }

    private static func foldSymbol(_ value: UInt32) -> UInt8? {
        switch value {
        case 0x20AC: euro
        case 0x20BF: bitcoin
        case 0x20A0...0x20CF: otherCurrency
        case 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0x1680: Ascii.space
        case 0x2010...0x2015, 0x2212, 0xFE58, 0xFE63: Ascii.dash
        case 0x2018, 0x2019, 0x201B, 0x2032, 0x02BC: Ascii.apostrophe
        case 0x201C...0x201F, 0x2033: UInt8(ascii: "\"")
        case 0x2024, 0x3002, 0xFE52, 0xFF61, 0xA4F8: Ascii.dot
        case 0x2044, 0x2215, 0x29F8: Ascii.slash
        case 0x2236, 0xFE55, 0xA789: Ascii.colon
        case 0xFE6B: Ascii.at
        case 0x1F44D, 0x1F44C, 0x2705, 0x1F91D, 0x2714, 0x1F197: thumbUp
        case 0x1F44E, 0x274C: thumbDown
        default: nil
        }
    }

    /// Circled and bracketed numbers from 10 to 20.
    private static func foldCircledTens(_ value: UInt32) -> (UInt8, UInt8)? {
        let number: UInt32
        switch value {
        case 0x2469...0x2473: number = value - 0x2469 + 10
        case 0x247D...0x2487: number = value - 0x247D + 10
        case 0x24EB...0x24F4: number = value - 0x24EB + 11
        default: return nil
        }
        return (UInt8(0x30 + number / 10), UInt8(0x30 + number % 10))
    }

    /// Full-width, circled, squared and mathematical letters and digits, and the rest of the accented Latin ones.
    private static func foldStyled(_ value: UInt32) -> UInt8? {
        func letter(_ first: UInt32) -> UInt8 { UInt8(0x61 + (value - first) % 26) }
        switch value {
        case 0xFF01...0xFF5E: return foldASCII(UInt8(value - 0xFF01 + 0x21))
        case 0xFFE5: return yen
        case 0xFFE1: return pound
        case 0x24B6...0x24E9: return letter(0x24B6)
        case 0x249C...0x24B5: return letter(0x249C)
        case 0x1F130...0x1F149: return letter(0x1F130)
        case 0x1F150...0x1F169: return letter(0x1F150)
        case 0x1F170...0x1F189: return letter(0x1F170)
        case 0x1D400...0x1D6A3: return letter(0x1D400)
        case 0x1D7CE...0x1D7FF: return UInt8(0x30 + (value - 0x1D7CE) % 10)
        case 0x2460...0x2468: return UInt8(0x31 + value - 0x2460)
        case 0x2474...0x247C: return UInt8(0x31 + value - 0x2474)
        case 0x2776...0x277E: return UInt8(0x31 + value - 0x2776)
        case 0x2780...0x2788: return UInt8(0x31 + value - 0x2780)
        case 0x278A...0x2792: return UInt8(0x31 + value - 0x278A)
        case 0x24F5...0x24FD: return UInt8(0x31 + value - 0x24F5)
        case 0x24EA, 0x24FF, 0x1F10B, 0x1F10C: return UInt8(ascii: "0")
        case 0x1F101...0x1F10A: return UInt8(0x30 + value - 0x1F101)
        case 0x2070...0x2079, 0x2080...0x2089: return UInt8(0x30 + (value & 0x0F))
        case 0x1E00...0x1EF9: return latinAdditional[Int(value - 0x1E00)]
        case 0x1CD...0x1DC: return Array("aaiioouuuuuuuuuu".utf8)[Int(value - 0x1CD)]
        case 0x200...0x217: return Array("aaaaeeeeiiiioooorrrruuuu".utf8)[Int(value - 0x200)]
        case 0x218, 0x219: return UInt8(ascii: "s")
        case 0x21A, 0x21B: return UInt8(ascii: "t")
        case 0x1A0, 0x1A1: return UInt8(ascii: "o")
        case 0x1AF, 0x1B0: return UInt8(ascii: "u")
        default: return nil
        }
    }

    /// U+1E00…U+1EF9, Latin Extended Additional.
    private static let latinAdditional = Array(
        """
        aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooo\
        pppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyassssdaaaaaaaa\
        aaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy
        """.utf8
    )

    /// Letters of other scripts that look like Latin ones (that fonts draw alike, after Unicode's confusables).
    private static let lookAlikes: [UInt32: UInt8] = {
        let rows: [(String, String)] = [
            ("abcdeghijklmnopqrstuvwxyz", "аЬсԁеɡһіјкӏмпорԛгѕтцѵԝхуʐ"),
            ("abehikmhopctyxs", "АВЕНІКМНОРСТУХЅ"),
            ("jdq", "ЈԀԚ"),
            ("aeiknopptuvxy", "αεικηορϱτυνχγ"),
            ("abezhikmnoptyx", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"),
            ("acgiilonrsu", "ɑᴄɢɪıʟᴏɴʀꜱᴜ"),
            ("abdefhjkmptvwyz", "ᴀʙᴅᴇꜰʜᴊᴋᴍᴘᴛᴠᴡʏᴢ"),
            ("oun", "օսո"),
        ]
        var table: [UInt32: UInt8] = [:]
        for (plain, odd) in rows {
            for (letter, scalar) in zip(plain.utf8, odd.unicodeScalars) { table[scalar.value] = letter }
        }
        return table
    }()

    private static func foldOther(_ scalar: Unicode.Scalar) -> UInt8 {
        let properties = scalar.properties
        if properties.numericType == .decimal, let value = properties.numericValue, value >= 0, value <= 9 {
            return 0x30 + UInt8(value)
        }
        if properties.isAlphabetic { return otherLetter }
        if properties.isWhitespace { return Ascii.space }
        return sign
    }
}
