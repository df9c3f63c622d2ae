/// Matches words with the options of a choice.
enum Options {
    private static let words: [[String]] = [
        ["website", "site", "sites", "pagina", "web", "sitio"],
        ["shop", "store", "loja", "tienda", "ecommerce", "online"],
        ["automation", "automacao", "automatizacion", "automatizar", "automate", "bot", "chatbot", "whatsapp"],
        [
            "now", "agora", "ja", "ahora", "ya", "immediately", "urgente", "urgent", "asap", "imediato", "today",
            "hoje", "hoy",
        ],
        ["week", "weeks", "semana", "semanas"], ["month", "months", "mes", "meses"],
        ["year", "ano", "anos"], ["quarter", "trimestre"],
        ["later", "depois", "despues", "mais tarde", "sem pressa", "no rush", "sin prisa", "exploring", "researching"],
        ["small", "pequena", "pequeno", "pequeno"], ["large", "big", "grande"],
        ["none", "nenhum", "nenhuma", "ninguno"],
        ["restaurant", "restaurante"], ["services", "service", "servicos", "servicios"],
        ["other", "outro", "outra", "otro"],
        ["owner", "dono", "dona", "dueno", "duena", "proprietario", "founder"], ["yes", "sim", "si"], ["no", "nao"],
        ["three", "3", "tres"], ["one", "1", "um", "uma", "un", "una"], ["two", "2", "dois", "duas", "dos"],
        ["maintenance", "manutencao", "mantenimiento"], ["consulting", "consultoria"],
    ]

    /// The option that the words fit best. Not asked for, an option has to be named in full.
    static func match(_ said: Words, _ field: SalesSchema.Field, isAsked: Bool) -> String? {
        var best: (option: String, score: Double)?
        for option in field.options {
            let parts = Words(option).list.filter { $0.count > 1 || $0.first?.isNumber == true }
            guard !parts.isEmpty else { continue }
            let hits = parts.count { part in said.list.contains { same($0, part) } }
            let score = Double(hits) / Double(parts.count) + Double(hits) / 100
            guard hits == parts.count || (isAsked && hits > 0) else { continue }
            if score > (best?.score ?? 0) { best = (option, score) }
        }
        if best == nil, isAsked { return byPlace(said, field) }
        return best?.option
    }

    /// Questions often name the options in their order: “um site, uma loja online ou automação?”.
    private static func byPlace(_ said: Words, _ field: SalesSchema.Field) -> String? {
        for question in field.questions.values {
            let listed = question.split(separator: ":").last ?? ""
            let joined = " \(listed) ".split(whereSeparator: { ",;?()".contains($0) }).flatMap { piece in
                Words(piece).line.replacing(" ou ", with: "|").replacing(" or ", with: "|").replacing(" o ", with: "|")
                    .split(separator: "|").map { Words($0) }
            }.filter { !$0.list.isEmpty }
            guard joined.count >= field.options.count else { continue }
            let choices = joined.suffix(field.options.count)
            let hits = choices.map { choice in choice.telling.count { part in said.list.contains { same($0, part) } } }
            if let most = hits.max(), most > 0, let place = hits.firstIndex(of: most) { return field.options[place] }
        }
        return nil
    }

    /// True where two words mean the same in any of the languages.
    static func same(_ one: String, _ other: String) -> Bool {
        Words.alike(one, other) || words.contains { $0.contains(one) && $0.contains(other) }
    }
}

/// Numbers and money.
enum Numbers {
    static let spelled: [String: Double] = [
        "um": 1, "uma": 1, "one": 1, "un": 1, "una": 1, "dois": 2, "duas": 2, "two": 2, "dos": 2, "tres": 3, "three": 3,
        "quatro": 4, "four": 4, "cuatro": 4, "cinco": 5, "five": 5, "seis": 6, "six": 6, "sete": 7, "seven": 7,
        "siete": 7,
        "oito": 8, "eight": 8, "ocho": 8, "nove": 9, "nine": 9, "nueve": 9, "dez": 10, "ten": 10, "diez": 10,
        "vinte": 20,
        "twenty": 20, "veinte": 20, "cem": 100, "cien": 100, "mil": 1_000,
    ]

    static func isMoney(_ field: SalesSchema.Field) -> Bool {
        Words(field.name + " " + field.about).hasAny([
            "budget", "orcamento", "presupuesto", "price", "money", "euros", "eur",
        ])
    }

    /// True where a number in the text belongs to this field though it was not asked for.
    static func isAbout(_ field: SalesSchema.Field, text: String, words: Words) -> Bool {
        guard text.contains(where: \.isNumber) else { return false }
        if isMoney(field) { return text.contains("€") || words.hasAny(["euros", "euro", "eur"]) }
        let subject = Words(([field.name, field.about] + Array(field.questions.values)).joined(separator: " ")).telling
        return zip(words.list, words.list.dropFirst()).contains { number, noun in
            number.allSatisfy(\.isNumber) && subject.contains { noun.count > 4 && Words.alike($0, noun) }
        }
    }

    /// The first number: `1.500`, `1 500`, `1,500.50`, `2k`, `3 mil`, `dois`. With `money`, the one next to a euro sign.
    static func first(in text: String, money: Bool) -> Double? {
        let pieces = text.lowercased().split(whereSeparator: { $0.isWhitespace })
        var found: [(value: Double, near: Bool)] = []
        var index = 0
        while index < pieces.count {
            defer { index += 1 }
            guard var value = number(pieces[index]) else { continue }
            let start = index
            if index + 1 < pieces.count, pieces[index + 1].count == 3, pieces[index + 1].allSatisfy(\.isNumber),
                value < 1_000
            {
                value = value * 1_000 + (Double(pieces[index + 1]) ?? 0)
                index += 1
            }
            let next = index + 1 < pieces.count ? pieces[index + 1] : ""
            if next.hasPrefix("mil"), next.count <= 4, value < 1_000 { value *= 1_000 }
            let near = pieces[start...min(index + 1, pieces.count - 1)].contains {
                $0.contains("€") || $0.hasPrefix("eur")
            }
            found.append((value, near))
        }
        if money, let near = found.first(where: \.near) { return near.value }
        if let first = found.first { return first.value }
        return Words(text).list.lazy.compactMap { spelled[$0] }.first
    }

    private static func number(_ piece: Substring) -> Double? {
        let bare = piece.drop { !$0.isNumber }.prefix { $0.isNumber || ".,k".contains($0) }
        guard bare.first?.isNumber == true, !piece.contains("@") else { return nil }
        var digits = String(bare)
        var factor = 1.0
        if digits.hasSuffix("k") {
            factor = 1_000
            digits.removeLast()
        }
        while let last = digits.last, !last.isNumber { digits.removeLast() }
        // A mark before three digits at the end groups thousands; otherwise it is the decimal mark.
        if let mark = digits.lastIndex(where: { ".,".contains($0) }) {
            let tail = digits[digits.index(after: mark)...]
            let head = digits[..<mark].filter(\.isNumber)
            digits = tail.count == 3 ? head + tail : head + "." + tail
        }
        return Double(digits).map { $0 * factor }
    }
}
