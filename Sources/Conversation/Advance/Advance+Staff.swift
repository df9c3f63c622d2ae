// People: staff on the command line, and the owner on the phone.

extension Step {
    mutating func staffCommanded(_ command: StaffCommand) {
        switch command {
        case .takeOver(let name):
            takeOver(.staffTookOver, by: name)
        case .release(let name):
            release(by: name)
        case .reply(let text, let name):
            takeOver(.staffTookOver, by: name)
            effects.append(.send(OutMessage(.text(text), author: .staff)))
        case .setStage(let name, let reason, let who):
            setStage(name, reason, by: who)
        }
    }

    mutating func ownerAnswered() { takeOver(.ownerAnswered, by: nil) }

    private mutating func takeOver(_ reason: HandOff.Reason, by name: String?) {
        schedule(.takeoverRelease, inHours: playbook.policy.takeoverReleaseHours)
        if case .handedOff(var handOff) = state.stage {
            guard let name, handOff.staff != name else { return }
            handOff.staff = name
            state.stage = .handedOff(handOff)
            return note(.staff, "\(name) has the conversation")
        }
        if case .optedOut = state.stage { return note(.staff, "\(name ?? "the owner") writes after an opt-out") }
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
            cancel(.followUp, .dormancy, .paymentReminder, .takeoverRelease)
        case .dormant:
            if state.stage.name == .dormant || state.stage.isMuted { return }
            cancel(.followUp, .dormancy, .paymentReminder)
            state.stage = .dormant(before: state.stage)
        case .new, .offered, .awaitingPayment, .paid, .handedOff:
            note(.ignored, "the stage \(name.rawValue) follows from what happens")
        }
    }

    private mutating func release(by name: String) {
        switch state.stage {
        case .handedOff(let handOff): state.stage = handOff.before
        case .optedOut(_, let before): state.stage = before
        default: return note(.ignored, "\(name) released a conversation that the bot has")
        }
        cancel(.takeoverRelease)
        note(.staff, "\(name) gave the conversation back to the bot")
        confirmWhatWasPaid()
        // The link that the customer waits for came to nobody meanwhile.
        if case .offered(let offered) = state.stage { effects.append(.createLink(offered.offer)) }
    }

    /// A payment that came while the bot was silent is confirmed once it may speak.
    private mutating func confirmWhatWasPaid() {
        guard case .paid(var payment) = state.stage, !payment.isConfirmedInChat else { return }
        payment.isConfirmedInChat = true
        state.stage = .paid(payment)
        if let index = state.payments.firstIndex(where: { $0.sessionID == payment.sessionID }) {
            state.payments[index].isConfirmedInChat = true
        }
        send(fixed: .paid, values(of: payment.offer))
    }

    // MARK: Timers

    mutating func timerFired(_ kind: TimerKind) {
        switch (kind, state.stage) {
        case (.followUp, .qualifying), (.followUp, .qualified):
            send(fixed: .followUp)
            schedule(.dormancy, inHours: playbook.policy.dormantHours)
        case (.paymentReminder, .awaitingPayment(let offer, let link, .open)):
            send(fixed: .paymentReminder, values(of: offer), url: link.url)
        case (.offerExpiry, _):
            expireOffer()
        case (.dormancy, .qualifying), (.dormancy, .qualified), (.dormancy, .disqualified), (.dormancy, .paid),
            (.dormancy, .awaitingPayment), (.dormancy, .offered):
            state.stage = .dormant(before: state.stage)
        case (.takeoverRelease, .handedOff):
            release(by: "the clock")
        case (.linkRetry, _) where state.stage.isMuted:
            note(.ignored, "the link waits until the bot may speak again")
        case (.linkRetry, _):
            if case .offered(let offered) = state.stage.standing { effects.append(.createLink(offered.offer)) }
        default:
            note(.ignored, "the timer \(kind.rawValue) has nothing to do in \(state.stage.name.rawValue)")
        }
    }

    private mutating func expireOffer() {
        guard case .awaitingPayment(let offer, let link, .open) = state.stage.standing else {
            return note(.ignored, "no open offer to end")
        }
        state.formerOffers = (state.formerOffers + [FormerOffer(offer: offer, link: link)]).suffix(10)
        effects.append(.deactivateLink(link, offer.id))
        state.stage.standing = .qualified(Qualified(recommended: offer.product))
        cancel(.paymentReminder)
        note(.payment, "the offer ended unpaid")
    }
}
