public import Conversation

/// Something that was accepted and could not be brought to its end. A person decides what becomes of it.
public struct DeadLetter: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// A message that could not be sent.
        case message
        /// A payment link that could not be deactivated.
        case link
        /// A conversation whose turn failed again and again, and is left alone since.
        case turn
        /// Something from outside that fitted nothing.
        case item
    }

    /// One thing that went wrong, or what a person did about it.
    public struct Trouble: Sendable, Equatable {
        public var at: Timestamp
        public var attempt: Int
        public var code: String
        public var reason: String

        public init(at: Timestamp, attempt: Int, code: String, reason: String) {
            self.at = at
            self.attempt = attempt
            self.code = code
            self.reason = reason
        }
    }

    /// Who wants it no more. The record stays.
    public struct Dropped: Sendable, Equatable {
        public var at: Timestamp
        public var by: String

        public init(at: Timestamp, by: String) {
            self.at = at
            self.by = by
        }
    }

    /// Of a message or link the outbox row's id, of a turn `<conversation>-<turn>`, of an item its outside id.
    public var id: String
    public var kind: Kind
    /// Since when it is dead.
    public var since: Timestamp
    public var createdAt: Timestamp
    /// Nil for an item.
    public var conversation: ConversationID?
    public var address: Address?
    /// Oldest first.
    public var history: [Trouble] = []
    public var attempts = 0
    /// What was to be done. Nil for turns and items, and where this version can't read it.
    public var task: OutboxTask?
    /// The customer may have got it all the same: a try ended without an answer, and no status told.
    public var mayHaveArrived = false
    /// Messages that were written to the customer after this one.
    public var writtenSince = 0
    /// Events that wait for a parked turn.
    public var openEvents = 0
    /// An item as it came.
    public var raw: String?
    public var dropped: Dropped?

    public var code: String { history.last?.code ?? "unmatched" }
    public var reason: String { history.last?.reason ?? "" }

    public init(id: String, kind: Kind, since: Timestamp, createdAt: Timestamp) {
        self.id = id
        self.kind = kind
        self.since = since
        self.createdAt = createdAt
    }
}

/// Which dead letters to list, newest first.
public struct DeadLetterQuery: Sendable, Equatable {
    public var kinds: Set<DeadLetter.Kind>
    /// Only those that failed with this code.
    public var code: String?
    /// Those that were dropped, instead of those that wait.
    public var areDropped: Bool
    /// The last one of the page before.
    public var after: DeadLetter?
    public var limit: Int

    public init(
        kinds: Set<DeadLetter.Kind> = [.message, .link, .turn],
        code: String? = nil,
        areDropped: Bool = false,
        after: DeadLetter? = nil,
        limit: Int = 50
    ) {
        self.kinds = kinds
        self.code = code
        self.areDropped = areDropped
        self.after = after
        self.limit = limit
    }
}

/// What came of taking a dead letter up again.
public enum DeadLetterRetry: Sendable, Equatable {
    case done
    /// It is no dead letter any more: delivered after all, retried or dropped by somebody else.
    case gone
    /// It may have arrived, and whoever asked didn't say that a second one is fine.
    case mayHaveArrived
    /// A person has the conversation, or the customer wants no messages.
    case muted(Stage.Name)
    /// Nothing can be done with it.
    case useless
}

/// A failure of a turn that is ours, not of the store or of a stop.
public struct TurnFault: Sendable, Equatable {
    public var code: String
    public var reason: String
    /// No further try: its conversation is parked at once.
    var isLast = false

    public init(code: String, reason: String) {
        self.code = code
        self.reason = reason
    }
}

extension TurnFault {
    public static let lostCode = "turn_lost"

    /// Of a turn whose process died each time that it worked on it.
    static func lost(times: Int) -> TurnFault {
        var fault = TurnFault(
            code: lostCode,
            reason: "\(times) processes in a row died or lost their lease while they worked on it"
        )
        fault.isLast = true
        return fault
    }
}
