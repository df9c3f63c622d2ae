public import Conversation

/// Which leads to list, and in which order.
public struct LeadQuery: Sendable, Equatable {
    public enum Sort: String, Sendable, CaseIterable {
        /// Newest activity first.
        case activity
        /// Newest lead first.
        case created
        /// Highest score first.
        case score
        /// Of those that wait for a person, who waits longest first.
        case waiting
    }

    /// The place of a lead in the order of a list.
    public struct Position: Sendable, Equatable {
        public var value: Int64
        public var id: ConversationID

        public init(value: Int64, id: ConversationID) {
            self.value = value
            self.id = id
        }
    }

    /// Empty: all.
    public var stages: Set<Stage.Name>
    /// `pt` means all kinds of Portuguese.
    public var language: Language?
    public var product: ProductID?
    public var scoreMin: Int?
    public var scoreMax: Int?
    public var assignedTo: String?
    public var isUnassigned = false
    public var isWaiting = false
    public var isUnpaid = false
    /// Only leads with activity since then.
    public var since: Timestamp?
    public var sort = Sort.activity
    /// The last lead of the page before.
    public var after: Position?
    public var limit: Int

    public init(stage: Stage.Name? = nil, language: Language? = nil, after: Position? = nil, limit: Int = 50) {
        stages = stage.map { [$0] } ?? []
        self.language = language
        self.after = after
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
    /// The person who has the conversation, as of the newest command; the state follows with its turn.
    public var heldBy: String?
    public var assignedTo: String?
    /// Since when a person is needed.
    public var waitingSince: Timestamp?
    public var product: ProductID?

    /// Where it stands in a list of this order.
    public func position(in sort: LeadQuery.Sort) -> LeadQuery.Position {
        let value =
            switch sort {
            case .activity: updatedAt.milliseconds
            case .created: createdAt.milliseconds
            case .score: Int64(state.score)
            case .waiting: waitingSince?.milliseconds ?? 0
            }
        return LeadQuery.Position(value: value, id: state.id)
    }

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
