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

    /// Asks as often as it takes, each time for the same link: Stripe gives what was made to the same key for a day.
    /// Where it keeps a failure under that key, or may have forgotten the key, the link is looked up first.
    func createLink(_ offer: Offer, for state: ConversationState, at now: Timestamp, by deadline: Timestamp) async
        -> Event
    {
        guard let stripe else { return .linkFailed(offer.id, reason: "no Stripe key is configured", .final) }
        var tries = Offered(offer: offer)
        if case .offered(let offered) = state.stage.standing { tries = offered }
        let spentKeys = tries.spentKeys ?? 0
        let isForgotten = tries.failures > 0 && offer.madeAt.adding(hours: Self.keyHours) < now
        func timeLeft() throws(OutsideError) -> Int { try left(until: deadline, for: .stripe) }
        do {
            if spentKeys > 0 || isForgotten,
                let found = try await stripe.findPaymentLink(
                    metadata: "offer_id",
                    equals: offer.id,
                    timeLeft: timeLeft
                )
            {
                return .linkCreated(offer.id, Conversation.PaymentLink(id: found.id, url: found.url))
            }
            let link = try await stripe.createPaymentLink(
                request(offer, state.id),
                Self.idempotencyKey(offer, spentKeys: spentKeys),
                try timeLeft()
            )
            await alerts.works(.stripe)
            return .linkCreated(offer.id, Conversation.PaymentLink(id: link.id, url: link.url))
        } catch {
            log.warning(
                "no payment link",
                metadata: ["conversation": "\(state.id.rawValue)", "code": "\(error.code)", "why": "\(error.message)"]
            )
            let trouble = LinkTrouble(error)
            if trouble == .refused { await alert(error) }
            return .linkFailed(offer.id, reason: "\(error.code): \(error.message)", trouble)
        }
    }

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

    private func alert(_ error: OutsideError) async {
        if error.status == 401 { return await alerts.raise(refusedKey: error) }
        await alerts.raise(
            .stripeRights,
            problem: "The Stripe key may not make payment links: \(error.message)",
            mend:
                "Give the restricted key of STRIPE_SECRET_KEY write access to Payment Links. Customers wait for theirs."
        )
    }

    /// Stripe keeps a key for at least 24 hours.
    private static let keyHours = 23

    /// From what the link is for: a repeated turn gets the same link, a changed price another one.
    static func idempotencyKey(_ offer: Offer, spentKeys: Int) -> String {
        "crset-link-\(offer.id)-\(offer.product)-\(offer.price.minorUnits)\(offer.price.currency)-\(spentKeys)"
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

extension LinkTrouble {
    /// What Stripe's answer means for the next try.
    init(_ error: OutsideError) {
        switch (error.remedy, error.status) {
        case (.halt, _): self = .refused
        // The same key with other parameters: the link was asked for in other words, by an older version.
        case (_, 400) where error.code == "idempotency_error": self = .kept
        case (.outcomeUnknown, .some(500...)): self = .kept
        case (.giveUp, _): self = .final
        default: self = .passing
        }
    }
}
