import Conversation

/// What is kept of a turn that failed for a reason of ours. A commit makes the next turn, so the record of an earlier
/// one counts no more.
struct ParkedTurn: Sendable {
    /// Who holds a parked conversation, so that nobody takes it whatever comes in. Such a claim never ends by itself.
    static let owner = "parked"
    static let wake = Int64.max

    var id: String
    var turn: Int
    var faults: Int
    var history: String
    var parkedAt: Timestamp?

    static func id(_ conversation: String, turn: Int) -> String { "\(conversation)-\(turn)" }

    /// Of a first fault.
    init(conversation: String, turn: Int) {
        id = Self.id(conversation, turn: turn)
        self.turn = turn
        faults = 0
        history = "[]"
    }

    init(id: String, turn: Int, faults: Int, history: String) {
        self.id = id
        self.turn = turn
        self.faults = faults
        self.history = history
    }

    mutating func add(_ fault: TurnFault, at now: Timestamp) throws {
        faults += 1
        if fault.isLast || faults >= StoreLimits.turnFaultsMax { parkedAt = now }
        try add(OutboxTrouble(at: now, attempt: faults, code: fault.code, reason: fault.reason))
    }

    /// A person has it taken up again, with as many tries as before.
    mutating func retry(by who: String, at now: Timestamp) throws {
        try add(.retried(by: who, at: now, attempt: faults))
        faults = 0
        parkedAt = nil
    }

    private mutating func add(_ trouble: OutboxTrouble) throws {
        let troubles = try StoredJSON.decode([OutboxTrouble].self, history) + [trouble]
        history = try StoredJSON.encode(Array(troubles.suffix(StoreLimits.faultHistoryMax)))
    }

    func alert(_ fault: TurnFault) -> Alert {
        Alert(.turnParked, "The bot can't answer here: \(fault.reason). See `crset deadletters show \(id)`.")
    }

    /// In the transcript, for events that nobody will answer.
    static func dropNote(events: Int, by who: String) -> Note {
        Note(.ignored, "\(who) dropped a turn that failed again and again; \(events) events stay without an answer.")
    }
}

extension OutboxTrouble {
    static let retriedCode = "retried"

    /// Those that count: an operator's retry begins anew.
    static func sinceRetry(_ troubles: [OutboxTrouble]) -> ArraySlice<OutboxTrouble> {
        troubles[(troubles.lastIndex { $0.code == retriedCode }.map { $0 + 1 } ?? 0)...]
    }

    static func retried(by who: String, at now: Timestamp, attempt: Int) -> OutboxTrouble {
        OutboxTrouble(at: now, attempt: attempt, code: retriedCode, reason: "by \(who)")
    }

    /// Whether a try of a message that failed may have reached the customer all the same. A try without a line of its
    /// own lost its sender in the middle; after a retry the count begins anew.
    static func mayHaveArrived(_ troubles: [OutboxTrouble], attempts: Int) -> Bool {
        var failed: Set<Int> = []
        for trouble in troubles {
            if trouble.code == retriedCode {
                if failed.count < trouble.attempt { return true }
                failed = []
            } else {
                if trouble.isUncertain ?? hasNoAnswer(trouble) { return true }
                failed.insert(trouble.attempt)
            }
        }
        return failed.count < attempts
    }

    /// Given up before it could be called uncertain.
    private static func hasNoAnswer(_ trouble: OutboxTrouble) -> Bool {
        if trouble.messageID != nil { return false }
        return ["timeout", "too_long", "unreadable", "http_408"].contains(trouble.code)
            || trouble.code.hasPrefix("http_5")
    }
}
