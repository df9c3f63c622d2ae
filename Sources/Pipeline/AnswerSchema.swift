import Conversation
import Integrations

/// What the model is asked for, made from the configuration, and the check of what comes back.
///
/// Compatible servers ignore `strict`, so every answer is checked here, whoever gave it.
struct AnswerSchema: Sendable {
    static let name = "reply"

    /// The JSON Schema of CONTRACT.md, "What the model is asked for". Constant as long as the configuration is.
    let json: JSONValue
    private let playbook: Playbook

    init(_ playbook: Playbook) {
        self.playbook = playbook
        json = Self.object([
            .init("reply", Self.string("What to say to the customer, in the customer's language.")),
            .init("language", Self.string("BCP 47 tag of the customer's language, such as pt-PT.")),
            .init(
                "intent",
                .object([
                    .init("type", "string"),
                    .init("enum", .array(Understanding.Intent.allCases.map { .string($0.rawValue) })),
                ])
            ),
            .init("product", Self.nullable("string", options: playbook.catalog.products.map(\.id))),
            .init(
                "fields",
                Self.object(
                    playbook.qualification.fields.map { field in
                        JSONValue.Member(field.id, Self.schema(of: field, playbook.phrasebook))
                    }
                )
            ),
        ])
    }

    // MARK: The schema

    private static func object(_ members: [JSONValue.Member]) -> JSONValue {
        .object([
            .init("type", "object"),
            .init("properties", .object(members)),
            .init("required", .array(members.map { .string($0.name) })),
            .init("additionalProperties", false),
        ])
    }

    private static func string(_ description: String) -> JSONValue {
        .object([.init("type", "string"), .init("description", .string(description))])
    }

    private static func nullable(_ type: String, options: [String] = [], description: String? = nil) -> JSONValue {
        var members: [JSONValue.Member] = [.init("type", .array([.string(type), "null"]))]
        if !options.isEmpty { members.append(.init("enum", .array(options.map { .string($0) } + [.null]))) }
        if let description { members.append(.init("description", .string(description))) }
        return .object(members)
    }

    private static func schema(of field: Field, _ phrasebook: Phrasebook) -> JSONValue {
        let description = description(of: field, phrasebook)
        switch field.kind {
        case .name, .text, .email, .phone: return nullable("string", description: description)
        case .date: return nullable("string", description: description)
        case .integer: return nullable("integer", description: description)
        case .money: return nullable("number", description: description)
        case .yesNo: return nullable("boolean", description: description)
        case .choice(let options): return nullable("string", options: options.map(\.id), description: description)
        }
    }

    /// The meaning and the questions as the operators wrote them, so that the model asks as guided mode does.
    private static func description(of field: Field, _ phrasebook: Phrasebook) -> String {
        var parts = [field.meaning]
        switch field.kind {
        case .money(let currency, _): parts[0] += " Amount in \(currency)."
        case .date: parts[0] += " As YYYY-MM-DD."
        default: break
        }
        for (language, phrases) in phrasebook.languages.sorted(by: { $0.key < $1.key }) {
            if let question = phrases.questions[field.id] { parts.append("\(language.rawValue): \(question.render())") }
        }
        return parts.joined(separator: " | ")
    }

    // MARK: The answer

    struct Violation: Error {
        var reason: String
    }

    func read(_ content: String) throws(Violation) -> (understanding: Understanding, reply: String) {
        let answer: JSONValue
        do { answer = try JSONValue(parsing: content) } catch { throw Violation(reason: "not JSON: \(error)") }
        guard answer.members != nil else { throw Violation(reason: "not an object") }
        guard let reply = answer["reply"]?.string, reply.contains(where: { !$0.isWhitespace }) else {
            throw Violation(reason: "no reply")
        }
        guard reply.count <= 4_096 else { throw Violation(reason: "the reply is longer than a message may be") }
        guard let intent = answer["intent"]?.string.flatMap(Understanding.Intent.init(rawValue:)) else {
            throw Violation(reason: "no intent of the list")
        }
        guard let language = answer["language"]?.string else { throw Violation(reason: "no language") }
        guard let product = answer["product"] else { throw Violation(reason: "no product") }
        if product != .null, product.string.flatMap(playbook.catalog.product) == nil {
            throw Violation(reason: "a product that is not in the catalog")
        }
        guard let fields = answer["fields"], fields.members != nil else { throw Violation(reason: "no fields") }
        let understanding = Understanding(
            language: Language(language),
            intent: intent,
            product: product.string,
            fields: values(in: fields)
        )
        return (understanding, reply)
    }

    /// A value that doesn't fit its field is left out: the question is simply asked again.
    private func values(in fields: JSONValue) -> [FieldID: FieldValue] {
        var values: [FieldID: FieldValue] = [:]
        for field in playbook.qualification.fields {
            guard let json = fields[field.id], let value = Self.value(json, of: field),
                FieldReader.isValid(value, for: field)
            else { continue }
            values[field.id] = value
        }
        return values
    }

    private static func value(_ json: JSONValue, of field: Field) -> FieldValue? {
        switch field.kind {
        case .name, .text, .email, .phone: json.string.map { .text($0) }
        case .date: json.string.map { .date($0) }
        case .integer: json.int.map { .number($0) }
        case .money(let currency, _):
            json.double.flatMap { Int(exactly: ($0 * 100).rounded()) }.map {
                .money(Money(minorUnits: $0, currency: currency))
            }
        case .yesNo: json.bool.map { .yes($0) }
        case .choice: json.string.map { .choice($0) }
        }
    }
}
