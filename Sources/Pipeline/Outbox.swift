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
    let log: Logger

    /// One try at one row, recorded whatever comes of it.
    func send(_ row: OutboxRow) async {
        // Stopped before it left: the next process sends it without waiting for a status that can't come.
        let outcome =
            Task.isCancelled
            ? .failed(.retry(at: surroundings.now()), code: "stopped", reason: "the service stopped before the send")
            : await attempt(row)
        let result = SendResult(row: row.id, owner: settings.owner, outcome: outcome)
        if case .failed(let failure, let code, let reason) = outcome {
            log.warning(
                "a send failed",
                metadata: ["row": "\(row.id)", "code": "\(code)", "why": "\(reason)", "next": "\(failure)"]
            )
        }
        // Recorded in a task of its own: a stop in between would forget that the message left.
        await surroundings.spawn { [store, surroundings, log] in
            do { try await store.record([result], now: surroundings.now()) } catch {
                // The row stays claimed until its lease ends and is reconciled by its status then.
                log.error("what came of a send is not recorded", metadata: ["row": "\(row.id)", "why": "\(error)"])
            }
        }.value
    }

    private func attempt(_ row: OutboxRow) async -> SendResult.Outcome {
        do throws(OutsideError) {
            switch row.task {
            case .message(let message):
                guard let outgoing = translate.outgoing(message, row: row.id, to: row.address) else {
                    return .failed(.dead, code: "no_address", reason: "the customer has no address")
                }
                let problems = outgoing.problems()
                guard problems.isEmpty else {
                    return .failed(.dead, code: "invalid_message", reason: problems.joined(separator: "; "))
                }
                let receipt = try await whatsApp.send(outgoing, row.address.channel)
                return .accepted(messageID: receipt.messageID)
            case .deactivateLink(let link, let offer):
                try await deactivate(link, offer)
                return .accepted(messageID: nil)
            }
        } catch {
            return .failed(next(after: error, row), code: error.code, reason: error.message)
        }
    }

    private func deactivate(_ link: Conversation.PaymentLink, _ offer: OfferID) async throws(OutsideError) {
        guard let stripe else { return }
        try await stripe.deactivatePaymentLink(link.id, "crset-deactivate-\(offer)")
        for session in try await stripe.openSessions(link.id) {
            do throws(OutsideError) {
                _ = try await stripe.expireSession(session.id, "crset-expire-\(session.id)")
            } catch  where error.code == "session_not_open" {
                // Finished meanwhile: its own event tells how.
            }
        }
    }

    /// What follows from a failure: again later, wait for the status, or give up.
    private func next(after error: OutsideError, _ row: OutboxRow) -> SendResult.Failure {
        let now = surroundings.now()
        let isMessage = if case .message = row.task { true } else { false }
        switch error.remedy {
        case .useTemplate:
            // A nudge would come too late; the others go when the customer writes again.
            if case .message(let message) = row.task, message.fixedText?.isNudge != true { return .waitForCustomer }
            return .dead
        case .giveUp, .useFallback:
            return .dead
        case .outcomeUnknown where isMessage:
            let until = now.adding(milliseconds: settings.reconciliationWindow)
            return until.milliseconds - row.createdAt.milliseconds > settings.retryHorizon
                ? .dead : .unknown(until: until)
        case .retry, .slowDown, .outcomeUnknown:
            let at = now.adding(milliseconds: backoff(error.remedy, attempt: row.attempt))
            return at.milliseconds - row.createdAt.milliseconds > settings.retryHorizon ? .dead : .retry(at: at)
        }
    }

    /// 1, 2, 4 … 300 s, no sooner than the service asks; for rate limits 4^X s as WhatsApp advises.
    private func backoff(_ remedy: OutsideError.Remedy, attempt: Int) -> Int64 {
        let step = min(attempt - 1, 10)
        switch remedy {
        case .slowDown(let wait): return max(Int64(wait ?? 0), min(1_000 << (2 * Int64(step)), 3_600_000))
        case .retry(let wait): return max(Int64(wait ?? 0), min(1_000 << Int64(step), 300_000))
        default: return min(1_000 << Int64(step), 300_000)
        }
    }
}
