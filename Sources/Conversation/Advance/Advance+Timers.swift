// What the conversation does by itself, after a while.

extension Step {
    // MARK: Setting

    /// 0 hours: the timer is switched off.
    mutating func schedule(_ kind: TimerKind, inHours hours: Int) {
        guard hours > 0 else { return }
        effects.append(.schedule(kind, at: permitted(kind, at: now.adding(hours: hours))))
    }

    mutating func cancel(_ kinds: TimerKind...) { effects += kinds.map { .cancel($0) } }

    /// Within the business's hours. A nudge that would have to wait until WhatsApp's window is shut, where only a
    /// template may go out, comes a little earlier rather than too late.
    private func permitted(_ kind: TimerKind, at due: Timestamp) -> Timestamp {
        guard let hours = playbook.policy.hours, kind.keepsHours else { return due }
        let opening = hours.nextOpening(from: due)
        guard opening > due, kind.isNudge, CustomerWindow.isOpen(since: state.lastCustomerMessageAt, at: due),
            !CustomerWindow.isOpen(since: state.lastCustomerMessageAt, at: opening)
        else { return opening }
        let halfway = now.adding(milliseconds: (due.milliseconds - now.milliseconds) / 2)
        return hours.lastMoment(before: due, since: halfway) ?? opening
    }

    mutating func scheduleFollowUp() {
        let policy = playbook.policy
        switch state.stage {
        case .qualifying, .qualified:
            if policy.followUpHours > 0, state.isMarketingOff != true {
                schedule(.followUp, inHours: policy.followUpHours)
            } else {
                schedule(.dormancy, inHours: policy.dormantHours)
            }
        case .awaitingPayment, .offered, .disqualified, .new:
            schedule(.dormancy, inHours: policy.dormantHours)
        case .paid, .handedOff, .optedOut, .dormant:
            break
        }
    }

    /// A person has the conversation from now on: first they are reminded of it, then the bot has it again. A weekend in
    /// between leaves them time after the reminder, too.
    mutating func watchTakeover() {
        let policy = playbook.policy
        schedule(.takeoverReminder, inHours: policy.takeoverReminderHours)
        guard policy.takeoverReleaseHours > 0 else { return }
        var due = now.adding(hours: policy.takeoverReleaseHours)
        let between = Int64(policy.takeoverReleaseHours - policy.takeoverReminderHours) * 3_600_000
        if policy.takeoverReminderHours > 0, between > 0 {
            let reminded = permitted(.takeoverReminder, at: now.adding(hours: policy.takeoverReminderHours))
            due = max(due, reminded.adding(milliseconds: between / 4))
        }
        effects.append(.schedule(.takeoverRelease, at: permitted(.takeoverRelease, at: due)))
    }

    // MARK: Firing

    mutating func timerFired(_ kind: TimerKind) {
        // Late, after an outage, or set before the hours were changed.
        if let hours = playbook.policy.hours, kind.keepsHours, !hours.isOpen(at: now) {
            return effects.append(.schedule(kind, at: hours.nextOpening(from: now)))
        }
        switch (kind, state.stage) {
        case (.followUp, .qualifying), (.followUp, .qualified):
            followUp()
        case (.paymentReminder, .awaitingPayment(let offer, let link, .open)):
            remind(of: offer, link)
        case (.offerExpiry, _):
            expireOffer()
        case (.dormancy, .qualifying), (.dormancy, .qualified), (.dormancy, .disqualified),
            (.dormancy, .awaitingPayment), (.dormancy, .offered), (.dormancy, .new):
            state.stage = .dormant(before: state.stage)
        case (.takeoverReminder, .handedOff(let handOff)):
            remindStaff(handOff)
        case (.takeoverRelease, .handedOff):
            giveBack()
        case (.linkRetry, _) where state.stage.isMuted:
            note(.ignored, "the link waits until the bot may speak again")
        case (.linkRetry, _):
            if case .offered(let offered) = state.stage.standing { effects.append(.createLink(offered.offer)) }
        default:
            note(.ignored, "the timer \(kind.rawValue) has nothing to do in \(state.stage.name.rawValue)")
        }
    }

    private mutating func followUp() {
        schedule(.dormancy, inHours: playbook.policy.dormantHours)
        if state.isMarketingOff == true { return note(.ignored, "no follow-up: marketing messages are switched off") }
        send(fixed: .followUp)
    }

    private mutating func remind(of offer: Offer, _ link: PaymentLink) {
        let hours = playbook.policy.paymentReminderHours
        // They talked since the link was sent: the silence counts from there.
        if let last = state.lastCustomerMessageAt, now < last.adding(milliseconds: Int64(hours) * 1_800_000) {
            return schedule(.paymentReminder, inHours: hours)
        }
        var offer = offer
        offer.remindedAt = now
        state.stage = .awaitingPayment(offer, link, .open)
        send(fixed: .paymentReminder, values(of: offer), url: link.url)
    }

    private mutating func remindStaff(_ handOff: HandOff) {
        let who = handOff.staff ?? "Nobody"
        let isWaiting =
            handOff.staff == nil && handOff.lastStaffAt == nil
            || (state.lastCustomerMessageAt ?? handOff.at) > (handOff.lastStaffAt ?? handOff.at)
        let release = playbook.policy.takeoverReleaseHours
        alert(
            .takeoverForgotten,
            (handOff.staff == nil
                ? "Nobody has taken this conversation" : "\(who) has this conversation and hasn't written for a while")
                + (isWaiting ? ", and the customer waits for an answer." : ".")
                + (release > 0
                    ? " Release it, or the bot takes it again after \(release) hours." : " Answer or release it.")
        )
    }

    /// Nobody came back to a customer who waits: the bot answers, while WhatsApp lets it.
    private mutating func giveBack() {
        let waiting = unanswered
        let mayWrite = mayAnswer(waiting)
        alert(
            .takeoverReleased,
            "Nobody has written for a while: the bot has the conversation again"
                + (waiting.isEmpty
                    ? "."
                    : mayWrite
                        ? " and answers what the customer wrote meanwhile."
                        : ". The customer waits for an answer; " + Self.onlyTemplates)
        )
        release(by: "the clock")
        if mayWrite { customerWrote(waiting) }
    }

    /// The link stops, and with it the sessions that are open on its page; the customer is told once.
    private mutating func expireOffer() {
        guard case .awaitingPayment(let offer, let link, .open) = state.stage.standing else {
            return note(.ignored, "no open offer to end")
        }
        // Not under the hands of somebody who is just asking about it.
        if let last = state.lastCustomerMessageAt, now < last.adding(hours: 1) {
            return effects.append(.schedule(.offerExpiry, at: last.adding(hours: 1)))
        }
        state.formerOffers = (state.formerOffers + [FormerOffer(offer: offer, link: link)]).suffix(10)
        effects.append(.deactivateLink(link, offer.id))
        state.stage.standing = .qualified(Qualified(recommended: offer.product))
        cancel(.paymentReminder)
        note(.payment, "the offer ended unpaid")
        guard case .qualified = state.stage else { return }
        send(fixed: .offerExpired, values(of: offer))
        schedule(.dormancy, inHours: playbook.policy.dormantHours)
    }
}

extension TimerKind {
    /// What reaches a customer or staff unasked. A link that was promised comes at any hour.
    var keepsHours: Bool {
        switch self {
        case .followUp, .paymentReminder, .offerExpiry, .takeoverReminder, .takeoverRelease: true
        case .dormancy, .linkRetry: false
        }
    }

    fileprivate var isNudge: Bool { self == .followUp || self == .paymentReminder }
}
