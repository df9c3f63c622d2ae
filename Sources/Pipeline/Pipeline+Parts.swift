import Integrations
import Logging
import Storage

extension Pipeline {
    /// What all parts share, and how they are made of it.
    struct Common {
        let store: any Store
        let settings: PipelineSettings
        let surroundings: Surroundings
        let alerts: ServiceAlerts
        let pace: SendPace
        let log: Logger
        let meter: Meter

        func sender(_ outside: Outside, _ translate: Translate, _ heartbeat: Heartbeat) -> Outbox {
            Outbox(
                store: store,
                whatsApp: outside.whatsApp,
                stripe: outside.stripe,
                translate: translate,
                settings: settings,
                surroundings: surroundings,
                pace: pace,
                heartbeat: heartbeat,
                alerts: alerts,
                log: log,
                meter: meter
            )
        }

        var digestion: Digestion {
            Digestion(store: store, surroundings: surroundings, rest: settings.digestInterval, log: log)
        }

        func turn(_ outside: Outside, _ playbooks: PlaybookSource) -> Turn {
            let advice = ModelAdvice(
                client: outside.openAI,
                models: outside.models,
                breakers: CircuitBreakers(surroundings: surroundings, log: log),
                alerts: alerts,
                settings: settings,
                surroundings: surroundings,
                log: log,
                meter: meter
            )
            let effects = Effects(
                store: store,
                whatsApp: outside.whatsApp,
                openAI: outside.openAI,
                stripe: outside.stripe,
                advice: advice,
                spending: Spending(store: store, alerts: alerts, settings: settings, surroundings: surroundings),
                alerts: alerts,
                settings: settings,
                log: log
            )
            return Turn(
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
        }

        /// Nil where Stripe isn't configured or isn't to be asked.
        func stripePoll(_ outside: Outside, _ inbox: Inbox, _ translate: Translate) -> StripePoll? {
            guard let stripe = outside.stripe, settings.stripePoll > 0 else { return nil }
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
}
