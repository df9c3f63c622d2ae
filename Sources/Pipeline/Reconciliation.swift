import Conversation
import Logging
import Prompts
import Storage

/// Finds sends whose answer never came, and sends again only those for which no status came either.
struct Reconciliation: Sendable {
    let store: any Store
    let settings: PipelineSettings
    let surroundings: Surroundings
    let heartbeat: Heartbeat
    let playbooks: PlaybookSource
    let turns: Doorbell
    let log: Logger

    /// Conversations in one step, so that nobody waits for it.
    private static let redoneAtOnce = 200

    /// When the outbox has something to do again. What is due to be settled by now is settled first.
    func nextWake() async throws -> Timestamp? {
        guard let wake = try await store.nextWake().outbox else { return nil }
        let now = surroundings.now()
        guard wake <= now else { return wake }
        try await settle(at: now)
        return now
    }

    /// While WhatsApp took nothing, answers got old. They are worked out again, with a word of apology.
    func redoLateAnswers() async throws {
        let patience = Int64(playbooks.current().0.playbook.policy.apologyAfterMilliseconds)
        guard patience > 0 else { return }
        var redone = 0
        for _ in 0..<50 {
            let more = try await store.redoLateAnswers(
                afterMilliseconds: patience,
                now: surroundings.now(),
                limit: Self.redoneAtOnce
            )
            redone += more
            if more < Self.redoneAtOnce { break }
        }
        guard redone > 0 else { return }
        log.notice("answers that could not leave for long are worked out again", metadata: ["count": "\(redone)"])
        turns.ring()
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
