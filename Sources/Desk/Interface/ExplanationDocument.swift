import Conversation
import Storage

/// Why the bot said what it said.
public struct ExplanationDocument: Codable, Sendable, Equatable {
    public var prompt_version: String
    /// Absent in guided mode.
    public var model: String?
    public var prompt_tokens: Int
    public var cached_tokens: Int
    public var completion_tokens: Int
    public var cost_micro_usd: Int
    public var latency_ms: Int
    public var stage_before: String
    public var stage_after: String
    public var score_before: Int
    public var score_after: Int
    public var intent: String?
    public var product: String?
    /// What the customer was understood to have said.
    public var fields: [String: String]?
    /// Why there was no model, where one was expected.
    public var model_trouble: String?

    init(_ why: Explanation) {
        prompt_version = why.promptVersion
        model = why.model
        prompt_tokens = why.promptTokens
        cached_tokens = why.cachedTokens
        completion_tokens = why.completionTokens
        cost_micro_usd = why.costMicroUSD
        latency_ms = why.latencyMilliseconds
        stage_before = why.stageBefore.rawValue
        stage_after = why.stageAfter.rawValue
        score_before = why.scoreBefore
        score_after = why.scoreAfter
        intent = why.understood?.intent.rawValue
        product = why.understood?.product
        fields = why.understood.map { $0.fields.mapValues(\.plainText) }
        model_trouble = why.modelTrouble
    }
}
