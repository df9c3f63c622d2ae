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
    private let turns: Worker<ClaimedTurn>
    private let outbox: Worker<OutboxRow>
    private let stripePoll: StripePoll?
    private let digestion: Digestion
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
        let clock = SharedClock(surroundings, log: log)
        let common = Common(
            store: store,
            settings: settings,
            surroundings: clock.surroundings,
            alerts: ServiceAlerts(store: store, surroundings: clock.surroundings, log: log),
            pace: SendPace(perSecond: settings.messagesPerSecond),
            log: log,
            meter: meter
        )
        self.store = store
        self.surroundings = common.surroundings
        alerts = common.alerts
        translate = Translate(
            settings: settings,
            defaultLanguage: playbooks.current().0.playbook.business.defaultLanguage
        )
        inbox = Inbox(store: store, turns: turnBell, alerts: alerts, log: log)
        heartbeat = Heartbeat(
            store: store,
            settings: settings,
            surroundings: common.surroundings,
            pace: common.pace,
            clock: clock,
            log: log
        )
        let sender = common.sender(outside, translate, heartbeat)
        let held = Held()
        turns = Self.turnWorker(
            common.turn(outside, playbooks),
            sender,
            heartbeat,
            held,
            turnBell,
            outboxBell,
            alerts
        )
        reconciliation = Reconciliation(
            store: store,
            settings: settings,
            surroundings: common.surroundings,
            heartbeat: heartbeat,
            playbooks: playbooks,
            turns: turnBell,
            log: log
        )
        outbox = Self.outboxWorker(sender, reconciliation, held, outboxBell, turnBell, alerts)
        stripePoll = common.stripePoll(outside, inbox, translate)
        digestion = common.digestion
    }

    /// Takes up the time that all processes on the store share, before anything is stamped with another one. Where the
    /// store can't be reached, the first heartbeat does.
    public func followClock() async { try? await heartbeat.clock.follow(store) }

    /// Somebody in this process has left work in the store.
    public func wake() {
        turns.bell.ring()
        outbox.bell.ring()
    }

    public func run() async throws {
        // Before anything old leaves. Where the store is out of reach, the first beat finds it.
        try? await reconciliation.redoLateAnswers()
        // All end with this scope.
        async let _ = hear()
        async let _ = digestion.run()
        async let _ = stripePoll?.run()
        await withTaskGroup(of: Void.self) { heart in
            heart.addTask {
                await heartbeat.run {
                    // Also while the outbox is too busy to rest.
                    try await reconciliation.settle(at: surroundings.now())
                    try await reconciliation.redoLateAnswers()
                    outbox.bell.ring()
                }
            }
            await work()
            // A beat that lands after the farewell would say that this process still serves.
            heart.cancelAll()
        }
        await heartbeat.leave()
    }

    /// Until the last turn and send are done.
    private func work() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await turns.run() }
            group.addTask { await outbox.run() }
        }
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
}
