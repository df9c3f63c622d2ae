import Conversation
import Logging
import Storage

/// Finds sends whose answer never came, and sends again only those for which no status came either.
struct Reconciliation: Sendable {
    let store: any Store
    let settings: PipelineSettings
    let surroundings: Surroundings
    let outbox: Doorbell
    let log: Logger

    func run() async {
        let pause = max(100, min(5_000, settings.reconciliationWindow / 2))
        let stop = Doorbell()
        await stop.untilStopped {
            do {
                let found = try await store.reconcile(
                    now: surroundings.now(),
                    windowMilliseconds: settings.reconciliationWindow
                )
                if found.becamePending > 0 { outbox.ring() }
                if found.becameUncertain > 0 {
                    log.warning("sends of a lost worker are uncertain", metadata: ["rows": "\(found.becameUncertain)"])
                }
            } catch {
                log.error("can't reconcile", metadata: ["why": "\(error)"])
            }
            await stop.wait(until: surroundings.now().adding(milliseconds: pause), surroundings)
        }
    }
}
