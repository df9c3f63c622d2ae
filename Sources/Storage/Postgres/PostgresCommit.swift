import Conversation

extension PostgresStore {
    public func commit(_ turn: TurnCommit) async throws -> TurnOutcome {
        let prepared = try PreparedTurn(turn)
        var needs = PostgresNeeds()
        needs.conversations = [turn.state.id.rawValue]
        needs.turns = [turn.state.id.rawValue: turn.handledThrough ?? 0]
        return try prepared.outcome(
            try await pool.write(.commit, needs: needs) { transaction in
                try PostgresCommit(transaction: transaction, prepared: prepared).write()
            }
        )
    }
}

/// Writes a turn within a transaction.
struct PostgresCommit {
    let transaction: PostgresTransaction
    let prepared: PreparedTurn

    private var turn: TurnCommit { prepared.turn }
    private var id: String { turn.state.id.rawValue }

    func write() throws -> PreparedTurn.Outcome {
        guard var conversation = transaction.conversations[id], conversation.claimedBy == turn.owner,
            conversation.turn + 1 == turn.turn
        else { return .lostLease }
        let handledThrough = turn.handledThrough ?? 0
        let newer = (transaction.openEvents[id] ?? []).filter { $0.seq > handledThrough }
        if newer.contains(where: { $0.supersedes(turn) }) { return .superseded(newer) }

        transaction.db.later(
            "UPDATE journal SET handled_at = $1 WHERE conversation_id = $2 AND handled_at IS NULL AND seq <= $3",
            [.time(turn.now), .text(id), .integer(handledThrough)]
        )
        // What stays open is due at once.
        let openSince = newer.first?.at
        conversation.schedule = Schedule(
            openSince: openSince,
            due: openSince == nil ? nil : turn.now,
            timer: turn.timers.values.min()
        )
        conversation.claimedBy = nil
        conversation.turn = turn.turn
        conversation.touched(at: turn.now)
        conversation.turned = HeldConversation.Turned(
            language: turn.state.language.rawValue,
            stage: turn.state.stage.name.rawValue,
            score: turn.state.score,
            timers: prepared.timers,
            state: prepared.state,
            desk: prepared.desk,
            undo: turn.undoFrom.map { (from: $0, through: handledThrough) }
        )
        let places = turn.messages.map { _ in conversation.pace.place(now: turn.now) }
        transaction.change(conversation)
        if openSince != nil { transaction.wakes.insert(.turns) }
        writeJournal()
        let isClaimed = writeOutbox(places)
        writeAlerts()
        if let spend = turn.spend { transaction.spending.add(spend, of: id, owner: turn.owner) }
        return .committed(
            claimedTo: isClaimed ? conversation.address : nil,
            lastCustomerMessageAt: conversation.lastCustomerAt
        )
    }

    /// Notes first: they tell how the messages came about.
    private func writeJournal() {
        for note in prepared.notes {
            transaction.add(
                JournalLine(conversation: id, at: turn.now, kind: .note, handledAt: turn.now, body: note)
            )
        }
        for (index, message) in prepared.messages.enumerated() {
            transaction.add(
                JournalLine(
                    conversation: id,
                    at: turn.now,
                    kind: .message,
                    handledAt: turn.now,
                    outboxID: OutboxRow.id(turn.state.id, turn: turn.turn, index: index),
                    body: message.body,
                    explanation: message.explanation
                )
            )
        }
    }

    /// Says whether the first message was claimed for its sender.
    private func writeOutbox(_ places: [Timestamp]) -> Bool {
        var isClaimed = false
        for (index, message) in prepared.messages.enumerated() {
            let lane = OutboxTask.lane(turn.state.id, isLink: false)
            let isReady = transaction.busyLanes.insert(lane).inserted
            let lease = isReady && index == 0 && places[index] <= turn.now ? turn.sendLeaseUntil : nil
            insert(message.task, index, lane, at: places[index], isReady: isReady, lease: lease)
            isClaimed = isClaimed || lease != nil
        }
        for (index, task) in prepared.tasks.enumerated() {
            let isLink = if case .deactivateLink = turn.tasks[index] { true } else { false }
            let lane = OutboxTask.lane(turn.state.id, isLink: isLink)
            let isReady = transaction.busyLanes.insert(lane).inserted
            insert(task, prepared.messages.count + index, lane, at: turn.now, isReady: isReady, lease: nil)
        }
        return isClaimed
    }

    private func insert(
        _ task: String,
        _ index: Int,
        _ lane: String,
        at place: Timestamp,
        isReady: Bool,
        lease: Timestamp?
    ) {
        if lease == nil { transaction.wakes.insert(.outbox) }
        transaction.db.later(
            """
            INSERT INTO outbox (id, lane, conversation_id, state, attempts, not_before, ready_at, settle_at, claimed_by,
                created_at, task, is_bulk)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            [
                .text(OutboxRow.id(turn.state.id, turn: turn.turn, index: index)), .text(lane), .text(id),
                .text(lease == nil ? OutboxState.pending.rawValue : OutboxState.sending.rawValue),
                .integer(lease == nil ? 0 : 1), .time(place), .time(isReady && lease == nil ? place : nil),
                .time(lease), .text(lease == nil ? nil : turn.owner), .time(turn.now), .text(task),
                .integer(turn.isBulk ? 1 : 0),
            ]
        )
    }

    private func writeAlerts() {
        for (alert, body) in zip(turn.alerts, prepared.alerts) {
            transaction.db.later(
                "INSERT INTO alerts (conversation_id, at, kind, body) VALUES ($1, $2, $3, $4)",
                [.text(id), .time(turn.now), .text(alert.kind.rawValue), .text(body)]
            )
        }
    }
}
