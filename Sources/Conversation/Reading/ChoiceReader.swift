/// One of several options in a customer's words.
enum ChoiceReader {
    /// The id of the one option that is meant; nil when none or several are.
    static func read(_ text: FoldedText, options: [Field.Option], wasAsked: Bool, language: Language) -> String? {
        let words = text.words.map(\.text)
        guard words.count <= 400 else { return nil }
        var best: [(id: String, range: Range<Int>)] = []
        for option in options {
            for phrase in phrases(of: option) where wasAsked || isTelling(phrase) {
                guard let range = place(of: phrase, in: words) else { continue }
                best.append((option.id, range))
            }
        }
        // A match inside a longer one doesn't count: `loja` in `loja online`.
        let matches = best.filter { match in
            !best.contains { $0.range.count > match.range.count && $0.range.overlaps(match.range) }
        }
        let ids = Set(matches.map(\.id))
        if ids.count == 1 { return ids.first }
        guard wasAsked, ids.isEmpty else { return nil }
        return ordinal(words, options) ?? misspelt(words, options)
    }

    private static func phrases(of option: Field.Option) -> [[String]] {
        ([option.id] + option.names.values + option.synonyms)
            .map { FoldedText($0).words.map(\.text) }
            .filter { !$0.isEmpty }
    }

    /// Words that say something by themselves, so that they count unasked.
    private static func isTelling(_ phrase: [String]) -> Bool {
        let sentence = phrase.joined(separator: " ")
        return sentence.utf8.count >= 4 && !SmallTalk.isBare(phrase) && !vague.contains(sentence)
            && (phrase.count > 1 || LanguageCues.words[sentence] == nil || sentence.utf8.count >= 7)
    }

    private static let vague: Set<String> = [
        "outro", "outra", "outros", "outras", "other", "others", "otro", "otra", "otros", "mais", "menos", "more",
        "less", "nenhum", "none", "ninguno", "tudo", "todo", "todos", "all", "both", "ambos", "hoje", "today", "hoy",
        "agora", "ahora", "this", "depois", "later", "despues", "mensal", "urgente", "pequeno", "grande", "small",
        "large", "medio", "novo", "nova", "nuevo",
    ]

    /// The words of a phrase one after the other, plural or singular, and not after a "no".
    static func place(of phrase: [String], in words: [String]) -> Range<Int>? {
        guard phrase.count <= words.count else { return nil }
        for start in 0...(words.count - phrase.count) {
            guard phrase.indices.allSatisfy({ isSame(words[start + $0], phrase[$0]) }) else { continue }
            let before = words[max(0, start - 2)..<start]
            let isNegated = before.contains { negations.contains($0) }
            // `no` before a word is Portuguese for "in the" as often as a Spanish no.
            if isNegated, !(before.last == "no" && before.count == 1) { continue }
            return start..<start + phrase.count
        }
        return nil
    }

    private static let negations: Set<String> = ["nao", "not", "no", "sem", "without", "sin", "nem"]

    private static func isSame(_ word: String, _ other: String) -> Bool {
        if word == other { return true }
        guard word.utf8.count >= 4, other.utf8.count >= 3 else { return false }
        return word == other + "s" || word + "s" == other || word == other + "es"
    }

    // MARK: "A segunda"

    private static func ordinal(_ words: [String], _ options: [Field.Option]) -> String? {
        guard words.count <= 6 else { return nil }
        var indices: Set<Int> = []
        for word in words {
            if ordinalLast.contains(word) { indices.insert(options.count - 1) }
            if let index = ordinals[word] { indices.insert(index) }
        }
        // A number counts alone or after "opção": `2 lojas` is none.
        if indices.isEmpty {
            let core = SmallTalk.withoutPoliteness(words).filter { !ordinalFillers.contains($0) }
            if core.count == 1, let index = numerals[core[0]] { indices.insert(index) }
        }
        guard indices.count == 1, let index = indices.first, options.indices.contains(index) else { return nil }
        return options[index].id
    }

    private static let ordinalFillers: Set<String> = [
        "opcao", "opcion", "option", "numero", "number", "a", "o", "la", "el", "the", "one", "escolho", "elijo", "e",
    ]
    private static let ordinalLast: Set<String> = ["ultimo", "ultima", "last"]
    private static let ordinals: [String: Int] = {
        let rows = [
            "primeiro primeira primero primera first 1st 1o 1a", "segundo segunda second 2nd 2o 2a",
            "terceiro terceira tercero tercera third 3rd 3o 3a", "quarto quarta cuarto cuarta fourth 4th 4o 4a",
            "quinto quinta fifth 5th 5o 5a", "sexto sexta sixth 6th 6o 6a",
        ]
        return table(rows)
    }()
    private static let numerals: [String: Int] = table([
        "1 um uma uno una one", "2 dois duas dos two", "3 tres three", "4 quatro cuatro four", "5 cinco five",
        "6 seis six", "7 sete siete seven", "8 oito ocho eight", "9 nove nueve nine", "10 dez diez ten",
    ])

    private static func table(_ rows: [String]) -> [String: Int] {
        var table: [String: Int] = [:]
        for (index, row) in rows.enumerated() {
            for word in row.split(separator: " ") { table[String(word)] = index }
        }
        return table
    }

    // MARK: "Restuarante"

    /// A short answer with one letter wrong, missing, too many, or two swapped.
    private static func misspelt(_ words: [String], _ options: [Field.Option]) -> String? {
        guard words.count <= 3, !words.contains(where: { negations.contains($0) }) else { return nil }
        var ids: Set<String> = []
        for option in options {
            for phrase in phrases(of: option) where phrase.count == 1 && phrase[0].utf8.count >= 6 {
                if words.contains(where: { isOneSlip(Array($0.utf8), Array(phrase[0].utf8)) }) { ids.insert(option.id) }
            }
        }
        return ids.count == 1 ? ids.first : nil
    }

    private static func isOneSlip(_ word: [UInt8], _ other: [UInt8]) -> Bool {
        guard abs(word.count - other.count) <= 1 else { return false }
        let head = zip(word, other).prefix { $0 == $1 }.count
        let tail = zip(word.dropFirst(head).reversed(), other.dropFirst(head).reversed()).prefix { $0 == $1 }.count
        let left = word.count - head - tail
        let right = other.count - head - tail
        if left <= 1, right <= 1 { return true }
        return left == 2 && right == 2 && word[head] == other[head + 1] && word[head + 1] == other[head]
    }
}
