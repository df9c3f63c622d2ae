/// How many people a customer speaks of, asked or not: "somos três", "we're a team of 5", "just me".
enum People {
    /// True of a field whose name, meaning or question is about a number of people.
    static func isMeant(by field: SalesSchema.Field) -> Bool {
        Words(([field.name, field.about] + Array(field.questions.values)).joined(separator: " ")).hasAny([
            "people", "person*", "pessoa*", "team", "equipa", "equipe", "equipo", "staff", "employee*",
        ])
    }

    static func count(in words: Words) -> Int? {
        if words.hasAny(alone) { return 1 }
        let list = words.list
        for index in list.indices {
            guard let number = number(list[index]) else { continue }
            let before = list[..<index].filter { !approximators.contains($0) }.suffix(3).joined(separator: " ")
            let next = list[(index + 1)...].first ?? ""
            if units.contains(next) { continue }
            if nouns.contains(next) || list[(index + 1)...].prefix(2).joined(separator: " ") == "of us" {
                return number
            }
            if openings.contains(where: { before == $0 || before.hasSuffix(" " + $0) }) { return number }
        }
        return nil
    }

    /// No article: "somos uma padaria" is one bakery, not one person.
    private static func number(_ word: String) -> Int? {
        if ["um", "uma", "un", "una", "one"].contains(word) { return nil }
        if word.allSatisfy(\.isNumber) { return word.count <= 5 ? Int(word) : nil }
        return Numbers.spelled[word].map { Int($0) }
    }

    private static let alone = [
        "just me", "only me", "by myself", "on my own", "i work alone", "so eu", "somente eu", "apenas eu", "sozinho",
        "sozinha", "solo yo", "yo solo", "yo sola", "trabajo solo", "trabajo sola", "estoy solo", "estoy sola",
    ]
    private static let openings = [
        "somos", "somos de", "we are", "we re", "team of", "equipa de", "equipe de", "equipo de", "staff of",
    ]
    /// `somos cerca de 12`: `de` is left, so `somos de` stands above.
    private static let approximators: Set<String> = ["cerca", "unos", "unas", "uns", "umas", "about", "around", "only"]
    private static let nouns: Set<String> = [
        "people", "persons", "employees", "colleagues", "pessoas", "funcionarios", "colaboradores", "trabalhadores",
        "personas", "empleados", "trabajadores",
    ]
    /// "We are three years old" says nothing of people.
    private static let units: Set<String> = [
        "years", "months", "weeks", "days", "anos", "meses", "semanas", "dias", "minutes", "minutos", "km", "lojas",
        "shops", "tiendas", "euros",
    ]
}
