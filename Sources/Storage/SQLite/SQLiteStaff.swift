public import Conversation
import GRDB

extension SQLiteStore {
    public func act(_ act: StaffAct) async throws -> StaffOutcome {
        let rules = StaffRules(act: act)
        let note = try rules.note.map { try StoredJSON.encode($0) }
        return try await group.write { db in try SQLiteStaff(db: db, rules: rules, note: note).perform() }
    }

    public func version(of id: ConversationID) async throws -> LeadVersion? {
        try await read { try $0.version(of: id.rawValue) }
    }

    public func staffLog(_ query: StaffLogQuery) async throws -> [StaffLogEntry] {
        let selection = StaffLogSelection(query)
        return try await read { db in
            try db.rows(selection.sql.sqlite, selection.sql.sqliteArguments).map { row in
                StaffLogEntry(
                    id: row[0],
                    at: Timestamp(milliseconds: row[1]),
                    who: row[2],
                    action: row[3],
                    conversation: (row[4] as String?).map { ConversationID($0) },
                    detail: row[5]
                )
            }
        }
    }
}

/// Stores what a person does, within a transaction.
struct SQLiteStaff {
    let db: Database
    let rules: StaffRules
    /// As JSON.
    let note: String?

    private var act: StaffAct { rules.act }
    private var id: String { act.conversation.rawValue }

    func perform() throws -> StaffOutcome {
        let row = try db.row("SELECT held_by, stage, last_customer_at FROM conversations WHERE id = ?", [id])
        guard let row else { return .unknown }
        let known = try db.row(
            "SELECT conversation_id = ? AND who = ? AND action = ? FROM staff_log WHERE request_id = ?",
            [id, act.who, rules.action, act.requestID]
        )
        if let known { return known[0] == true ? .duplicate : .otherAct }
        if let expected = act.expected, try db.version(of: id) != expected { return .changed }
        let standing = StaffRules.Standing(holder: row[0], stage: row[1], lastCustomerAt: Timestamp(column: row[2]))
        if let refusal = rules.refusal(standing) { return refusal }
        let files = SQLiteFiles(db: db)
        if let missing = try files.missing(rules.fileIDs, of: id) { return .noFile(missing) }
        try files.use(rules.fileIDs, at: act.at)
        try db.run(
            "INSERT INTO staff_log (at, who, action, conversation_id, request_id, detail) VALUES (?, ?, ?, ?, ?, ?)",
            [act.at.milliseconds, act.who, rules.action, id, act.requestID, rules.detail]
        )
        let withdrawn = rules.takesOver ? try SQLiteWithdrawal(db: db).withdraw(from: id) : 0
        try hold()
        if rules.settlesAlerts {
            try db.run(
                "UPDATE alerts SET done_at = ? WHERE conversation_id = ? AND done_at IS NULL",
                [act.at.milliseconds, id]
            )
        }
        if let arrival = rules.arrival { _ = try SQLiteInbox(db: db).accept(arrival) }
        if let note {
            try db.run(
                "INSERT INTO journal (conversation_id, at, kind, handled_at, body) VALUES (?1, ?2, 'note', ?2, ?3)",
                [id, act.at.milliseconds, note]
            )
        }
        return .done(withdrawn: withdrawn)
    }

    private func hold() throws {
        switch act.what {
        case .takeOver, .reply, .send:
            try db.run(
                "UPDATE conversations SET held_by = ?1, assigned_to = COALESCE(assigned_to, ?1) WHERE id = ?2",
                [act.who, id]
            )
        case .release:
            try db.run("UPDATE conversations SET held_by = NULL WHERE id = ?", [id])
        case .assign(let name), .stageAndAssign(_, _, let name):
            try db.run("UPDATE conversations SET assigned_to = ? WHERE id = ?", [name, id])
        case .note, .stage: break
        }
    }
}

/// Takes back what the bot wrote and what has not left, within a transaction.
struct SQLiteWithdrawal {
    let db: Database

    /// Says how many messages.
    func withdraw(from conversation: String) throws -> Int {
        let rows = try db.rows(
            """
            SELECT seq, id, task, history, attempts FROM outbox
            WHERE lane = ? AND closed_at IS NULL AND state = 'pending' ORDER BY seq
            """,
            [conversation]
        ).filter { Withdrawal.concerns(task: $0[2]) }
        for row in rows {
            try db.run("DELETE FROM outbox WHERE seq = ?", [row[0] as Int64])
            let line = try db.row(
                "SELECT seq, body FROM journal WHERE conversation_id = ? AND outbox_id = ? ORDER BY seq DESC LIMIT 1",
                [conversation, row[1] as String]
            )
            guard let line else { continue }
            let mayHaveArrived = Withdrawal.mayHaveArrived(history: row[3], attempts: row[4])
            try db.run(
                "UPDATE journal SET kind = 'note', outbox_id = NULL, body = ? WHERE seq = ?",
                [try Withdrawal.note(for: line[1], mayHaveArrived: mayHaveArrived), line[0] as Int64]
            )
            if !mayHaveArrived { try uncount(line[0], of: conversation) }
        }
        if !rows.isEmpty { try SQLiteLanes(db: db).refresh(conversation) }
        return rows.count
    }

    /// A message of the bot that never left counts in no statistics.
    func uncount(_ seq: Int64, of conversation: String) throws {
        try db.run(
            """
            UPDATE lead_facts SET messages_bot = MAX(0, messages_bot - 1)
            WHERE id = ? AND (SELECT seq FROM digest) >= ?
            """,
            [conversation, seq]
        )
    }
}

extension Database {
    func version(of conversation: String) throws -> LeadVersion? {
        try row(LeadVersion.sql + " ?", [conversation]).map { LeadVersion(text: $0[0]) }
    }
}
