import Synchronization

/// Chat completions, transcriptions, models and moderation.
final class OpenAIService: Sendable {
    struct State: Sendable {
        var mode = ModelMode.player
        var transcript: String
        var calls = 0
        var schemas: [KnownSchema] = []
        /// The last prompt per `prompt_cache_key`, for the count of cached tokens.
        var prompts: [String: [UInt8]] = [:]
    }

    /// A schema seen before: constant schemas are checked once, as the real service compiles them once.
    struct KnownSchema: Sendable {
        var format: Payload
        var fault: String?
        var tokens: Int
        var instant: String
    }

    static let schemasMax = 16
    static let promptsMax = 1_024
    let settings: SandboxSettings
    let state: Mutex<State>

    init(settings: SandboxSettings) {
        self.settings = settings
        state = Mutex(State(transcript: settings.openAI.transcript))
    }

    var callCount: Int { state.withLock { $0.calls } }
    func setMode(_ mode: ModelMode) { state.withLock { $0.mode = mode } }
    func setTranscript(_ text: String) { state.withLock { $0.transcript = text } }

    /// `segments` follow `/openai/v1`.
    func answer(_ ask: Ask, segments: [String], twist: Fault?) async -> Answer {
        let outcome: Answer
        do throws(OpenAIError) {
            guard ask.bearer == settings.openAI.apiKey else { throw .key }
            switch (ask.method, segments.joined(separator: "/")) {
            case ("POST", "chat/completions"): outcome = try await chat(ask, twist: twist)
            case ("POST", "audio/transcriptions"): outcome = try transcribe(ask)
            case ("POST", "moderations"): outcome = try moderate(ask)
            case ("GET", "models"):
                let live = ModelEntry.all.filter { !$0.isGone && !settings.openAI.retiredModels.contains($0.name) }
                outcome = .json(["object": "list", "data": .array(live.map(\.payload))])
            case ("GET", _) where segments.count == 2 && segments[0] == "models":
                outcome = .json(try model(segments[1]).payload)
            default:
                throw OpenAIError(status: 404, message: "Invalid URL (\(ask.method) \(ask.path))")
            }
        } catch {
            return error.answer()
        }
        return outcome
    }

    func model(_ name: String) throws(OpenAIError) -> ModelEntry {
        guard let model = ModelEntry.named(name, retired: settings.openAI.retiredModels) else { throw .model(name) }
        return model
    }

    private func chat(_ ask: Ask, twist: Fault?) async throws(OpenAIError) -> Answer {
        guard let request = Payload.parse(ask.body) else {
            throw .invalid("We could not parse the JSON body of your request.", param: nil)
        }
        let (mode, number) = state.withLock { state in
            state.calls += 1
            return (state.mode, state.calls)
        }
        let call = try ChatRequest.read(request, number: number)
        let model = try model(call.model)
        try check(call, model)
        let known = try schema(of: call)
        if settings.openAI.modelDelayMilliseconds > 0 {
            try? await Task.sleep(for: .milliseconds(settings.openAI.modelDelayMilliseconds))
        }
        let reply: ChatReply
        switch (twist, mode) {
        case (.refusal, _): reply = .refusal("I'm sorry, I can't help with that.")
        case (.schemaViolation, _): reply = .text(#"{"unexpected":true}"#)
        case (_, .instant): reply = .text(known?.instant ?? "OK")
        case (_, .player): reply = Player.reply(to: call)
        case (_, .scripted(let script)): reply = await script(call)
        }
        return try completion(call, model, reply, known, cutShort: twist == .length)
    }

    private func check(_ call: ChatCall, _ model: ModelEntry) throws(OpenAIError) {
        let request = call.request
        let effort = request["reasoning_effort"]?.text
        if model.reasons {
            guard request["max_tokens"] == nil else {
                throw .invalid(
                    "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                        + "'max_completion_tokens' instead.",
                    param: "max_tokens",
                    code: "unsupported_parameter"
                )
            }
            for name in ["temperature", "top_p", "logprobs"] where request[name] != nil && effort != "none" {
                throw .invalid(
                    "Unsupported parameter: '\(name)' is not supported with this model.",
                    param: name,
                    code: "unsupported_parameter"
                )
            }
        } else if effort != nil {
            throw .invalid(
                "Unsupported parameter: 'reasoning_effort' is not supported with this model.",
                param: "reasoning_effort",
                code: "unsupported_parameter"
            )
        }
        let format = request["response_format"]?["type"]?.text
        if format == "json_schema", !model.knowsSchemas {
            throw .invalid(
                "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
                param: "response_format"
            )
        }
        if format == "json_object", !call.messages.contains(where: { $0.text.lowercased().contains("json") }) {
            throw .invalid(
                "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
                param: "messages"
            )
        }
    }

    /// The checked schema of the request, from memory where it was seen before.
    private func schema(of call: ChatCall) throws(OpenAIError) -> KnownSchema? {
        guard let format = call.request["response_format"] else { return nil }
        guard let type = format["type"]?.text, ["text", "json_object", "json_schema"].contains(type) else {
            throw .invalid(
                "Invalid value for 'response_format.type'.",
                param: "response_format.type",
                code: "invalid_value"
            )
        }
        guard type == "json_schema" else { return nil }
        let known: KnownSchema
        if let seen = state.withLock({ $0.schemas.first { $0.format == format } }) {
            known = seen
        } else {
            known = try compiled(format)
            state.withLock { state in
                if state.schemas.count >= Self.schemasMax { state.schemas.removeFirst() }
                state.schemas.append(known)
            }
        }
        if let fault = known.fault {
            let name = format["json_schema"]?["name"]?.text ?? ""
            throw .invalid("Invalid schema for response_format '\(name)': \(fault)", param: "response_format")
        }
        return known
    }

    private func compiled(_ format: Payload) throws(OpenAIError) -> KnownSchema {
        let wrapper = format["json_schema"]
        guard let name = wrapper?["name"]?.text, (1...64).contains(name.count),
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
        else {
            throw .invalid(
                "Invalid 'response_format.json_schema.name': string does not match pattern '^[a-zA-Z0-9_-]+$'.",
                param: "response_format.json_schema.name",
                code: "invalid_value"
            )
        }
        guard let schema = wrapper?["schema"] else {
            throw .invalid(
                "Missing required parameter: 'response_format.json_schema.schema'.",
                param: "response_format.json_schema.schema",
                code: "missing_required_parameter"
            )
        }
        let strict = wrapper?["strict"]?.truth == true
        return KnownSchema(
            format: format,
            fault: strict ? StrictSchema.fault(in: schema) : nil,
            tokens: format.json().count / 4,
            instant: SchemaFiller.value(for: schema).jsonText
        )
    }
}
