/// Finds values for fields in what a customer wrote.
enum Extraction {
    static let textMax = 500

    static func values(in text: String, asked: SalesSchema.Field?, schema: SalesSchema) -> [String: Payload] {
        var found: [String: Payload] = [:]
        let text = String(text.prefix(Words.charactersMax))
        for field in schema.fields {
            if let value = value(in: text, for: field, isAsked: field.name == asked?.name) { found[field.name] = value }
        }
        return found
    }

    private static func value(in text: String, for field: SalesSchema.Field, isAsked: Bool) -> Payload? {
        let words = Words(text)
        if !field.options.isEmpty { return Options.match(words, field, isAsked: isAsked).map(Payload.string) }
        switch field.kind {
        case .truth: return isAsked ? Intent.truth(words).map(Payload.bool) : nil
        case .whole, .number:
            if field.kind == .whole, People.isMeant(by: field), let count = People.count(in: words) {
                return .int(count)
            }
            guard isAsked || Numbers.isAbout(field, text: text, words: words) else { return nil }
            let isMoney = Numbers.isMoney(field)
            // “Um site” is no budget of 1.
            guard let number = Numbers.first(in: text, money: isMoney), !isMoney || number >= 10 else { return nil }
            return field.kind == .whole ? .int(Int(number.rounded())) : .double(number)
        case .text: return self.text(text, words, for: field, isAsked: isAsked).map(Payload.string)
        }
    }

    private static func text(_ text: String, _ words: Words, for field: SalesSchema.Field, isAsked: Bool) -> String? {
        let subject = Words(field.name).line
        if subject.contains(" email ") || subject.contains(" e mail ") || subject.contains(" correo ") {
            return email(text)
        }
        if subject.contains(" phone ") || subject.contains(" telefone ") { return phone(text) }
        if subject.contains(" name "), !subject.contains(" company "), !subject.contains(" business ") {
            return Names.introduced(text) ?? (isAsked ? Names.bare(text) : nil)
        }
        guard isAsked, !text.contains("?"), email(text) == nil, !Intent.objects(text) else { return nil }
        let intent = Intent.of(text, proposed: false, learned: true)
        guard intent == .answer, !words.list.isEmpty, !words.hasAny(unknowing), !isGreeting(words) else { return nil }
        return String(text.trimmed.prefix(textMax))
    }

    private static let unknowing = [
        "nao sei", "i don t know", "dont know", "no se", "nao faco ideia", "no idea", "skip",
    ]

    static func isGreeting(_ words: Words) -> Bool {
        let greetings: Set<String> = [
            "ola", "oi", "bom", "boa", "dia", "tarde", "noite", "hello", "hi", "hey", "good", "morning", "afternoon",
            "hola", "buenos", "buenas", "dias", "tardes", "tudo", "bem",
        ]
        return !words.list.isEmpty && words.list.allSatisfy(greetings.contains)
    }

    static func email(_ text: String) -> String? {
        for piece in text.split(whereSeparator: { $0.isWhitespace || ",;<>()".contains($0) }) {
            let bare = piece.drop { ":".contains($0) }
            let word = bare.hasSuffix(".") || bare.hasSuffix("!") ? bare.dropLast() : bare
            let halves = word.split(separator: "@", omittingEmptySubsequences: false)
            guard halves.count == 2, !halves[0].isEmpty, halves[1].contains("."), !halves[1].hasPrefix("."),
                !halves[1].hasSuffix(".")
            else { continue }
            return word.lowercased()
        }
        return nil
    }

    private static func phone(_ text: String) -> String? {
        let digits = text.filter { $0.isASCII && ($0.isNumber || $0 == "+") }
        return (9...16).contains(digits.count) ? digits : nil
    }

    /// A value that the instructions state for the field.
    static func stated(_ text: String, _ field: SalesSchema.Field) -> Payload? {
        switch field.kind {
        case .truth: text == "true" ? true : text == "false" ? false : nil
        case .whole: Int(text).map(Payload.int)
        case .number: Double(text).map(Payload.double)
        case .text: field.options.isEmpty || field.options.contains(text) ? .string(text) : nil
        }
    }
}

/// Names of people.
enum Names {
    private static let openings = [
        "chamo-me", "me chamo", "o meu nome é", "meu nome é", "aqui é a", "aqui é o", "sou a", "sou o", "my name is",
        "my name's", "i am called", "i am", "i'm", "i’m", "this is", "me llamo", "mi nombre es", "soy",
    ]
    /// What follows “sou o” or “I'm” without being a name.
    private static let notNames: Set<String> = [
        "dono", "dona", "looking", "interested", "gerente", "responsavel", "from", "not", "de", "da", "do", "ready",
        "the",
        "a", "an", "el", "la", "um", "uma", "un", "una", "sure", "just", "here", "in", "going", "cliente", "happy",
        "very", "so", "really", "angry", "upset", "sorry", "too", "muito", "muy", "still", "waiting", "afraid",
    ]

    static func introduced(_ text: String) -> String? {
        let lower = text.lowercased()
        guard lower.count == text.count else { return nil }
        for opening in openings {
            for start in lower.indices where lower[start...].hasPrefix(opening) {
                let before = start == lower.startIndex ? " " : lower[lower.index(before: start)]
                let after = lower[start...].dropFirst(opening.count)
                guard !before.isLetter, after.first?.isWhitespace == true else { continue }
                let offset = lower.distance(from: lower.startIndex, to: after.startIndex)
                if let name = leading(text.dropFirst(offset)) { return name }
            }
        }
        return nil
    }

    /// A short answer that is only a name.
    static func bare(_ text: String) -> String? {
        let words = Words(text)
        guard !text.contains("?"), !Extraction.isGreeting(words), Intent.truth(words) == nil,
            Intent.of(text, proposed: false, learned: true) == .answer
        else { return nil }
        let first = text.split(whereSeparator: { ",;\n".contains($0) }).first.map(String.init) ?? text
        guard (1...5).contains(Words(first).list.count) else { return nil }
        return leading(first[...])
    }

    /// The words at the beginning that can be a name, at most four.
    private static func leading(_ text: Substring) -> String? {
        var name: [String] = []
        for word in text.split(separator: " ").prefix(5) {
            let bare = word.filter { $0.isLetter || "-'’".contains($0) }
            guard let first = bare.first, first.isLetter, !word.contains("@") else { break }
            let plain = Words(bare).list.first ?? ""
            let joins = !name.isEmpty && ["de", "da", "do", "dos", "das", "e", "del", "la", "van"].contains(plain)
            guard joins || !notNames.contains(plain) else { break }
            // After a first name, only capitals and the small words between names go on.
            if !name.isEmpty, !joins, !first.isUppercase { break }
            name.append(joins ? bare : bare.prefix(1).uppercased() + bare.dropFirst())
            if bare.count < word.count || name.count == 4 { break }
        }
        while let last = name.last, last.first?.isLowercase == true { name.removeLast() }
        return name.isEmpty ? nil : name.joined(separator: " ")
    }
}
