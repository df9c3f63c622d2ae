public import Conversation
import GRDB

extension SQLiteStore {
    public func failTurn(
        _ id: ConversationID,
        owner: String,
        fault: TurnFault,
        retryAt: Timestamp,
        now: Timestamp
    ) async throws -> Bool {
        try await group.write { db in
            try SQLiteParking(db: db).fail(id.rawValue, owner: owner, fault: fault, retryAt: retryAt, now: now)
        }
    }
}

/// Turns that fail for a reason of ours, within a transaction.
struct SQLiteParking {
    let db: Database

    func fail(
        _ id: String,
        owner: String,
        fault: TurnFault,
        retryAt: Timestamp,
        now: Timestamp
    ) throws -> Bool {
        let row = try db.row("SELECT claimed_by, turn FROM conversations WHERE id = ?", [id])
        guard let row, (row[0] as String?) == owner else { return false }
        let turn = (row[1] as Int) + 1
        var record =
            try find("conversation_id = ?1 AND turn = ?2", [id, turn]) ?? ParkedTurn(conversation: id, turn: turn)
        try record.add(fault, at: now)
        try write(record, of: id)
        guard record.parkedAt != nil else {
            try db.run(
                """
                UPDATE conversations SET claimed_by = NULL, failures = failures + 1, wake_at = ?1,
                    due_at = CASE WHEN open_since IS NULL THEN NULL ELSE ?1 END
                WHERE id = ?2
                """,
                [retryAt.milliseconds, id]
            )
            return false
        }
        try db.run(
            "UPDATE conversations SET claimed_by = ?, wake_at = ?, failures = failures + 1 WHERE id = ?",
            [ParkedTurn.owner, ParkedTurn.wake, id]
        )
        let alert = record.alert(fault)
        try db.run(
            "INSERT INTO alerts (conversation_id, at, kind, body) VALUES (?, ?, ?, ?)",
            [id, now.milliseconds, alert.kind.rawValue, try StoredJSON.encode(alert)]
        )
        return true
    }

    func retry(_ id: String, of conversation: String, by who: String, now: Timestamp) throws -> Bool {
        guard var record = try find(Self.waiting, [id]) else { return false }
        try record.retry(by: who, at: now)
        try write(record, of: conversation)
        try free(conversation, now: now)
        return true
    }

    func drop(_ id: String, of conversation: String, by who: String, now: Timestamp) throws -> Bool {
        guard try find(Self.waiting, [id]) != nil else { return false }
        try db.run(
            "UPDATE parked_turns SET dropped_at = ?, dropped_by = ? WHERE id = ?",
            [now.milliseconds, who, id]
        )
        let events = try db.run(
            "UPDATE journal SET handled_at = ? WHERE conversation_id = ? AND handled_at IS NULL",
            [now.milliseconds, conversation]
        )
        try db.run(
            "INSERT INTO journal (conversation_id, at, kind, handled_at, body) VALUES (?, ?, ?, ?, ?)",
            [
                conversation, now.milliseconds, JournalKind.note.rawValue, now.milliseconds,
                try StoredJSON.encode(ParkedTurn.dropNote(events: events, by: who)),
            ]
        )
        try db.run(
            "UPDATE conversations SET open_since = NULL, due_at = NULL WHERE id = ?",
            [conversation]
        )
        try free(conversation, now: now)
        return true
    }

    private static let waiting = "id = ?1 AND parked_at IS NOT NULL AND dropped_at IS NULL"

    /// Somebody takes it, at once, and sees whether there is anything to do.
    private func free(_ conversation: String, now: Timestamp) throws {
        try db.run(
            """
            UPDATE conversations SET claimed_by = NULL, failures = 0, lost_claims = 0, wake_at = ?1,
                due_at = CASE WHEN open_since IS NULL THEN NULL ELSE ?1 END
            WHERE id = ?2 AND claimed_by = ?3
            """,
            [now.milliseconds, conversation, ParkedTurn.owner]
        )
        try db.run(
            "UPDATE alerts SET done_at = ? WHERE conversation_id = ? AND done_at IS NULL AND kind = 'turn_parked'",
            [now.milliseconds, conversation]
        )
    }

    private func find(_ condition: String, _ arguments: StatementArguments) throws -> ParkedTurn? {
        try db.row("SELECT id, turn, faults, history FROM parked_turns WHERE \(condition)", arguments).map {
            ParkedTurn(id: $0[0], turn: $0[1], faults: $0[2], history: $0[3])
        }
    }

    private func write(_ record: ParkedTurn, of conversation: String) throws {
        try db.run(
            """
            INSERT INTO parked_turns (id, conversation_id, turn, faults, parked_at, history) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET faults = excluded.faults, parked_at = excluded.parked_at,
                history = excluded.history, dropped_at = NULL, dropped_by = NULL
            """,
            [record.id, conversation, record.turn, record.faults, record.parkedAt?.milliseconds, record.history]
        )
    }
}
