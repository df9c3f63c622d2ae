public import Conversation
import GRDB

extension SQLiteStore {
    public func redoLateAnswers(afterMilliseconds: Int64, now: Timestamp, limit: Int) async throws -> Int {
        let late = try await read { db in
            try db.rows(
                UndoneTurn.late("?1", "?2", "?3"),
                [now.milliseconds - afterMilliseconds, afterMilliseconds, limit]
            )
            .map { $0[0] as String }
        }
        if late.isEmpty { return 0 }
        return try await group.write { db in
            var redone = 0
            for id in late {
                let isFree = try db.row("SELECT 1 FROM conversations WHERE id = ? AND claimed_by IS NULL", [id]) != nil
                guard isFree, try SQLiteUndo(db: db, reason: .late).undoLastTurn(of: id) != nil else { continue }
                redone += 1
                try db.run(
                    """
                    UPDATE conversations SET open_since = j.at, due_at = j.at, wake_at = j.at
                    FROM (SELECT MIN(at) AS at FROM journal WHERE conversation_id = ?1 AND handled_at IS NULL) j
                    WHERE id = ?1
                    """,
                    [id]
                )
            }
            return redone
        }
    }
}

/// Takes back a turn whose answer has not left, within a transaction.
struct SQLiteUndo {
    let db: Database
    var reason = UndoneTurn.Reason.wroteAgain

    /// Nil when there is nothing to undo, because the answer has left or may have left.
    func undoLastTurn(of id: String) throws -> UndoneTurn? {
        let row = try db.row(
            "SELECT turn, undo_from, undo_through, undo_timers, undo_state FROM conversations WHERE id = ?",
            [id]
        )
        guard let row, let from = row[1] as Int64?, let through = row[2] as Int64?, let timers = row[3] as String?,
            let state = row[4] as String?
        else { return nil }
        let undone = UndoneTurn(
            id: ConversationID(id),
            turn: row[0],
            from: from,
            through: through,
            timers: timers,
            state: state
        )
        let open = try db.rows(
            "SELECT seq, id, state, waits_since IS NOT NULL FROM outbox WHERE lane = ? AND closed_at IS NULL ORDER BY seq",
            [id]
        ).map { UndoneTurn.Row(seq: $0[0], id: $0[1], state: $0[2], waits: $0[3]) }
        // What another version wrote must not fail the claim of everybody else.
        guard let rows = undone.withdrawable(open), let before = try? undone.restored() else { return nil }
        for row in rows { try withdraw(row, undone) }
        try SQLiteLanes(db: db).refresh(id)
        try reopen(undone, as: before)
        return undone
    }

    private func withdraw(_ row: UndoneTurn.Row, _ undone: UndoneTurn) throws {
        try db.run("DELETE FROM outbox WHERE seq = ?", [row.seq])
        let line = try db.row(
            "SELECT seq, body FROM journal WHERE conversation_id = ? AND seq > ? AND outbox_id = ?",
            [undone.id.rawValue, undone.through, row.id]
        )
        guard let line else { return }
        // The explanation stays: what it cost was spent.
        try db.run(
            "UPDATE journal SET kind = 'note', outbox_id = NULL, body = ? WHERE seq = ?",
            [try UndoneTurn.note(for: line[1], reason), line[0] as Int64]
        )
        try SQLiteWithdrawal(db: db).uncount(line[0], of: undone.id.rawValue)
    }

    private func reopen(_ undone: UndoneTurn, as before: UndoneTurn.Restored) throws {
        let (state, timer) = before
        try db.run(
            """
            UPDATE journal SET handled_at = NULL
            WHERE conversation_id = ? AND seq BETWEEN ? AND ? AND kind = 'customer'
            """,
            [undone.id.rawValue, undone.from, undone.through]
        )
        try db.run(
            """
            UPDATE conversations SET state = undo_state, timers = undo_timers, undo_from = NULL, undo_through = NULL,
                undo_state = NULL, undo_timers = NULL, timer_at = ?, language = ?, stage = ?, score = ?
            WHERE id = ?
            """,
            [
                timer?.milliseconds, state.language.rawValue, state.stage.name.rawValue, state.score,
                undone.id.rawValue,
            ]
        )
    }
}
