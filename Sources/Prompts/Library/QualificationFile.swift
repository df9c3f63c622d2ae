import Conversation

/// Reads `qualification.yaml`.
struct QualificationFile {
    let languages: [Language]
    let findings: Findings

    static let kinds = ["name", "text", "email", "phone", "integer", "money", "yes_no", "date", "choice"]
    /// WhatsApp shows up to 3 buttons of 20 characters, and lists of up to 10 rows of 24 (reference, 8.2 and 8.3).
    static let buttonsMax = 3
    static let buttonCharactersMax = 20
    static let rowsMax = 10
    static let rowCharactersMax = 24
    static let fieldsMax = 30

    static let name = "qualification.yaml"

    func read(_ files: PromptFiles) -> Qualification? {
        let path = files.path(of: Self.name)
        guard let root = YAMLFile.read(Self.name, of: files, findings: findings) else { return nil }
        let keys = ["qualifies_at", "disqualifies_below", "fields", "rules"]
        let section = Section(root, file: path, path: "", keys: keys, findings: findings)
        let fieldSections = section.sections("fields", keys: Self.fieldKeys)
        let fields = fieldSections.compactMap(field)
        reportDuplicateIDs(fieldSections)
        if fields.isEmpty { section.add(section.line(of: "fields"), "no field is configured", mend: "add one") }
        if fields.count > Self.fieldsMax {
            section.add(section.line(of: "fields"), "\(fields.count) fields are too many", mend: "ask for less")
        }
        let conditions = ConditionReader(fields: fields)
        let rules = section.sections("rules", keys: ["when", "points", "disqualify", "reason"])
            .compactMap { rule($0, conditions) }
        guard let qualifiesAt = section.requiredInt("qualifies_at", in: -1000...1000),
            let disqualifiesBelow = section.requiredInt("disqualifies_below", in: -1000...1000)
        else { return nil }
        let qualification = Qualification(
            fields: fields,
            rules: rules,
            qualifiesAt: qualifiesAt,
            disqualifiesBelow: disqualifiesBelow
        )
        checkThresholds(qualification, section)
        return qualification
    }

    // MARK: - Fields

    private static let fieldKeys = [
        "id", "type", "required", "weight", "meaning", "names", "max", "min", "characters_max", "currency", "options",
    ]

    private func field(_ section: Section) -> Field? {
        guard let id = section.identifier(), let type = section.requiredString("type") else { return nil }
        // A field of a wrong type still exists, so that its question and its rules aren't reported too.
        let kind = kind(type, section) ?? .integer(0...0)
        return Field(
            id: id,
            kind: kind,
            isRequired: section.bool("required") ?? false,
            weight: section.int("weight", in: 0...1000) ?? 0,
            meaning: section.requiredString("meaning") ?? "",
            names: section.texts("names", in: languages, charactersMax: 60)
        )
    }

    private func kind(_ type: String, _ section: Section) -> Field.Kind? {
        switch type {
        case "name": return .name
        case "email": return .email
        case "phone": return .phone
        case "yes_no": return .yesNo
        case "date": return .date
        case "text": return .text(charactersMax: section.int("characters_max", in: 1...1000) ?? 200)
        case "integer": return range(section).map { .integer($0) }
        case "money":
            guard let currency = section.currency(), let range = range(section) else { return nil }
            return .money(currency: currency, range)
        case "choice": return .choice(options(section))
        default:
            section.add(
                section.line(of: "type"),
                "`\(type)` is no type of a field",
                mend: nearestWord(to: type, in: Self.kinds).map { "did you mean `\($0)`?" }
                    ?? "known are \(listed(Self.kinds))"
            )
            return nil
        }
    }

    private func range(_ section: Section) -> ClosedRange<Int>? {
        let limit = 1_000_000_000
        guard let low = section.requiredInt("min", in: -limit...limit),
            let high = section.requiredInt("max", in: -limit...limit)
        else { return nil }
        guard low <= high else {
            section.add(section.line(of: "min"), "`min` is above `max`", mend: "exchange them")
            return nil
        }
        return low...high
    }

    private func options(_ section: Section) -> [Field.Option] {
        let sections = section.sections("options", keys: ["id", "names", "synonyms"])
        let charactersMax = sections.count <= Self.buttonsMax ? Self.buttonCharactersMax : Self.rowCharactersMax
        let options = sections.compactMap { option -> Field.Option? in
            guard let id = option.identifier() else { return nil }
            return Field.Option(
                id: id,
                names: option.texts("names", in: languages, charactersMax: charactersMax),
                synonyms: option.foldedWords("synonyms")
            )
        }
        reportDuplicateIDs(sections)
        if options.count < 2 || options.count > Self.rowsMax {
            section.add(
                section.line(of: "options"),
                "a choice has from 2 to \(Self.rowsMax) options, not \(options.count)",
                mend: "WhatsApp can show no more than \(Self.rowsMax); join some, or use `type: text`"
            )
        }
        for language in languages {
            let names = options.compactMap { $0.names[language] }
            if Set(names).count < names.count {
                section.add(
                    section.line(of: "options"),
                    "two options have the same name in \(language.rawValue)",
                    mend: "WhatsApp refuses equal titles; name them apart"
                )
            }
        }
        return options
    }

    // MARK: - Rules

    private func rule(_ section: Section, _ conditions: ConditionReader) -> Rule? {
        guard let when = section.section("when", keys: ConditionReader.keys) else {
            section.add(section.line, "a rule has no `when`", mend: "add `when: {field: …, at_least: …}`")
            return nil
        }
        guard let condition = conditions.read(when) else { return nil }
        let points = section.int("points", in: -1000...1000)
        let disqualifies = section.bool("disqualify") ?? false
        guard (points != nil) != disqualifies else {
            section.add(section.line, "a rule needs `points` or `disqualify: true`, one of them", mend: "write one")
            return nil
        }
        return Rule(
            condition: condition,
            verdict: points.map { .points($0) } ?? .disqualify,
            reason: section.requiredString("reason") ?? ""
        )
    }

    private func checkThresholds(_ qualification: Qualification, _ section: Section) {
        let line = section.line(of: "qualifies_at")
        if qualification.disqualifiesBelow > qualification.qualifiesAt {
            section.add(
                line,
                "`disqualifies_below` is above `qualifies_at`",
                mend: "let it be the lower one, or a qualified lead would be disqualified"
            )
        }
        let best = qualification.bestScore
        if qualification.qualifiesAt > best {
            section.add(
                line,
                "no lead can reach `qualifies_at` \(qualification.qualifiesAt): the best score is \(best)",
                mend: "lower it, or raise weights and points"
            )
        }
    }
}

extension Qualification {
    /// A bound: every answer known and every rule that gives points true.
    fileprivate var bestScore: Int {
        rules.reduce(fields.reduce(0) { $0 + $1.weight }) { sum, rule in
            if case .points(let points) = rule.verdict, points > 0 { sum + points } else { sum }
        }
    }
}
