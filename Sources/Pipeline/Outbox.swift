import Conversation
import Integrations
import Logging
import Storage

/// Sends what the turns have written: per customer in order, many customers at once.
struct Outbox: Sendable {
    let store: any Store
    let whatsApp: WhatsAppClient
    let stripe: StripeClient?
    let translate: Translate
    let settings: PipelineSettings
    let surroundings: Surroundings
    let pace: SendPace
    let heartbeat: Heartbeat
    let alerts: ServiceAlerts
    let log: Logger
    var meter = Meter.none
    let uploads = Uploads()

    /// One try at one row, recorded whatever comes of it.
    func send(_ row: OutboxRow) async {
        // Stopped before it left: the next process sends it without waiting for a status that can't come.
        let start = surroundings.now()
        let outcome = Task.isCancelled ? stopped : await attempt(row, heartbeat.silences)
        meter.took(.send, ["outcome": outcome.word], start.milliseconds(until: surroundings.now()))
        let result = SendResult(row: row.id, owner: settings.owner, attempt: row.attempt, outcome: outcome)
        if case .failed(let failure, let code, let reason) = outcome {
            let isWithdrawn = if case .withdrawn = failure { true } else { false }
            log.log(
                level: isWithdrawn ? .info : .warning,
                isWithdrawn ? "a nudge is not sent" : "a send failed",
                metadata: ["row": "\(row.id)", "code": "\(code)", "why": "\(reason)", "next": "\(failure)"]
            )
        }
        // Recorded in a task of its own: a stop in between would forget that the message left.
        let recording = surroundings.spawn { [store, surroundings, log, window = settings.reconciliationWindow] in
            do {
                try await surroundings.untilStored {
                    let now = surroundings.now()
                    try await store.record([result.listening(from: now, for: window)], now: now)
                }
            } catch {
                // The row stays claimed until its lease ends and is reconciled by its status then.
                log.error("what came of a send is not recorded", metadata: ["row": "\(row.id)", "why": "\(error)"])
            }
        }
        // Then it is tried once, and not until the store comes back.
        await withTaskCancellationHandler {
            await recording.value
        } onCancel: {
            recording.cancel()
        }
    }

    var stopped: SendResult.Outcome {
        .failed(.retry(at: surroundings.now()), code: "stopped", reason: "the service stopped before the send")
    }

    /// Whoever has taken the row over meanwhile never reads this.
    private var unheard: SendResult.Outcome {
        .failed(
            .retry(at: surroundings.now()),
            code: "unheard",
            reason: "not tried: the store has not heard that this process lives, so another one may send it"
        )
    }

    /// `silences`: of this process when it claimed the row.
    private func attempt(_ row: OutboxRow, _ silences: Int) async -> SendResult.Outcome {
        switch row.task {
        case .message where row.isSilenced:
            return .failed(.dead, code: "silenced", reason: "the bot was silenced before it could be sent")
        case .message(let message):
            if let withdrawn = withdrawn(message, row) { return withdrawn }
            if case .file(let file, _) = message.content { return await carry(file, message, row, silences) }
            switch form(of: message, row) {
            case .ready(let outgoing): return await send(outgoing, row, silences)
            case .refused(let failure, let code, let reason): return .failed(failure, code: code, reason: reason)
            }
        case .deactivateLink(let link, let offer):
            do throws(OutsideError) {
                try await deactivate(link, offer, attempt: row.attempt)
                return .accepted(messageID: nil)
            } catch {
                return .failed(next(after: error, row), code: error.code, reason: error.message)
            }
        }
    }

    // MARK: Messages

    /// A nudge that was held up is not for a customer who has written since, nor for the night.
    private func withdrawn(_ message: OutMessage, _ row: OutboxRow) -> SendResult.Outcome? {
        guard let fixedText = message.fixedText, fixedText.isNudge else { return nil }
        let timer = fixedText.nudgeTimer
        if timer != nil, let last = row.lastCustomerMessageAt, last > row.createdAt {
            return .failed(.withdrawn(again: nil), code: "answered", reason: "the customer wrote before it left")
        }
        if let hours = settings.hours, !hours.isOpen(at: surroundings.now()) {
            return .failed(.withdrawn(again: timer), code: "closed", reason: "it was held up until after closing time")
        }
        return nil
    }

    enum Form {
        case ready(WhatsAppOutgoing)
        case refused(SendResult.Failure, code: String, reason: String)
    }

    /// The message as it may go out at this moment: as it was written while the 24-hour window is open, else as the
    /// template that stands for it, else not before the customer writes again.
    func form(of message: OutMessage, _ row: OutboxRow, mediaID: String = "") -> Form {
        let isTemplate = if case .template = message.content { true } else { false }
        let isOpen = isTemplate || row.isWindowOpen(at: surroundings.now())
        let outgoing =
            isOpen
            ? translate.outgoing(message, row: row.id, to: row.address, mediaID: mediaID)
            : translate.template(for: message, row: row.id, to: row.address, settings.templates)
        guard let outgoing else {
            if isOpen { return .refused(.dead, code: "no_address", reason: "the customer has no address") }
            // A nudge would come too late; the others go when the customer writes again.
            return .refused(
                message.fixedText?.isNudge == true ? .withdrawn(again: nil) : .waitForCustomer,
                code: "window_closed",
                reason: "more than 24 hours since the customer wrote, and no template stands for it"
            )
        }
        let problems = outgoing.problems()
        guard problems.isEmpty else {
            return .refused(.dead, code: "invalid_message", reason: problems.joined(separator: "; "))
        }
        return .ready(outgoing)
    }

    /// Longer than this nothing is held in hand; it goes back to its lane.
    private static let heldMilliseconds: Int64 = 5_000

    func send(_ outgoing: WhatsAppOutgoing, _ row: OutboxRow, _ silences: Int) async -> SendResult.Outcome {
        // Before it takes a place, which may be the only one: that of the probe.
        guard heartbeat.isHeard(since: silences) else { return unheard }
        let now = surroundings.now()
        guard let place = pace.place(at: now), place.milliseconds - now.milliseconds < Self.heldMilliseconds else {
            let code = pace.halt?.code ?? "too_fast"
            return .failed(
                .retry(at: max(pace.opensAt(now), now.adding(milliseconds: 1_000))),
                code: code,
                reason: "not tried: sending is halted or too fast for the number"
            )
        }
        do throws(OutsideError) {
            if place > now {
                try? await surroundings.sleep(place)
                guard heartbeat.isHeard(since: silences) else { return unheard }
            }
            if Task.isCancelled { return stopped }
            let receipt = try await whatsApp.send(outgoing, row.address.channel)
            await learn(nil)
            return .accepted(messageID: receipt.messageID)
        } catch {
            await learn(error)
            return .failed(next(after: error, row), code: error.code, reason: error.message)
        }
    }

    func learn(_ error: OutsideError?) async {
        switch pace.learn(error, at: surroundings.now()) {
        case .halted:
            guard let error else { return }
            await alerts.raise(
                .whatsAppToken,
                problem: "WhatsApp refuses every message: \(error.code) \(error.message)",
                mend: Int(error.code).map(WhatsAppErrorTable.advice) ?? "Check WHATSAPP_API_BASE and the access token."
            )
        case .resumed, .taken: await alerts.settle(.whatsAppToken)
        case nil: break
        }
    }

    // MARK: Links

    /// Done twice it does no harm, so each try has keys of its own: Stripe would give a failure again for the same one.
    private func deactivate(
        _ link: Conversation.PaymentLink,
        _ offer: OfferID,
        attempt: Int
    ) async throws(OutsideError) {
        guard let stripe else {
            // It could still be paid. Somebody may have left out the key by mistake.
            throw OutsideError(
                service: .stripe,
                code: "not_configured",
                message: "the link can't be ended without Stripe; set STRIPE_SECRET_KEY, or end it in the dashboard",
                remedy: .retry(afterMilliseconds: 900_000)
            )
        }
        try await stripe.deactivatePaymentLink(link.id, "crset-deactivate-\(offer)-\(link.id)-\(attempt)")
        for session in try await stripe.openSessions(link.id) {
            do throws(OutsideError) {
                _ = try await stripe.expireSession(session.id, "crset-expire-\(session.id)-\(attempt)")
            } catch  where error.code == "session_not_open" {
                // Finished meanwhile: its own event tells how.
            }
        }
    }

    // MARK: What follows from a failure

    /// Again later, wait for the status, or give up.
    func next(after error: OutsideError, _ row: OutboxRow) -> SendResult.Failure {
        let now = surroundings.now()
        let isMessage = if case .message = row.task { true } else { false }
        if isMessage, let most = WhatsAppErrorTable.attemptsMax(error.code),
            row.failures[error.code, default: 0] + 1 >= most
        {
            return .dead
        }
        switch error.remedy {
        case .useTemplate:
            // Its history says now that the window is shut, whatever our clock says. A template can't be helped.
            return row.isWindowOpen(at: now) ? .retry(at: now) : .dead
        case .giveUp, .useFallback:
            return .dead
        case .outcomeUnknown where isMessage:
            let until = now.adding(milliseconds: settings.reconciliationWindow)
            return until.milliseconds - row.triesSince.milliseconds > settings.retryHorizon
                ? .dead : .unknown(until: until)
        case .retry, .slowDown, .outcomeUnknown, .halt:
            let at = now.adding(milliseconds: backoff(after: error, row))
            // What the service itself says to wait may end behind the horizon: then there is one try more.
            let last = error.isPatienceAsked ? now : at
            return last.milliseconds - row.triesSince.milliseconds > settings.retryHorizon ? .dead : .retry(at: at)
        }
    }

    /// 1, 2, 4 … 300 s, no sooner than the service asks. For rate limits 4^X s as WhatsApp advises, where X counts the
    /// refusals of that kind alone: other trouble doesn't make a customer wait for an hour.
    private func backoff(after error: OutsideError, _ row: OutboxRow) -> Int64 {
        let step = Int64(min(row.attempt - 1, 10))
        switch error.remedy {
        case .slowDown(let wait):
            let refusals = Int64(min(row.failures[error.code, default: 0], 10))
            return max(Int64(wait ?? 0), min(1_000 << (2 * refusals), 3_600_000))
        case .retry(let wait): return max(Int64(wait ?? 0), min(1_000 << step, 300_000))
        case .halt: return 60_000
        case .outcomeUnknown, .useTemplate, .useFallback, .giveUp: return min(1_000 << step, 300_000)
        }
    }
}

extension OutsideError {
    /// The service says how long to wait, at most the three days that WhatsApp's table knows.
    fileprivate var isPatienceAsked: Bool {
        switch remedy {
        case .retry(let wait?), .slowDown(let wait?): (1...259_200_000).contains(wait)
        default: false
        }
    }
}

extension SendResult {
    /// While the store couldn't be written no status could be heard either: the window of an uncertain send is whole from
    /// when that is known.
    fileprivate func listening(from now: Timestamp, for window: Int64) -> SendResult {
        guard case .failed(.unknown(let until), let code, let reason) = outcome else { return self }
        var result = self
        result.outcome = .failed(
            .unknown(until: max(until, now.adding(milliseconds: window))),
            code: code,
            reason: reason
        )
        return result
    }
}

extension SendResult.Outcome {
    /// For what is counted.
    fileprivate var word: String {
        switch self {
        case .accepted: "accepted"
        case .failed(.retry, _, _): "retry"
        case .failed(.unknown, _, _): "unknown"
        case .failed(.waitForCustomer, _, _): "waiting"
        case .failed(.withdrawn, _, _): "withdrawn"
        case .failed(.dead, _, _): "dead"
        }
    }
}
