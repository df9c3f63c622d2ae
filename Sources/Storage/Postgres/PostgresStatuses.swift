import Conversation

/// Applies WhatsApp's reports to the outbox: in any order, any number of times.
struct PostgresStatuses {
    let transaction: PostgresTransaction

    /// `.duplicate` when nothing changed, `.recorded` otherwise and for messages that are not ours.
    func apply(_ report: StatusReport, failureBody: String, receivedAt: Timestamp) throws -> Acceptance {
        guard var row = find(report) else { return .recorded }
        // A report on a try that is known to have failed: only proof that it arrived after all counts.
        let isOfFailedTry = row.troubles.contains { $0.messageID == report.messageID }
        if isOfFailedTry, report.state.rank <= DeliveryState.failed.rank { return .duplicate }
        if let delivery = row.delivery, delivery.rank >= report.state.rank { return .duplicate }
        if report.state == .failed, let taken = row.messageID, taken != report.messageID {
            // Of an earlier try, when a later one was taken: nothing is to be done about it.
            row.troubles.append(Self.trouble(report, row))
        } else if report.state == .failed {
            try fail(&row, report, body: failureBody, receivedAt: receivedAt)
        } else {
            // It left, whatever our side knew of it.
            (row.messageID, row.delivery, row.deliveryAt) = (report.messageID, report.state, report.at)
            row.settle(at: report.at, heardAt: receivedAt)
        }
        transaction.change(row)
        transaction.wakes.insert(.outbox)
        return .recorded
    }

    private static func trouble(_ report: StatusReport, _ row: HeldRow) -> OutboxTrouble {
        OutboxTrouble(
            at: report.at,
            attempt: row.attempts,
            code: report.errorCode ?? "",
            reason: report.errorText ?? "",
            messageID: report.messageID
        )
    }

    private func fail(_ row: inout HeldRow, _ report: StatusReport, body: String, receivedAt: Timestamp) throws {
        let failedBefore = OutboxTrouble.sinceRetry(row.troubles).count { $0.messageID != nil }
        let isWorn = failedBefore + 1 >= StoreLimits.failedStatusesMax
        row.troubles.append(Self.trouble(report, row))
        // A later part of the answer may be with the customer: the turn is not to be repeated in other words.
        transaction.db.later("UPDATE conversations SET undo_from = NULL WHERE id = $1", [.text(row.lane)])
        switch isWorn ? .dead : report.failure ?? .dead {
        case .retry(let at):
            (row.messageID, row.delivery) = (nil, nil)
            row.retry(at: at)
            try PostgresOutbox(transaction: transaction).pause(row, until: at, now: receivedAt)
        case .unknown(let until):
            row.makeUncertain(until: until)
        case .waitForCustomer:
            row.wait(at: receivedAt)
            try PostgresOutbox(transaction: transaction).reportWaiting(row, now: receivedAt)
        case .withdrawn, .dead:
            (row.messageID, row.delivery, row.deliveryAt) = (report.messageID, .failed, report.at)
            row.bury(at: receivedAt)
            try PostgresInbox(transaction: transaction).append(
                event: body,
                outsideID: "outbox:\(row.id):\(report.messageID)",
                to: row.conversation,
                at: receivedAt
            )
        }
    }

    /// By our id, which comes back in the report; else by WhatsApp's.
    private func find(_ report: StatusReport) -> HeldRow? {
        if let id = report.outboxID { return transaction.rows[id] }
        return transaction.rows.values.first { $0.messageID == report.messageID }
    }
}
