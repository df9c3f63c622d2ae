import Conversation

extension Section {
    /// The `id`: lower-case letters, digits and underscores, as it becomes a name in JSON and in texts.
    func identifier() -> String? {
        guard let id = requiredString("id") else { return nil }
        let isFine =
            id.count <= 40 && id.first?.isLetter == true
            && id.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") }
        guard isFine else {
            add(
                line(of: "id"),
                "\"\(id.prefix(60))\" is no id",
                mend: "use up to 40 lower-case letters, digits and underscores, beginning with a letter"
            )
            return nil
        }
        return id
    }

    /// A text per language, such as `names`.
    func texts(_ key: String, in languages: [Language], charactersMax: Int) -> [Language: String] {
        guard let section = section(key, keys: languages.map(\.rawValue)) else {
            if node(key) == nil {
                add(line, "`\(key)` is missing in `\(path)`", mend: "add it with a text for every language")
            }
            return [:]
        }
        return languages.reduce(into: [:]) { texts, language in
            let tag = language.rawValue
            guard let text = section.requiredString(tag) else { return }
            if text.unicodeScalars.count > charactersMax {
                section.add(
                    section.line(of: tag),
                    "\"\(text.prefix(60))\" has \(text.unicodeScalars.count) characters",
                    mend: "at most \(charactersMax) can be shown; shorten it"
                )
            }
            texts[language] = text
        }
    }

    /// Words to compare with what customers write, which is compared without accents and in lower case.
    func foldedWords(_ key: String) -> [String] {
        strings(key).map { text, line in
            if !text.isFolded {
                add(
                    line,
                    "\"\(text.prefix(60))\" has accents, capitals or signs",
                    mend: "write it in lower case without accents, as messages are compared"
                )
            }
            return text
        }
    }

    func currency(_ key: String = "currency") -> String? {
        guard let code = requiredString(key) else { return nil }
        if Currency.minorUnits(in: code) != nil { return code }
        add(line(of: key), "`\(code.prefix(10))` is no known currency", mend: "write an ISO 4217 code such as EUR")
        return nil
    }
}

extension String {
    /// In lower case, without accents, words parted by one space: how words are compared.
    fileprivate var isFolded: Bool {
        trimmed == self[...] && !contains("  ")
            && unicodeScalars.allSatisfy { scalar in
                scalar.isASCII && !scalar.properties.isUppercase
                    && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                        || " -'".unicodeScalars.contains(scalar))
            }
    }
}

/// Two entries of a list with one id.
func reportDuplicateIDs(_ sections: [Section]) {
    var seen: Set<String> = []
    for section in sections {
        guard let id = section.scalarText("id"), !seen.insert(id).inserted else { continue }
        section.add(section.line(of: "id"), "the id `\(id.prefix(60))` stands twice", mend: "rename or remove one")
    }
}

/// Reads `{field: budget, at_least: 800}` against the fields that exist.
struct ConditionReader {
    let fields: [Field]

    static let tests = ["known", "equals", "one_of", "at_least", "below"]
    static let keys = ["field"] + tests

    func read(_ section: Section) -> Condition? {
        guard let id = section.requiredString("field") else { return nil }
        guard let field = fields.first(where: { $0.id == id }) else {
            section.add(
                section.line(of: "field"),
                "there is no field `\(id.prefix(60))`",
                mend: nearestWord(to: id, in: fields.map(\.id)).map { "did you mean `\($0)`?" }
                    ?? "known are \(listed(fields.map(\.id)))"
            )
            return nil
        }
        let present = Self.tests.filter { section.node($0) != nil }
        guard present.count == 1, let test = present.first else {
            section.add(section.line, "a condition tests one thing", mend: "give one of \(listed(Self.tests))")
            return nil
        }
        switch test {
        case "known": return section.bool("known") == true ? .known(id) : refuse(section, test, "write `known: true`")
        case "equals": return equals(field, section)
        case "one_of": return oneOf(field, section)
        default: return comparison(test, field, section)
        }
    }

    private func comparison(_ test: String, _ field: Field, _ section: Section) -> Condition? {
        switch field.kind {
        case .integer, .money:
            guard let number = section.int(test, in: -1_000_000_000...1_000_000_000) else { return nil }
            return test == "below" ? .below(field.id, number) : .atLeast(field.id, number)
        default: return refuse(section, test, "compare a field of type integer or money")
        }
    }

    private func oneOf(_ field: Field, _ section: Section) -> Condition? {
        guard case .choice(let options) = field.kind else {
            return refuse(section, "one_of", "use it with a field of type choice")
        }
        let ids = section.strings("one_of").map(\.text)
        guard !ids.isEmpty, ids.allSatisfy({ isOption($0, of: options, section, key: "one_of") }) else { return nil }
        return .oneOf(field.id, ids)
    }

    private func equals(_ field: Field, _ section: Section) -> Condition? {
        switch field.kind {
        case .choice(let options):
            guard let id = section.string("equals"), isOption(id, of: options, section, key: "equals") else {
                return nil
            }
            return .equals(field.id, .choice(id))
        case .yesNo: return section.bool("equals").map { .equals(field.id, .yes($0)) }
        case .integer(let range): return section.int("equals", in: range).map { .equals(field.id, .number($0)) }
        case .date: return section.string("equals").map { .equals(field.id, .date($0)) }
        case .money: return refuse(section, "equals", "compare money with `at_least` or `below`")
        case .name, .text, .email, .phone: return section.string("equals").map { .equals(field.id, .text($0)) }
        }
    }

    private func isOption(_ id: String, of options: [Field.Option], _ section: Section, key: String) -> Bool {
        if options.contains(where: { $0.id == id }) { return true }
        section.add(
            section.line(of: key),
            "`\(id.prefix(60))` is no option of the field",
            mend: nearestWord(to: id, in: options.map(\.id)).map { "did you mean `\($0)`?" }
                ?? "known are \(listed(options.map(\.id)))"
        )
        return false
    }

    private func refuse(_ section: Section, _ key: String, _ mend: String) -> Condition? {
        section.add(section.line(of: key), "`\(key)` makes no sense here", mend: mend)
        return nil
    }
}
