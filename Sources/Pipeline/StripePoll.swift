import Conversation
import Integrations
import Logging
import Storage

import class Foundation.JSONDecoder
import class Foundation.JSONEncoder

/// Asks Stripe for its events over an overlapping window, for those that no webhook brought, or brought too late. They
/// take the same way as a webhook's, on which what is known already has no effect.
struct StripePoll: Sendable {
    let store: any Store
    let stripe: StripeClient
    let inbox: Inbox
    let translate: Translate
    let settings: PipelineSettings
    let surroundings: Surroundings
    let alerts: ServiceAlerts
    let log: Logger

    static let name = "stripe events"

    /// Until cancelled. The first round is done at once: webhooks may have come while nobody was there.
    func run() async {
        var isStart = true
        while !Task.isCancelled {
            let next = await round(evenEarly: isStart)
            isStart = false
            try? await surroundings.sleep(next)
        }
    }

    /// Says when the next one is due.
    func round(evenEarly: Bool) async -> Timestamp {
        let now = surroundings.now()
        do {
            let claim = try await store.claimPoll(
                Self.name,
                owner: settings.owner,
                now: now,
                leaseUntil: now.adding(milliseconds: Bounds.lease),
                evenEarly: evenEarly
            )
            switch claim {
            case .taken(let text):
                return try await look(from: Position(text))
            case .later(let at):
                return min(max(at, now.adding(milliseconds: 1_000)), now.adding(milliseconds: settings.stripePoll))
            }
        } catch {
            // The claim ends with its lease, or when the process has left.
            if Task.isCancelled { return now }
            log.error("Stripe's events are not polled", metadata: ["why": "\(error)"])
            return surroundings.now().adding(milliseconds: Bounds.retry)
        }
    }

    private func look(from start: Position) async throws -> Timestamp {
        var position = start
        if position.since == nil { position.open(at: surroundings.now()) }
        for _ in 0..<Bounds.pagesPerRound {
            do throws(OutsideError) {
                position = try await takePage(position)
            } catch {
                return try await failed(error, position)
            }
            await alerts.settle(.stripeKey, .stripeEvents)
            if position.since == nil {
                return try await finish(position, nextAt: surroundings.now().adding(milliseconds: settings.stripePoll))
            }
            let lease = surroundings.now().adding(milliseconds: Bounds.lease)
            let text = try position.text
            guard try await store.keepPoll(Self.name, owner: settings.owner, position: text, leaseUntil: lease) else {
                return surroundings.now().adding(milliseconds: settings.stripePoll)
            }
        }
        // Much has happened; whoever is next goes on from here.
        return try await finish(position, nextAt: surroundings.now().adding(milliseconds: 1_000))
    }

    private func finish(_ position: Position, nextAt: Timestamp) async throws -> Timestamp {
        _ = try await store.finishPoll(Self.name, owner: settings.owner, position: try position.text, nextAt: nextAt)
        return nextAt
    }

    private func failed(_ error: OutsideError, _ position: Position) async throws -> Timestamp {
        try Task.checkCancellation()
        var position = position
        // The event to go on after is older than Stripe's memory: the window begins anew.
        if error.code == "resource_missing", position.after != nil {
            position.after = nil
        } else {
            log.warning(
                "Stripe does not tell its events",
                metadata: ["code": "\(error.code)", "why": "\(error.message)"]
            )
        }
        if error.status == 401 { await alerts.raise(refusedKey: error) }
        if error.status == 403 {
            await alerts.raise(
                .stripeEvents,
                problem: "Stripe does not tell its events: \(error.message)",
                mend:
                    "Give the restricted key of STRIPE_SECRET_KEY read access to Events, or missed payments are not found."
            )
        }
        let wait = min(settings.stripePoll, Bounds.retry)
        return try await finish(position, nextAt: surroundings.now().adding(milliseconds: wait))
    }
}

extension ServiceAlerts {
    func raise(refusedKey error: OutsideError) async {
        await raise(
            .stripeKey,
            problem: "Stripe refuses the key: \(error.message)",
            mend: "Set STRIPE_SECRET_KEY to a valid key and restart. Customers who want to buy wait for their links."
        )
    }
}

// MARK: One page

extension StripePoll {
    /// Commits the events of one page and says where the next one begins.
    private func takePage(_ position: Position) async throws(OutsideError) -> Position {
        let page = try await stripe.events(createdSince: position.since ?? 0, startingAfter: position.after)
        var arrivals: [Arrival] = []
        // The list has the newest first.
        for item in page.items.reversed() { arrivals += try await self.arrivals(of: item) }
        let now = surroundings.now()
        for id in page.unreadable {
            let reason = "a Stripe event that can't be read"
            arrivals.append(
                Arrival(outsideID: "stripe:event:\(id)", receivedAt: now, content: .unmatched(reason: reason))
            )
        }
        try await keep(arrivals, page)
        var next = position
        if page.hasMore, let last = page.lastID { next.after = last } else { next.close() }
        return next
    }

    private func keep(_ arrivals: [Arrival], _ page: StripePage<StripePolledEvent>) async throws(OutsideError) {
        do {
            let news = try await inbox.accept(arrivals).count { if case .new = $0 { true } else { false } }
            guard news > 0 else { return }
            log.notice("Stripe's events were found by polling", metadata: ["events": "\(news)"])
        } catch {
            throw OutsideError(
                service: .stripe,
                code: "not_committed",
                message: "the store takes no events: \(error)",
                remedy: .retry(afterMilliseconds: nil)
            )
        }
    }

    /// A refund or dispute that names no conversation is asked after: its payment intent does.
    private func arrivals(of item: StripePolledEvent) async throws(OutsideError) -> [Arrival] {
        guard var arrival = translate.arrival(of: item.event, at: surroundings.now(), raw: item.raw) else { return [] }
        guard case .payment(let news, let id) = arrival.content else { return [arrival] }
        do {
            if try await store.conversation(ofPaymentIntent: id) != nil { return [arrival] }
        } catch {
            return [arrival]
        }
        var owner: String?
        do throws(OutsideError) {
            owner = try await stripe.paymentIntent(id).metadata["conversation_id"]
        } catch  where error.status == 404 {
            // Of a mode that this key doesn't see.
        } catch  where error.status == 403 {
            // A restricted key that may not read it: a person finds out whose it is.
            return [arrival]
        }
        guard let owner, !owner.isEmpty else {
            try? await store.discardUnmatched(arrival.outsideID)
            return []
        }
        arrival.content = .event(.payment(news), of: ConversationID(owner))
        return [arrival]
    }
}

// MARK: How far it came

extension StripePoll {
    enum Bounds {
        /// Longer than one page takes, with its look-ups.
        static let lease: Int64 = 120_000
        /// 100 events each.
        static let pagesPerRound = 20
        static let retry: Int64 = 60_000
        /// How far a window reaches back into the one before. Events may show up in the list late.
        static let overlapSeconds: Int64 = 1_800
        /// The very first window; so long Stripe itself tries to deliver a webhook.
        static let firstSeconds: Int64 = 3 * 86_400
        /// Stripe tells 30 days; the last hour may slip away while a round goes on.
        static let memorySeconds: Int64 = 30 * 86_400 - 3_600
    }

    /// Unix seconds. The list has the newest first, so an open window is gone through backwards.
    struct Position: Codable, Equatable {
        /// Everything before was seen.
        var through: Int64?
        /// The window under way: from when, seen through when once it is closed, and after which event the next page is.
        var since: Int64?
        var until: Int64?
        var after: String?

        init(_ text: String?) {
            guard let text, let known = try? JSONDecoder().decode(Self.self, from: .init(text.utf8)) else { return }
            self = known
        }

        var text: String {
            get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
        }

        mutating func open(at now: Timestamp) {
            let now = now.milliseconds / 1_000
            let from = through.map { min($0, now) - Bounds.overlapSeconds } ?? now - Bounds.firstSeconds
            (since, until, after) = (max(from, now - Bounds.memorySeconds), now, nil)
        }

        mutating func close() {
            through = until
            (since, until, after) = (nil, nil, nil)
        }
    }
}
