public import Conversation

extension PostgresStore {
    public func claimOutbox(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int
    ) async throws -> [OutboxRow] {
        let rows = try await pool.write { transaction in
            try PostgresOutbox(transaction: transaction)
                .claim(owner: owner, now: now, leaseUntil: leaseUntil, limit: limit)
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

    /// Waits for nobody: what another process holds is passed over.
    func claim(owner: String, now: Timestamp, leaseUntil: Timestamp, limit: Int) throws -> [RawOutboxRow] {
        try transaction.db.rows(
            """
            WITH ready AS (
                SELECT seq, ready_at FROM outbox WHERE ready_at <= $1 ORDER BY ready_at, seq LIMIT $2
                FOR UPDATE SKIP LOCKED
            ), taken AS (
                UPDATE outbox o SET state = 'sending', attempts = attempts + 1, ready_at = NULL, settle_at = $3,
                    claimed_by = $4
                FROM ready, conversations c WHERE o.seq = ready.seq AND c.id = o.conversation_id
                RETURNING o.id, o.conversation_id, c.channel, c.user_id, c.wa_id, o.task, o.attempts, o.created_at,
                    c.last_customer_at, ready.ready_at, o.seq
            )
            SELECT * FROM taken ORDER BY ready_at, seq
            """,
            [.time(now), .integer(max(limit, 0)), .time(leaseUntil), .text(owner)]
        ).map { row in
            RawOutboxRow(
                id: try row.text(0),
                conversation: try row.text(1),
                address: Address(channel: try row.text(2), userID: row.optional(3), waID: row.optional(4)),
                task: try row.text(5),
                attempt: Int(try row.integer(6)),
                createdAt: Timestamp(milliseconds: try row.integer(7)),
                lastCustomerMessageAt: try row.time(8)
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
            row.settle(at: now)
        case .failed(let failure, let code, let reason):
            // A status settled it, or somebody else has it by now.
            guard row.state == .sending, row.claimedBy == result.owner else { return }
            var trouble = OutboxTrouble(at: now, attempt: row.attempts, code: code, reason: reason)
            if case .unknown = failure { trouble.isUncertain = true }
            row.troubles.append(trouble)
            switch failure {
            case .retry(let at): row.retry(at: at)
            case .unknown(let until): row.makeUncertain(until: until)
            case .dead:
                row.bury(at: now)
                try reportDead(row, event: prepared.event, now: now)
            }
        }
        transaction.change(row)
        transaction.wakes.insert(.outbox)
    }

    /// The conversation hears of a lost message; staff hears of a link that stays open.
    private func reportDead(_ row: HeldRow, event: String?, now: Timestamp) throws {
        if row.isLink {
            let alert = Alert(.linkFailed, "A payment link could not be deactivated (outbox row \(row.id)).")
            transaction.db.later(
                "INSERT INTO alerts (conversation_id, at, kind, body) VALUES ($1, $2, $3, $4)",
                [
                    .text(row.conversation), .time(now), .text(alert.kind.rawValue),
                    .text(try StoredJSON.encode(alert)),
                ]
            )
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
