import Conversation
import GRDB

extension SQLiteStore {
    public func commit(_ turn: TurnCommit) async throws -> TurnOutcome {
        let prepared = try PreparedTurn(turn)
        return try prepared.outcome(
            try await group.write { db in try SQLiteCommit(db: db, prepared: prepared).write() }
        )
    }
}

/// Writes a turn within a transaction.
struct SQLiteCommit {
    let db: Database
    let prepared: PreparedTurn

    private var turn: TurnCommit { prepared.turn }
    private var id: String { turn.state.id.rawValue }
    private var now: Int64 { turn.now.milliseconds }

    func write() throws -> PreparedTurn.Outcome {
        let row = try db.row(
            """
            SELECT claimed_by, turn, channel, user_id, wa_id, last_customer_at, paid_until FROM conversations
            WHERE id = ?
            """,
            [id]
        )
        guard let row, (row[0] as String?) == turn.owner, (row[1] as Int) + 1 == turn.turn else { return .lostLease }

        let handledThrough = turn.handledThrough ?? 0
        let newer = try SQLiteTurns(db: db).openEvents(of: id, after: handledThrough)
        if newer.contains(where: { $0.supersedes(turn) }) { return .superseded(newer) }

        try db.run(
            "UPDATE journal SET handled_at = ? WHERE conversation_id = ? AND handled_at IS NULL AND seq <= ?",
            [now, id, handledThrough]
        )
        var pace = PairPace(paidUntil: row[6])
        let places = turn.messages.map { _ in pace.place(now: turn.now) }
        try writeConversation(openSince: newer.first?.at, pace)
        try writeJournal()
        let isClaimed = try writeOutbox(places)
        for (alert, body) in zip(turn.alerts, prepared.alerts) {
            try db.run(
                "INSERT INTO alerts (conversation_id, at, kind, body) VALUES (?, ?, ?, ?)",
                [id, now, alert.kind.rawValue, body]
            )
        }
        if let spend = turn.spend { try SQLiteSpend(db: db).add(spend, of: id, owner: turn.owner) }
        return .committed(
            claimedTo: isClaimed ? Address(channel: row[2], userID: row[3], waID: row[4]) : nil,
            lastCustomerMessageAt: Timestamp(column: row[5])
        )
    }

    /// `openSince`: of the oldest event that stays open, which is due at once.
    private func writeConversation(openSince: Timestamp?, _ pace: PairPace) throws {
        let due = openSince == nil ? nil : now
        // On the right-hand side, timers and state are those from before the turn.
        try db.run(
            """
            UPDATE conversations SET language = ?1, stage = ?2, score = ?3, turn = ?4, failures = 0, lost_claims = 0, open_since = ?5,
                due_at = ?6, timer_at = ?7, wake_at = ?6, claimed_by = NULL, updated_at = MAX(updated_at, ?8),
                paid_until = ?9, undo_from = ?10, undo_through = ?11,
                undo_timers = CASE WHEN ?10 IS NULL THEN NULL ELSE timers END,
                undo_state = CASE WHEN ?10 IS NULL THEN NULL ELSE state END, timers = ?12, state = ?13,
                held_by = ?14, product = ?15, is_unpaid = ?16
            WHERE id = ?17
            """,
            [
                turn.state.language.rawValue, turn.state.stage.name.rawValue, turn.state.score, turn.turn,
                openSince?.milliseconds, due, turn.timers.values.min()?.milliseconds, now, pace.paidUntil,
                turn.undoFrom, turn.undoFrom == nil ? nil : turn.handledThrough, prepared.timers, prepared.state,
                prepared.desk.heldBy, prepared.desk.product, prepared.desk.isUnpaid, id,
            ]
        )
    }

    /// Notes first: they tell how the messages came about.
    private func writeJournal() throws {
        let insert = """
            INSERT INTO journal (conversation_id, at, kind, handled_at, outbox_id, body, explanation)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        for note in prepared.notes {
            try db.run(insert, [id, now, JournalKind.note.rawValue, now, nil, note, nil])
        }
        for (index, message) in prepared.messages.enumerated() {
            try db.run(
                insert,
                [
                    id, now, JournalKind.message.rawValue, now,
                    OutboxRow.id(turn.state.id, turn: turn.turn, index: index), message.body, message.explanation,
                ]
            )
        }
    }

    /// Says whether the first message was claimed for its sender.
    private func writeOutbox(_ places: [Timestamp]) throws -> Bool {
        var isClaimed = false
        for (index, message) in prepared.messages.enumerated() {
            let lane = OutboxTask.lane(turn.state.id, isLink: false)
            let isReady = try index == 0 && isFree(lane)
            let lease = isReady && places[index] <= turn.now ? turn.sendLeaseUntil : nil
            try insert(message.task, index, lane, at: places[index], isReady: isReady, lease: lease)
            isClaimed = isClaimed || lease != nil
        }
        for (index, task) in prepared.tasks.enumerated() {
            let isLink = if case .deactivateLink = turn.tasks[index] { true } else { false }
            let lane = OutboxTask.lane(turn.state.id, isLink: isLink)
            let number = prepared.messages.count + index
            try insert(task, number, lane, at: turn.now, isReady: try isFree(lane), lease: nil)
        }
        return isClaimed
    }

    private func isFree(_ lane: String) throws -> Bool {
        try db.row(
            "SELECT 1 FROM outbox WHERE lane = ? AND closed_at IS NULL AND waits_since IS NULL LIMIT 1",
            [lane]
        ) == nil
    }

    private func insert(
        _ task: String,
        _ index: Int,
        _ lane: String,
        at place: Timestamp,
        isReady: Bool,
        lease: Timestamp?
    ) throws {
        try db.run(
            """
            INSERT INTO outbox (id, lane, conversation_id, state, attempts, not_before, ready_at, settle_at, claimed_by,
                created_at, is_bulk, task)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                OutboxRow.id(turn.state.id, turn: turn.turn, index: index), lane, id,
                lease == nil ? OutboxState.pending.rawValue : OutboxState.sending.rawValue, lease == nil ? 0 : 1,
                place.milliseconds, isReady && lease == nil ? place.milliseconds : nil, lease?.milliseconds,
                lease == nil ? nil : turn.owner, now, turn.isBulk, task,
            ]
        )
    }
}
