public import Conversation

extension PostgresStore {
    public func act(_ act: StaffAct) async throws -> StaffOutcome {
        let rules = StaffRules(act: act)
        let note = try rules.note.map { try StoredJSON.encode($0) }
        var needs = PostgresNeeds()
        needs.conversations = [act.conversation.rawValue]
        needs.outsideIDs = ["staff:" + act.requestID]
        return try await pool.write(.alone, needs: needs) { transaction in
            try PostgresStaff(transaction: transaction, rules: rules, note: note).perform()
        }
    }

    public func version(of id: ConversationID) async throws -> LeadVersion? {
        try await pool.read { try $0.version(of: id.rawValue) }
    }

    public func staffLog(_ query: StaffLogQuery) async throws -> [StaffLogEntry] {
        let selection = StaffLogSelection(query)
        return try await pool.read { db in
            try db.rows(selection.sql.postgres, selection.sql.postgresValues).map { row in
                StaffLogEntry(
                    id: try row.integer(0),
                    at: Timestamp(milliseconds: try row.integer(1)),
                    who: try row.text(2),
                    action: try row.text(3),
                    conversation: row.optional(4).map { ConversationID($0) },
                    detail: try row.text(5)
                )
            }
        }
    }
}

/// Stores what a person does, within a transaction that holds the conversation.
struct PostgresStaff {
    let transaction: PostgresTransaction
    let rules: StaffRules
    /// As JSON.
    let note: String?

    private var act: StaffAct { rules.act }
    private var id: String { act.conversation.rawValue }
    private var db: PostgresConnection { transaction.db }

    func perform() throws -> StaffOutcome {
        guard transaction.conversations[id] != nil else { return .unknown }
        let found = try db.rows(
            """
            SELECT held_by, stage, last_customer_at, (SELECT (conversation_id = $1 AND who = $3 AND action = $4)::int
                FROM staff_log WHERE request_id = $2)
            FROM conversations WHERE id = $1
            """,
            [.text(id), .text(act.requestID), .text(act.who), .text(rules.action)]
        )
        guard let row = found.first else { return .unknown }
        if let isSame = try row.optionalInteger(3) { return isSame == 1 ? .duplicate : .otherAct }
        if let expected = act.expected, try db.version(of: id) != expected { return .changed }
        let standing = StaffRules.Standing(
            holder: row.optional(0),
            stage: try row.text(1),
            lastCustomerAt: try row.time(2)
        )
        if let refusal = rules.refusal(standing) { return refusal }
        let files = PostgresFiles(db: db)
        if let missing = try files.missing(rules.fileIDs, of: id) { return .noFile(missing) }
        files.use(rules.fileIDs, at: act.at)
        db.later(
            """
            INSERT INTO staff_log (at, who, action, conversation_id, request_id, detail) VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .time(act.at), .text(act.who), .text(rules.action), .text(id), .text(act.requestID),
                .text(rules.detail),
            ]
        )
        let withdrawn = rules.takesOver ? try PostgresWithdrawal(transaction: transaction).withdraw(from: id) : 0
        hold()
        if rules.settlesAlerts {
            db.later(
                "UPDATE alerts SET done_at = $1 WHERE conversation_id = $2 AND done_at IS NULL",
                [.time(act.at), .text(id)]
            )
        }
        if let arrival = rules.arrival { _ = try PostgresInbox(transaction: transaction).accept(arrival) }
        if let note {
            transaction.add(JournalLine(conversation: id, at: act.at, kind: .note, handledAt: act.at, body: note))
        }
        return .done(withdrawn: withdrawn)
    }

    private func hold() {
        switch act.what {
        case .takeOver, .reply, .send:
            db.later(
                "UPDATE conversations SET held_by = $1, assigned_to = COALESCE(assigned_to, $1) WHERE id = $2",
                [.text(act.who), .text(id)]
            )
        case .release:
            db.later("UPDATE conversations SET held_by = NULL WHERE id = $1", [.text(id)])
        case .assign(let name), .stageAndAssign(_, _, let name):
            db.later("UPDATE conversations SET assigned_to = $1 WHERE id = $2", [.text(name), .text(id)])
        case .note, .stage: break
        }
    }
}

/// Takes back what the bot wrote and what has not left, within a transaction that holds the conversation.
struct PostgresWithdrawal {
    let transaction: PostgresTransaction

    /// Says how many messages.
    func withdraw(from conversation: String) throws -> Int {
        let db = transaction.db
        // Locked, so that no sender takes one of them meanwhile.
        let rows = try db.rows(
            """
            SELECT seq, id, task, history, attempts FROM outbox
            WHERE lane = $1 AND closed_at IS NULL AND state = 'pending' ORDER BY seq FOR UPDATE
            """,
            [.text(conversation)]
        ).filter { Withdrawal.concerns(task: try $0.text(2)) }
        if rows.isEmpty { return 0 }
        let lines = try db.rows(
            "SELECT seq, body, outbox_id FROM journal WHERE conversation_id = $1 AND outbox_id = ANY($2)",
            [.text(conversation), .texts(try rows.map { try $0.text(1) })]
        )
        let arrived = Set(
            try rows.filter {
                Withdrawal.mayHaveArrived(history: try $0.text(3), attempts: Int(try $0.integer(4)))
            }.map { try $0.text(1) }
        )
        db.later("DELETE FROM outbox WHERE seq = ANY($1)", [.integers(try rows.map { try $0.integer(0) })])
        for line in lines {
            let mayHaveArrived = arrived.contains(try line.text(2))
            db.later(
                "UPDATE journal SET kind = 'note', outbox_id = NULL, body = $1 WHERE seq = $2",
                [
                    .text(try Withdrawal.note(for: try line.text(1), mayHaveArrived: mayHaveArrived)),
                    .integer(try line.integer(0)),
                ]
            )
            if !mayHaveArrived { db.later(Self.uncount(try line.integer(0), of: conversation)) }
        }
        db.later(PostgresTransaction.refresh([conversation]))
        return rows.count
    }

    /// A message of the bot that never left counts in no statistics.
    static func uncount(_ seq: Int64, of conversation: String) -> PostgresStatement {
        PostgresStatement(
            """
            UPDATE lead_facts SET messages_bot = GREATEST(0, messages_bot - 1)
            WHERE id = $1 AND (SELECT seq FROM digest) >= $2
            """,
            [.text(conversation), .integer(seq)]
        )
    }
}

extension PostgresConnection {
    func version(of conversation: String) throws -> LeadVersion? {
        try rows(LeadVersion.sql + " $1", [.text(conversation)]).first.map { LeadVersion(text: try $0.text(0)) }
    }
}
