public import Conversation
import GRDB

extension SQLiteStore {
    public func claimPoll(
        _ name: String,
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        evenEarly: Bool
    ) async throws -> PollClaim {
        try await group.write { db in
            try db.run("INSERT OR IGNORE INTO polls (name, due_at) VALUES (?, ?)", [name, now.milliseconds])
            guard
                let row = try db.row(
                    "SELECT due_at, claimed_by, lease_until, position FROM polls WHERE name = ?",
                    [name]
                )
            else { return .later(leaseUntil) }
            let record = PollRecord(
                dueAt: Timestamp(milliseconds: row[0]),
                claimedBy: row[1],
                leaseUntil: Timestamp(column: row[2]),
                position: row[3]
            )
            let claim = record.claim(by: owner, now: now, evenEarly: evenEarly)
            if case .taken = claim {
                try db.run(
                    "UPDATE polls SET claimed_by = ?, lease_until = ? WHERE name = ?",
                    [owner, leaseUntil.milliseconds, name]
                )
            }
            return claim
        }
    }

    public func keepPoll(_ name: String, owner: String, position: String, leaseUntil: Timestamp) async throws -> Bool {
        try await group.write { db in
            try db.run(
                "UPDATE polls SET position = ?, lease_until = ? WHERE name = ? AND claimed_by = ?",
                [position, leaseUntil.milliseconds, name, owner]
            ) > 0
        }
    }

    public func finishPoll(_ name: String, owner: String, position: String, nextAt: Timestamp) async throws -> Bool {
        try await group.write { db in
            try db.run(
                """
                UPDATE polls SET position = ?, due_at = ?, claimed_by = NULL, lease_until = NULL
                WHERE name = ? AND claimed_by = ?
                """,
                [position, nextAt.milliseconds, name, owner]
            ) > 0
        }
    }

    public func conversation(ofPaymentIntent id: String) async throws -> ConversationID? {
        try await read { db in
            try db.row("SELECT conversation_id FROM payment_intents WHERE id = ?", [id]).map { ConversationID($0[0]) }
        }
    }

    public func discardUnmatched(_ outsideID: String) async throws {
        _ = try await group.write { try $0.run("DELETE FROM unmatched WHERE outside_id = ?", [outsideID]) }
    }
}

extension SQLiteSchema {
    static let polls = """
        -- What is asked of outside services again and again, by one process at a time.
        CREATE TABLE polls (
            name TEXT NOT NULL PRIMARY KEY,
            due_at INTEGER NOT NULL,
            claimed_by TEXT,
            lease_until INTEGER,
            -- How far it came.
            position TEXT
        ) STRICT, WITHOUT ROWID;

        -- Whose payment it is, for refunds and disputes, which name nothing else.
        CREATE TABLE payment_intents (
            id TEXT NOT NULL PRIMARY KEY,
            conversation_id TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX payment_intents_conversation ON payment_intents(conversation_id);
        """
}
