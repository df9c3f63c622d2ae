public import Conversation

/// What a backup holds.
public struct BackupContents: Sendable, Equatable {
    public var conversations: Int64
    /// Lines of the transcripts.
    public var entries: Int64

    public init(conversations: Int64, entries: Int64) {
        self.conversations = conversations
        self.entries = entries
    }
}

/// What a restore kept from happening a second time.
public struct HeldBack: Sendable, Equatable {
    /// Messages that were not sent when the backup was made. They are dead letters now.
    public var messages: Int
    /// Conversations with a message that had no answer then, or with a reply of staff. Staff has an alert for each.
    public var conversations: Int
    /// Reminders that had fallen due.
    public var timers: Int

    public init(messages: Int, conversations: Int, timers: Int) {
        self.messages = messages
        self.conversations = conversations
        self.timers = timers
    }
}

/// After an older state was put back.
public protocol RestorableStore: Sendable {
    /// What was under way when the backup was made was most likely done since then: doing it again would send messages
    /// twice. Messages that had not left become dead letters, unanswered customers and unsent replies of staff become
    /// alerts, and reminders that fell due are forgotten. Payments and other events are still worked on.
    func holdBack(now: Timestamp) async throws -> HeldBack

    func contents() async throws -> BackupContents
}

/// Why there is no backup, or no restore.
public struct BackupError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String
    /// The database or a tool that it takes can't be had.
    public var isUnavailable: Bool

    init(_ description: String, isUnavailable: Bool = false) {
        self.description = description
        self.isUnavailable = isUnavailable
    }
}

extension OutboxTrouble {
    static let restoredCode = "restored"

    static func restored(at now: Timestamp, attempt: Int) -> OutboxTrouble {
        OutboxTrouble(
            at: now,
            attempt: attempt,
            code: restoredCode,
            reason: "a backup was restored: it may have been sent after the backup was made",
            isUncertain: true
        )
    }
}

extension Event {
    /// A person's words, as they stand in the journal: whether they were sent since, nobody knows.
    static func isReply(_ body: String) -> Bool {
        switch try? StoredJSON.decode(Event.self, body) {
        case .staff(.reply), .staff(.send): true
        default: false
        }
    }
}

extension Alert {
    static let unsentReplyInBackup = Alert(
        .unanswered,
        "A backup was restored that holds a reply of staff not yet sent. See in WhatsApp whether it was, or write again."
    )

    static let unansweredInBackup = Alert(
        .unanswered,
        "A backup was restored in which the customer's last message has no answer. See in WhatsApp whether it got one."
    )
}

/// The timers of a conversation without the reminders that are due.
struct TimersHeldBack {
    var timers: [TimerKind: Timestamp]
    var dropped = 0

    init(_ timers: [TimerKind: Timestamp], now: Timestamp) {
        self.timers = timers
        for kind in [TimerKind.followUp, .paymentReminder] where timers[kind].map({ $0 <= now }) ?? false {
            self.timers[kind] = nil
            dropped += 1
        }
    }

    var next: Timestamp? { timers.values.min() }
}
