/// Days as people write them, in four languages.
enum DateReader {
    /// The first day named in a text. A day without a year is never in the past, and a weekday is the next one after
    /// today. `05/06` is the fifth of June, unless that is no day.
    static func read(_ text: FoldedText, today: CivilDate) -> CivilDate? {
        numeric(text, today: today) ?? named(text, today: today) ?? relative(text, today: today)
            ?? weekday(text, today: today) ?? dayOfMonth(text, today: today)
    }

    private static func numeric(_ text: FoldedText, today: CivilDate) -> CivilDate? {
        let bytes = text.bytes
        var index = 0
        while index < bytes.count {
            guard bytes[index].isDigit, index == 0 || !bytes[index - 1].isWordByte else {
                index += 1
                continue
            }
            let (parts, separator, end) = parts(bytes, from: index)
            if let date = date(parts, separator, today) { return date }
            index = max(end, index + 1)
        }
        return nil
    }

    /// Up to three numbers with the same separator between them.
    private static func parts(_ bytes: [UInt8], from start: Int) -> ([(value: Int, digits: Int)], UInt8, Int) {
        var parts: [(value: Int, digits: Int)] = []
        var separator: UInt8 = 0
        var index = start
        while index < bytes.count, parts.count < 4 {
            let first = index
            var value = 0
            while index < bytes.count, bytes[index].isDigit, index - first < 5 {
                value = value * 10 + Int(bytes[index] - 0x30)
                index += 1
            }
            parts.append((value, index - first))
            guard index + 1 < bytes.count, bytes[index + 1].isDigit else { break }
            let next = bytes[index]
            guard next == Ascii.slash || next == Ascii.dash || next == Ascii.dot,
                separator == 0 || separator == next
            else { break }
            separator = next
            index += 1
        }
        return (parts, separator, index)
    }

    private static func date(
        _ parts: [(value: Int, digits: Int)],
        _ separator: UInt8,
        _ today: CivilDate
    ) -> CivilDate? {
        if parts.count == 3, parts[0].digits == 4 {
            return CivilDate(year: parts[0].value, month: parts[1].value, day: parts[2].value)
        }
        if parts.count == 3, parts[2].digits == 4 || parts[2].digits == 2 {
            let year = parts[2].digits == 2 ? 2_000 + parts[2].value : parts[2].value
            return CivilDate(year: year, month: parts[1].value, day: parts[0].value)
                ?? CivilDate(year: year, month: parts[0].value, day: parts[1].value)
        }
        guard parts.count == 2, separator == Ascii.slash || parts[1].digits == 2, parts[0].digits <= 2 else {
            return nil
        }
        return coming(day: parts[0].value, month: parts[1].value, today)
            ?? coming(day: parts[1].value, month: parts[0].value, today)
    }

    /// The next such day from today on.
    private static func coming(day: Int, month: Int, _ today: CivilDate) -> CivilDate? {
        // Eight years reach the next 29 February in any case.
        for year in today.year...today.year + 8 {
            if let date = CivilDate(year: year, month: month, day: day), date >= today { return date }
        }
        return nil
    }

    /// `15 de dezembro de 2027`, `December 15th`, `the 15th of December`.
    private static func named(_ text: FoldedText, today: CivilDate) -> CivilDate? {
        let words = text.words.map(\.text)
        for (index, word) in words.enumerated() {
            guard let month = months[word] else { continue }
            let before = index > 0 && (words[index - 1] == "de" || words[index - 1] == "of") ? index - 2 : index - 1
            let after = index + 1
            let day = before >= 0 ? dayNumber(words[before]) : nil
            let dayAfter = after < words.count ? dayNumber(words[after]) : nil
            guard let day = day ?? dayAfter else { continue }
            var next = dayAfter != nil && before >= 0 && dayNumber(words[before]) != nil ? after : after
            if dayAfter == day, next < words.count { next += 1 }
            while next < words.count, words[next] == "de" || words[next] == "of" || words[next] == "del" { next += 1 }
            if next < words.count, let year = Int(words[next]), (1_900...2_199).contains(year) {
                return CivilDate(year: year, month: month, day: day)
            }
            if let date = coming(day: day, month: month, today) { return date }
        }
        return nil
    }

    private static func dayNumber(_ word: String) -> Int? {
        let digits = word.prefix { $0.isASCII && $0.isNumber }
        guard let value = Int(digits), (1...31).contains(value),
            ["", "st", "nd", "rd", "th", "o"].contains(word.dropFirst(digits.count))
        else {
            if ["primeiro", "primero", "first"].contains(word) { return 1 }
            let spoken = NumberReader.spoken(in: FoldedText(word), at: 0, language: nil)?.whole
            return spoken.flatMap { (1...31).contains($0) && !["um", "una", "one", "un"].contains(word) ? $0 : nil }
        }
        return value
    }

    private static func relative(_ text: FoldedText, today: CivilDate) -> CivilDate? {
        if text.hasAny(["depois de amanha", "pasado manana", "day after tomorrow"]) { return today.adding(days: 2) }
        if text.hasAny(["hoje", "hoy", "today", "tonight"]) { return today }
        if text.hasAny(["amanha", "tomorrow"]) { return today.adding(days: 1) }
        if text.has("manana"), !text.hasAny(["la manana"]) || text.hasAny(["manana por la manana"]) {
            return today.adding(days: 1)
        }
        // `daqui a 15 dias`, `in two weeks`, `dentro de 3 días`.
        guard text.hasAny(["daqui a", "dentro de", "em", "en", "in", "within"]) else { return nil }
        for number in NumberReader.numbers(in: text) where number.isWhole && (1...366).contains(number.whole) {
            guard let next = text.words.first(where: { $0.range.lowerBound >= number.range.upperBound }) else {
                continue
            }
            if ["dia", "dias", "day", "days"].contains(next.text) { return today.adding(days: number.whole) }
            if ["semana", "semanas", "week", "weeks"].contains(next.text), number.whole <= 52 {
                return today.adding(days: 7 * number.whole)
            }
        }
        return nil
    }

    private static func weekday(_ text: FoldedText, today: CivilDate) -> CivilDate? {
        for word in text.words {
            guard let weekday = weekdays[word.text] else { continue }
            if text.hasAny(["next week", "proxima semana", "semana que vem", "semana que viene"]) {
                return today.adding(days: 7 - today.weekday + weekday)
            }
            let days = (weekday - today.weekday + 7) % 7
            return today.adding(days: days == 0 ? 7 : days)
        }
        return nil
    }

    /// `dia 15`, `the 15th`, `el 15`.
    private static func dayOfMonth(_ text: FoldedText, today: CivilDate) -> CivilDate? {
        for (word, next) in zip(text.words, text.words.dropFirst()) {
            guard ["dia", "the", "el"].contains(word.text), let day = dayNumber(next.text),
                word.text != "the" || next.text.hasSuffix("th") || next.text.hasSuffix("st")
                    || next.text.hasSuffix("nd") || next.text.hasSuffix("rd")
            else { continue }
            for offset in 0...2 {
                let month = (today.month - 1 + offset) % 12 + 1
                let year = today.year + (today.month - 1 + offset) / 12
                if let date = CivilDate(year: year, month: month, day: day), date >= today { return date }
            }
        }
        return nil
    }

    private static let weekdays: [String: Int] = [
        "segunda": 0, "lunes": 0, "monday": 0, "terca": 1, "martes": 1, "tuesday": 1, "quarta": 2, "miercoles": 2,
        "wednesday": 2, "quinta": 3, "jueves": 3, "thursday": 3, "sexta": 4, "viernes": 4, "friday": 4, "sabado": 5,
        "saturday": 5, "domingo": 6, "sunday": 6,
    ]
    private static let months: [String: Int] = {
        let rows = [
            "janeiro enero january jan ene", "fevereiro febrero february fev feb", "marco marzo march mar",
            "abril april abr apr", "maio mayo may mai", "junho junio june jun", "julho julio july jul",
            "agosto august ago aug", "setembro septiembre setiembre september set sep sept",
            "outubro octubre october out oct", "novembro noviembre november nov",
            "dezembro diciembre december dez dic dec",
        ]
        var months: [String: Int] = [:]
        for (index, row) in rows.enumerated() {
            for word in row.split(separator: " ") { months[String(word)] = index + 1 }
        }
        return months
    }()
}
