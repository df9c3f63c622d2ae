public import Conversation
import GRDB

extension SQLiteStore {
    public func claimOutbox(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int,
        bulkLimit: Int,
        linksOnly: Bool
    ) async throws -> [OutboxRow] {
        let rows = try await group.write { db in
            let outbox = SQLiteOutbox(db: db, linksOnly: linksOnly)
            var rows: [RawOutboxRow] = []
            for rank in OutboxRank.allCases {
                let places = min(limit - rows.count, rank == .live ? limit : bulkLimit - rows.count(where: \.isBulk))
                guard places > 0 else { continue }
                rows += try outbox.claim(rank, owner: owner, now: now, leaseUntil: leaseUntil, limit: places)
            }
            return rows
        }
        return await readable(rows, owner: owner, now: now, logger)
    }

    public func record(_ results: [SendResult], now: Timestamp) async throws {
        if results.isEmpty { return }
        let prepared = try results.map { try PreparedResult($0, now: now) }
        try await group.write(items: results.count) { db in
            let outbox = SQLiteOutbox(db: db)
            for result in prepared { try outbox.record(result, now: now) }
        }
    }

    public func reconcile(now: Timestamp, windowMilliseconds: Int64) async throws -> Reconciled {
        try await group.write { db in
            let outbox = SQLiteOutbox(db: db)
            // In this order no row takes both steps at once.
            let pending = try outbox.retryUncertain(now: now)
            let lost = try outbox.loseSenders(leaseEndedBy: now, now: now, windowMilliseconds: windowMilliseconds)
            return Reconciled(becameUncertain: lost.uncertain, becamePending: pending + lost.pending)
        }
    }

    public func nextWake() async throws -> (turns: Timestamp?, outbox: Timestamp?) {
        let moments: [Int64?] = try await read { db in
            try [
                // A suspect that waits for another one would wake the workers in vain; they look every second anyway.
                "SELECT MIN(wake_at) FROM conversations WHERE wake_at IS NOT NULL AND lost_claims <= 1",
                """
                SELECT MIN(timer_at) FROM conversations
                WHERE timer_at IS NOT NULL AND wake_at IS NULL AND lost_claims <= 1
                """,
                "SELECT MIN(ready_at) FROM outbox WHERE ready_at IS NOT NULL AND is_bulk = 0",
                "SELECT MIN(ready_at) FROM outbox WHERE ready_at IS NOT NULL AND is_bulk = 1",
                "SELECT MIN(settle_at) FROM outbox WHERE settle_at IS NOT NULL",
            ].map { sql in try db.row(sql).flatMap { $0[0] as Int64? } }
        }
        return (
            Timestamp(column: moments[..<2].compactMap(\.self).min()),
            Timestamp(column: moments[2...].compactMap(\.self).min())
        )
    }

    public func releaseAllClaims(now: Timestamp, windowMilliseconds: Int64) async throws {
        try await group.write { db in
            // What is claimed has the lease's end as its wake_at; without that, all conversations would be read.
            try db.run(
                """
                UPDATE conversations SET claimed_by = NULL, failures = failures + 1, lost_claims = lost_claims + 1,
                    wake_at = due_at
                WHERE wake_at IS NOT NULL AND claimed_by IS NOT NULL AND claimed_by <> 'parked'
                """
            )
            try db.run("UPDATE processes SET left_at = ? WHERE left_at IS NULL", [now.milliseconds])
            try db.run("UPDATE polls SET claimed_by = NULL, lease_until = NULL")
            let outbox = SQLiteOutbox(db: db)
            while try outbox.loseSenders(leaseEndedBy: nil, now: now, windowMilliseconds: windowMilliseconds).any {}
        }
    }
}

/// Claims and results of the outbox, within a transaction.
struct SQLiteOutbox {
    let db: Database
    /// Claims no messages.
    var linksOnly = false

    var lanes: SQLiteLanes { SQLiteLanes(db: db) }

    func claim(
        _ rank: OutboxRank,
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int
    ) throws -> [RawOutboxRow] {
        let rows = try db.rows(
            """
            SELECT o.seq, o.id, o.conversation_id, COALESCE(c.channel, ''), c.user_id, c.wa_id, o.task, o.attempts,
                o.created_at, c.last_customer_at, o.history, \(RawOutboxRow.mutedState), o.tries_since,
                \(RawOutboxRow.isHeld)
            -- Links of people who were erased have no conversation any more.
            FROM outbox o LEFT JOIN conversations c ON c.id = o.conversation_id
            WHERE o.is_bulk = ? AND o.ready_at > ? AND o.ready_at <= ?\(linksOnly ? " AND o.lane <> o.conversation_id" : "")
            ORDER BY \(rank.order) LIMIT ?
            """,
            [rank == .bulk, rank.after(now).milliseconds, rank.until(now).milliseconds, limit]
        )
        return try rows.map { row in
            try db.run(
                """
                UPDATE outbox SET state = 'sending', attempts = attempts + 1, ready_at = NULL, settle_at = ?,
                    claimed_by = ?
                WHERE seq = ?
                """,
                [leaseUntil.milliseconds, owner, row[0] as Int64]
            )
            return RawOutboxRow(
                id: row[1],
                conversation: row[2],
                address: Address(channel: row[3], userID: row[4], waID: row[5]),
                task: row[6],
                attempt: (row[7] as Int) + 1,
                createdAt: Timestamp(milliseconds: row[8]),
                lastCustomerMessageAt: Timestamp(column: row[9]),
                history: row[10],
                isBulk: rank != .live,
                mutedState: row[11],
                isHeld: row[13],
                triesSince: Timestamp(column: row[12])
            )
        }
    }

    // MARK: Results

    func record(_ prepared: PreparedResult, now: Timestamp) throws {
        let result = prepared.result
        let row = try db.row(
            "SELECT seq, lane, state, claimed_by, attempts, conversation_id, history FROM outbox WHERE id = ?",
            [result.row]
        )
        guard let row, let state = OutboxState(rawValue: row[2]) else { return }
        let seq: Int64 = row[0]
        let lane: String = row[1]
        switch result.outcome {
        case .accepted(let messageID):
            try accept(seq, result.row, lane, state, messageID, history: row[6], now: now)
        case .failed(let failure, _, _):
            // A status settled it, or somebody else has it by now.
            guard state == .sending, (row[3] as String?) == result.owner, result.attempt ?? row[4] == row[4] as Int
            else { return }
            if let trouble = prepared.trouble {
                try lanes.addTrouble(trouble, attempt: row[4], to: seq)
            }
            try fail(seq, lane, failure, now: now)
            if failure == .waitForCustomer {
                try reportWaiting(lane, conversation: row[5], history: row[6], now: now)
            }
            if case .withdrawn = failure {
                try db.run(
                    "UPDATE outbox SET dropped_at = ?, dropped_by = ? WHERE seq = ?",
                    [now.milliseconds, SendResult.withdrawer, seq]
                )
            }
            if prepared.event != nil {
                try reportDead(
                    seq,
                    id: result.row,
                    attempt: row[4],
                    conversation: row[5],
                    isLink: lane != row[5],
                    event: prepared.event,
                    now: now
                )
            }
        }
    }

    /// However late the answer comes, it proves that the row is done, unless a status has told of its failure.
    private func accept(
        _ seq: Int64,
        _ id: String,
        _ lane: String,
        _ state: OutboxState,
        _ messageID: MessageID?,
        history: String,
        now: Timestamp
    ) throws {
        if let messageID, history != "[]" {
            let troubles = try StoredJSON.decode([OutboxTrouble].self, history)
            if troubles.contains(where: { $0.messageID == messageID }) { return }
        }
        guard state != .dead else { return }
        try db.run(
            """
            UPDATE outbox SET state = 'sent', message_id = COALESCE(message_id, ?), delivery = COALESCE(delivery, ?),
                delivery_at = COALESCE(delivery_at, ?), closed_at = COALESCE(closed_at, ?), ready_at = NULL,
                settle_at = NULL, claimed_by = NULL
            WHERE seq = ?
            """,
            [
                messageID, messageID == nil ? nil : DeliveryState.accepted.rawValue, now.milliseconds, now.milliseconds,
                seq,
            ]
        )
        if state != .sent { try lanes.refresh(lane, after: messageID == nil ? nil : (id, now)) }
    }

    private func fail(_ seq: Int64, _ lane: String, _ failure: SendResult.Failure, now: Timestamp) throws {
        switch failure {
        case .retry(let at): try lanes.retry(seq, lane, at: at, failedAt: now)
        case .unknown(let until): try lanes.makeUncertain(seq, until: until)
        case .waitForCustomer: try lanes.wait(seq, lane, at: now)
        case .withdrawn, .dead: try lanes.bury(seq, lane, at: now)
        }
    }

    /// Staff hears of it, unless the customer wrote while it was being tried: then it goes at once.
    private func reportWaiting(_ lane: String, conversation: String, history: String, now: Timestamp) throws {
        let last = try db.row("SELECT last_customer_at FROM conversations WHERE id = ?", [conversation])?[0] as Int64?
        let refusedAt = OutboxTrouble.windowRefusedAt(try OutboxTrouble.list(history))
        if CustomerWindow.isOpen(since: Timestamp(column: last), refusedAt: refusedAt, at: now) {
            return try lanes.customerWrote(lane, at: now)
        }
        try alert(.windowClosed, Alert.waitsForCustomer, conversation, at: now)
    }

    private func alert(_ kind: Alert.Kind, _ detail: String, _ conversation: String, at now: Timestamp) throws {
        let alert = Alert(kind, detail)
        try db.run(
            "INSERT INTO alerts (conversation_id, at, kind, body) VALUES (?, ?, ?, ?)",
            [conversation, now.milliseconds, alert.kind.rawValue, try StoredJSON.encode(alert)]
        )
    }

    /// The conversation hears of a lost message; staff hears of a link that stays open.
    private func reportDead(
        _ seq: Int64,
        id: String,
        attempt: Int,
        conversation: String,
        isLink: Bool,
        event: String?,
        now: Timestamp
    ) throws {
        if isLink {
            let detail = "A payment link could not be deactivated (outbox row \(id))."
            try self.alert(.linkFailed, detail, conversation, at: now)
        } else if let event {
            try SQLiteInbox(db: db).append(
                event: event,
                outsideID: "outbox:\(id):\(attempt)",
                to: conversation,
                at: now
            )
        }
    }
}
