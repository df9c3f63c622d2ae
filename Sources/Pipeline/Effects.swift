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

    // MARK: Payment links

    func createLink(_ offer: Offer, for state: ConversationState) async -> Event {
        guard let stripe else { return .linkFailed(offer.id, reason: "no Stripe key is configured", isFinal: true) }
        var failures = 0
        if case .offered(let offered) = state.stage.standing { failures = offered.failures }
        do {
            // After a failure the link may exist all the same, and Stripe would replay a stored 500 for ever.
            if failures > 0, let found = try await stripe.findPaymentLink(metadata: "offer_id", equals: offer.id) {
                return .linkCreated(offer.id, Conversation.PaymentLink(id: found.id, url: found.url))
            }
            let link = try await stripe.createPaymentLink(
                request(offer, state.id),
                Self.idempotencyKey(offer, failures: failures)
            )
            await alerts.works(.stripe)
            return .linkCreated(offer.id, Conversation.PaymentLink(id: link.id, url: link.url))
        } catch {
            await alerts.heard(error)
            log.warning(
                "no payment link",
                metadata: ["conversation": "\(state.id.rawValue)", "code": "\(error.code)", "why": "\(error.message)"]
            )
            return .linkFailed(
                offer.id,
                reason: "\(error.code): \(error.message)",
                isFinal: error.remedy == .giveUp
            )
        }
    }

    /// From what the link is for: a repeated turn gets the same link, a changed price another one.
    static func idempotencyKey(_ offer: Offer, failures: Int) -> String {
        "crset-link-\(offer.id)-\(offer.product)-\(offer.price.minorUnits)\(offer.price.currency)-\(failures)"
    }

    private func request(_ offer: Offer, _ id: ConversationID) -> PaymentLinkRequest {
        let item: PaymentLinkRequest.LineItem =
            offer.stripePrice.map { .price($0) }
            ?? .amount(
                minorUnits: offer.price.minorUnits,
                currency: offer.price.currency.lowercased(),
                name: offer.productName,
                description: nil
            )
        return PaymentLinkRequest(
            lineItem: item,
            metadata: ["lead_id": id.rawValue, "conversation_id": id.rawValue, "offer_id": offer.id]
        )
    }
}
