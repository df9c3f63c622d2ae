import Conversation
import Integrations
import Logging
import Prompts
import Storage

/// Runs the effects that ask. Each comes back as an event, also when it fails.
struct Effects: Sendable {
    let store: any Store
    let whatsApp: WhatsAppClient
    let openAI: OpenAIClient?
    let stripe: StripeClient?
    let advice: ModelAdvice
    let spending: Spending
    let alerts: ServiceAlerts
    let settings: PipelineSettings
    let log: Logger

    /// How many messages the model may look back on, before the token budget cuts.
    private static let historyMax = 60

    func askModel(
        _ state: ConversationState,
        through seq: Int64,
        _ library: PromptLibrary,
        _ schema: AnswerSchema,
        _ memory: inout TurnMemory
    ) async -> (Event, ModelAdvice.Trace) {
        let answerBy = memory.time.answerBy
        guard openAI != nil else {
            return await advice.ask(state, history: [], library: library, schema: schema, answerBy: answerBy)
        }
        do {
            if let reason = try await spending.refusal(state.id, &memory) { return Self.unasked(reason) }
            let history = try await store.history(of: state.id, through: seq, limit: Self.historyMax)
            let (event, trace) = await advice.ask(
                state,
                history: history,
                library: library,
                schema: schema,
                answerBy: answerBy
            )
            memory.spent += trace.spend
            return (event, trace)
        } catch {
            return Self.unasked("the conversation so far can't be read")
        }
    }

    private static func unasked(_ reason: String) -> (Event, ModelAdvice.Trace) {
        var trace = ModelAdvice.Trace()
        trace.trouble = reason
        return (.modelUnavailable(reason: reason), trace)
    }

    // MARK: Time

    static let noTime = "no_time"

    /// How many milliseconds a call of a turn may take at most. Throws when its time is over.
    func left(until deadline: Timestamp, for service: OutsideError.Service) throws(OutsideError) -> Int {
        let left = advice.surroundings.now().milliseconds(until: deadline)
        if left > 0 { return left }
        throw OutsideError(
            service: service,
            code: Self.noTime,
            message: "the turn's time is over",
            remedy: .retry(afterMilliseconds: nil)
        )
    }
}
