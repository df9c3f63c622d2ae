import Conversation

/// A conversation whose row this transaction has locked, or is about to make.
struct HeldConversation {
    /// Of a new conversation.
    struct Beginning {
        var language: String
        var stage: String
        var score: Int
        var source: String?
        var state: String
    }

    /// What a committed turn writes besides.
    struct Turned {
        var language: String
        var stage: String
        var score: Int
        var timers: String
        var state: String
        var desk: DeskColumns
        /// First and last event of a turn that may be undone.
        var undo: (from: Int64, through: Int64)?
    }

    var id: String
    var address: Address
    var schedule: Schedule
    var claimedBy: String?
    var turn: Int
    var lastCustomerAt: Timestamp?
    var createdAt: Timestamp
    var updatedAt: Timestamp
    /// What was written to the customer, under WhatsApp's limit.
    var pace = PairPace(paidUntil: 0)
    /// A message waits until the customer writes again.
    var hasWaiting = false
    /// The bot is finding something out.
    var isAsked = false
    var beginning: Beginning?
    var turned: Turned?

    static let columns = """
        id, channel, user_id, wa_id, open_since, due_at, timer_at, claimed_by, turn, last_customer_at, created_at, \
        updated_at, paid_until, has_waiting, stage = 'qualifying'
        """

    mutating func touched(at now: Timestamp) { updatedAt = max(updatedAt, now) }
}

extension HeldConversation {
    init(_ row: PostgresRow) throws {
        id = try row.text(0)
        address = Address(channel: try row.text(1), userID: row.optional(2), waID: row.optional(3))
        schedule = Schedule(openSince: try row.time(4), due: try row.time(5), timer: try row.time(6))
        claimedBy = row.optional(7)
        turn = Int(try row.integer(8))
        lastCustomerAt = try row.time(9)
        createdAt = Timestamp(milliseconds: try row.integer(10))
        updatedAt = Timestamp(milliseconds: try row.integer(11))
        pace = PairPace(paidUntil: try row.integer(12))
        hasWaiting = try row.text(13) == "t"
        isAsked = try row.text(14) == "t"
    }

    /// Nobody else can have changed the row meanwhile, so whole values are written.
    var statement: PostgresStatement {
        if let beginning { return insert(beginning) }
        if let turned { return update(turned) }
        return PostgresStatement(
            """
            UPDATE conversations SET channel = $2, user_id = $3, wa_id = $4, open_since = $5, due_at = $6,
                wake_at = CASE WHEN claimed_by IS NULL THEN $7::bigint ELSE wake_at END,
                last_customer_at = $8, updated_at = $9, has_waiting = $10
            WHERE id = $1
            """,
            [
                .text(id), .text(address.channel), .text(address.userID), .text(address.waID),
                .time(schedule.openSince), .time(schedule.due), .time(schedule.due), .time(lastCustomerAt),
                .time(updatedAt), .text(hasWaiting ? "t" : "f"),
            ]
        )
    }

    private func insert(_ beginning: Beginning) -> PostgresStatement {
        PostgresStatement(
            """
            INSERT INTO conversations (id, channel, user_id, wa_id, language, stage, score, open_since, due_at, wake_at,
                last_customer_at, created_at, updated_at, source, state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """,
            [
                .text(id), .text(address.channel), .text(address.userID), .text(address.waID),
                .text(beginning.language), .text(beginning.stage), .integer(beginning.score),
                .time(schedule.openSince), .time(schedule.due), .time(schedule.due), .time(lastCustomerAt),
                .time(createdAt), .time(updatedAt), .text(beginning.source), .text(beginning.state),
            ]
        )
    }

    private func update(_ turned: Turned) -> PostgresStatement {
        // On the right-hand side, timers and state are those from before the turn.
        PostgresStatement(
            """
            UPDATE conversations SET language = $2, stage = $3, score = $4, turn = $5, failures = 0, lost_claims = 0, open_since = $6,
                due_at = $7, timer_at = $8, wake_at = $9, claimed_by = NULL, updated_at = $10, timers = $11, state = $12,
                paid_until = $13, undo_from = $14, undo_through = $15,
                undo_timers = CASE WHEN $14::bigint IS NULL THEN NULL ELSE timers END,
                undo_state = CASE WHEN $14::bigint IS NULL THEN NULL ELSE state END,
                held_by = $16, product = $17, is_unpaid = $18
            WHERE id = $1
            """,
            [
                .text(id), .text(turned.language), .text(turned.stage), .integer(turned.score), .integer(turn),
                .time(schedule.openSince), .time(schedule.due), .time(schedule.timer), .time(schedule.due),
                .time(updatedAt), .text(turned.timers), .text(turned.state), .integer(pace.paidUntil),
                .integer(turned.undo?.from), .integer(turned.undo?.through), .text(turned.desk.heldBy),
                .text(turned.desk.product), .integer(turned.desk.isUnpaid ? 1 : 0),
            ]
        )
    }
}

/// A line that goes into the journal with the commit.
struct JournalLine {
    var conversation: String
    var at: Timestamp
    var kind: JournalKind
    var handledAt: Timestamp?
    var outsideID: String?
    var outboxID: String?
    var body: String
    var explanation: String?
    /// A repeat is left out instead of being a conflict: for events of our own.
    var mayRepeat = false

    var statement: PostgresStatement {
        PostgresStatement(
            """
            INSERT INTO journal (conversation_id, at, kind, handled_at, outside_id, outbox_id, body, explanation)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)\(mayRepeat ? " ON CONFLICT DO NOTHING" : "")
            """,
            [
                .text(conversation), .time(at), .text(kind.rawValue), .time(handledAt), .text(outsideID),
                .text(outboxID), .text(body), .text(explanation),
            ]
        )
    }
}

/// An outbox row that this transaction has locked.
struct HeldRow {
    var seq: Int64
    var id: String
    var lane: String
    var conversation: String
    var state: OutboxState
    var attempts: Int
    var notBefore: Timestamp
    var readyAt: Timestamp?
    var settleAt: Timestamp?
    var claimedBy: String?
    var messageID: MessageID?
    var delivery: DeliveryState?
    var deliveryAt: Timestamp?
    var closedAt: Timestamp?
    /// Set when this transaction hears that it was sent.
    var sentNow: Timestamp?
    /// From now on it waits until the customer writes again.
    var waitsSince: Timestamp?
    var troubles: [OutboxTrouble]

    static let columns = """
        seq, id, lane, conversation_id, state, attempts, not_before, ready_at, settle_at, claimed_by, message_id, \
        delivery, delivery_at, closed_at, history
        """

    var isLink: Bool { lane != conversation }

    // MARK: What can become of it

    mutating func retry(at moment: Timestamp) {
        (state, notBefore, readyAt, settleAt, claimedBy, closedAt) = (.pending, moment, nil, nil, nil, nil)
    }

    mutating func makeUncertain(until moment: Timestamp) {
        (state, readyAt, settleAt, claimedBy, closedAt) = (.uncertain, nil, moment, nil, nil)
    }

    /// Nothing goes out before the customer writes again; until then the lane goes on without this row.
    mutating func wait(at now: Timestamp) {
        (state, readyAt, settleAt, claimedBy, closedAt, waitsSince) = (.pending, nil, nil, nil, nil, now)
    }

    /// A dead letter: the lane goes on without it.
    mutating func bury(at now: Timestamp) {
        (state, readyAt, settleAt, claimedBy, closedAt) = (.dead, nil, nil, nil, closedAt ?? now)
    }

    mutating func settle(at now: Timestamp, heardAt: Timestamp) {
        if state != .sent { sentNow = heardAt }
        (state, readyAt, settleAt, claimedBy, closedAt) = (.sent, nil, nil, nil, closedAt ?? now)
    }
}

extension HeldRow {
    init(_ row: PostgresRow) throws {
        seq = try row.integer(0)
        id = try row.text(1)
        lane = try row.text(2)
        conversation = try row.text(3)
        state = OutboxState(rawValue: try row.text(4)) ?? .pending
        attempts = Int(try row.integer(5))
        notBefore = Timestamp(milliseconds: try row.integer(6))
        readyAt = try row.time(7)
        settleAt = try row.time(8)
        claimedBy = row.optional(9)
        messageID = row.optional(10)
        delivery = row.optional(11).flatMap(DeliveryState.init)
        deliveryAt = try row.time(12)
        closedAt = try row.time(13)
        let history = try row.text(14)
        troubles = history == "[]" ? [] : try StoredJSON.decode([OutboxTrouble].self, history)
    }

    var statement: PostgresStatement {
        PostgresStatement(
            """
            UPDATE outbox SET state = $2, not_before = $3, ready_at = $4, settle_at = $5, claimed_by = $6,
                message_id = $7, delivery = $8, delivery_at = $9, closed_at = $10, history = $11,
                waits_since = COALESCE($12, waits_since)
            WHERE seq = $1
            """,
            [
                .integer(seq), .text(state.rawValue), .time(notBefore), .time(readyAt), .time(settleAt),
                .text(claimedBy), .text(messageID), .text(delivery?.rawValue), .time(deliveryAt), .time(closedAt),
                .text(history), .time(waitsSince),
            ]
        )
    }

    /// History of numbers and plain texts always encodes; were it not to, the row must still move on.
    private var history: String { troubles.isEmpty ? "[]" : (try? StoredJSON.encode(troubles)) ?? "[]" }
}
