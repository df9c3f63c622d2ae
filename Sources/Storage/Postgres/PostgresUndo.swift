public import Conversation

extension PostgresStore {
    public func redoLateAnswers(afterMilliseconds: Int64, now: Timestamp, limit: Int) async throws -> Int {
        let values: [PostgresValue] = [
            .integer(now.milliseconds - afterMilliseconds), .integer(afterMilliseconds), .integer(limit),
        ]
        let late = try await pool.read { db in
            try db.rows(UndoneTurn.late("$1", "$2", "$3"), values).map { try $0.text(0) }
        }
        if late.isEmpty { return 0 }
        return try await pool.write { transaction in
            let held = try transaction.db.rows(
                "SELECT id FROM conversations WHERE id = ANY($1) AND claimed_by IS NULL ORDER BY id FOR UPDATE SKIP LOCKED",
                [.texts(late)]
            )
            var redone: [String] = []
            for id in try held.map({ try $0.text(0) })
            where try PostgresUndo(db: transaction.db, reason: .late).undoLastTurn(of: id) != nil {
                redone.append(id)
            }
            try transaction.db.run(
                """
                UPDATE conversations SET open_since = j.at, due_at = j.at, wake_at = j.at
                FROM (
                    SELECT conversation_id, MIN(at) AS at FROM journal
                    WHERE conversation_id = ANY($1) AND handled_at IS NULL GROUP BY conversation_id
                ) j WHERE id = j.conversation_id
                """,
                [.texts(redone)]
            )
            if !redone.isEmpty { transaction.wakes.insert(.turns) }
            return redone.count
        }
    }
}

/// Takes back turns whose answers have not left, within the transaction that claims their conversations.
struct PostgresUndo {
    let db: PostgresConnection
    var reason = UndoneTurn.Reason.wroteAgain

    /// Which of these conversations have messages that aren't done.
    func openRows(of ids: [String]) -> PostgresStatement {
        PostgresStatement(
            "SELECT DISTINCT lane FROM outbox WHERE lane = ANY($1) AND closed_at IS NULL AND state = 'pending'",
            [.texts(ids)]
        )
    }

    /// Nil when there is nothing to undo, because the answer has left or may have left.
    func undoLastTurn(of id: String) throws -> UndoneTurn? {
        let found = try db.fetch([
            PostgresStatement(
                "SELECT turn, undo_from, undo_through, undo_timers, undo_state FROM conversations WHERE id = $1",
                [.text(id)]
            ),
            // Locked, so that no sender takes one of them meanwhile.
            PostgresStatement(
                """
                SELECT seq, id, state, waits_since FROM outbox WHERE lane = $1 AND closed_at IS NULL ORDER BY seq
                FOR UPDATE
                """,
                [.text(id)]
            ),
        ])
        guard let row = found[0].rows.first, row.optional(1) != nil, let timers = row.optional(3),
            let state = row.optional(4)
        else { return nil }
        let undone = UndoneTurn(
            id: ConversationID(id),
            turn: Int(try row.integer(0)),
            from: try row.integer(1),
            through: try row.integer(2),
            timers: timers,
            state: state
        )
        let open = try found[1].rows.map { row in
            UndoneTurn.Row(
                seq: try row.integer(0),
                id: try row.text(1),
                state: try row.text(2),
                waits: row.optional(3) != nil
            )
        }
        // What another version wrote must not fail the claim of everybody else.
        guard let rows = undone.withdrawable(open), let before = try? undone.restored() else { return nil }
        try withdraw(rows, undone)
        reopen(undone, as: before)
        return undone
    }

    private func withdraw(_ rows: [UndoneTurn.Row], _ undone: UndoneTurn) throws {
        db.later("DELETE FROM outbox WHERE seq = ANY($1)", [.integers(rows.map(\.seq))])
        let lines = try db.rows(
            "SELECT seq, body FROM journal WHERE conversation_id = $1 AND seq > $2 AND outbox_id = ANY($3)",
            [.text(undone.id.rawValue), .integer(undone.through), .texts(rows.map(\.id))]
        )
        for line in lines {
            // The explanation stays: what it cost was spent.
            db.later(
                "UPDATE journal SET kind = 'note', outbox_id = NULL, body = $1 WHERE seq = $2",
                [.text(try UndoneTurn.note(for: try line.text(1), reason)), .integer(try line.integer(0))]
            )
            db.later(PostgresWithdrawal.uncount(try line.integer(0), of: undone.id.rawValue))
        }
        db.later(PostgresTransaction.refresh([undone.id.rawValue]))
    }

    private func reopen(_ undone: UndoneTurn, as before: UndoneTurn.Restored) {
        let (state, timer) = before
        db.later(
            """
            UPDATE journal SET handled_at = NULL
            WHERE conversation_id = $1 AND seq BETWEEN $2 AND $3 AND kind = 'customer'
            """,
            [.text(undone.id.rawValue), .integer(undone.from), .integer(undone.through)]
        )
        db.later(
            """
            UPDATE conversations SET state = undo_state, timers = undo_timers, undo_from = NULL, undo_through = NULL,
                undo_state = NULL, undo_timers = NULL, timer_at = $2, language = $3, stage = $4, score = $5
            WHERE id = $1
            """,
            [
                .text(undone.id.rawValue), .time(timer), .text(state.language.rawValue),
                .text(state.stage.name.rawValue), .integer(state.score),
            ]
        )
    }
}
