/// Plays GPT-4 by rules: reads the request's schema and the conversation, understands simple answers in four languages
/// and asks for what is still unknown.
enum Player {
    static func reply(to call: ChatCall) -> ChatReply {
        guard let schema = call.schema else { return .text(Phrases(.english).hello) }
        guard let sales = SalesSchema(schema) else { return .json(SchemaFiller.value(for: schema)) }
        return .json(answer(call, sales))
    }

    private static func answer(_ call: ChatCall, _ schema: SalesSchema) -> Payload {
        let dialogue = Dialogue(call.messages, schema: schema)
        let phrases = Phrases(dialogue.language)
        let facts = Facts(call.messages.filter { $0.role == "system" || $0.role == "developer" }.map(\.text))
        let offers = Offers(call.messages.filter { $0.role == "system" || $0.role == "developer" }.map(\.text))
        let product = dialogue.product(among: schema.products, facts: facts)
        let reply = Reply(
            dialogue: dialogue,
            schema: schema,
            phrases: phrases,
            facts: facts,
            offers: offers,
            product: product
        )
        let fields = schema.fields.map { Payload.Member($0.name, dialogue.known[$0.name] ?? .null) }
        return [
            "reply": .string(reply.text), "language": .string(dialogue.language.rawValue),
            "intent": .string(dialogue.intent.rawValue),
            "product": .optional(product), "fields": .object(fields),
        ]
    }
}

/// The five properties of a sales turn, read from the request's schema.
struct SalesSchema {
    struct Field {
        enum Kind { case text, whole, number, truth }

        var name: String
        var kind: Kind
        var options: [String]
        var about: String
        /// By language tag.
        var questions: [String: String]

        func question(_ language: Tongue) -> String? {
            questions[language.rawValue] ?? questions[language.sibling.rawValue] ?? questions["en"]
                ?? questions.sorted { $0.key < $1.key }.first?.value
        }
    }

    var fields: [Field]
    var products: [String]

    init?(_ schema: Payload) {
        guard let properties = schema["properties"], properties["reply"] != nil, properties["intent"] != nil,
            let fields = properties["fields"]?["properties"]?.members
        else { return nil }
        self.fields = fields.map { Self.field($0.key, $0.value) }
        products = Self.branch(properties["product"] ?? .null)["enum"]?.list?.compactMap(\.text) ?? []
    }

    /// The part of a nullable schema that is not null.
    private static func branch(_ node: Payload) -> Payload {
        node["anyOf"]?.list?.first { $0["type"]?.text != "null" } ?? node
    }

    private static func field(_ name: String, _ node: Payload) -> Field {
        let inner = branch(node)
        let types = inner["type"]?.list?.compactMap(\.text) ?? [inner["type"]?.text ?? "string"]
        let kind: Field.Kind =
            types.contains("integer")
            ? .whole : types.contains("number") ? .number : types.contains("boolean") ? .truth : .text
        let pieces = (node["description"]?.text ?? inner["description"]?.text ?? "").split(separator: "|")
            .map { $0.trimmed }
        var questions: [String: String] = [:]
        for piece in pieces.dropFirst() {
            guard let colon = piece.firstIndex(of: ":") else { continue }
            questions[piece[..<colon].trimmed] = piece[piece.index(after: colon)...].trimmed
        }
        return Field(
            name: name,
            kind: kind,
            options: inner["enum"]?.list?.compactMap(\.text) ?? [],
            about: pieces.first ?? "",
            questions: questions
        )
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }
}
