import Desk
import Logging
import Pipeline
import Prompts
import Storage

/// What the routes of the API lean on.
struct APIServices: Sendable {
    /// Nil: the API answers 503.
    let tokens: Tokens?
    let desk: any StaffDesk
    /// Takes files in as they come.
    let files: Desk
    let deadLetters: any DeadLetterDesk
    let store: any Store
    let surroundings: Surroundings
    let rates: RateLimit
    let bell: EventBell
    let log: Logger

    init(
        _ settings: Settings,
        tokens: Tokens?,
        desk: Desk,
        store: any Store,
        surroundings: Surroundings,
        log: Logger
    ) {
        self.tokens = tokens
        self.desk = desk
        files = desk
        self.store = store
        self.surroundings = surroundings
        self.log = log
        deadLetters = DeadLetterCounter(desk: desk, now: surroundings.now)
        rates = RateLimit(perMinute: settings.api.requestsPerMinute)
        bell = EventBell(desk: desk, now: surroundings.now, streamsMax: settings.api.streamsMax)
    }
}
