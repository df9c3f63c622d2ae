import Conversation

/// A dead letter before its JSON is read.
struct RawDeadLetter: Sendable {
    var id: String
    var kind: DeadLetter.Kind
    var since: Timestamp
    var createdAt: Timestamp
    var conversation: String?
    var address: Address?
    var attempts = 0
    var history = "[]"
    var task: String?
    var writtenSince = 0
    var openEvents = 0
    var reason: String?
    var raw: String?
    var droppedAt: Timestamp?
    var droppedBy: String?

    /// Of any age and by any version, so what can't be read is left out.
    var decoded: DeadLetter {
        let troubles = (try? StoredJSON.decode([OutboxTrouble].self, history)) ?? []
        var letter = DeadLetter(id: id, kind: kind, since: since, createdAt: createdAt)
        letter.conversation = conversation.map { ConversationID($0) }
        letter.address = address
        letter.attempts = attempts
        letter.history = troubles.map {
            DeadLetter.Trouble(at: $0.at, attempt: $0.attempt, code: $0.code, reason: $0.reason)
        }
        if let reason {
            letter.history = [DeadLetter.Trouble(at: since, attempt: 0, code: "unmatched", reason: reason)]
        }
        letter.task = task.flatMap { try? StoredJSON.decode(text: $0) }
        letter.mayHaveArrived = kind == .message && OutboxTrouble.mayHaveArrived(troubles, attempts: attempts)
        letter.writtenSince = writtenSince
        letter.openEvents = openEvents
        letter.raw = raw
        letter.dropped = droppedAt.map { DeadLetter.Dropped(at: $0, by: droppedBy ?? "") }
        return letter
    }
}

extension [RawDeadLetter] {
    /// One page of several lists, each of which came newest first.
    func page(_ limit: Int) -> [DeadLetter] {
        sorted { ($0.since, $0.id) > ($1.since, $1.id) }.prefix(limit).map(\.decoded)
    }
}

/// Whether a message may be sent again.
struct DeadMessage {
    var troubles: [OutboxTrouble]
    var attempts: Int
    var task: String
    /// Of its conversation, as JSON. Nil where its person was forgotten, of whom only links are left.
    var state: String?

    /// Nil: nothing speaks against it.
    func objection(evenTwice: Bool) -> DeadLetterRetry? {
        guard let task = try? StoredJSON.decode(OutboxTask.self, task) else { return .useless }
        guard case .message(let message) = task else { return nil }
        if message.author == .bot {
            // Whether the bot may speak at all is not to be guessed.
            guard let state, let state = try? StoredJSON.decode(ConversationState.self, state) else {
                return .useless
            }
            if state.stage.isMuted { return .muted(state.stage.name) }
        }
        if !evenTwice, OutboxTrouble.mayHaveArrived(troubles, attempts: attempts) { return .mayHaveArrived }
        return nil
    }
}
