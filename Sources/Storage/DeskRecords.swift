public import Conversation

/// Which leads to list, newest activity first.
public struct LeadQuery: Sendable, Equatable {
    public var stage: Stage.Name?
    public var language: Language?
    /// Only leads without activity after this moment come first on the next page.
    public var before: Timestamp?
    public var limit: Int

    public init(stage: Stage.Name? = nil, language: Language? = nil, before: Timestamp? = nil, limit: Int = 50) {
        self.stage = stage
        self.language = language
        self.before = before
        self.limit = limit
    }
}

public struct LeadRecord: Sendable, Equatable {
    public var state: ConversationState
    public var address: Address
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// Alerts that no person has dealt with.
    public var openAlerts: [AlertRecord]
    public var timers: [TimerKind: Timestamp]
    /// Where the lead came from (ad, post), as JSON.
    public var source: String?

    public init(
        state: ConversationState,
        address: Address,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        openAlerts: [AlertRecord],
        timers: [TimerKind: Timestamp],
        source: String?
    ) {
        self.state = state
        self.address = address
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.openAlerts = openAlerts
        self.timers = timers
        self.source = source
    }
}

public struct AlertRecord: Sendable, Equatable {
    public var at: Timestamp
    public var alert: Alert

    public init(at: Timestamp, alert: Alert) {
        self.at = at
        self.alert = alert
    }
}

/// A line of the journal, as the model sees it.
public struct JournalEntry: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
        case event(Event)
        case message(OutMessage)
        case note(Note)
    }

    public var seq: Int64
    public var at: Timestamp
    public var content: Content

    public init(seq: Int64, at: Timestamp, content: Content) {
        self.seq = seq
        self.at = at
        self.content = content
    }
}

/// A line of the journal, as staff sees it.
public struct TranscriptEntry: Sendable, Equatable {
    public var entry: JournalEntry
    public var explanation: Explanation?
    /// Of a message of ours.
    public var outboxID: String?
    public var sendState: OutboxState?
    public var delivery: DeliveryState?
    /// Why it was not delivered.
    public var error: String?

    public init(
        entry: JournalEntry,
        explanation: Explanation? = nil,
        outboxID: String? = nil,
        sendState: OutboxState? = nil,
        delivery: DeliveryState? = nil,
        error: String? = nil
    ) {
        self.entry = entry
        self.explanation = explanation
        self.outboxID = outboxID
        self.sendState = sendState
        self.delivery = delivery
        self.error = error
    }
}

public struct StoreCounts: Sendable, Equatable {
    public var leads: Int
    public var openConversations: Int
    public var outboxPending: Int
    public var outboxUncertain: Int
    public var deadLetters: Int
    public var unmatched: Int

    public init(
        leads: Int,
        openConversations: Int,
        outboxPending: Int,
        outboxUncertain: Int,
        deadLetters: Int,
        unmatched: Int
    ) {
        self.leads = leads
        self.openConversations = openConversations
        self.outboxPending = outboxPending
        self.outboxUncertain = outboxUncertain
        self.deadLetters = deadLetters
        self.unmatched = unmatched
    }
}
