public import Conversation

extension PostgresStore {
    public func claimOutbox(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int,
        bulkLimit: Int,
        linksOnly: Bool
    ) async throws -> [OutboxRow] {
        let rows = try await pool.write { transaction in
            try PostgresOutbox(transaction: transaction, linksOnly: linksOnly)
                .claim(owner: owner, now: now, leaseUntil: leaseUntil, limit: limit, bulkLimit: bulkLimit)
        }
        return await readable(rows, owner: owner, now: now, logger)
    }

    public func record(_ results: [SendResult], now: Timestamp) async throws {
        if results.isEmpty { return }
        let prepared = try results.map { try PreparedResult($0, now: now) }
        var needs = PostgresNeeds()
        for result in results { needs.add(row: result.row) }
        try await pool.write(.record, items: results.count, needs: needs) { transaction in
            let outbox = PostgresOutbox(transaction: transaction)
            for result in prepared { try outbox.record(result, now: now) }
        }
    }
}

/// Claims and results of the outbox, within a transaction.
struct PostgresOutbox {
    let transaction: PostgresTransaction
    /// Claims no messages.
    var linksOnly = false

    /// Waits for nobody: what another process holds is passed over.
    func claim(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int,
        bulkLimit: Int
    ) throws -> [RawOutboxRow] {
        let kinds = linksOnly ? " AND lane <> conversation_id" : ""
        return try transaction.db.rows(
            """
            WITH live AS (
                SELECT seq, ready_at, conversation_id, 0 AS rank FROM outbox
                WHERE is_bulk = 0 AND ready_at > $6 AND ready_at <= $1\(kinds) ORDER BY ready_at, seq LIMIT $2
                FOR UPDATE SKIP LOCKED
            ), backlog AS (
                SELECT seq, ready_at, conversation_id, 1 AS rank FROM outbox
                WHERE is_bulk = 0 AND ready_at <= $6\(kinds) ORDER BY ready_at DESC, seq DESC
                LIMIT LEAST($5::bigint, $2::bigint - (SELECT COUNT(*) FROM live))
                FOR UPDATE SKIP LOCKED
            ), bulk AS (
                SELECT seq, ready_at, conversation_id, 2 AS rank FROM outbox
                WHERE is_bulk = 1 AND ready_at <= $1\(kinds) ORDER BY ready_at, seq
                LIMIT LEAST($5::bigint, $2::bigint - (SELECT COUNT(*) FROM live)) - (SELECT COUNT(*) FROM backlog)
                FOR UPDATE SKIP LOCKED
            ), ready AS (
                SELECT * FROM live UNION ALL SELECT * FROM backlog UNION ALL SELECT * FROM bulk
            ), taken AS (
                UPDATE outbox o SET state = 'sending', attempts = attempts + 1, ready_at = NULL, settle_at = $3,
                    claimed_by = $4
                -- Links of people who were erased have no conversation any more.
                FROM ready LEFT JOIN conversations c ON c.id = ready.conversation_id WHERE o.seq = ready.seq
                RETURNING o.id, o.conversation_id, COALESCE(c.channel, ''), c.user_id, c.wa_id, o.task, o.attempts, o.created_at,
                    c.last_customer_at, o.history, ready.rank, \(RawOutboxRow.mutedState), o.tries_since, ready.ready_at,
                    o.seq, \(RawOutboxRow.isHeld)::int AS is_held
            )
            SELECT * FROM taken ORDER BY rank, CASE rank WHEN 1 THEN -ready_at ELSE ready_at END, seq
            """,
            [
                .time(now), .integer(max(limit, 0)), .time(leaseUntil), .text(owner),
                .integer(min(max(bulkLimit, 0), max(limit, 0))),
                .time(now.adding(milliseconds: -StoreLimits.liveMilliseconds)),
            ]
        ).map { row in
            RawOutboxRow(
                id: try row.text(0),
                conversation: try row.text(1),
                address: Address(channel: try row.text(2), userID: row.optional(3), waID: row.optional(4)),
                task: try row.text(5),
                attempt: Int(try row.integer(6)),
                createdAt: Timestamp(milliseconds: try row.integer(7)),
                lastCustomerMessageAt: try row.time(8),
                history: try row.text(9),
                isBulk: try row.integer(10) > 0,
                mutedState: row.optional(11),
                isHeld: try row.integer(15) == 1,
                triesSince: try row.time(12)
            )
        }
    }

    // MARK: Results

    func record(_ prepared: PreparedResult, now: Timestamp) throws {
        let result = prepared.result
        guard var row = transaction.rows[result.row] else { return }
        switch result.outcome {
        case .accepted(let messageID):
            // However late the answer comes, it proves that the row is done, unless a status has told of its failure.
            if let messageID, row.troubles.contains(where: { $0.messageID == messageID }) { return }
            guard row.state != .dead else { return }
            row.messageID = row.messageID ?? messageID
            row.delivery = row.delivery ?? (messageID == nil ? nil : .accepted)
            row.deliveryAt = row.deliveryAt ?? now
            row.settle(at: now, heardAt: now)
        case .failed(let failure, let code, let reason):
            // A status settled it, or somebody else has it by now.
            guard row.state == .sending, row.claimedBy == result.owner, result.attempt ?? row.attempts == row.attempts
            else { return }
            var trouble = OutboxTrouble(at: now, attempt: row.attempts, code: code, reason: reason)
            if case .unknown = failure { trouble.isUncertain = true }
            row.troubles.append(trouble)
            switch failure {
            case .retry(let at):
                row.retry(at: at)
                try pause(row, until: at, now: now)
            case .unknown(let until): row.makeUncertain(until: until)
            case .waitForCustomer:
                row.wait(at: now)
                try reportWaiting(row, now: now)
            case .withdrawn:
                row.bury(at: now)
                try withdraw(row, event: prepared.event, now: now)
            case .dead:
                row.bury(at: now)
                try reportDead(row, event: prepared.event, now: now)
            }
        }
        transaction.change(row)
        transaction.wakes.insert(.outbox)
    }

    /// A long pause ends when the customer writes.
    func pause(_ row: HeldRow, until: Timestamp, now: Timestamp) throws {
        guard until.milliseconds - now.milliseconds > StoreLimits.longPauseMilliseconds, !row.isLink,
            var conversation = try transaction.conversation(row.conversation)
        else { return }
        conversation.hasWaiting = true
        transaction.change(conversation)
    }

    /// Staff hears of it, unless the customer wrote while it was being tried: then it goes at once.
    func reportWaiting(_ row: HeldRow, now: Timestamp) throws {
        guard var conversation = try transaction.conversation(row.conversation) else { return }
        let refusedAt = OutboxTrouble.windowRefusedAt(row.troubles)
        guard !CustomerWindow.isOpen(since: conversation.lastCustomerAt, refusedAt: refusedAt, at: now) else {
            return transaction.releaseWaiting(in: row.lane, at: now)
        }
        conversation.hasWaiting = true
        transaction.change(conversation)
        try alert(.windowClosed, Alert.waitsForCustomer, row.conversation, now: now)
    }

    private func alert(_ kind: Alert.Kind, _ detail: String, _ conversation: String, now: Timestamp) throws {
        let alert = Alert(kind, detail)
        transaction.db.later(
            "INSERT INTO alerts (conversation_id, at, kind, body) VALUES ($1, $2, $3, $4)",
            [.text(conversation), .time(now), .text(alert.kind.rawValue), .text(try StoredJSON.encode(alert))]
        )
    }

    /// A dead letter that nobody has to look at.
    private func withdraw(_ row: HeldRow, event: String?, now: Timestamp) throws {
        transaction.db.later(
            "UPDATE outbox SET dropped_at = $1, dropped_by = $2 WHERE seq = $3",
            [.time(now), .text(SendResult.withdrawer), .integer(row.seq)]
        )
        try reportDead(row, event: event, now: now)
    }

    /// The conversation hears of a lost message; staff hears of a link that stays open.
    private func reportDead(_ row: HeldRow, event: String?, now: Timestamp) throws {
        if row.isLink {
            let detail = "A payment link could not be deactivated (outbox row \(row.id))."
            try alert(.linkFailed, detail, row.conversation, now: now)
        } else if let event {
            try PostgresInbox(transaction: transaction).append(
                event: event,
                outsideID: "outbox:\(row.id):\(row.attempts)",
                to: row.conversation,
                at: now
            )
        }
    }
}
