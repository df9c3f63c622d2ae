import Conversation
import Integrations
import Storage

extension Pipeline {
    static func turnWorker(
        _ turn: Turn,
        _ sender: Outbox,
        _ heartbeat: Heartbeat,
        _ held: Held,
        _ bell: Doorbell,
        _ outbox: Doorbell,
        _ alerts: ServiceAlerts
    ) -> Worker<ClaimedTurn> {
        let (store, settings, surroundings) = (turn.store, turn.settings, turn.surroundings)
        return Worker(
            name: "turns",
            atOnce: settings.turnsAtOnce,
            bulkAtOnce: settings.bulkTurnsAtOnce,
            bell: bell,
            pollInterval: settings.pollInterval,
            surroundings: surroundings,
            alerts: alerts,
            isBulk: { $0.isBulk(at: surroundings.now()) },
            take: { limit, bulkLimit in
                // Nobody would free what a process has claimed of which nobody knows.
                try await heartbeat.beatIfDue()
                let now = surroundings.now()
                let claimed = try await store.claimTurns(
                    owner: settings.owner,
                    now: now,
                    leaseUntil: now.adding(milliseconds: settings.turnLease),
                    limit: limit,
                    bulkLimit: bulkLimit
                )
                held.take(claimed)
                return claimed
            },
            nextWake: { try await store.nextWake().turns },
            work: { claimed in
                defer { held.done(claimed) }
                do {
                    // A turn's first message goes out at once; the outbox finds the others.
                    if let row = try await turn.run(claimed) { await sender.send(row) }
                    outbox.ring()
                } catch is CancellationError {
                    try? await store.abandonTurn(
                        claimed.state.id,
                        owner: settings.owner,
                        retryAt: surroundings.now()
                    )
                } catch {
                    await turn.giveBack(claimed, after: error)
                }
            },
            release: { _ = try await store.releaseTurns(claimedBy: settings.owner, besides: held.turns) }
        )
    }

    static func outboxWorker(
        _ sender: Outbox,
        _ reconciliation: Reconciliation,
        _ held: Held,
        _ bell: Doorbell,
        _ turns: Doorbell,
        _ alerts: ServiceAlerts
    ) -> Worker<OutboxRow> {
        let (store, settings, surroundings) = (sender.store, sender.settings, sender.surroundings)
        return Worker(
            name: "outbox",
            atOnce: settings.sendsAtOnce,
            bulkAtOnce: settings.bulkSendsAtOnce,
            bell: bell,
            pollInterval: settings.pollInterval,
            surroundings: surroundings,
            alerts: alerts,
            isBulk: \.isBulk,
            take: { limit, bulkLimit in
                try await reconciliation.heartbeat.beatIfDue()
                let now = surroundings.now()
                let room = sender.pace.room(at: now)
                // A halt is WhatsApp's alone: a link that has ended must not stay payable because of it.
                let linksOnly = room == 0 && sender.pace.halt != nil
                let limit = linksOnly ? limit : min(limit, room)
                guard limit > 0 else { return [] }
                let rows = try await store.claimOutbox(
                    owner: settings.owner,
                    now: now,
                    leaseUntil: now.adding(milliseconds: settings.sendLease),
                    limit: limit,
                    bulkLimit: min(limit, bulkLimit),
                    linksOnly: linksOnly
                )
                held.take(rows)
                return rows
            },
            nextWake: {
                let wake = try await reconciliation.nextWake()
                return wake.map { max($0, sender.pace.opensAt(surroundings.now())) }
            },
            work: { row in
                defer { held.done(row) }
                await sender.send(row)
                // The next of this customer may go, and a dead letter is an event of its conversation.
                bell.ring()
                turns.ring()
            },
            release: {
                let now = surroundings.now()
                _ = try await store.releaseSends(
                    claimedBy: settings.owner,
                    besides: held.rows,
                    of: held.turns,
                    leaseEndsBefore: now.adding(milliseconds: settings.sendLease),
                    now: now
                )
            }
        )
    }
}
