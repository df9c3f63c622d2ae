import Testing

@testable import Integrations

@Suite("What goes to the model")
struct ChatRequestTests {
    private static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "reply": ["type": "string"],
            "intent": ["type": ["string", "null"], "enum": ["buy", "ask", .null]],
        ],
        "required": ["reply", "intent"],
        "additionalProperties": false,
    ]

    static func request(_ model: String) -> ChatRequest {
        ChatRequest(
            model: .named(model),
            messages: [
                ChatMessage(.instructions, "És a assistente da Clínica."), ChatMessage(.assistant, "Olá!"),
                ChatMessage(.user, "Quanto custa?\n\"Já\" 😀"),
            ],
            schemaName: "reply",
            schema: schema,
            maxOutputTokens: 600,
            temperature: 0.2,
            promptCacheKey: "clinic:v3",
            safetyIdentifier: "5f2b"
        )
    }

    @Test(
        "the body is exactly what the model takes",
        arguments: [
            "gpt-4.1-mini", "gpt-6-luna", "gpt-6.1-sol", "gpt-4-turbo", "gpt-4", "llama3.1",
        ]
    )
    func body(model: String) throws {
        #expect(Self.request(model).body == (try Payload.json("openai/request-\(model).json")))
    }

    @Test("without instructions the schema becomes the first message")
    func schemaFirst() {
        var request = Self.request("llama3.1")
        request.messages.removeFirst()
        let first = request.body["messages"]?.array?.first
        #expect(first?["role"] == "system")
        #expect(first?["content"]?.string?.contains("JSON schema:\n" + Self.schema.encodedText()) == true)
    }

    @Test("the output limit never goes above the model's own")
    func outputLimit() {
        var request = Self.request("gpt-4")
        request.maxOutputTokens = 1_000_000
        #expect(request.body["max_completion_tokens"] == 4096)
    }

    @Test(
        "a snapshot has the settings of its alias and its own name",
        arguments: [
            ("gpt-4o-2024-08-06", "gpt-4o"), ("gpt-4.1-mini-2025-04-14", "gpt-4.1-mini"), ("gpt-4-0613", "gpt-4"),
            ("gpt-4-turbo-2024-04-09", "gpt-4-turbo"),
        ]
    )
    func snapshot(name: String, alias: String) {
        var expected = OpenAIModel.named(alias)
        expected.name = name
        #expect(OpenAIModel.named(name) == expected)
    }

    @Test("the first gpt-4o has no schemas and has ended")
    func firstOmni() {
        let model = OpenAIModel.named("gpt-4o-2024-05-13")
        #expect(model.schemaMode == .jsonObject)
        #expect(model.shutdown == "2026-10-23")
    }

    @Test("a fine-tuned model ends with its base, at an unknown price")
    func fineTuned() {
        let model = OpenAIModel.named("ft:gpt-4.1-mini-2025-04-14:clinic::abc")
        #expect(model.name == "ft:gpt-4.1-mini-2025-04-14:clinic::abc")
        #expect(model.shutdown == "2027-01-14")
        #expect(model.prices == nil)
    }

    @Test("a new model of OpenAI gets what all its current ones take")
    func unknownOpenAI() {
        let model = OpenAIModel.named("gpt-7-nova")
        #expect(model.tokenParameter == .maxCompletionTokens)
        #expect(model.schemaMode == .jsonSchema)
        #expect(!model.sendsTemperature)
    }

    @Test("a model of others gets what old servers take", arguments: ["gpt-oss-20b", "qwen3", "olmo-2", "llama3.1"])
    func unknown(name: String) {
        let model = OpenAIModel.named(name)
        #expect(model.systemRole == .system)
        #expect(model.tokenParameter == .maxTokens)
        #expect(!model.sendsOpenAIExtras)
    }

    @Test("configuration overrides what it names and nothing else")
    func overrides() {
        let base = OpenAIModel.named("gpt-6-luna")
        var expected = base
        expected.schemaMode = .none
        expected.reasoningEffort = nil
        #expect(base.overridden(by: .init(schemaMode: OpenAIModel.SchemaMode.none, reasoningEffort: "")) == expected)
        #expect(base.overridden(by: .init()) == base)
    }
}
