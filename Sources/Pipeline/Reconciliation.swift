import Conversation
import Logging
import Storage

/// Finds sends whose answer never came, and sends again only those for which no status came either.
struct Reconciliation: Sendable {
    let store: any Store
    let settings: PipelineSettings
    let surroundings: Surroundings
    let heartbeat: Heartbeat
    let log: Logger

    /// When the outbox has something to do again. What is due to be settled by now is settled first.
    func nextWake() async throws -> Timestamp? {
        guard let wake = try await store.nextWake().outbox else { return nil }
        let now = surroundings.now()
        guard wake <= now else { return wake }
        try await settle(at: now)
        return now
    }

    /// What is due by now.
    func settle(at now: Timestamp) async throws {
        // Nothing is concluded from silence before it is certain that a status could have been heard.
        try await heartbeat.beatIfDue()
        let found = try await store.reconcile(now: now, windowMilliseconds: settings.reconciliationWindow)
        if found.becameUncertain > 0 {
            log.warning("sends of a lost worker are uncertain", metadata: ["rows": "\(found.becameUncertain)"])
        }
    }
}
