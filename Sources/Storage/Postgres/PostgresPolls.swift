public import Conversation

extension PostgresStore {
    public func claimPoll(
        _ name: String,
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        evenEarly: Bool
    ) async throws -> PollClaim {
        try await pool.write { transaction in
            let db = transaction.db
            try db.run(
                "INSERT INTO polls (name, due_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                [.text(name), .time(now)]
            )
            let found = try db.rows(
                "SELECT due_at, claimed_by, lease_until, position FROM polls WHERE name = $1 FOR UPDATE",
                [.text(name)]
            )
            guard let row = found.first else { return .later(leaseUntil) }
            let record = PollRecord(
                dueAt: Timestamp(milliseconds: try row.integer(0)),
                claimedBy: row.optional(1),
                leaseUntil: try row.time(2),
                position: row.optional(3)
            )
            let claim = record.claim(by: owner, now: now, evenEarly: evenEarly)
            if case .taken = claim {
                try db.run(
                    "UPDATE polls SET claimed_by = $1, lease_until = $2 WHERE name = $3",
                    [.text(owner), .time(leaseUntil), .text(name)]
                )
            }
            return claim
        }
    }

    public func keepPoll(_ name: String, owner: String, position: String, leaseUntil: Timestamp) async throws -> Bool {
        try await pool.write { transaction in
            try transaction.db.run(
                "UPDATE polls SET position = $1, lease_until = $2 WHERE name = $3 AND claimed_by = $4",
                [.text(position), .time(leaseUntil), .text(name), .text(owner)]
            ) > 0
        }
    }

    public func finishPoll(_ name: String, owner: String, position: String, nextAt: Timestamp) async throws -> Bool {
        try await pool.write { transaction in
            try transaction.db.run(
                """
                UPDATE polls SET position = $1, due_at = $2, claimed_by = NULL, lease_until = NULL
                WHERE name = $3 AND claimed_by = $4
                """,
                [.text(position), .time(nextAt), .text(name), .text(owner)]
            ) > 0
        }
    }

    public func conversation(ofPaymentIntent id: String) async throws -> ConversationID? {
        try await pool.read { db in
            try db.rows("SELECT conversation_id FROM payment_intents WHERE id = $1", [.text(id)]).first
                .map { ConversationID(try $0.text(0)) }
        }
    }

    public func discardUnmatched(_ outsideID: String) async throws {
        _ = try await pool.write { try $0.db.run("DELETE FROM unmatched WHERE outside_id = $1", [.text(outsideID)]) }
    }
}

extension PostgresTransaction {
    /// Whose payment intents these are, as far as it is known.
    func lookUp(intents: Set<String>) throws {
        if intents.isEmpty { return }
        let found = try db.rows(
            "SELECT id, conversation_id FROM payment_intents WHERE id = ANY($1)",
            [.texts(intents)]
        )
        for row in found { self.intents[try row.text(0)] = try row.text(1) }
    }

    func know(intent: String, of conversation: String) {
        guard intents.updateValue(conversation, forKey: intent) == nil else { return }
        db.later(
            "INSERT INTO payment_intents (id, conversation_id) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
            [.text(intent), .text(conversation)]
        )
    }
}

extension PostgresSchema {
    static let polls = """
        -- What is asked of outside services again and again, by one process at a time.
        CREATE TABLE polls (
            name text COLLATE "C" NOT NULL PRIMARY KEY,
            due_at bigint NOT NULL,
            claimed_by text COLLATE "C",
            lease_until bigint,
            -- How far it came.
            position text
        );
        ALTER TABLE polls ENABLE ROW LEVEL SECURITY;

        -- Whose payment it is, for refunds and disputes, which name nothing else.
        CREATE TABLE payment_intents (
            id text COLLATE "C" NOT NULL PRIMARY KEY,
            conversation_id text COLLATE "C" NOT NULL
        );
        CREATE INDEX payment_intents_conversation ON payment_intents(conversation_id);
        ALTER TABLE payment_intents ENABLE ROW LEVEL SECURITY;

        """
}
