// Payments. Nobody is told "paid" before amount, currency, mode and link agree with the offer.

extension Step {
    mutating func paymentReported(_ news: PaymentNews) {
        switch news.kind {
        case .refunded, .refundFailed: return refundReported(news)
        case .disputed, .disputeChanged, .disputeClosed: return disputeReported(news)
        case .sessionExpired:
            return note(.payment, "a checkout was left unfinished (\(news.sessionID))")
        case .completedPaid, .completedUnpaid, .laterPaid, .laterFailed:
            break
        }
        guard !state.payments.contains(where: { $0.sessionID == news.sessionID }) else {
            return note(.ignored, "payment \(news.sessionID) is known already")
        }
        guard let (offer, link) = offer(of: news) else {
            return mismatch(news, "it belongs to no offer of this conversation")
        }
        if let difference = difference(between: news, and: offer, link) { return mismatch(news, difference) }
        switch news.kind {
        case .completedPaid, .laterPaid: paid(offer, news)
        case .completedUnpaid: pending(offer, link)
        case .laterFailed: failed(offer, link)
        default: break
        }
    }

    // MARK: Money that goes back

    private mutating func refundReported(_ news: PaymentNews) {
        let amount = amount(of: news)
        let more = news.detail.map { ": \($0)" } ?? ""
        if news.kind == .refundFailed {
            note(.payment, "a refund of \(amount) failed\(more) (\(news.sessionID))")
            return alert(.refund, "A refund of \(amount) failed\(more). Pay it back another way; see Stripe.")
        }
        note(.payment, "refunded \(amount)\(more) (\(news.sessionID))")
        alert(.refund, "\(amount) of \(paidThing(news)) was paid back\(more).")
    }

    private mutating func disputeReported(_ news: PaymentNews) {
        let amount = amount(of: news)
        let more = news.detail.map { ": \($0)" } ?? ""
        switch news.kind {
        case .disputed:
            note(.payment, "disputed \(amount)\(more) (\(news.sessionID))")
            alert(.dispute, "\(amount) of \(paidThing(news)) is disputed\(more). Answer in the Stripe dashboard.")
        case .disputeClosed:
            note(.payment, "the dispute over \(amount) is closed\(more) (\(news.sessionID))")
            alert(.dispute, "The dispute over \(amount) of \(paidThing(news)) is closed\(more).")
        default:
            note(.payment, "the dispute over \(amount) goes on\(more) (\(news.sessionID))")
        }
    }

    private func amount(of news: PaymentNews) -> String {
        news.amount.map { MoneyFormat.text($0, in: .en) } ?? "a payment"
    }

    /// What was paid by this intent, for staff.
    private func paidThing(_ news: PaymentNews) -> String {
        state.payments.last { $0.paymentIntent != nil && $0.paymentIntent == news.paymentIntent }?.offer.productName
            ?? state.payments.last { $0.offer.id == news.offerID }?.offer.productName ?? "a payment"
    }

    // MARK: Money that comes

    private func offer(of news: PaymentNews) -> (Offer, PaymentLink)? {
        if case .awaitingPayment(let offer, let link, _) = state.stage.standing,
            offer.id == news.offerID || link.id == news.linkID
        {
            return (offer, link)
        }
        return state.formerOffers.last { $0.offer.id == news.offerID || $0.link.id == news.linkID }
            .map { ($0.offer, $0.link) }
    }

    private func difference(between news: PaymentNews, and offer: Offer, _ link: PaymentLink) -> String? {
        if let amount = news.amount, amount != offer.price {
            return "paid \(MoneyFormat.text(amount, in: .en)) instead of \(MoneyFormat.text(offer.price, in: .en))"
        }
        if news.amount == nil { return "Stripe names no amount" }
        if news.mode != "payment" { return "its mode is \(news.mode)" }
        if news.linkID != link.id { return "it was made with another link" }
        if let offerID = news.offerID, offerID != offer.id { return "it names another offer" }
        if let live = playbook.policy.paysLive, live != news.isLive {
            return news.isLive ? "it is a live payment of a test key" : "it is a test payment, not money"
        }
        return nil
    }

    /// Not counted, and no reason to remind of the payment either: a person sorts it out.
    private mutating func mismatch(_ news: PaymentNews, _ difference: String) {
        if case .awaitingPayment(_, let link, _) = state.stage.standing, link.id == news.linkID {
            cancel(.paymentReminder)
        }
        note(.payment, "not counted: \(difference) (\(news.sessionID))")
        alert(.paymentMismatch, "A payment does not fit: \(difference). Session \(news.sessionID), see Stripe.")
    }

    private mutating func paid(_ offer: Offer, _ news: PaymentNews) {
        let payment = Payment(
            offer: offer,
            sessionID: news.sessionID,
            paymentIntent: news.paymentIntent,
            at: now,
            isConfirmedInChat: !state.stage.isMuted
        )
        state.payments.append(payment)
        paidAfterItsEnd(offer)
        if case .dormant(let before) = state.stage { state.stage = before }
        state.stage.standing = .paid(payment)
        cancel(.paymentReminder, .offerExpiry, .followUp, .dormancy)
        note(.payment, "paid \(MoneyFormat.text(offer.price, in: .en)) for \(offer.productName) (\(news.sessionID))")
        if state.stage.isMuted {
            alert(.paymentWithoutConfirmation, "Paid while the bot is silent: please confirm it to the customer.")
        } else {
            send(fixed: .paid, values(of: offer))
        }
    }

    /// The customer paid and is told so; whether that is still wanted, and not one payment too many, a person decides.
    private mutating func paidAfterItsEnd(_ offer: Offer) {
        if case .awaitingPayment(let current, _, _) = state.stage.standing, current.id == offer.id { return }
        retireCurrentOffer()
        let count = state.payments.count
        alert(
            .paymentOfFormerOffer,
            "\(offer.productName) was paid after its offer had ended"
                + (count > 1 ? "; it is payment \(count) of this customer: pay it back if it is one too many." : ".")
        )
    }

    private mutating func pending(_ offer: Offer, _ link: PaymentLink) {
        if case .awaitingPayment(let current, let currentLink, .open) = state.stage.standing, current.id == offer.id {
            state.stage.standing = .awaitingPayment(current, currentLink, .pending)
            cancel(.paymentReminder, .offerExpiry)
            note(.payment, "completed, the money comes later (\(link.id))")
        } else {
            note(.payment, "a voucher for a former offer (\(link.id))")
            if state.formerOffers.contains(where: { $0.link.id == link.id && $0.hasFailed == true }) { return }
        }
        if !state.stage.isMuted { send(fixed: .paymentPending, values(of: offer)) }
    }

    /// The link has spent its one session: the next wish to buy makes a new offer.
    private mutating func failed(_ offer: Offer, _ link: PaymentLink) {
        if case .awaitingPayment(let current, _, _) = state.stage.standing, current.id == offer.id {
            state.formerOffers = (state.formerOffers + [FormerOffer(offer: offer, link: link)]).suffix(10)
            effects.append(.deactivateLink(link, offer.id))
            state.stage.standing = .qualified(Qualified(recommended: offer.product))
            cancel(.paymentReminder, .offerExpiry)
            note(.payment, "the delayed payment failed")
        } else {
            note(.payment, "the delayed payment of a former offer failed")
        }
        for index in state.formerOffers.indices where state.formerOffers[index].link.id == link.id {
            state.formerOffers[index].hasFailed = true
        }
        // Whoever has paid since asks for no other link.
        guard !state.stage.isMuted, state.payments.isEmpty else { return }
        let values = values(of: offer)
        sayWithButtons(
            text(.paymentFailed, values),
            playbook.catalog.product(offer.product),
            standingFor: fixedText(.paymentFailed, values)
        )
    }
}
