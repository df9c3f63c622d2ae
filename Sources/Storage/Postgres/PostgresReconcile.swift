public import Conversation

extension PostgresStore {
    public func reconcile(now: Timestamp, windowMilliseconds: Int64) async throws -> Reconciled {
        try await pool.write { transaction in
            try PostgresReconcile(transaction: transaction, now: now, window: windowMilliseconds).pass(until: now)
        }
    }

    public func nextWake() async throws -> (turns: Timestamp?, outbox: Timestamp?) {
        try await pool.read { db in
            let row = try db.rows(
                // A suspect that waits for another one would wake the workers in vain; they look every second anyway.
                """
                SELECT LEAST((SELECT MIN(wake_at) FROM conversations WHERE wake_at IS NOT NULL AND lost_claims <= 1),
                        (SELECT MIN(timer_at) FROM conversations 
                            WHERE timer_at IS NOT NULL AND wake_at IS NULL AND lost_claims <= 1)),
                    LEAST((SELECT MIN(ready_at) FROM outbox WHERE is_bulk = 0 AND ready_at IS NOT NULL),
                        (SELECT MIN(ready_at) FROM outbox WHERE is_bulk = 1 AND ready_at IS NOT NULL),
                        (SELECT MIN(settle_at) FROM outbox WHERE settle_at IS NOT NULL))
                """
            ).first
            return (turns: try row?.time(0), outbox: try row?.time(1))
        }
    }

    public func releaseAllClaims(now: Timestamp, windowMilliseconds: Int64) async throws {
        try await pool.write { transaction in
            // What is claimed has the lease's end as its wake_at; without that, all conversations would be read.
            try transaction.db.run(
                """
                UPDATE conversations SET claimed_by = NULL, failures = failures + 1, lost_claims = lost_claims + 1,
                    wake_at = due_at
                WHERE wake_at IS NOT NULL AND claimed_by IS NOT NULL AND claimed_by <> 'parked'
                """
            )
            try transaction.db.run("UPDATE processes SET left_at = $1 WHERE left_at IS NULL", [.time(now)])
            try transaction.db.run("UPDATE polls SET claimed_by = NULL, lease_until = NULL")
            let reconcile = PostgresReconcile(transaction: transaction, now: now, window: windowMilliseconds)
            while try reconcile.loseSenders(until: Timestamp(milliseconds: .max)) != Reconcile.nothing {}
        }
    }
}

private enum Reconcile {
    static let nothing = Reconciled(becameUncertain: 0, becamePending: 0)
}

/// Moves rows whose time is up, within a transaction of its own. Conversations that another process holds are passed
/// over; their rows come with the next pass.
struct PostgresReconcile {
    let transaction: PostgresTransaction
    let now: Timestamp
    let window: Int64

    private var db: PostgresConnection { transaction.db }

    func pass(until end: Timestamp) throws -> Reconciled {
        // In this order no row takes both steps at once.
        let uncertain = try hold(state: .uncertain, until: end)
        let again = try retry(uncertain, state: .uncertain, until: end)
        if !uncertain.isEmpty {
            // They may have left: their turns are not to be repeated in other words.
            db.later(
                "UPDATE conversations SET undo_from = NULL WHERE id = ANY($1)",
                [.texts(Set(uncertain.map(\.lane)))]
            )
        }
        let lost = try loseSenders(until: end)
        return Reconciled(
            becameUncertain: lost.becameUncertain,
            becamePending: again + lost.becamePending
        )
    }

    /// Rows whose lease ended, of certain owners where they are given. A message becomes uncertain; a link is simply
    /// deactivated again, which does no harm.
    func loseSenders(until end: Timestamp, of owners: [String]? = nil) throws -> Reconciled {
        let found = try hold(state: .sending, until: end, of: owners)
        let messages = found.filter { !$0.isLink }
        var uncertain = 0
        if !messages.isEmpty {
            uncertain = try db.run(
                """
                UPDATE outbox SET state = 'uncertain', settle_at = $1, ready_at = NULL, claimed_by = NULL
                WHERE seq = ANY($2) AND state = 'sending' AND settle_at <= $3
                """,
                [.time(now.adding(milliseconds: window)), .integers(messages.map(\.seq)), .time(end)]
            )
        }
        let links = try retry(found.filter(\.isLink), state: .sending, until: end)
        return Reconciled(becameUncertain: uncertain, becamePending: links)
    }

    private struct Found {
        var seq: Int64
        var lane: String
        var conversation: String
        var isLink: Bool { lane != conversation }
    }

    /// Rows whose time is up, of conversations that are this transaction's now.
    private func hold(state: OutboxState, until end: Timestamp, of owners: [String]? = nil) throws -> [Found] {
        let found = try db.rows(
            """
            SELECT seq, lane, conversation_id FROM outbox
            WHERE settle_at <= $1 AND state = $2 AND ($4::text[] IS NULL OR claimed_by = ANY($4))
            ORDER BY settle_at LIMIT $3
            """,
            [
                .time(end), .text(state.rawValue), .integer(StoreLimits.reconciledRowsMax),
                owners.map { PostgresValue.texts($0) } ?? .text(nil),
            ]
        )
        .map { Found(seq: try $0.integer(0), lane: try $0.text(1), conversation: try $0.text(2)) }
        if found.isEmpty { return [] }
        let held = try db.rows(
            "SELECT id FROM conversations WHERE id = ANY($1) ORDER BY id FOR UPDATE SKIP LOCKED",
            [.texts(Set(found.map(\.conversation)))]
        )
        let ids = Set(try held.map { try $0.text(0) })
        let rest = found.filter { !ids.contains($0.conversation) }
        let gone = try erased(rest.filter(\.isLink).map(\.conversation))
        return found.filter { ids.contains($0.conversation) || gone.contains($0.conversation) }
    }

    /// People whose links are still to be ended: nobody else works on their conversations.
    private func erased(_ ids: [String]) throws -> Set<String> {
        if ids.isEmpty { return [] }
        let known = try db.rows("SELECT id FROM conversations WHERE id = ANY($1)", [.texts(ids)])
        return Set(ids).subtracting(try known.map { try $0.text(0) })
    }

    private func retry(_ rows: [Found], state: OutboxState, until end: Timestamp) throws -> Int {
        if rows.isEmpty { return 0 }
        let moved = try db.run(
            """
            UPDATE outbox SET state = 'pending', not_before = $1, ready_at = NULL, settle_at = NULL, claimed_by = NULL,
                closed_at = NULL
            WHERE seq = ANY($2) AND state = $3 AND settle_at <= $4
            """,
            [.time(now), .integers(rows.map(\.seq)), .text(state.rawValue), .time(end)]
        )
        db.later(PostgresTransaction.refresh(Set(rows.map(\.lane))))
        if moved > 0 { transaction.wakes.insert(.outbox) }
        return moved
    }
}
