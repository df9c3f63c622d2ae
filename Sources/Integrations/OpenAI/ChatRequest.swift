/// One message of the dialogue as the model sees it.
public struct ChatMessage: Sendable, Equatable {
    public enum Role: Sendable, Equatable {
        /// Our rules; becomes `developer` or `system`, as the model wants it.
        case instructions
        case user, assistant
    }

    public var role: Role
    public var content: String

    public init(_ role: Role, _ content: String) {
        self.role = role
        self.content = content
    }
}

/// A question to the model whose answer is one JSON object of a given shape.
public struct ChatRequest: Sendable, Equatable {
    public var model: OpenAIModel
    /// At least one. Constant text first: prompts are cached by their beginning.
    public var messages: [ChatMessage]
    /// 1 to 64 of `A-Z a-z 0-9 _ -`.
    public var schemaName: String
    /// A JSON schema of the strict kind: every object closed and all its properties required.
    public var schema: JSONValue
    /// Includes the tokens of reasoning; never sent higher than the model's own limit.
    public var maxOutputTokens: Int
    /// 0 to 2; left out where the model refuses it.
    public var temperature: Double
    /// The same for prompts that begin alike.
    public var promptCacheKey: String?
    /// Names the end user without giving them away: a hash of at most 64 characters.
    public var safetyIdentifier: String?

    public init(
        model: OpenAIModel,
        messages: [ChatMessage],
        schemaName: String,
        schema: JSONValue,
        maxOutputTokens: Int,
        temperature: Double,
        promptCacheKey: String? = nil,
        safetyIdentifier: String? = nil
    ) {
        self.model = model
        self.messages = messages
        self.schemaName = schemaName
        self.schema = schema
        self.maxOutputTokens = maxOutputTokens
        self.temperature = temperature
        self.promptCacheKey = promptCacheKey
        self.safetyIdentifier = safetyIdentifier
    }

    /// The body of `POST /chat/completions`.
    public var body: JSONValue {
        var body: JSONValue = ["model": .string(model.name), "messages": .array(wireMessages)]
        body["response_format"] = responseFormat
        body[model.tokenParameter.rawValue] = .int(min(maxOutputTokens, model.maxOutputTokens))
        if model.sendsTemperature { body["temperature"] = .number(temperature) }
        if let effort = model.reasoningEffort { body["reasoning_effort"] = .string(effort) }
        if model.sendsOpenAIExtras {
            body["store"] = false
            if let identifier = safetyIdentifier { body["safety_identifier"] = .string(identifier) }
            if let key = promptCacheKey { body["prompt_cache_key"] = .string(key) }
        }
        return body
    }

    private var responseFormat: JSONValue? {
        switch model.schemaMode {
        case .jsonSchema:
            [
                "type": "json_schema",
                "json_schema": ["name": .string(schemaName), "strict": true, "schema": schema],
            ]
        case .jsonObject: ["type": "json_object"]
        case .none: nil
        }
    }

    private var wireMessages: [JSONValue] {
        var messages = messages
        if model.schemaMode != .jsonSchema {
            // `json_object` is refused unless the word JSON occurs in the messages.
            let shape = "Answer with one JSON object and nothing else. It follows this JSON schema:\n"
            if let place = messages.firstIndex(where: { $0.role == .instructions }) {
                messages[place].content += "\n\n" + shape + schema.encodedText()
            } else {
                messages.insert(ChatMessage(.instructions, shape + schema.encodedText()), at: 0)
            }
        }
        return messages.map { ["role": .string(wireRole($0.role)), "content": .string($0.content)] }
    }

    private func wireRole(_ role: ChatMessage.Role) -> String {
        switch role {
        case .instructions: model.systemRole.rawValue
        case .user: "user"
        case .assistant: "assistant"
        }
    }
}
