public import Conversation

extension PostgresStore {
    public func failTurn(
        _ id: ConversationID,
        owner: String,
        fault: TurnFault,
        retryAt: Timestamp,
        now: Timestamp
    ) async throws -> Bool {
        try await pool.write(needs: .holding(id.rawValue)) { transaction in
            try PostgresParking(transaction: transaction)
                .fail(id.rawValue, owner: owner, fault: fault, retryAt: retryAt, now: now)
        }
    }
}

extension PostgresNeeds {
    /// For a transaction about one conversation.
    static func holding(_ conversation: String?) -> PostgresNeeds {
        var needs = PostgresNeeds()
        if let conversation { needs.conversations = [conversation] }
        return needs
    }
}

/// Turns that fail for a reason of ours, within a transaction that holds their conversation.
struct PostgresParking {
    let transaction: PostgresTransaction

    private var db: PostgresConnection { transaction.db }

    func fail(
        _ id: String,
        owner: String,
        fault: TurnFault,
        retryAt: Timestamp,
        now: Timestamp
    ) throws -> Bool {
        guard let held = transaction.conversations[id], held.claimedBy == owner else { return false }
        let turn = held.turn + 1
        var record =
            try find("conversation_id = $1 AND turn = $2", [.text(id), .integer(turn)])
            ?? ParkedTurn(conversation: id, turn: turn)
        try record.add(fault, at: now)
        write(record, of: id)
        guard record.parkedAt != nil else {
            db.later(
                """
                UPDATE conversations SET claimed_by = NULL, failures = failures + 1, wake_at = $1::bigint,
                    due_at = CASE WHEN open_since IS NULL THEN NULL ELSE $1::bigint END
                WHERE id = $2
                """,
                [.time(retryAt), .text(id)]
            )
            return false
        }
        db.later(
            "UPDATE conversations SET claimed_by = $1, wake_at = $2, failures = failures + 1 WHERE id = $3",
            [.text(ParkedTurn.owner), .integer(ParkedTurn.wake), .text(id)]
        )
        let alert = record.alert(fault)
        db.later(
            "INSERT INTO alerts (conversation_id, at, kind, body) VALUES ($1, $2, $3, $4)",
            [.text(id), .time(now), .text(alert.kind.rawValue), .text(try StoredJSON.encode(alert))]
        )
        return true
    }

    func retry(_ id: String, of conversation: String, by who: String, now: Timestamp) throws -> Bool {
        guard var record = try find(Self.waiting, [.text(id)]) else { return false }
        try record.retry(by: who, at: now)
        write(record, of: conversation)
        free(conversation, now: now)
        return true
    }

    func drop(_ id: String, of conversation: String, by who: String, now: Timestamp) throws -> Bool {
        guard try find(Self.waiting, [.text(id)]) != nil else { return false }
        db.later(
            "UPDATE parked_turns SET dropped_at = $1, dropped_by = $2 WHERE id = $3",
            [.time(now), .text(who), .text(id)]
        )
        let events = try db.run(
            "UPDATE journal SET handled_at = $1 WHERE conversation_id = $2 AND handled_at IS NULL",
            [.time(now), .text(conversation)]
        )
        transaction.add(
            JournalLine(
                conversation: conversation,
                at: now,
                kind: .note,
                handledAt: now,
                body: try StoredJSON.encode(ParkedTurn.dropNote(events: events, by: who))
            )
        )
        db.later("UPDATE conversations SET open_since = NULL, due_at = NULL WHERE id = $1", [.text(conversation)])
        free(conversation, now: now)
        return true
    }

    private static let waiting = "id = $1 AND parked_at IS NOT NULL AND dropped_at IS NULL"

    /// Somebody takes it, at once, and sees whether there is anything to do.
    private func free(_ conversation: String, now: Timestamp) {
        db.later(
            """
            UPDATE conversations SET claimed_by = NULL, failures = 0, lost_claims = 0, wake_at = $1::bigint,
                due_at = CASE WHEN open_since IS NULL THEN NULL ELSE $1::bigint END
            WHERE id = $2 AND claimed_by = $3
            """,
            [.time(now), .text(conversation), .text(ParkedTurn.owner)]
        )
        db.later(
            "UPDATE alerts SET done_at = $1 WHERE conversation_id = $2 AND done_at IS NULL AND kind = 'turn_parked'",
            [.time(now), .text(conversation)]
        )
        transaction.wakes.insert(.turns)
    }

    private func find(_ condition: String, _ values: [PostgresValue]) throws -> ParkedTurn? {
        try db.rows("SELECT id, turn, faults, history FROM parked_turns WHERE \(condition)", values).first.map {
            ParkedTurn(
                id: try $0.text(0),
                turn: Int(try $0.integer(1)),
                faults: Int(try $0.integer(2)),
                history: try $0.text(3)
            )
        }
    }

    private func write(_ record: ParkedTurn, of conversation: String) {
        db.later(
            """
            INSERT INTO parked_turns (id, conversation_id, turn, faults, parked_at, history)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (id) DO UPDATE SET faults = excluded.faults, parked_at = excluded.parked_at,
                history = excluded.history, dropped_at = NULL, dropped_by = NULL
            """,
            [
                .text(record.id), .text(conversation), .integer(record.turn), .integer(record.faults),
                .time(record.parkedAt), .text(record.history),
            ]
        )
    }
}
