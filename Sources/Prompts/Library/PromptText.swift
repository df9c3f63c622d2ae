import Conversation

/// The values that the templates may name, and how they read to the model.
enum PromptText {
    static let neededInSystem = ["facts", "catalog", "fields"]
    static let systemVariables = neededInSystem + ["default_language", "languages", "examples_of_answers"]
    static let stageVariables = [
        "stage", "language", "now", "known", "field", "meaning", "value", "missing", "next_question", "next_field",
        "recommended", "product", "price", "product_description", "has_offer", "late",
    ]

    static func prices(_ catalog: Catalog) -> [String: String] {
        catalog.products.reduce(into: [:]) { $0["price_\($1.id)"] = Currency.plain($1.price) }
    }

    static func shared(_ business: Business, _ prices: [String: String]) -> [String: any Sendable] {
        prices.merging(["business": business.name]) { own, _ in own }
    }

    static func system(_ playbook: Playbook, facts: String, prices: [String: String]) -> [String: any Sendable] {
        var values = shared(playbook.business, prices)
        values["facts"] = facts
        values["catalog"] = playbook.catalog.products.map(product).joined(separator: "\n")
        values["fields"] = playbook.qualification.fields.map(field).joined(separator: "\n")
        values["default_language"] = playbook.business.defaultLanguage.rawValue
        values["languages"] = playbook.phrasebook.languages.keys.sorted().map(\.rawValue).joined(separator: ", ")
        values["examples_of_answers"] = examples(playbook)
        return values
    }

    private static func product(_ product: Product) -> String {
        let names = product.names.sorted { $0.key < $1.key }.map { "\($0.key.rawValue): \($0.value)" }
        let description = product.descriptions[.en] ?? product.descriptions.values.sorted().first ?? ""
        return """
            - id `\(product.id)`, price \(Currency.plain(product.price)). \(description)
              Names: \(names.joined(separator: "; ")).
            """
    }

    private static func field(_ field: Field) -> String {
        "- `\(field.id)`\(field.isRequired ? " (required)" : ""): \(field.meaning) \(form(field.kind))"
    }

    private static func form(_ kind: Field.Kind) -> String {
        switch kind {
        case .name: "A person's name."
        case .text(let charactersMax): "Text of up to \(charactersMax) characters."
        case .email: "An e-mail address."
        case .phone: "A phone number."
        case .integer(let range): "A whole number from \(range.lowerBound) to \(range.upperBound)."
        case .money(let currency, let range):
            "Whole \(currency) from \(range.lowerBound) to \(range.upperBound)."
        case .yesNo: "Yes or no."
        case .date: "A day as YYYY-MM-DD."
        case .choice(let options):
            "One of "
                + options.map { option in "`\(option.id)` (\(option.names[.en] ?? option.id))" }
                .joined(separator: ", ") + "."
        }
    }

    /// The fixed answers of the default language show the tone and stay in step with what guided mode says.
    private static func examples(_ playbook: Playbook) -> String {
        let values = prices(playbook.catalog).merging(["business": playbook.business.name]) { own, _ in own }
        return playbook.phrasebook.phrases(in: playbook.business.defaultLanguage).answers.map { answer in
            "- Asked about \(answer.keywords.prefix(3).joined(separator: ", ")): "
                + answer.text.render(values).split(separator: "\n").joined(separator: " ")
        }.joined(separator: "\n")
    }

    /// Lines of the rules that no customer should ever read. Examples of replies are meant to be said.
    static func confidential(_ files: [String: String]) -> [String] {
        let rules = files.filter { $0.key == "system.md" || $0.key == "turn.md" || $0.key.hasPrefix("stages/") }
        // What stands around a variable is as secret as the rest of its line.
        return rules.sorted { $0.key < $1.key }.flatMap { $0.value.split(separator: "\n") }
            .filter { !$0.hasPrefix("- Customer:") }
            .flatMap { line in
                Phrase(String(line)).parts.compactMap { part in
                    if case .text(let text) = part { String(text.trimmed) } else { nil }
                }
            }
            .filter { $0.count >= 40 }
    }

    static func identity(_ business: Business, timezone: String) -> String {
        [
            business.name, business.defaultLanguage.rawValue, business.linkHosts.joined(separator: ","),
            business.emails.joined(separator: ","), business.phones.joined(separator: ","),
            business.amounts.map(Currency.plain).joined(separator: ","), timezone,
        ].joined(separator: "\n")
    }

    // MARK: - Values of customers

    /// A known answer as the model reads it. What a customer wrote is quoted, on one line, as data.
    static func value(_ value: FieldValue) -> String {
        switch value {
        case .text(let text): quoted(text)
        case .number(let number): "\(number)"
        case .money(let money): Currency.plain(money)
        case .yes(let isYes): isYes ? "yes" : "no"
        case .date(let day): quoted(day)
        case .choice(let id): "`\(id)`"
        }
    }

    /// In the quotes of JSON, so that no customer's text can look like a line of the prompt.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars.prefix(300) {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.properties.generalCategory == .control: result += " "
            case "\u{2028}", "\u{2029}": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
