import Conversation
import Integrations
import Logging
import Storage

extension Effects {
    /// Asks as often as it takes, each time for the same link: Stripe gives what was made to the same key for a day.
    /// Where it keeps a failure under that key, or may have forgotten the key, the link is looked up first.
    func createLink(
        _ offer: Offer,
        for state: ConversationState,
        at now: Timestamp,
        _ memory: inout TurnMemory
    ) async -> Event {
        guard let stripe else { return .linkFailed(offer.id, reason: "no Stripe key is configured", .final) }
        let terms = Self.terms(offer)
        if let made = memory.links[terms] { return .linkCreated(offer.id, made.link) }
        if let failure = memory.failedLinks[terms] { return failure }
        var tries = Offered(offer: offer)
        if case .offered(let offered) = state.stage.standing { tries = offered }
        let spentKeys = tries.spentKeys ?? 0
        let isForgotten = tries.failures > 0 && offer.madeAt.adding(hours: Self.keyHours) < now
        let deadline = memory.time.linkBy
        func timeLeft() throws(OutsideError) -> Int { try left(until: deadline, for: .stripe) }
        do {
            if spentKeys > 0 || isForgotten,
                let found = try await stripe.findPaymentLink(metadata: Self.termsKey, equals: terms, timeLeft: timeLeft)
            {
                return have(found, offer, &memory)
            }
            let answer = try await stripe.createPaymentLink(
                request(offer, state.id),
                "crset-link-\(terms)-\(spentKeys)",
                try timeLeft()
            )
            await alerts.works(.stripe)
            return have(answer, offer, &memory)
        } catch {
            log.warning(
                "no payment link",
                metadata: ["conversation": "\(state.id.rawValue)", "code": "\(error.code)", "why": "\(error.message)"]
            )
            let trouble = LinkTrouble(error)
            if trouble == .refused { await alert(error) }
            let failure = Event.linkFailed(offer.id, reason: "\(error.code): \(error.message)", trouble)
            memory.failedLinks[terms] = failure
            return failure
        }
    }

    /// Known from here on to this turn, which may begin anew or end without a use for it.
    private func have(_ answer: Integrations.PaymentLink, _ offer: Offer, _ memory: inout TurnMemory) -> Event {
        let link = Conversation.PaymentLink(id: answer.id, url: answer.url)
        memory.links[Self.terms(offer)] = MadeLink(offer: offer.id, link: link)
        return .linkCreated(offer.id, link)
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

    private static let termsKey = "offer_terms"

    /// What a link is for: a repeated turn gets the same link, a changed price another one.
    static func terms(_ offer: Offer) -> String {
        "\(offer.id)-\(offer.product)-\(offer.price.minorUnits)\(offer.price.currency)"
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
            metadata: [
                "lead_id": id.rawValue, "conversation_id": id.rawValue, "offer_id": offer.id,
                Self.termsKey: Self.terms(offer),
            ]
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
