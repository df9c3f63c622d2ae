/// E-mail addresses and phone numbers in a customer's words, by byte scans.
enum ContactReader {
    static func email(_ text: FoldedText, wasAsked: Bool) -> String? {
        let bytes = Array(text.original(0..<text.bytes.count).utf8)
        for (index, byte) in bytes.enumerated() where byte == Ascii.at {
            var start = index
            while start > 0, isLocal(bytes[start - 1]) { start -= 1 }
            var end = index + 1
            while end < bytes.count, isDomain(bytes[end]) { end += 1 }
            while start < index, bytes[start] == Ascii.dot || bytes[start] == Ascii.dash { start += 1 }
            while end > index, bytes[end - 1] == Ascii.dot || bytes[end - 1] == Ascii.dash { end -= 1 }
            let email = String(decoding: bytes[start..<end], as: UTF8.self).lowercased()
            if isEmail(email) { return email }
        }
        return wasAsked ? spokenEmail(text) : nil
    }

    /// "ana ponto silva arroba gmail ponto com", as voice notes are transcribed, and "ana @ gmail . com".
    private static func spokenEmail(_ text: FoldedText) -> String? {
        var parts: [String] = []
        var index = 0
        for word in text.words {
            for byte in text.bytes[index..<word.range.lowerBound] {
                if byte == Ascii.at { parts.append("@") }
                if byte == Ascii.dot { parts.append(".") }
                if byte == Ascii.dash { parts.append("-") }
                if byte == UInt8(ascii: "_") { parts.append("_") }
            }
            parts.append(spokenSigns[word.text] ?? word.text)
            index = word.range.upperBound
        }
        guard let at = parts.firstIndex(of: "@"), at > 0, at + 1 < parts.count else { return nil }
        var start = at - 1
        while start >= 2, isSign(parts[start - 1]) { start -= 2 }
        var end = at + 2
        while end + 1 < parts.count, isSign(parts[end]) { end += 2 }
        let email = parts[start..<end].joined()
        return isEmail(email) ? email : nil
    }

    private static func isSign(_ part: String) -> Bool { part == "." || part == "-" || part == "_" }

    private static let spokenSigns: [String: String] = [
        "arroba": "@", "at": "@", "ponto": ".", "punto": ".", "dot": ".", "underscore": "_", "hifen": "-",
        "traco": "-", "guion": "-", "dash": "-",
    ]

    /// The usual shape of an address; at most 254 bytes (RFC 5321).
    static func isEmail(_ email: String) -> Bool {
        let bytes = Array(email.utf8)
        guard bytes.count <= 254, let at = bytes.firstIndex(of: Ascii.at), (1...64).contains(at),
            bytes[..<at].allSatisfy(isLocal), bytes[0] != Ascii.dot
        else { return false }
        let domain = bytes[(at + 1)...]
        let labels = domain.split(separator: Ascii.dot, omittingEmptySubsequences: false)
        guard labels.count >= 2, domain.allSatisfy(isDomain),
            labels.allSatisfy({ !$0.isEmpty && $0.first != Ascii.dash && $0.last != Ascii.dash }),
            let last = labels.last
        else { return false }
        return last.count >= 2 && last.allSatisfy { isASCIILetter($0) }
    }

    private static func isASCIILetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }

    static func isLocal(_ byte: UInt8) -> Bool {
        byte.isDigit || isASCIILetter(byte) || byte == Ascii.dot || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "+") || byte == Ascii.dash
    }

    static func isDomain(_ byte: UInt8) -> Bool {
        byte.isDigit || isASCIILetter(byte) || byte == Ascii.dot || byte == Ascii.dash
    }

    /// Digits, with a `+` in front where the customer wrote one. Unasked, only such an international number counts.
    static func phone(_ text: FoldedText, wasAsked: Bool) -> String? {
        let bytes = text.bytes
        var index = 0
        while index < bytes.count {
            guard bytes[index].isDigit || bytes[index] == UInt8(ascii: "+") else {
                index += 1
                continue
            }
            let hasPlus = bytes[index] == UInt8(ascii: "+")
            var digits = ""
            var end = index + (hasPlus ? 1 : 0)
            while end < bytes.count, bytes[end].isDigit || isSeparator(bytes[end]) {
                if bytes[end].isDigit { digits.append(Character(Unicode.Scalar(bytes[end]))) }
                end += 1
            }
            if (7...15).contains(digits.count), wasAsked || (hasPlus && digits.count >= 9) {
                return (hasPlus ? "+" : "") + digits
            }
            index = max(end, index + 1)
        }
        return nil
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case Ascii.space, Ascii.dash, Ascii.dot, UInt8(ascii: "("), UInt8(ascii: ")"), Ascii.slash: true
        default: false
        }
    }

    /// 7 to 15 digits (E.164), with or without `+` and separators.
    static func isPhone(_ phone: String) -> Bool {
        var digits = 0
        for (index, byte) in phone.utf8.enumerated() {
            if byte.isDigit {
                digits += 1
            } else if !(isSeparator(byte) || (byte == UInt8(ascii: "+") && index == 0)) {
                return false
            }
        }
        return (7...15).contains(digits) && phone.utf8.count <= 30
    }
}
