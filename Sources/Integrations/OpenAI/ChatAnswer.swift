/// Tokens of one call. Servers that report nothing leave zeros.
public struct ChatUsage: Sendable, Equatable {
    /// All tokens that went in, cached ones included.
    public var prompt: Int
    public var cached: Int
    public var cacheWrite: Int
    /// All tokens that came out, reasoning included.
    public var completion: Int
    public var reasoning: Int

    public init(prompt: Int = 0, cached: Int = 0, cacheWrite: Int = 0, completion: Int = 0, reasoning: Int = 0) {
        self.prompt = prompt
        self.cached = cached
        self.cacheWrite = cacheWrite
        self.completion = completion
        self.reasoning = reasoning
    }

    init(_ json: JSONValue?) {
        let prompt = json?["prompt_tokens_details"]
        let completion = json?["completion_tokens_details"]
        self.init(
            prompt: Self.count(json?["prompt_tokens"]),
            cached: Self.count(prompt?["cached_tokens"]),
            cacheWrite: Self.count(prompt?["cache_write_tokens"]),
            completion: Self.count(json?["completion_tokens"]),
            reasoning: Self.count(completion?["reasoning_tokens"])
        )
    }

    /// Held to a range in which no sum and no price can overflow.
    private static func count(_ json: JSONValue?) -> Int { min(max(json?.int ?? 0, 0), 100_000_000) }

    /// Micro-dollars, rounded to the nearest; nil where the model's prices are unknown.
    public func costMicroUSD(_ prices: OpenAIModel.Prices?) -> Int? {
        guard let prices else { return nil }
        let cached = min(cached, prompt)
        let written = min(cacheWrite, prompt - cached)
        let sum =
            (prompt - cached - written) * prices.input + cached * (prices.cachedInput ?? prices.input)
            + written * (prices.cacheWrite ?? prices.input) + completion * prices.output
        return (sum + 500_000) / 1_000_000
    }
}

/// A complete answer: one JSON object as text. Whether it follows the schema is for the caller to check, since
/// compatible servers ignore `strict`.
public struct ChatAnswer: Sendable, Equatable {
    /// Parses as a JSON object.
    public var content: String
    /// The dated snapshot that answered.
    public var model: String
    public var finishReason: String
    public var usage: ChatUsage
    /// `x-request-id`, for the service's support.
    public var requestID: String?

    public init(
        content: String,
        model: String,
        finishReason: String = "stop",
        usage: ChatUsage = ChatUsage(),
        requestID: String? = nil
    ) {
        self.content = content
        self.model = model
        self.finishReason = finishReason
        self.usage = usage
        self.requestID = requestID
    }

    /// Micro-dollars at the prices of the model that was asked for; nil where these are unknown.
    public func costMicroUSD(_ model: OpenAIModel) -> Int? {
        usage.costMicroUSD(model.prices)
    }
}

/// Why a 200 holds no usable answer; the raw value is the ``OutsideError/code``.
public enum ChatTrouble: String, Sendable, Equatable, CaseIterable {
    /// The model declined. Asking again brings the same.
    case refusal
    /// The output limit came before the end.
    case cutOff = "cut_off"
    case contentFilter = "content_filter"
    case emptyAnswer = "empty_answer"
    /// Not JSON, or not the documented shape.
    case malformedAnswer = "malformed_answer"

    /// A retry is worth it once: the answer was bad luck. A refusal or a filter is a decision, and stays.
    public var remedy: OutsideError.Remedy {
        switch self {
        case .refusal, .contentFilter: .giveUp
        case .cutOff, .emptyAnswer, .malformedAnswer: .retry(afterMilliseconds: nil)
        }
    }

    func error(_ message: String, requestID: String?) -> OutsideError {
        OutsideError(
            service: .openai,
            status: 200,
            code: rawValue,
            message: message,
            remedy: remedy,
            requestID: requestID
        )
    }
}

extension ChatAnswer {
    /// Reads the body of a 200.
    static func read(_ answer: HTTPAnswer, asked model: OpenAIModel) throws(OutsideError) -> ChatAnswer {
        let requestID = answer.headers["x-request-id"]
        guard let json = try? JSONValue(parsing: answer.body) else {
            throw ChatTrouble.malformedAnswer.error("the answer is not JSON", requestID: requestID)
        }
        if let trouble = json["error"], trouble != .null, json["choices"] == nil {
            // Some proxies report an error of the server behind them with 200.
            throw OpenAIErrors.error(status: trouble["code"]?.int ?? 502, answer)
        }
        guard let choices = json["choices"]?.array else {
            throw ChatTrouble.malformedAnswer.error("the answer has no choices", requestID: requestID)
        }
        guard let choice = choices.first else {
            throw ChatTrouble.emptyAnswer.error("the answer has no choice", requestID: requestID)
        }
        let finishReason = choice["finish_reason"]?.string ?? "stop"
        let content = try content(of: choice, finishReason, requestID, mayBeFenced: model.schemaMode != .jsonSchema)
        return ChatAnswer(
            content: content,
            model: json["model"]?.string ?? model.name,
            finishReason: finishReason,
            usage: ChatUsage(json["usage"]),
            requestID: requestID
        )
    }

    private static func content(
        of choice: JSONValue,
        _ finishReason: String,
        _ requestID: String?,
        mayBeFenced: Bool
    ) throws(OutsideError) -> String {
        // The words of a refusal may repeat the customer's, so they stay out of the error.
        if let refusal = choice["message"]?["refusal"]?.string, !refusal.isEmpty {
            throw ChatTrouble.refusal.error("the model refused", requestID: requestID)
        }
        switch finishReason {
        case "length": throw ChatTrouble.cutOff.error("the answer reached the token limit", requestID: requestID)
        case "content_filter": throw ChatTrouble.contentFilter.error("the answer was filtered", requestID: requestID)
        default: break
        }
        let raw = choice["message"]?["content"]?.string ?? ""
        let content = mayBeFenced ? withoutFence(raw) : raw
        guard content.contains(where: { !$0.isWhitespace }) else {
            throw ChatTrouble.emptyAnswer.error("the answer is empty (\(finishReason))", requestID: requestID)
        }
        guard let value = try? JSONValue(parsing: content), value.members != nil else {
            throw ChatTrouble.malformedAnswer.error("the answer's text is not a JSON object", requestID: requestID)
        }
        return content
    }

    /// Models that aren't held to a schema like to wrap JSON in a Markdown code block.
    private static func withoutFence(_ text: String) -> String {
        guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}"), start < end,
            text[..<start].contains("```")
        else { return text }
        return String(text[start...end])
    }
}
