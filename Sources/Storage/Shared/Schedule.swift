package import Conversation

/// When a conversation has something to do. The same rules for every engine.
struct Schedule: Equatable, Sendable {
    /// When the oldest open event came in.
    var openSince: Timestamp?
    /// When the open events are to be taken.
    var due: Timestamp?
    /// The earliest timer. Timers wait in a queue of their own, so that a thousand follow-ups hold up no customer.
    var timer: Timestamp?

    /// A customer's message came in. `asked`: the bot's last words were a question for something that it has to find out.
    mutating func arrived(writtenAt: Timestamp, at now: Timestamp, due kind: Arrival.Due, asked: Bool) {
        if writtenAt < now.adding(milliseconds: -StoreLimits.lateDeliveryMilliseconds) {
            // Delivered after an outage: it waits with the backlog, unless somebody is writing now.
            openSince = openSince ?? writtenAt
            due = max(due ?? writtenAt, writtenAt)
            return
        }
        // Who left something behind is here again.
        let live = now.adding(milliseconds: -StoreLimits.liveMilliseconds)
        if let due, due < live { self = Schedule(timer: timer) }
        arrived(at: now, due: kind, asked: asked)
    }

    /// An event came in.
    mutating func arrived(at now: Timestamp, due kind: Arrival.Due, asked: Bool = false) {
        let isFirst = openSince == nil
        let since = openSince ?? now
        openSince = since
        switch kind {
        case .atOnce:
            due = min(due ?? now, now)
        case .afterQuiet(var quiet, let limit, let afterQuestion):
            // What is due already stays due: an event that asked for its turn at once isn't held up by chatter.
            if let due, due <= now { return }
            if isFirst, asked, let afterQuestion { quiet = afterQuestion }
            due = min(since.adding(milliseconds: limit), now.adding(milliseconds: quiet))
        }
    }
}

extension OutboxRow {
    /// `<conversation>-<turn>-<index>`.
    package static func id(_ conversation: ConversationID, turn: Int, index: Int) -> String {
        "\(conversation.rawValue)-\(turn)-\(index)"
    }

    /// Whether both are parts of one turn's answer.
    static func isSameTurn(_ id: String, _ other: String) -> Bool {
        guard let end = id.lastIndex(of: "-"), let otherEnd = other.lastIndex(of: "-") else { return false }
        return id[..<end] == other[..<otherEnd]
    }

    /// The conversation of a row's id. Nil for what can't be one of ours.
    static func conversation(of id: String) -> String? {
        let parts = id.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count > 2, parts.suffix(2).allSatisfy({ Int($0) != nil }) else { return nil }
        return parts.dropLast(2).joined(separator: "-")
    }
}

extension OutboxTask {
    /// Rows of one lane are done in order. Links have their own, so that trouble at Stripe never blocks a message.
    static func lane(_ conversation: ConversationID, isLink: Bool) -> String {
        isLink ? conversation.rawValue + linkLaneSuffix : conversation.rawValue
    }

    static let linkLaneSuffix = "/links"
}

/// Limits that every engine keeps.
enum StoreLimits {
    /// What has waited longer is backlog, of an outage or of a turn that keeps failing: it comes after what is live,
    /// the newest first.
    static let liveMilliseconds: Int64 = 120_000
    /// WhatsApp keeps no order: the next part of an answer goes when the one before is delivered, or after this time.
    static let partGapMilliseconds: Int64 = 2_000
    /// What was written longer ago than this was delivered late. More than a clock may be off.
    static let lateDeliveryMilliseconds: Int64 = 600_000
    /// Whoever asks for a longer pause than this doesn't know that the customer is here again when they write.
    static let longPauseMilliseconds: Int64 = 1_800_000
    /// Open events that one turn takes.
    static let eventsPerTurnMax = 200
    /// Rows that one call of `reconcile` moves in each direction.
    static let reconciledRowsMax = 5_000
    /// Failed statuses of one row before it is a dead letter, whatever they advise.
    static let failedStatusesMax = 5
    /// Failures of ours in a row before a conversation is parked: about two minutes with the pauses between them.
    static let turnFaultsMax = 8
    /// Claims of one turn in a row that ended with the death of their process, before the turn is suspected of it.
    static let lostClaimsUnsuspected = 1
    /// Suspects that a process works on at once, at first.
    static let suspectsAtOnceMax = 16
    /// A quarter of it with each further death: so the one that processes die of is soon alone, the innocent, who were
    /// only beside it, get through, and where processes are killed from outside nobody has to queue for long.
    static func suspectsAtOnce(lostClaims: Int) -> Int {
        max(1, suspectsAtOnceMax >> (2 * (lostClaims - lostClaimsUnsuspected - 1)))
    }
    /// And before its conversation is parked. Many, because processes are also killed from outside: with five, one that
    /// was killed again and again just as its only suspect began parked healthy conversations.
    static let lostClaimsMax = 15
    /// Lines of history that a record of faults keeps.
    static let faultHistoryMax = 40
    /// Entries that one page of a list may have.
    static let pageMax = 1_000
}
