public import Conversation

extension PostgresStore {
    public func erase(
        _ id: ConversationID,
        by who: String,
        at now: Timestamp,
        expecting expected: LeadVersion?
    ) async throws -> Erasure {
        var needs = PostgresNeeds()
        needs.conversations = [id.rawValue]
        return try await pool.write(.alone, needs: needs) { transaction in
            guard transaction.conversations[id.rawValue] != nil else { return .unknown }
            if let expected, try transaction.db.version(of: id.rawValue) != expected { return .changed }
            transaction.conversations[id.rawValue] = nil
            transaction.wakes.insert(.outbox)
            let erase = PostgresErase(db: transaction.db, id: id.rawValue, now: now.milliseconds)
            return .erased(try erase.erase(by: who))
        }
    }
}

private struct PostgresErase {
    let db: PostgresConnection
    let id: String
    let now: Int64

    func erase(by who: String) throws -> [ErasedPart] {
        // Nobody works a line of it into index and statistics meanwhile.
        _ = try db.rows("SELECT seq FROM digest FOR UPDATE")
        try endLink()
        let people = try people()
        try rememberOutsideIDs()
        var parts = [ErasedPart("search", try delete("search WHERE conversation_id = $1"))]
        parts.append(ErasedPart("journal", try delete("journal WHERE conversation_id = $1")))
        // Links that are to be deactivated name nobody.
        parts.append(
            ErasedPart(
                "outbox",
                try delete("outbox WHERE conversation_id = $1 AND NOT (lane <> conversation_id AND closed_at IS NULL)")
            )
        )
        for table in ["alerts", "parked_turns", "reviews", "identities", "payment_intents", "files"] {
            parts.append(ErasedPart(table, try delete("\(table) WHERE conversation_id = $1")))
        }
        parts.append(ErasedPart("spend", try delete("spend WHERE who = $1")))
        parts.append(ErasedPart("api_requests", try delete("api_requests WHERE position($1 IN body) > 0")))
        parts.append(ErasedPart("unmatched", try eraseUnmatched(people)))
        parts.append(ErasedPart("conversations", try delete("conversations WHERE id = $1")))
        parts += try keepWithoutPerson()
        db.later(
            "INSERT INTO staff_log (at, who, action, conversation_id, detail) VALUES ($1, $2, 'forget', $3, '')",
            [.integer(now), .text(who), .text(id)]
        )
        return parts
    }

    /// Nobody would know whose money it is that comes by it.
    private func endLink() throws {
        let row = try db.rows("SELECT turn, state FROM conversations WHERE id = $1", [.text(id)]).first
        guard let row else { return }
        let lead = ErasedLead(id: id, turn: Int(try row.integer(0)), state: try row.text(1))
        guard let task = try lead.deactivation else { return }
        let busy = try db.rows("SELECT 1 FROM outbox WHERE lane = $1 AND closed_at IS NULL LIMIT 1", [.text(lead.lane)])
        db.later(
            """
            INSERT INTO outbox (id, lane, conversation_id, state, not_before, ready_at, created_at, task)
            VALUES ($1, $2, $3, 'pending', $4, $5, $4, $6)
            """,
            [
                .text(lead.rowID), .text(lead.lane), .text(id), .integer(now), .integer(busy.isEmpty ? now : nil),
                .text(task),
            ]
        )
    }

    private func people() throws -> [String] {
        try db.rows(
            """
            SELECT value FROM identities WHERE conversation_id = $1
            UNION SELECT wa_id FROM conversations WHERE id = $1 UNION SELECT user_id FROM conversations WHERE id = $1
            """,
            [.text(id)]
        ).compactMap { $0.optional(0) }
    }

    private func delete(_ rest: String) throws -> Int { try db.run("DELETE FROM " + rest, [.text(id)]) }

    private func rememberOutsideIDs() throws {
        // WhatsApp delivers again for seven days.
        db.later("DELETE FROM erased WHERE at < $1", [.integer(now - ErasedID.keptMilliseconds)])
        let rows = try db.rows(
            "SELECT outside_id FROM journal WHERE conversation_id = $1 AND outside_id IS NOT NULL AND at >= $2",
            [.text(id), .integer(now - ErasedID.keptMilliseconds)]
        )
        for row in rows {
            db.later(
                "INSERT INTO erased (hash, at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                [.text(ErasedID.hash(try row.text(0))), .integer(now)]
            )
        }
    }

    private func eraseUnmatched(_ people: [String]) throws -> Int {
        try people.reduce(0) { count, person in
            try count
                + db.run(
                    "DELETE FROM unmatched WHERE position($1::bytea IN raw) > 0 OR position($2 IN outside_id) > 0",
                    [.blob(person), .text(person)]
                )
        }
    }

    private func keepWithoutPerson() throws -> [ErasedPart] {
        // Figures stay true; nothing leads from them to the person any more.
        let stranger = "erased-" + ErasedID.hash(id + ":\(now)").prefix(20)
        let values: [PostgresValue] = [.text(stranger), .text(id)]
        let facts = try db.run("UPDATE lead_facts SET id = $1 WHERE id = $2", values)
        let sales = try db.run("UPDATE sales SET conversation_id = $1 WHERE conversation_id = $2", values)
        let log = try db.rows("SELECT COUNT(*) FROM staff_log WHERE conversation_id = $1", [.text(id)])
        return [
            ErasedPart("lead_facts", facts, keptBecause: ErasedID.factsReason),
            ErasedPart("sales", sales, keptBecause: ErasedID.salesReason),
            ErasedPart("staff_log", Int(try log.first?.integer(0) ?? 0), keptBecause: ErasedID.logReason),
        ]
    }
}
