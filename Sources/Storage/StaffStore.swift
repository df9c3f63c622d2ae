public import Conversation

/// What people do with conversations, each in one transaction with its entry in the log of who did what.
public protocol StaffStore: Sendable {
    /// Stores what a person does. What follows from it is a turn's work; but from the moment this returns, nothing that
    /// the bot wrote before a takeover leaves any more.
    func act(_ act: StaffAct) async throws -> StaffOutcome

    /// Newest first.
    func staffLog(_ query: StaffLogQuery) async throws -> [StaffLogEntry]
}

public struct StaffAct: Sendable, Equatable {
    public enum What: Sendable, Equatable {
        case takeOver
        /// Words to the customer. Takes over, too.
        case reply(String)
        /// Files and templates, in their order. Takes over, too.
        case send([OutMessage.Content])
        /// `answers`: the bot answers what the customer wrote since a person did.
        case release(answers: Bool)
        /// Nil: to nobody.
        case assign(String?)
        case note(String)
        case stage(Stage.Name, reason: String)
        /// A stage and whose lead it is, of one decision: both or neither.
        case stageAndAssign(Stage.Name, reason: String, to: String?)
    }

    public var conversation: ConversationID
    public var what: What
    public var who: String
    public var at: Timestamp
    /// Unique for ever: the same act with the same id is done once.
    public var requestID: String
    /// Also where another person has the conversation, or the customer wants no messages.
    public var force: Bool
    /// Only if the lead is still of this version. Nil: whatever it is.
    public var expected: LeadVersion?

    public init(
        _ what: What,
        on conversation: ConversationID,
        by who: String,
        at: Timestamp,
        requestID: String,
        force: Bool = false,
        expected: LeadVersion? = nil
    ) {
        self.what = what
        self.conversation = conversation
        self.who = who
        self.at = at
        self.requestID = requestID
        self.force = force
        self.expected = expected
    }
}

public enum StaffOutcome: Sendable, Equatable {
    /// With the number of the bot's messages that were withdrawn.
    case done(withdrawn: Int)
    /// Stored before; nothing changed.
    case duplicate
    /// Another act has the id of this one; nothing changed.
    case otherAct
    case unknown
    /// Another person has the conversation.
    case heldBy(String)
    /// More than a day since the customer wrote: free words don't go out.
    case windowClosed(since: Timestamp?)
    /// The customer wants no messages.
    case optedOut
    /// There is nothing to release.
    case notHeld
    /// A file that is not there, not whole, or carried by another message already.
    case noFile(String)
    /// The lead is not of the expected version any more.
    case changed
}

/// A line of the log of who did what.
public struct StaffLogEntry: Sendable, Equatable {
    public var id: Int64
    public var at: Timestamp
    public var who: String
    public var action: String
    public var conversation: ConversationID?
    public var detail: String

    public init(
        id: Int64,
        at: Timestamp,
        who: String,
        action: String,
        conversation: ConversationID?,
        detail: String
    ) {
        self.id = id
        self.at = at
        self.who = who
        self.action = action
        self.conversation = conversation
        self.detail = detail
    }
}

public struct StaffLogQuery: Sendable, Equatable {
    public var conversation: ConversationID?
    public var who: String?
    /// Only entries below this id.
    public var before: Int64?
    public var limit: Int

    public init(conversation: ConversationID? = nil, who: String? = nil, before: Int64? = nil, limit: Int = 100) {
        self.conversation = conversation
        self.who = who
        self.before = before
        self.limit = limit
    }
}
