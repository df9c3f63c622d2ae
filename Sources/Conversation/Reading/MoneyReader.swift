/// A number with the currency beside it.
struct SpokenMoney: Equatable {
    var number: SpokenNumber
    /// The currencies that it can mean.
    var codes: [String]
    /// The bytes from the number to the currency's mark, whichever comes first.
    var range: Range<Int>
}

enum MoneyReader {
    /// The amounts of a text, in order. The parts of a range (`500 a 1000 €`) each count.
    static func amounts(in text: FoldedText, numbers: [SpokenNumber]) -> [SpokenMoney] {
        var amounts: [SpokenMoney] = []
        for (index, number) in numbers.enumerated() {
            guard let amount = amount(number, in: text) else { continue }
            // The first part of a range borrows the currency of the second; after `€ 490 / 990` the second does.
            if index > 0, amounts.last?.number != numbers[index - 1],
                isJoined(text, numbers[index - 1].range.upperBound, number.range.lowerBound),
                numbers[index - 1].unit.isEmpty, !numbers[index - 1].isArticle
            {
                let first = numbers[index - 1]
                amounts.append(SpokenMoney(number: first, codes: amount.codes, range: first.range))
            }
            amounts.append(amount)
            if index + 1 < numbers.count, self.amount(numbers[index + 1], in: text) == nil,
                isSlash(text, number.range.upperBound, numbers[index + 1].range.lowerBound),
                numbers[index + 1].unit.isEmpty
            {
                let second = numbers[index + 1]
                amounts.append(SpokenMoney(number: second, codes: amount.codes, range: second.range))
            }
        }
        return amounts
    }

    static func amount(_ number: SpokenNumber, in text: FoldedText) -> SpokenMoney? {
        if let (codes, end) = mark(in: text, after: number) {
            return SpokenMoney(number: number, codes: codes, range: number.range.lowerBound..<end)
        }
        if let (codes, start) = mark(in: text, before: number.range.lowerBound), !number.isInWords {
            return SpokenMoney(number: number, codes: codes, range: start..<number.range.upperBound)
        }
        return nil
    }

    private static func mark(in text: FoldedText, after number: SpokenNumber) -> ([String], Int)? {
        let bytes = text.bytes
        var index = number.range.upperBound
        if !number.unit.isEmpty {
            let end = index + number.unit.utf8.count
            if end < bytes.count, bytes[end] == UInt8(ascii: "$"),
                let codes = Currencies.codes(ofSign: bytes[end], prefix: number.unit)
            {
                return (codes, end + 1)
            }
            return Currencies.codes(of: number.unit).map { ($0, end) }
        }
        var skipped = 0
        while index < bytes.count, isDecoration(bytes[index]) || bytes[index] == UInt8(ascii: "("), skipped < 4 {
            index += 1
            skipped += 1
        }
        guard index < bytes.count else { return nil }
        if let codes = Currencies.codes(ofSign: bytes[index]) {
            // In `3 €5` and `1. €490` the sign belongs to the next number.
            let opensNext = skipped > 0 && index + 1 < bytes.count && bytes[index + 1].isDigit
            return opensNext ? nil : (codes, index + 1)
        }
        guard bytes[index].isLetter, var at = text.words.firstIndex(where: { $0.range.lowerBound == index }) else {
            return nil
        }
        if text.words[at].text == "de", at + 1 < text.words.count { at += 1 }
        let word = text.words[at]
        let end = word.range.upperBound
        if end < bytes.count, bytes[end] == UInt8(ascii: "$"), word.text == "r" || word.text == "us" {
            let opensNext = end + 1 < bytes.count && (bytes[end + 1].isDigit || bytes[end + 1] == Ascii.space)
            return opensNext && hasDigitSoon(bytes, end + 1)
                ? nil : Currencies.codes(ofSign: bytes[end], prefix: word.text).map { ($0, end + 1) }
        }
        if word.text == "real" { return number.isInWords ? nil : (["BRL"], end) }
        return Currencies.codes(of: word.text).map { ($0, end) }
    }

    private static func hasDigitSoon(_ bytes: [UInt8], _ index: Int) -> Bool {
        var index = index
        while index < bytes.count, bytes[index] == Ascii.space { index += 1 }
        return index < bytes.count && bytes[index].isDigit
    }

    private static func mark(in text: FoldedText, before start: Int) -> ([String], Int)? {
        let bytes = text.bytes
        var index = start - 1
        var skipped = 0
        while index >= 0, isDecoration(bytes[index]), skipped < 3 {
            index -= 1
            skipped += 1
        }
        guard index >= 0 else { return nil }
        if let codes = Currencies.codes(ofSign: bytes[index]) {
            guard bytes[index] == UInt8(ascii: "$") else { return (codes, index) }
            var letters = index
            while letters > 0, bytes[letters - 1].isLetter { letters -= 1 }
            return Currencies.codes(ofSign: bytes[index], prefix: text.folded(letters..<index)).map { ($0, letters) }
        }
        guard bytes[index].isLetter else { return nil }
        var letters = index
        while letters > 0, bytes[letters - 1].isWordByte { letters -= 1 }
        return Currencies.codes(of: text.folded(letters..<index + 1)).map { ($0, letters) }
    }

    /// Spaces and WhatsApp's marks for bold, italic and struck-out words.
    private static func isDecoration(_ byte: UInt8) -> Bool {
        switch byte {
        case Ascii.space, Ascii.dash, UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }

    /// Whether two numbers are the ends of a range.
    static func isJoined(_ text: FoldedText, _ end: Int, _ start: Int) -> Bool {
        guard end <= start, start - end <= 6 else { return false }
        let gap = text.folded(end..<start).filter { $0 != " " }
        return ["-", "--", "a", "e", "y", "o", "ou", "or", "to", "and", "ate", "hasta", "/", "al", "ao"].contains(gap)
    }

    private static func isSlash(_ text: FoldedText, _ end: Int, _ start: Int) -> Bool {
        guard end <= start, start - end <= 4 else { return false }
        let gap = text.bytes[end..<start].filter { $0 != Ascii.space }
        return gap == [Ascii.slash] || gap == [Ascii.dash]
    }
}
