import Conversation

/// What a turn that can be taken back leaves behind: the conversation as it was before.
///
/// A customer who writes again before the answer has left is answered once, to everything: the turn is undone and
/// repeated with the new message.
struct UndoneTurn: Sendable {
    var id: ConversationID
    var turn: Int
    /// Events of the turn, first and last.
    var from: Int64
    var through: Int64
    var timers: String
    var state: String

    /// A row of the outbox that is still open, with what decides whether it ever left.
    struct Row: Sendable {
        var seq: Int64
        var id: String
        var state: String
        var waits: Bool
    }

    /// The rows to be withdrawn. Nil when part of the answer has left or may have left.
    func withdrawable(_ open: [Row]) -> [Row]? {
        let prefix = "\(id.rawValue)-\(turn)-"
        let rows = open.filter { $0.id.hasPrefix(prefix) }
        // In order: while the first part is here, none has left.
        guard rows.first?.id == OutboxRow.id(id, turn: turn, index: 0),
            rows.allSatisfy({ $0.state == OutboxState.pending.rawValue && !$0.waits })
        else { return nil }
        return rows
    }

    /// The conversations whose last answer waits since `before`, and was no later than `patience` milliseconds when it was
    /// written: one that was has said so.
    static func late(_ before: String, _ patience: String, _ limit: String) -> String {
        """
        SELECT o.conversation_id FROM outbox o JOIN conversations c ON c.id = o.conversation_id
        JOIN journal j ON j.conversation_id = c.id AND j.seq = c.undo_from
        WHERE o.ready_at IS NOT NULL AND o.is_bulk = 0 AND o.created_at <= \(before) AND o.lane = o.conversation_id
            AND j.at > o.created_at - \(patience)
            -- Where the customer wrote again, the next claim takes the turn back.
            AND c.claimed_by IS NULL AND c.open_since IS NULL
        LIMIT \(limit)
        """
    }

    enum Reason: String {
        case wroteAgain = "the customer wrote again before it left"
        case late = "it could not leave for so long that it is worked out again, with an apology"
    }

    /// What staff reads instead of a message that was withdrawn.
    static func note(for body: String, _ reason: Reason) throws -> String {
        let words = (try? StoredJSON.decode(OutMessage.self, body))?.text ?? "(a message of another version of CRSET)"
        return try StoredJSON.encode(
            Note(.delivery, "not sent, because \(reason.rawValue): \(words)")
        )
    }

    typealias Restored = (state: ConversationState, timer: Timestamp?)

    /// The columns of the conversation that follow from its former state.
    func restored() throws -> Restored {
        (try StoredJSON.decode(text: state), try StoredJSON.decodeTimers(timers).values.min())
    }
}
