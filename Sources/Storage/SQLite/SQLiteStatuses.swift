import Conversation
import GRDB

/// Applies WhatsApp's reports to the outbox: in any order, any number of times.
struct SQLiteStatuses {
    let db: Database

    /// `.duplicate` when nothing changed, `.recorded` otherwise and for messages that are not ours.
    func apply(_ report: StatusReport, failureBody: String, receivedAt: Timestamp) throws -> Acceptance {
        guard let row = try find(report) else { return .recorded }
        // A report on a try that is known to have failed: only proof that it arrived after all counts.
        let isOfFailedTry = row.troubles.contains { $0.messageID == report.messageID }
        if isOfFailedTry, report.state.rank <= DeliveryState.failed.rank { return .duplicate }
        if let delivery = row.delivery, delivery.rank >= report.state.rank { return .duplicate }
        if report.state == .failed, let taken = row.messageID, taken != report.messageID {
            try addTrouble(of: report, to: row)
        } else if report.state == .failed {
            try fail(row, report, body: failureBody, receivedAt: receivedAt)
        } else {
            try proveSent(row, report, receivedAt: receivedAt)
        }
        return .recorded
    }

    /// It left, whatever our side knew of it.
    private func proveSent(_ row: FoundRow, _ report: StatusReport, receivedAt: Timestamp) throws {
        try db.run(
            """
            UPDATE outbox SET state = 'sent', message_id = ?, delivery = ?, delivery_at = ?,
                closed_at = COALESCE(closed_at, ?), ready_at = NULL, settle_at = NULL, claimed_by = NULL
            WHERE seq = ?
            """,
            [
                report.messageID, report.state.rawValue, report.at.milliseconds, report.at.milliseconds, row.seq,
            ]
        )
        let lanes = SQLiteLanes(db: db)
        let isDelivered = report.state.rank >= DeliveryState.delivered.rank
        if row.isOpen { try lanes.refresh(row.lane, after: isDelivered ? nil : (row.id, receivedAt)) }
        if isDelivered { try lanes.release(row.lane) }
    }

    /// All that is to be done about an earlier try, whose failure comes when a later one was taken.
    private func addTrouble(of report: StatusReport, to row: FoundRow) throws {
        let trouble = OutboxTrouble(
            at: report.at,
            attempt: row.attempts,
            code: report.errorCode ?? "",
            reason: report.errorText ?? "",
            messageID: report.messageID
        )
        try SQLiteLanes(db: db).addTrouble(try StoredJSON.encode(trouble), attempt: row.attempts, to: row.seq)
    }

    private func fail(_ row: FoundRow, _ report: StatusReport, body: String, receivedAt: Timestamp) throws {
        try addTrouble(of: report, to: row)
        // A later part of the answer may be with the customer: the turn is not to be repeated in other words.
        try db.run("UPDATE conversations SET undo_from = NULL WHERE id = ?", [row.lane])
        let lanes = SQLiteLanes(db: db)
        let failedBefore = OutboxTrouble.sinceRetry(row.troubles).count { $0.messageID != nil }
        let isWorn = failedBefore + 1 >= StoreLimits.failedStatusesMax
        switch isWorn ? .dead : report.failure ?? .dead {
        case .retry(let at):
            try db.run("UPDATE outbox SET message_id = NULL, delivery = NULL WHERE seq = ?", [row.seq])
            try lanes.retry(row.seq, row.lane, at: at, failedAt: receivedAt)
        case .unknown(let until):
            try lanes.makeUncertain(row.seq, until: until)
            try lanes.refresh(row.lane)
        case .waitForCustomer:
            try lanes.wait(row.seq, row.lane, at: receivedAt)
        case .withdrawn, .dead:
            try db.run(
                "UPDATE outbox SET message_id = ?, delivery = 'failed', delivery_at = ? WHERE seq = ?",
                [report.messageID, report.at.milliseconds, row.seq]
            )
            try lanes.bury(row.seq, row.lane, at: receivedAt)
            try SQLiteInbox(db: db).append(
                event: body,
                outsideID: "outbox:\(row.id):\(report.messageID)",
                to: row.conversation,
                at: receivedAt
            )
        }
    }

    private struct FoundRow {
        var seq: Int64
        var id: String
        var lane: String
        var conversation: String
        var attempts: Int
        var messageID: MessageID?
        var delivery: DeliveryState?
        var isOpen: Bool
        var troubles: [OutboxTrouble]
    }

    /// By our id, which comes back in the report; else by WhatsApp's.
    private func find(_ report: StatusReport) throws -> FoundRow? {
        let columns = "seq, id, lane, conversation_id, attempts, delivery, closed_at, history, message_id"
        let found =
            if let id = report.outboxID {
                try db.row("SELECT \(columns) FROM outbox WHERE id = ?", [id])
            } else {
                try db.row("SELECT \(columns) FROM outbox WHERE message_id = ?", [report.messageID])
            }
        guard let found else { return nil }
        let history: String = found[7]
        return FoundRow(
            seq: found[0],
            id: found[1],
            lane: found[2],
            conversation: found[3],
            attempts: found[4],
            messageID: found[8],
            delivery: (found[5] as String?).flatMap(DeliveryState.init),
            isOpen: found[6] as Int64? == nil,
            troubles: history == "[]" ? [] : try StoredJSON.decode([OutboxTrouble].self, history)
        )
    }
}
