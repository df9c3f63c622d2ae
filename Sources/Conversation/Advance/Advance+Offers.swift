// Offers and their payment links. Prices come from the catalog, links from Stripe, never from words.

extension Step {
    /// The customer wants to buy: what they named, else what was recommended, else they choose.
    mutating func buy(_ turn: Reply) {
        var product = turn.understanding.product.flatMap(playbook.catalog.product)
        if product == nil, case .qualified(let qualified) = state.stage {
            product = qualified.recommended.flatMap(playbook.catalog.product)
        }
        if product == nil, playbook.catalog.products.count == 1 { product = playbook.catalog.products.first }
        guard let product else { return showProducts(turn, tapping: "buy") }
        offer(product, words: turn.words)
    }

    /// `tapping`: what a row means, `buy` or just `product` to hear more of it.
    mutating func showProducts(_ turn: Reply, tapping meaning: String) {
        if state.stage == .new { state.stage = .qualifying(Qualifying()) }
        let rows = playbook.catalog.products.prefix(WhatsAppSizes.rows).map { product in
            OutMessage.Choice(
                id: "\(meaning):\(product.id)",
                title: String(product.name(in: state.language).prefix(24))
            )
        }
        let body = turn.words ?? text(.chooseProduct)
        if body.count <= WhatsAppSizes.interactiveBody, !rows.isEmpty {
            send(.list(body, button: text(.chooseButton), rows))
        } else {
            send(.text(body))
        }
    }

    private mutating func offer(_ product: Product, words: String?) {
        guard playbook.policy.takesPayments else {
            send(.text(text(.noPayments, values(of: product))))
            return handOff(.noPayments, saying: nil)
        }
        state.offersMade += 1
        let offer = Offer(
            id: "\(state.id.rawValue)-\(state.offersMade)",
            product: product.id,
            productName: product.name(in: state.language),
            price: product.price,
            stripePrice: product.stripePrice,
            madeAt: now
        )
        retireCurrentOffer()
        state.stage = .offered(Offered(offer: offer, words: words))
        effects.append(.createLink(offer))
    }

    /// The link of an offer that is replaced ends; should somebody pay it all the same, we still know it.
    mutating func retireCurrentOffer() {
        guard case .awaitingPayment(let offer, let link, _) = state.stage.standing else { return }
        state.formerOffers = (state.formerOffers + [FormerOffer(offer: offer, link: link)]).suffix(10)
        effects.append(.deactivateLink(link, offer.id))
        cancel(.paymentReminder, .offerExpiry)
    }

    // MARK: Links

    mutating func linkCreated(_ id: OfferID, _ link: PaymentLink) {
        guard case .offered(let offered) = state.stage.standing, offered.offer.id == id else {
            effects.append(.deactivateLink(link, id))
            return note(.ignored, "a link for an offer that is no longer current")
        }
        var offer = offered.offer
        offer.isUnsent = state.stage.isMuted ? true : nil
        state.stage.standing = .awaitingPayment(offer, link, .open)
        cancel(.linkRetry)
        schedule(.offerExpiry, inHours: playbook.policy.offerExpiryHours)
        note(.payment, "link \(link.id) for \(offer.productName), \(MoneyFormat.text(offer.price, in: .en))")
        guard !state.stage.isMuted else { return }
        schedule(.paymentReminder, inHours: playbook.policy.paymentReminderHours)
        sendLink(offer, link, words: offered.words)
    }

    mutating func linkFailed(_ id: OfferID, _ reason: String, _ trouble: LinkTrouble) {
        guard case .offered(var offered) = state.stage.standing, offered.offer.id == id else {
            return note(.ignored, "a failed link for an offer that is no longer current: \(reason)")
        }
        let isFirst = offered.failures == 0
        offered.failures += 1
        if trouble == .kept { offered.spentKeys = (offered.spentKeys ?? 0) + 1 }
        offered.words = nil
        state.stage.standing = .offered(offered)
        // A long outage doesn't fill the transcript.
        if offered.failures <= 5 || offered.failures % 20 == 0 { note(.payment, "no link yet: \(reason)") }
        if trouble == .final { return linkRefusedForGood(offered, reason, isFirst: isFirst) }
        if isFirst, !state.stage.isMuted { send(.text(text(.linkComing, values(of: offered.offer)))) }
        if trouble == .refused, isFirst {
            alert(.linkFailed, "The customer waits for a payment link, and Stripe refuses the key: \(reason)")
        } else if offered.failures == 10 {
            alert(.linkFailed, "Stripe has given no payment link for a while: \(reason)")
        }
        // 15 s, 30 s, 1 min … up to a quarter of an hour.
        let seconds = min(15 << min(offered.failures - 1, 6), 900)
        effects.append(.schedule(.linkRetry, at: now.adding(milliseconds: Int64(seconds) * 1_000)))
    }

    private mutating func linkRefusedForGood(_ offered: Offered, _ reason: String, isFirst: Bool) {
        alert(.linkFailed, "Stripe refuses the payment link: \(reason)")
        // Nothing will bring this link: after the release the customer isn't told that it is coming.
        state.stage.standing = .qualified(Qualified(recommended: offered.offer.product))
        cancel(.linkRetry)
        guard !state.stage.isMuted else { return }
        if isFirst { send(.text(text(.noPayments, values(of: offered.offer)))) }
        handOff(.noPayments, saying: nil)
    }

    mutating func sendLink(_ offer: Offer, _ link: PaymentLink, words: String?) {
        let line = text(.offerLine, values(of: offer))
        var body = words.map { $0 + "\n\n" + line } ?? text(.offer, values(of: offer))
        if body.count > WhatsAppSizes.interactiveBody { body = text(.offer, values(of: offer)) }
        let content = OutMessage.Content.link(body, label: text(.payButton), url: link.url)
        let fixedText = fixedText(.offer, values(of: offer).merging(["url": link.url]) { $1 })
        effects.append(.send(OutMessage(content, fixedText: fixedText)))
        guard case .awaitingPayment(var current, let link, let progress) = state.stage, current.isUnsent != nil else {
            return
        }
        current.isUnsent = nil
        state.stage = .awaitingPayment(current, link, progress)
    }

    // MARK: Talking on

    mutating func whileOffered(_ turn: Reply, _ offered: Offered) {
        if turn.wantsToBuy, let product = newProduct(turn, than: offered.offer) {
            return offer(product, words: turn.words)
        }
        send(.text(turn.words ?? faqAnswer(turn) ?? text(.linkComing, values(of: offered.offer))))
    }

    mutating func whileAwaitingPayment(
        _ turn: Reply,
        _ current: Offer,
        _ link: PaymentLink,
        _ progress: PaymentProgress
    ) {
        if turn.wantsToBuy {
            if let product = newProduct(turn, than: current) { return offer(product, words: turn.words) }
            if progress == .open { return sendLink(current, link, words: turn.words) }
            return send(.text(turn.words ?? text(.paymentPending, values(of: current))))
        }
        if turn.understanding.intent == .decline {
            cancel(.paymentReminder)
            return send(.text(turn.words ?? text(.declined)))
        }
        if turn.words == nil, faqAnswer(turn) == nil, turn.understanding.intent != .question, progress == .open {
            return sendLink(current, link, words: nil)
        }
        answer(turn, orElse: .anythingElse)
    }

    /// Another product, or the same one whose price has changed since.
    private func newProduct(_ turn: Reply, than offer: Offer) -> Product? {
        guard let product = turn.understanding.product.flatMap(playbook.catalog.product) else { return nil }
        return product.id == offer.product && product.price == offer.price ? nil : product
    }

    mutating func afterPayment(_ turn: Reply) {
        if turn.wantsToBuy, turn.understanding.product != nil { return buy(turn) }
        if turn.words == nil, faqAnswer(turn) == nil { alert(.unanswered, "A paid customer wrote.") }
        if let words = turn.words ?? faqAnswer(turn) { return send(.text(words)) }
        send(.text(text(.afterPaid)))
    }
}
