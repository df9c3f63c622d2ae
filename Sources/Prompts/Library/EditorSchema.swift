import Conversation

import class Foundation.JSONEncoder

/// JSON Schemas (draft 2020-12) of the YAML files, for editors. They know the fields, the products and the languages of
/// the version that they are made for; what only `crset prompts check` can see stays its own.
public enum EditorSchema {
    /// By file name.
    public static func all(for library: PromptLibrary) -> [String: String] {
        let playbook = library.playbook
        let languages = playbook.phrasebook.languages.keys.sorted().map(\.rawValue)
        let fields = playbook.qualification.fields.map(\.id)
        return [
            "messages.json": root("Fixed texts of one language", messages(fields)),
            "qualification.json": root("What to find out about a lead", qualification(languages, fields)),
            "catalog.json": root("What is sold", catalog(languages, fields)),
            "scenario.json": root("A dialogue that must keep working", scenario(languages)),
        ].mapValues { $0.text + "\n" }
    }

    // MARK: The files

    private static func messages(_ fields: [FieldID]) -> Node {
        let texts = PhraseKey.allCases.map { key in
            let isButton = PhraseKey.buttons.contains(key)
            let variables = isButton ? [] : key.variables
            return (
                key.rawValue,
                text(
                    max: isButton ? QualificationFile.buttonCharactersMax : MessagesFile.bodyCharactersMax,
                    about: variables.isEmpty
                        ? nil : "Variables: " + variables.map { "{{\($0)}}" }.joined(separator: ", ")
                )
            )
        }
        let perField = fields.map { ($0, text(max: MessagesFile.bodyCharactersMax)) }
        let answer = object([("keywords", words), ("text", text(max: MessagesFile.bodyCharactersMax))])
        return object(
            [
                ("texts", object(texts)), ("questions", object(perField)), ("hints", object(perField, required: [])),
                ("answers", list(of: answer)),
            ],
            required: ["texts", "questions"]
        )
    }

    private static func qualification(_ languages: [String], _ fields: [FieldID]) -> Node {
        let option = object(
            [
                ("id", identifier), ("names", names(languages, max: QualificationFile.rowCharactersMax)),
                ("synonyms", words),
            ],
            required: ["id", "names"]
        )
        let field = object(
            [
                ("id", identifier), ("type", choice(QualificationFile.kinds)), ("required", boolean),
                ("weight", integer),
                ("meaning", text()), ("names", names(languages, max: 60)), ("min", integer), ("max", integer),
                ("characters_max", integer), ("currency", choice(Currency.known)), ("options", list(of: option)),
            ],
            required: ["id", "type", "meaning", "names"]
        )
        let rule = object(
            [("when", condition(fields)), ("points", integer), ("disqualify", boolean), ("reason", text())],
            required: ["when", "reason"]
        )
        return object(
            [
                ("qualifies_at", integer), ("disqualifies_below", integer),
                ("fields", list(of: field, max: QualificationFile.fieldsMax)), ("rules", list(of: rule)),
            ],
            required: ["qualifies_at", "disqualifies_below", "fields"]
        )
    }

    private static func catalog(_ languages: [String], _ fields: [FieldID]) -> Node {
        let product = object(
            [
                ("id", identifier), ("names", names(languages, max: QualificationFile.rowCharactersMax)),
                ("descriptions", names(languages, max: 300)),
                ("price", .object([("type", .texts(["number", "string"]))])), ("currency", choice(Currency.known)),
                ("stripe_price", .object([("type", .text("string")), ("pattern", .text("^price_"))])),
                ("suits", list(of: condition(fields))), ("synonyms", words),
            ],
            required: ["id", "names", "descriptions", "price", "currency"]
        )
        return object([("products", list(of: product, max: QualificationFile.rowsMax))])
    }

    private static func scenario(_ languages: [String]) -> Node {
        let turn = object([("say", text()), ("expect", list(of: text()))], required: ["say"])
        return object(
            [
                ("about", text()), ("language", choice(languages)),
                ("turns", list(of: turn, max: ScenarioFile.turnsMax)),
            ],
            required: ["language", "turns"]
        )
    }

    private static func condition(_ fields: [FieldID]) -> Node {
        let value = Node.object([("type", .texts(["string", "number", "boolean"]))])
        return object(
            [
                ("field", choice(fields)), ("known", boolean), ("equals", value), ("one_of", words),
                ("at_least", integer), ("below", integer),
            ],
            required: ["field"]
        )
    }

    // MARK: The parts

    fileprivate indirect enum Node: Sendable {
        case text(String)
        case number(Int)
        case bool(Bool)
        case texts([String])
        case object([(String, Node)])

        var text: String {
            switch self {
            case .text(let text): Self.quoted(text)
            case .number(let number): "\(number)"
            case .bool(let flag): flag ? "true" : "false"
            case .texts(let texts): "[" + texts.map(Self.quoted).joined(separator: ", ") + "]"
            case .object(let members):
                "{" + members.map { Self.quoted($0) + ": " + $1.text }.joined(separator: ", ") + "}"
            }
        }

        private static func quoted(_ text: String) -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
        }
    }

    private static func root(_ title: String, _ node: Node) -> Node {
        guard case .object(let members) = node else { return node }
        return .object(
            [("$schema", .text("https://json-schema.org/draft/2020-12/schema")), ("title", .text(title))] + members
        )
    }

    private static func object(_ members: [(String, Node)], required: [String]? = nil) -> Node {
        .object([
            ("type", .text("object")), ("properties", .object(members)),
            ("required", .texts(required ?? members.map(\.0))), ("additionalProperties", .bool(false)),
        ])
    }

    private static func list(of item: Node, max: Int? = nil) -> Node {
        .object([("type", .text("array")), ("items", item)] + (max.map { [("maxItems", .number($0))] } ?? []))
    }

    private static func text(max: Int? = nil, about: String? = nil) -> Node {
        .object(
            [("type", .text("string")), ("minLength", .number(1))] + (max.map { [("maxLength", .number($0))] } ?? [])
                + (about.map { [("description", .text($0))] } ?? [])
        )
    }

    private static func names(_ languages: [String], max: Int) -> Node {
        object(languages.map { ($0, text(max: max)) })
    }

    private static func choice(_ options: [String]) -> Node {
        .object([("type", .text("string")), ("enum", .texts(options))])
    }

    private static let integer = Node.object([("type", .text("integer"))])
    private static let boolean = Node.object([("type", .text("boolean"))])
    private static let words = list(of: .object([("type", .text("string"))]))
    private static let identifier = Node.object([
        ("type", .text("string")), ("pattern", .text("^[a-z][a-z0-9_]*$")), ("maxLength", .number(40)),
    ])
}
