/// A chat completion request, checked, as a script sees it.
public struct ChatCall: Sendable {
    public struct Message: Sendable, Equatable {
        public var role: String
        public var text: String
    }

    public var model: String
    public var messages: [Message]
    /// The schema of `response_format`; nil for plain text.
    public var schema: Payload?
    /// The whole request body.
    public var request: Payload
    /// Counts from 1 since the start.
    public var number: Int

    /// The newest thing that the customer said.
    public var lastUserText: String { messages.last { $0.role == "user" }?.text ?? "" }
}

/// What the simulated model answers.
public enum ChatReply: Sendable {
    /// The content, as JSON.
    case json(Payload)
    /// The content, as it stands.
    case text(String)
    case refusal(String)
    /// `finish_reason: length`, the content cut half-way.
    case cut(String)
    case error(status: Int, code: String)
}

/// Who answers chat completions.
public enum ModelMode: Sendable {
    /// The rule-based player.
    case player
    /// The same valid answer for each schema, at constant cost, for benchmarks.
    case instant
    case scripted(@Sendable (ChatCall) async -> ChatReply)
}

/// Reads and checks a request body (openai.md §1).
enum ChatRequest {
    private static let known: Set<String> = [
        "model", "messages", "response_format", "tools", "tool_choice", "parallel_tool_calls", "max_completion_tokens",
        "max_tokens", "temperature", "top_p", "n", "stop", "presence_penalty", "frequency_penalty", "logit_bias",
        "logprobs", "top_logprobs", "seed", "store", "metadata", "safety_identifier", "user", "prompt_cache_key",
        "prompt_cache_options", "prompt_cache_retention", "service_tier", "reasoning_effort", "verbosity", "moderation",
        "stream", "stream_options", "modalities", "audio", "prediction", "web_search_options", "functions",
        "function_call",
    ]

    static func read(_ request: Payload, number: Int) throws(OpenAIError) -> ChatCall {
        guard let members = request.members else { throw .invalid("The body is not a JSON object.", param: nil) }
        if let odd = members.first(where: { !known.contains($0.key) }) {
            throw .invalid(
                "Unrecognized request argument supplied: \(odd.key)",
                param: odd.key,
                code: "unknown_parameter"
            )
        }
        guard let model = request["model"]?.text, !model.isEmpty else {
            throw .invalid("you must provide a model parameter", param: "model", code: "missing_required_parameter")
        }
        guard let list = request["messages"]?.list else {
            throw .invalid(
                "Missing required parameter: 'messages'.",
                param: "messages",
                code: "missing_required_parameter"
            )
        }
        guard !list.isEmpty else {
            throw .invalid("Invalid 'messages': empty array.", param: "messages", code: "empty_array")
        }
        guard request["stream"]?.truth != true else {
            throw .invalid(
                "The sandbox does not stream; leave 'stream' out.",
                param: "stream",
                code: "unsupported_value"
            )
        }
        try ranges(request)
        var messages: [ChatCall.Message] = []
        messages.reserveCapacity(list.count)
        for (index, message) in list.enumerated() { messages.append(try self.message(message, index)) }
        return ChatCall(
            model: model,
            messages: messages,
            schema: request["response_format"]?["json_schema"]?["schema"],
            request: request,
            number: number
        )
    }

    private static func message(_ message: Payload, _ index: Int) throws(OpenAIError) -> ChatCall.Message {
        guard let role = message["role"]?.text, ["developer", "system", "user", "assistant", "tool"].contains(role)
        else {
            throw .invalid(
                "Invalid value: '\(message["role"]?.text ?? "")'. Supported values are: 'system', 'assistant', 'user', "
                    + "'tool', and 'developer'.",
                param: "messages[\(index)].role",
                code: "invalid_value"
            )
        }
        if let text = message["content"]?.text { return ChatCall.Message(role: role, text: text) }
        if let parts = message["content"]?.list {
            let text = parts.compactMap { $0["text"]?.text }.joined(separator: "\n")
            return ChatCall.Message(role: role, text: text)
        }
        guard role == "assistant", message["tool_calls"] != nil || message["refusal"] != nil else {
            throw .invalid(
                "Invalid type for 'messages[\(index)].content': expected one of a string or array of objects.",
                param: "messages[\(index)].content",
                code: "invalid_type"
            )
        }
        return ChatCall.Message(role: role, text: message["refusal"]?.text ?? "")
    }

    private static func ranges(_ request: Payload) throws(OpenAIError) {
        let limits: [(String, ClosedRange<Double>)] = [
            ("temperature", 0...2), ("top_p", 0...1), ("n", 1...128), ("presence_penalty", -2...2),
            ("frequency_penalty", -2...2), ("top_logprobs", 0...20), ("max_completion_tokens", 1...1_000_000),
            ("max_tokens", 1...1_000_000),
        ]
        for (name, range) in limits {
            guard let value = request[name], !value.isNull else { continue }
            guard let number = value.number, range.contains(number) else {
                throw .invalid(
                    "Invalid '\(name)': expected a value between \(range.lowerBound) and \(range.upperBound).",
                    param: name,
                    code: "invalid_value"
                )
            }
        }
        if let identifier = request["safety_identifier"]?.text, identifier.count > 64 {
            throw .invalid(
                "Invalid 'safety_identifier': string too long.",
                param: "safety_identifier",
                code: "string_above_max_length"
            )
        }
    }
}
