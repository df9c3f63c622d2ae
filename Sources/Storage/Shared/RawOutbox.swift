import Conversation

/// In which order rows go. The same for every engine, and the same as for turns.
enum OutboxRank: Int, CaseIterable {
    /// Who waits longest first.
    case live
    /// What an outage of WhatsApp left behind, the newest first.
    case backlog
    /// Of timers and of the backlog of turns.
    case bulk

    var order: String { self == .backlog ? "ready_at DESC, seq DESC" : "ready_at, seq" }

    func after(_ now: Timestamp) -> Timestamp {
        self == .live ? now.adding(milliseconds: -StoreLimits.liveMilliseconds) : Timestamp(milliseconds: .min)
    }

    func until(_ now: Timestamp) -> Timestamp {
        self == .backlog ? now.adding(milliseconds: -StoreLimits.liveMilliseconds) : now
    }
}

/// A send's result with its history in the form in which it is stored.
struct PreparedResult: Sendable {
    var result: SendResult
    var trouble: String?
    var event: String?

    init(_ result: SendResult, now: Timestamp) throws {
        self.result = result
        guard case .failed(let failure, let code, let reason) = result.outcome else { return }
        // The number of the try is filled in where it is known.
        var trouble = OutboxTrouble(at: now, attempt: 0, code: code, reason: reason)
        if case .unknown = failure { trouble.isUncertain = true }
        self.trouble = try StoredJSON.encode(trouble)
        switch failure {
        case .dead: event = try StoredJSON.encode(Event.undeliverable(code: code, reason: reason))
        case .withdrawn(let timer?): event = try StoredJSON.encode(Event.timer(timer))
        case .withdrawn(nil): event = try StoredJSON.encode(Event.remark("not sent: \(reason)"))
        case .retry, .unknown, .waitForCustomer: break
        }
    }
}

extension SendResult {
    /// Who drops a row that was withdrawn.
    static let withdrawer = "crset"
}

/// A claimed row before its JSON is read.
struct RawOutboxRow: Sendable {
    var id: String
    var conversation: String
    var address: Address
    var task: String
    var attempt: Int
    var createdAt: Timestamp
    var lastCustomerMessageAt: Timestamp?
    var history: String
    var isBulk: Bool
    /// The conversation's state, where its stage keeps the bot silent.
    var mutedState: String?
    /// The turn of a takeover may still be to come.
    var isHeld: Bool
    var triesSince: Timestamp?

    /// As columns of `conversations c` tell it.
    static let mutedState = "CASE WHEN c.stage IN ('handed_off', 'opted_out') THEN c.state END"

    static let isHeld = "(c.held_by IS NOT NULL)"

    func decoded() throws -> OutboxRow {
        let troubles = try OutboxTrouble.list(history)
        let state: ConversationState? = try mutedState.map { try StoredJSON.decode(text: $0) }
        return OutboxRow(
            id: id,
            conversation: ConversationID(conversation),
            address: address,
            task: try StoredJSON.decode(text: task),
            attempt: attempt,
            createdAt: createdAt,
            triesSince: triesSince,
            lastCustomerMessageAt: lastCustomerMessageAt,
            windowRefusedAt: OutboxTrouble.windowRefusedAt(troubles),
            mutedSince: state?.stage.mutedSince,
            isHeld: isHeld,
            failures: OutboxTrouble.sinceRetry(troubles).reduce(into: [:]) { $0[$1.code, default: 0] += 1 },
            isBulk: isBulk
        )
    }
}
