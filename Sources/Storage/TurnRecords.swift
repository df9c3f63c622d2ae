public import Conversation

/// A conversation that one worker holds until its lease ends.
public struct ClaimedTurn: Sendable {
    public var state: ConversationState
    public var address: Address
    /// Open events, oldest first, at most as many as one turn takes.
    public var events: [OpenEvent]
    public var timers: [TimerKind: Timestamp]
    /// How many turns were committed before this one.
    public var turn: Int
    /// When the oldest open event came in; nil when only a timer is due.
    public var openSince: Timestamp?
    /// How often this turn was tried before and abandoned or lost.
    public var failures: Int

    /// Work that holds up nobody who is writing now: timers, and what an outage left behind.
    public func isBulk(at now: Timestamp) -> Bool {
        openSince.map { $0 < now.adding(milliseconds: -StoreLimits.liveMilliseconds) } ?? true
    }

    public init(
        state: ConversationState,
        address: Address,
        events: [OpenEvent],
        timers: [TimerKind: Timestamp],
        turn: Int,
        openSince: Timestamp?,
        failures: Int
    ) {
        self.state = state
        self.address = address
        self.events = events
        self.timers = timers
        self.turn = turn
        self.openSince = openSince
        self.failures = failures
    }
}

/// An event that waits for its turn.
public struct OpenEvent: Sendable, Equatable {
    /// Position in the journal.
    public var seq: Int64
    public var at: Timestamp
    public var event: Event

    public init(seq: Int64, at: Timestamp, event: Event) {
        self.seq = seq
        self.at = at
        self.event = event
    }
}

/// All that one turn changes.
public struct TurnCommit: Sendable {
    public var state: ConversationState
    public var address: Address
    public var owner: String
    public var now: Timestamp
    /// Number of this turn, one more than the claimed one. Part of the ids of its rows.
    public var turn: Int
    /// The events with this `seq` and below are done. A newer message of the customer makes the commit `superseded`.
    public var handledThrough: Int64?
    /// All timers that are left.
    public var timers: [TimerKind: Timestamp]
    public var messages: [NewMessage]
    public var tasks: [OutboxTask]
    public var notes: [Note]
    public var alerts: [Alert]
    /// False: written even though the customer wrote again, whose message then waits for the next turn. Otherwise a
    /// customer who never stops would never be answered.
    public var mayBeSuperseded: Bool
    /// The commit takes the first message's row at once for its own sender, when nothing else is open in its lane.
    public var sendLeaseUntil: Timestamp?
    /// The first event of a turn that may be taken back while its answer has not left: a newer message of the customer
    /// then repeats the turn from the state before it. Nil: the turn did something that stays.
    public var undoFrom: Int64?
    /// Its messages come after those of live conversations.
    public var isBulk: Bool
    /// What was asked of the model for it.
    public var spend: DailySpend?

    public init(
        state: ConversationState,
        address: Address,
        owner: String,
        now: Timestamp,
        turn: Int,
        handledThrough: Int64?,
        timers: [TimerKind: Timestamp],
        messages: [NewMessage] = [],
        tasks: [OutboxTask] = [],
        notes: [Note] = [],
        alerts: [Alert] = [],
        mayBeSuperseded: Bool = true,
        sendLeaseUntil: Timestamp? = nil,
        undoFrom: Int64? = nil,
        isBulk: Bool = false,
        spend: DailySpend? = nil
    ) {
        self.state = state
        self.address = address
        self.owner = owner
        self.now = now
        self.turn = turn
        self.handledThrough = handledThrough
        self.timers = timers
        self.messages = messages
        self.tasks = tasks
        self.notes = notes
        self.alerts = alerts
        self.mayBeSuperseded = mayBeSuperseded
        self.sendLeaseUntil = sendLeaseUntil
        self.undoFrom = undoFrom
        self.isBulk = isBulk
        self.spend = spend
    }
}

/// A message to the customer and why it is said.
public struct NewMessage: Sendable, Equatable {
    public var message: OutMessage
    public var explanation: Explanation?

    public init(_ message: OutMessage, explanation: Explanation?) {
        self.message = message
        self.explanation = explanation
    }
}

public enum TurnOutcome: Sendable, Equatable {
    /// Written. `claimed` is the row that the owner may send at once.
    case committed(claimed: OutboxRow?)
    /// Nothing written: the customer wrote again meanwhile. The claim is kept; take these events too.
    case superseded([OpenEvent])
    /// Nothing written: the lease ended and somebody else may have the conversation.
    case lostLease
}

/// Why the bot said what it said.
public struct Explanation: Codable, Sendable, Equatable {
    public var promptVersion: String
    /// Absent in guided mode.
    public var model: String?
    public var promptTokens: Int
    public var cachedTokens: Int
    public var completionTokens: Int
    /// Millionths of a US dollar.
    public var costMicroUSD: Int
    /// The model's time.
    public var latencyMilliseconds: Int
    public var stageBefore: Stage.Name
    public var stageAfter: Stage.Name
    public var scoreBefore: Int
    public var scoreAfter: Int
    public var understood: Understanding?
    /// Why there was no model, where one was expected.
    public var modelTrouble: String?

    public init(
        promptVersion: String,
        model: String? = nil,
        promptTokens: Int = 0,
        cachedTokens: Int = 0,
        completionTokens: Int = 0,
        costMicroUSD: Int = 0,
        latencyMilliseconds: Int = 0,
        stageBefore: Stage.Name,
        stageAfter: Stage.Name,
        scoreBefore: Int,
        scoreAfter: Int,
        understood: Understanding? = nil,
        modelTrouble: String? = nil
    ) {
        self.promptVersion = promptVersion
        self.model = model
        self.promptTokens = promptTokens
        self.cachedTokens = cachedTokens
        self.completionTokens = completionTokens
        self.costMicroUSD = costMicroUSD
        self.latencyMilliseconds = latencyMilliseconds
        self.stageBefore = stageBefore
        self.stageAfter = stageAfter
        self.scoreBefore = scoreBefore
        self.scoreAfter = scoreAfter
        self.understood = understood
        self.modelTrouble = modelTrouble
    }
}
