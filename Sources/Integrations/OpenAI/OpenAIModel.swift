/// What one model can do, takes and costs. Everything that differs between models is here, so that the code around it
/// knows no model by name.
public struct OpenAIModel: Sendable, Equatable {
    /// The role that carries our instructions. Compatible servers often know only `system`.
    public enum SystemRole: String, Sendable {
        case developer, system
    }

    /// The name of the output limit. Reasoning models refuse `max_tokens`; old compatible servers know nothing else.
    public enum TokenParameter: String, Sendable {
        case maxCompletionTokens = "max_completion_tokens"
        case maxTokens = "max_tokens"
    }

    /// How the shape of the answer is asked for.
    public enum SchemaMode: String, Sendable {
        /// `response_format` with the schema, strict.
        case jsonSchema = "json_schema"
        /// `response_format` says only "JSON"; the schema stands in the instructions.
        case jsonObject = "json_object"
        /// No `response_format`; the schema stands in the instructions.
        case none
    }

    /// Micro-dollars (USD × 10⁻⁶) per million tokens: 0.40 USD per million is `400_000`.
    public struct Prices: Sendable, Equatable {
        public var input: Int
        /// Nil: cached tokens cost as much as others.
        public var cachedInput: Int?
        /// Nil: writing the cache costs nothing extra.
        public var cacheWrite: Int?
        public var output: Int

        public init(input: Int, cachedInput: Int? = nil, cacheWrite: Int? = nil, output: Int) {
            self.input = input
            self.cachedInput = cachedInput
            self.cacheWrite = cacheWrite
            self.output = output
        }
    }

    public var name: String
    public var systemRole: SystemRole
    public var tokenParameter: TokenParameter
    public var schemaMode: SchemaMode
    /// False where `temperature` is refused: reasoning models with reasoning on.
    public var sendsTemperature: Bool
    /// `none`, `minimal`, `low`, …; nil leaves the field out.
    public var reasoningEffort: String?
    /// `store`, `prompt_cache_key` and `safety_identifier`, which other servers may refuse.
    public var sendsOpenAIExtras: Bool
    /// Nil: unknown, so no cost is reported. Input above 272,000 tokens costs double on gpt-5.6 and gpt-6; a chat turn
    /// never gets there and it isn't counted.
    public var prices: Prices?
    /// Tokens that fit in, together with the answer where the service counts them together.
    public var contextTokens: Int
    public var maxOutputTokens: Int
    /// The announced day of the end, `YYYY-MM-DD`.
    public var shutdown: String?

    public init(
        name: String,
        systemRole: SystemRole,
        tokenParameter: TokenParameter,
        schemaMode: SchemaMode,
        sendsTemperature: Bool,
        reasoningEffort: String? = nil,
        sendsOpenAIExtras: Bool,
        prices: Prices? = nil,
        contextTokens: Int,
        maxOutputTokens: Int,
        shutdown: String? = nil
    ) {
        self.name = name
        self.systemRole = systemRole
        self.tokenParameter = tokenParameter
        self.schemaMode = schemaMode
        self.sendsTemperature = sendsTemperature
        self.reasoningEffort = reasoningEffort
        self.sendsOpenAIExtras = sendsOpenAIExtras
        self.prices = prices
        self.contextTokens = contextTokens
        self.maxOutputTokens = maxOutputTokens
        self.shutdown = shutdown
    }
}

extension OpenAIModel {
    /// What configuration says differently from the table. A field left nil keeps the table's value.
    public struct Overrides: Sendable, Equatable {
        public var systemRole: SystemRole?
        public var tokenParameter: TokenParameter?
        public var schemaMode: SchemaMode?
        public var sendsTemperature: Bool?
        /// An empty text leaves `reasoning_effort` out.
        public var reasoningEffort: String?
        public var sendsOpenAIExtras: Bool?
        public var prices: Prices?
        public var contextTokens: Int?
        public var maxOutputTokens: Int?
        public var shutdown: String?

        public init(
            systemRole: SystemRole? = nil,
            tokenParameter: TokenParameter? = nil,
            schemaMode: SchemaMode? = nil,
            sendsTemperature: Bool? = nil,
            reasoningEffort: String? = nil,
            sendsOpenAIExtras: Bool? = nil,
            prices: Prices? = nil,
            contextTokens: Int? = nil,
            maxOutputTokens: Int? = nil,
            shutdown: String? = nil
        ) {
            self.systemRole = systemRole
            self.tokenParameter = tokenParameter
            self.schemaMode = schemaMode
            self.sendsTemperature = sendsTemperature
            self.reasoningEffort = reasoningEffort
            self.sendsOpenAIExtras = sendsOpenAIExtras
            self.prices = prices
            self.contextTokens = contextTokens
            self.maxOutputTokens = maxOutputTokens
            self.shutdown = shutdown
        }
    }

    /// The same model with configuration laid over it.
    public func overridden(by overrides: Overrides) -> OpenAIModel {
        var model = self
        if let value = overrides.systemRole { model.systemRole = value }
        if let value = overrides.tokenParameter { model.tokenParameter = value }
        if let value = overrides.schemaMode { model.schemaMode = value }
        if let value = overrides.sendsTemperature { model.sendsTemperature = value }
        if let value = overrides.reasoningEffort { model.reasoningEffort = value.isEmpty ? nil : value }
        if let value = overrides.sendsOpenAIExtras { model.sendsOpenAIExtras = value }
        if let value = overrides.prices { model.prices = value }
        if let value = overrides.contextTokens { model.contextTokens = value }
        if let value = overrides.maxOutputTokens { model.maxOutputTokens = value }
        if let value = overrides.shutdown { model.shutdown = value }
        return model
    }
}
