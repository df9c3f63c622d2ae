/// What a person typed to mean a customer's phone number.
struct PhoneReference: Equatable, Sendable {
    /// Digits without `+`, `00` and separators.
    var digits: String
    /// Whether it began with `+` or `00`, so that nothing can stand before it.
    var isInternational: Bool
    /// The digits a longer, international number may end in: without the `0` that some countries dial at home.
    var suffix: String?

    /// Nil when it can't be a phone number: other characters than digits and separators, or too few or many digits.
    init?(_ text: String) {
        var digits = ""
        var hasPlus = false
        // +44 (0)20 …: the zero is for those who dial at home.
        for character in text.replacing("(0)", with: "").utf8 {
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.unicodeScalars.append(Unicode.Scalar(character))
            case UInt8(ascii: "+") where digits.isEmpty && !hasPlus: hasPlus = true
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "."),
                UInt8(ascii: "/"):
                continue
            default: return nil
            }
        }
        isInternational = hasPlus || digits.hasPrefix("00")
        if !hasPlus, digits.hasPrefix("00") { digits.removeFirst(2) }
        // E.164 allows 15 digits; fewer than 6 mean too many numbers.
        guard (6...20).contains(digits.count) else { return nil }
        self.digits = digits
        guard !isInternational else { return }
        let national = digits.drop { $0 == "0" }
        suffix = national.count >= 6 ? String(national) : nil
    }
}
