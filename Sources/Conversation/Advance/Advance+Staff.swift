// People: staff on the command line, and the owner on the phone.

extension Step {
    mutating func staffCommanded(_ command: StaffCommand) {
        switch command {
        case .takeOver(let name):
            takeOver(.staffTookOver, by: name)
        case .release(let name, let newer):
            let waiting = unanswered
            release(by: name)
            if let newer { answer(waiting + newer) }
        case .reply(let text, let name):
            reply([.text(text)], by: name)
        case .send(let contents, let name):
            reply(contents, by: name)
        case .setStage(let name, let reason, let who):
            setStage(name, reason, by: who)
        }
    }

    private mutating func reply(_ contents: [OutMessage.Content], by name: String) {
        takeOver(.staffTookOver, by: name)
        staffWrote()
        for content in contents { effects.append(.send(OutMessage(content, author: .staff))) }
    }

    mutating func ownerAnswered() {
        takeOver(.ownerAnswered, by: nil)
        staffWrote()
    }

    private mutating func staffWrote() {
        guard case .handedOff(var handOff) = state.stage else { return }
        handOff.lastStaffAt = now
        handOff.unanswered = nil
        state.stage = .handedOff(handOff)
    }

    private mutating func takeOver(_ reason: HandOff.Reason, by name: String?) {
        if case .optedOut = state.stage { return note(.staff, "\(name ?? "the owner") writes after an opt-out") }
        watchTakeover()
        if case .handedOff(var handOff) = state.stage {
            guard let name, handOff.staff != name else { return }
            handOff.staff = name
            state.stage = .handedOff(handOff)
            return note(.staff, "\(name) has the conversation")
        }
        handOff(reason, by: name, saying: nil)
        note(.staff, "\(name ?? "the owner") took over")
    }

    /// A person knows better. Where a conversation is with a person it stays there, and goes on from here after release.
    private mutating func setStage(_ name: Stage.Name, _ reason: String, by who: String) {
        note(.staff, "\(who) sets the stage \(name.rawValue): \(reason)")
        switch name {
        case .qualifying, .qualified, .disqualified:
            retireCurrentOffer()
            cancel(.linkRetry, .followUp)
            if case .dormant(let before) = state.stage { state.stage = before }
            switch name {
            case .qualifying: state.stage.standing = .qualifying(Qualifying())
            case .disqualified: state.stage.standing = .disqualified(reason: reason)
            default:
                let product = playbook.catalog.recommended(for: state.fields)
                state.stage.standing = .qualified(Qualified(recommended: product?.id))
            }
        case .optedOut:
            if case .optedOut = state.stage { return }
            state.stage = .optedOut(at: now, before: state.stage)
            cancel(.followUp, .dormancy, .paymentReminder, .takeoverReminder, .takeoverRelease)
        case .dormant:
            if state.stage.name == .dormant || state.stage.isMuted { return }
            cancel(.followUp, .dormancy, .paymentReminder)
            if state.stage.name == .paid { return note(.ignored, "a lead that has paid stays so") }
            state.stage = .dormant(before: state.stage)
        case .new, .offered, .awaitingPayment, .paid, .handedOff:
            note(.ignored, "the stage \(name.rawValue) follows from what happens")
        }
    }

    /// What the customer wrote since a person did.
    var unanswered: [CustomerMessage] {
        guard case .handedOff(let handOff) = state.stage else { return [] }
        return handOff.unanswered ?? []
    }

    private mutating func answer(_ waiting: [CustomerMessage]) {
        if waiting.isEmpty { return }
        if mayAnswer(waiting) { return customerWrote(waiting) }
        alert(.unanswered, "The customer waits for an answer; " + Self.onlyTemplates)
    }

    /// While WhatsApp lets the bot.
    func mayAnswer(_ waiting: [CustomerMessage]) -> Bool {
        CustomerWindow.isOpen(since: waiting.map(\.at).max(), at: now)
    }

    static let onlyTemplates = "more than 24 hours after they wrote, only a template reaches them."

    mutating func release(by name: String) {
        let optedOut = state.stage.name == .optedOut
        guard state.stage.isMuted else {
            return note(.ignored, "\(name) released a conversation that the bot has")
        }
        // With all that lies beneath: an opt-out under a person's hands, a rest before somebody wrote.
        state.stage = state.stage.standing
        cancel(.takeoverReminder, .takeoverRelease)
        note(.staff, "\(name) gave the conversation back to the bot")
        confirmWhatWasPaid()
        // Whoever wanted no messages hears nothing unasked, and is offered anew what they ask for.
        if optedOut {
            guard case .offered(let offered) = state.stage else { return }
            return state.stage = .qualified(Qualified(recommended: offered.offer.product))
        }
        // The link that the customer waits for came to nobody meanwhile.
        if case .offered(let offered) = state.stage { effects.append(.createLink(offered.offer)) }
        if case .awaitingPayment(let offer, let link, .open) = state.stage, offer.isUnsent == true {
            sendLink(offer, link, words: nil)
        }
        if case .awaitingPayment(let offer, _, .open) = state.stage, offer.remindedAt == nil {
            schedule(.paymentReminder, inHours: playbook.policy.paymentReminderHours)
        }
        scheduleFollowUp()
    }

    /// Payments that came while the bot was silent are confirmed once it may speak.
    private mutating func confirmWhatWasPaid() {
        for index in state.payments.indices where !state.payments[index].isConfirmedInChat {
            state.payments[index].isConfirmedInChat = true
            send(fixed: .paid, values(of: state.payments[index].offer))
        }
        guard case .paid(var payment) = state.stage else { return }
        payment.isConfirmedInChat = true
        state.stage = .paid(payment)
    }
}
