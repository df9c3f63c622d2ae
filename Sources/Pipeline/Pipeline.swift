import Conversation
public import Integrations
public import Logging
import Prompts
public import ServiceLifecycle
public import Storage

/// The way of a message, put together: Webhook → Inbox → Turn → Outbox, with timers and reconciliation beside it.
public struct Pipeline: Service {
    /// The outside, as the pipeline sees it. Nil: not configured.
    public struct Outside: Sendable {
        public var whatsApp: WhatsAppClient
        public var openAI: OpenAIClient?
        public var models: [OpenAIModel]
        public var stripe: StripeClient?

        public init(
            whatsApp: WhatsAppClient,
            openAI: OpenAIClient?,
            models: [OpenAIModel],
            stripe: StripeClient?
        ) {
            self.whatsApp = whatsApp
            self.openAI = openAI
            self.models = models
            self.stripe = stripe
        }
    }

    public let inbox: Inbox
    public let translate: Translate
    /// With the time that all processes on the store share.
    public let surroundings: Surroundings
    public let store: any Store
    /// Trouble that isn't one conversation's.
    public let alerts: ServiceAlerts
    private let log: Logger
    private let turns: Worker<ClaimedTurn>
    private let outbox: Worker<OutboxRow>
    private let stripePoll: StripePoll?
    private let heartbeat: Heartbeat
    private let reconciliation: Reconciliation

    public init(
        store: any Store,
        outside: Outside,
        playbooks: PlaybookSource,
        settings: PipelineSettings,
        surroundings: Surroundings,
        meter: Meter = .none,
        log: Logger
    ) {
        let turnBell = Doorbell()
        let outboxBell = Doorbell()
        self.store = store
        let clock = SharedClock(surroundings, log: log)
        let surroundings = clock.surroundings
        self.surroundings = surroundings
        self.log = log
        let alerts = ServiceAlerts(store: store, surroundings: surroundings, log: log)
        self.alerts = alerts
        translate = Translate(
            settings: settings,
            defaultLanguage: playbooks.current().0.playbook.business.defaultLanguage
        )
        inbox = Inbox(store: store, turns: turnBell, alerts: alerts, log: log)
        let pace = SendPace(perSecond: settings.messagesPerSecond)
        heartbeat = Heartbeat(
            store: store,
            settings: settings,
            surroundings: surroundings,
            pace: pace,
            clock: clock,
            log: log
        )
        let sender = Outbox(
            store: store,
            whatsApp: outside.whatsApp,
            stripe: outside.stripe,
            translate: translate,
            settings: settings,
            surroundings: surroundings,
            pace: pace,
            alerts: alerts,
            log: log,
            meter: meter
        )
        let effects = Effects(
            store: store,
            whatsApp: outside.whatsApp,
            openAI: outside.openAI,
            stripe: outside.stripe,
            advice: ModelAdvice(
                client: outside.openAI,
                models: outside.models,
                breakers: CircuitBreakers(surroundings: surroundings, log: log),
                alerts: alerts,
                settings: settings,
                surroundings: surroundings,
                log: log,
                meter: meter
            ),
            spending: Spending(store: store, alerts: alerts, settings: settings, surroundings: surroundings),
            alerts: alerts,
            settings: settings,
            log: log
        )
        let turn = Turn(
            store: store,
            effects: effects,
            whatsApp: outside.whatsApp,
            playbooks: playbooks,
            settings: settings,
            surroundings: surroundings,
            pace: pace,
            log: log,
            meter: meter
        )
        let held = Held()
        turns = Self.turnWorker(turn, sender, heartbeat, held, turnBell, outboxBell, alerts)
        reconciliation = Reconciliation(
            store: store,
            settings: settings,
            surroundings: surroundings,
            heartbeat: heartbeat,
            log: log
        )
        outbox = Self.outboxWorker(sender, reconciliation, held, outboxBell, turnBell, alerts)
        stripePoll = outside.stripe.flatMap { [inbox, translate] stripe in
            guard settings.stripePoll > 0 else { return nil }
            return StripePoll(
                store: store,
                stripe: stripe,
                inbox: inbox,
                translate: translate,
                settings: settings,
                surroundings: surroundings,
                alerts: alerts,
                log: log
            )
        }
    }

    public func run() async throws {
        // All end with this scope. The heart beats until the last turn and send are done.
        async let _ = hear()
        async let _ = Digestion(store: store, surroundings: surroundings, log: log).run()
        async let _ = heartbeat.run {
            // Also while the outbox is too busy to rest.
            try await reconciliation.settle(at: surroundings.now())
            outbox.bell.ring()
        }
        async let _ = stripePoll?.run()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await turns.run() }
            group.addTask { await outbox.run() }
        }
        await heartbeat.leave()
    }

    /// Rings for what other processes on the same database leave to do.
    private func hear() async {
        for await wake in store.wakeUps() {
            switch wake {
            case .turns: turns.bell.ring()
            case .outbox: outbox.bell.ring()
            }
        }
    }

    private static func turnWorker(
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

    private static func outboxWorker(
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
