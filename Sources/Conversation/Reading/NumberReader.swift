/// Numbers in digits and in words, as people write them.
struct SpokenNumber: Equatable {
    /// A hundred times the number.
    var hundredths: Int
    /// Where it stands in the bytes, with `k` and `mil`.
    var range: Range<Int>
    /// Letters that follow without a space: `h` of `10h`.
    var unit: String
    var isInWords: Bool
    /// Written as `1st`, `1.º`, or a lone article such as `um`.
    var isArticle = false
    var isNegative = false

    var whole: Int { hundredths / 100 }
    var isWhole: Bool { hundredths % 100 == 0 }
}

enum NumberReader {
    /// At most this many numbers of a text are read.
    static let numbersMax = 60

    /// All numbers in a text, in order. Without a language, the words of all languages count.
    static func numbers(in text: FoldedText, language: Language? = nil) -> [SpokenNumber] {
        var found: [SpokenNumber] = []
        var index = 0
        var word = 0
        while word < text.words.count, found.count < numbersMax {
            let start = text.words[word].range.lowerBound
            if start < index {
                word += 1
                continue
            }
            if let number = digits(in: text, at: word) ?? spoken(in: text, at: word, language: language) {
                found.append(number)
                index = number.range.upperBound
            } else {
                index = endOfBrokenNumber(in: text, at: word)
            }
            word += 1
        }
        return found
    }

    /// A date or a version is skipped whole, or its parts would read as numbers.
    private static func endOfBrokenNumber(in text: FoldedText, at word: Int) -> Int {
        let range = text.words[word].range
        guard text.bytes[range.lowerBound].isDigit else { return range.upperBound }
        var end = range.upperBound
        while end + 1 < text.bytes.count, text.bytes[end] == Ascii.dot || text.bytes[end] == Ascii.comma,
            text.bytes[end + 1].isDigit
        {
            end += 1
            while end < text.bytes.count, text.bytes[end].isDigit { end += 1 }
        }
        return end
    }

    // MARK: Digits

    private static func digits(in text: FoldedText, at word: Int) -> SpokenNumber? {
        let bytes = text.bytes
        var index = text.words[word].range.lowerBound
        // `eur490`, but not `b2b`.
        let lettersStart = index
        while index < bytes.count, bytes[index].isLetter { index += 1 }
        if index > lettersStart {
            guard index < bytes.count, bytes[index].isDigit,
                Currencies.codes(of: text.folded(lettersStart..<index)) != nil
            else { return nil }
        }
        guard index < bytes.count, bytes[index].isDigit else { return nil }
        let start = index
        guard let (hundredths, end) = grouped(bytes, from: start) else { return nil }
        var number = SpokenNumber(hundredths: hundredths, range: start..<end, unit: "", isInWords: false)
        number.isNegative =
            start > 0 && bytes[start - 1] == Ascii.dash && (start == 1 || bytes[start - 2].isBlank)
        applySuffix(to: &number, in: text)
        return number
    }

    /// `1.500`, `1 500`, `1.500,00`, `1,200.50`, `1500`.
    private static func grouped(_ bytes: [UInt8], from start: Int) -> (Int, Int)? {
        var groups: [Int] = []
        var lengths: [Int] = []
        var separators: [UInt8] = []
        var index = start
        while true {
            var value = 0
            let groupStart = index
            while index < bytes.count, bytes[index].isDigit {
                guard index - groupStart < 13 else { return nil }
                value = value * 10 + Int(bytes[index] - 0x30)
                index += 1
            }
            groups.append(value)
            lengths.append(index - groupStart)
            guard groups.count < 6, index + 1 < bytes.count, bytes[index + 1].isDigit else { break }
            let separator = bytes[index]
            if separator == Ascii.space || separator == Ascii.apostrophe {
                guard lengths.allSatisfy({ $0 <= 3 }), isThreeDigits(bytes, at: index + 1),
                    separators.allSatisfy({ $0 == separator }), lengths.dropFirst().allSatisfy({ $0 == 3 })
                else { break }
            } else if separator != Ascii.dot && separator != Ascii.comma {
                break
            }
            separators.append(separator)
            index += 1
        }
        guard let hundredths = value(groups, lengths, separators) else { return nil }
        return (hundredths, index)
    }

    private static func isThreeDigits(_ bytes: [UInt8], at index: Int) -> Bool {
        index + 2 < bytes.count && bytes[index + 1].isDigit && bytes[index + 2].isDigit
            && (index + 3 >= bytes.count || !bytes[index + 3].isDigit)
    }

    private static func value(_ groups: [Int], _ lengths: [Int], _ separators: [UInt8]) -> Int? {
        var whole = groups[0]
        guard let last = separators.last else { return whole * 100 }
        let isGrouping = last == Ascii.space || last == Ascii.apostrophe
        let mixed = separators.contains { $0 != last }
        let endsInThree = lengths[lengths.count - 1] == 3
        let isDecimal =
            !isGrouping
            && (!endsInThree || (separators.count == 1 && groups[0] == 0) || (mixed && separators.count > 1))
        let thousands = isDecimal ? groups.dropLast().dropFirst() : groups.dropFirst()
        if isDecimal, separators.dropLast().contains(last) { return nil }
        if lengths[0] > 3, !thousands.isEmpty { return nil }
        for (offset, group) in thousands.enumerated() {
            guard lengths[offset + 1] == 3, whole < 1_000_000_000 else { return nil }
            whole = whole * 1_000 + group
        }
        guard isDecimal else { return whole * 100 }
        var cents = groups[groups.count - 1]
        var length = lengths[lengths.count - 1]
        while length > 2 {
            cents /= 10
            length -= 1
        }
        return whole * 100 + (length == 1 ? cents * 10 : cents)
    }

    private static func applySuffix(to number: inout SpokenNumber, in text: FoldedText) {
        let bytes = text.bytes
        var index = number.range.upperBound
        let attached = index
        while index < bytes.count, bytes[index].isLetter, index - attached < 14 { index += 1 }
        if index > attached {
            let letters = text.folded(attached..<index)
            if letters == "k" || letters == "mil" {
                number.hundredths *= 1_000
                number.range = number.range.lowerBound..<index
            } else {
                number.unit = letters
                return
            }
        }
        guard let next = text.words.first(where: { $0.range.lowerBound >= number.range.upperBound }),
            next.range.lowerBound - number.range.upperBound == 1, bytes[number.range.upperBound] == Ascii.space
        else { return }
        if let factor = multipliers[next.text] ?? (next.text == "k" ? 1_000 : nil), number.whole < 1_000_000 {
            number.hundredths *= factor
            number.range = number.range.lowerBound..<next.range.upperBound
            appendRest(to: &number, in: text)
        }
    }

    /// `2 mil e quinhentos`.
    private static func appendRest(to number: inout SpokenNumber, in text: FoldedText) {
        guard let next = text.words.firstIndex(where: { $0.range.lowerBound >= number.range.upperBound }),
            connectors.contains(text.words[next].text), next + 1 < text.words.count,
            let rest = spoken(in: text, at: next + 1, language: nil), rest.hundredths < 100_000, !rest.isArticle
        else { return }
        number.hundredths += rest.hundredths
        number.range = number.range.lowerBound..<rest.range.upperBound
    }

    // MARK: Words

    static func spoken(in text: FoldedText, at first: Int, language: Language?) -> SpokenNumber? {
        var total = 0
        var current = 0
        var last: Int?
        var lastValue = 0
        var index = first
        while index < text.words.count, index - first < 12 {
            let word = text.words[index].text
            if let factor = multipliers[word] {
                guard total < 1_000_000 else { break }
                total += max(current, 1) * factor
                current = 0
                lastValue = factor
            } else if word == "hundred" {
                current = max(current, 1) * 100
                lastValue = 100
            } else if let value = value(of: word, language: language) {
                // `vinte cinco` goes on, `cinco vinte` are two numbers, `nove um dois` are digits.
                guard current == 0 || value < lowestPart(of: lastValue) else { break }
                current += value
                lastValue = value
            } else if last != nil, connectors.contains(word) {
                index += 1
                continue
            } else {
                break
            }
            last = index
            index += 1
            guard isContiguous(text, index) else { break }
        }
        guard let last else { return nil }
        let words = text.words[first...last]
        let isArticle = first == last && articles.contains(words[first].text)
        return SpokenNumber(
            hundredths: (total + current) * 100,
            range: words[first].range.lowerBound..<words[last].range.upperBound,
            unit: "",
            isInWords: true,
            isArticle: isArticle
        )
    }

    /// What may still be added: ones to tens, tens and ones to hundreds.
    private static func lowestPart(of value: Int) -> Int {
        if value >= 100 { return 100 }
        return value >= 20 ? 10 : 0
    }

    private static func isContiguous(_ text: FoldedText, _ next: Int) -> Bool {
        guard next < text.words.count else { return false }
        let gap = text.bytes[text.words[next - 1].range.upperBound..<text.words[next].range.lowerBound]
        return gap.allSatisfy { $0 == Ascii.space || $0 == Ascii.dash }
    }

    static func value(of word: String, language: Language?) -> Int? {
        if let language, ambiguous.contains(word), language.base != "es" { return nil }
        return values[word]
    }

    /// A single digit's word, `meia` included (the six of Brazilian phone numbers).
    static func digit(of word: String) -> Int? {
        if word == "meia" { return 6 }
        guard let value = values[word], value < 10 else { return nil }
        return value
    }

    private static let connectors: Set<String> = ["e", "y", "and"]
    private static let articles: Set<String> = ["um", "uma", "un", "una", "uno", "one"]
    /// Spanish numbers that are other words in Portuguese or English.
    private static let ambiguous: Set<String> = ["once", "dos", "doce"]
    private static let multipliers: [String: Int] = [
        "mil": 1_000, "thousand": 1_000, "milhar": 1_000, "million": 1_000_000, "milhao": 1_000_000,
        "milhoes": 1_000_000, "millon": 1_000_000, "millones": 1_000_000,
    ]
    private static let values: [String: Int] = {
        let rows: [(Int, String)] = [
            (0, "zero cero"), (1, "um uma un una uno one"), (2, "dois duas dos two"), (3, "tres three"),
            (4, "quatro cuatro four"), (5, "cinco five"), (6, "seis six"), (7, "sete siete seven"),
            (8, "oito ocho eight"), (9, "nove nueve nine"), (10, "dez diez ten"), (11, "onze once eleven"),
            (12, "doze doce twelve"), (13, "treze trece thirteen"), (14, "catorze quatorze catorce fourteen"),
            (15, "quinze quince fifteen"), (16, "dezasseis dezesseis dieciseis sixteen"),
            (17, "dezassete dezessete diecisiete seventeen"), (18, "dezoito dieciocho eighteen"),
            (19, "dezanove dezenove diecinueve nineteen"), (20, "vinte veinte twenty"), (21, "veintiuno veintiun"),
            (22, "veintidos"), (23, "veintitres"), (24, "veinticuatro"), (25, "veinticinco"), (26, "veintiseis"),
            (27, "veintisiete"), (28, "veintiocho"), (29, "veintinueve"), (30, "trinta treinta thirty"),
            (40, "quarenta cuarenta forty"), (50, "cinquenta cincuenta fifty"), (60, "sessenta sesenta sixty"),
            (70, "setenta seventy"), (80, "oitenta ochenta eighty"), (90, "noventa ninety"),
            (100, "cem cento centena cien ciento"), (200, "duzentos duzentas doscientos doscientas"),
            (300, "trezentos trezentas trescientos trescientas"),
            (400, "quatrocentos quatrocentas cuatrocientos cuatrocientas"),
            (500, "quinhentos quinhentas quinientos quinientas"),
            (600, "seiscentos seiscentas seiscientos seiscientas"),
            (700, "setecentos setecentas setecientos setecientas"),
            (800, "oitocentos oitocentas ochocientos ochocientas"),
            (900, "novecentos novecentas novecientos novecientas"),
        ]
        var values: [String: Int] = [:]
        for (value, list) in rows {
            for word in list.split(separator: " ") { values[String(word)] = value }
        }
        return values
    }()
}
