import Conversation
import GRDB

import struct Foundation.Data

extension SQLiteStore {
    public func accept(_ arrivals: [Arrival]) async throws -> [Acceptance] {
        if arrivals.isEmpty { return [] }
        let prepared = arrivals.map(PreparedArrival.init)
        return try await group.write(items: arrivals.count) { db in
            let inbox = SQLiteInbox(db: db)
            return try prepared.map(inbox.accept)
        }
    }
}

/// Takes arrivals within a transaction.
struct SQLiteInbox {
    let db: Database

    func accept(_ arrival: PreparedArrival) throws -> Acceptance {
        switch arrival.content {
        case .message(let sender, let at):
            return try accept(arrival, from: sender, writtenAt: at)
        case .event(let id):
            guard let found = try conversation(id.rawValue) else {
                return try keepUnmatched(arrival, reason: "No conversation \(id.rawValue).")
            }
            return try append(payment: arrival, to: found)
        case .payment(let intent):
            let owner: String? = try db.row("SELECT conversation_id FROM payment_intents WHERE id = ?", [intent])?[0]
            guard let owner, let found = try conversation(owner) else {
                return try keepUnmatched(arrival, reason: "No payment here has the intent \(intent).")
            }
            return try append(payment: arrival, to: found)
        case .addressed(let address):
            guard let found = try conversation(at: address) else {
                return try keepUnmatched(arrival, reason: "No conversation has this address.")
            }
            return try append(arrival, to: found)
        case .status(let report):
            return try SQLiteStatuses(db: db).apply(report, failureBody: arrival.body, receivedAt: arrival.receivedAt)
        case .addressChange(let from, let to):
            return try changeAddress(arrival, from: from, to: to)
        case .unmatched(let reason):
            return try keepUnmatched(arrival, reason: reason)
        }
    }

    // MARK: A customer's message

    private func accept(_ arrival: PreparedArrival, from sender: Sender, writtenAt: Timestamp) throws -> Acceptance {
        guard sender.address.userID != nil || sender.address.waID != nil else {
            return try keepUnmatched(arrival, reason: "The sender has neither a user id nor a phone number.")
        }
        // A repeat of what somebody wrote who was forgotten neither makes them anew nor belongs to who they are now.
        if try wasErased(arrival.outsideID) { return .duplicate }
        var found = try conversation(at: sender.address)
        if found == nil {
            // A repeat of a message whose conversation has gone must not begin a new one.
            if try isKnown(arrival.outsideID) { return .duplicate }
            found = try begin(sender, at: arrival.receivedAt)
        }
        guard var found else { return .duplicate }
        guard try insert(arrival, into: found.id) else { return .duplicate }
        if !found.isKnown(as: sender.address) { try link(sender.address, to: found.id, at: arrival.receivedAt) }
        if found.hasWaiting, CustomerWindow.isOpen(since: writtenAt, at: arrival.receivedAt) {
            try SQLiteLanes(db: db).customerWrote(found.id, at: arrival.receivedAt)
        }
        found.schedule.arrived(
            writtenAt: writtenAt,
            at: arrival.receivedAt,
            due: arrival.due,
            asked: found.isAsked
        )
        let address = sender.address
        try db.run(
            """
            UPDATE conversations SET open_since = ?, due_at = ?,
                wake_at = CASE WHEN claimed_by IS NULL THEN ? ELSE wake_at END,
                user_id = COALESCE(?, user_id), wa_id = COALESCE(?, wa_id),
                last_customer_at = MAX(COALESCE(last_customer_at, 0), ?), updated_at = MAX(updated_at, ?)
            WHERE id = ?
            """,
            [
                found.schedule.openSince?.milliseconds, found.schedule.due?.milliseconds,
                found.schedule.due?.milliseconds, address.userID, address.waID, writtenAt.milliseconds,
                arrival.receivedAt.milliseconds, found.id,
            ]
        )
        return .new(ConversationID(found.id))
    }

    private func begin(_ sender: Sender, at now: Timestamp) throws -> Found {
        let state = ConversationState(id: sender.newID, language: sender.language, profileName: sender.profileName)
        try db.run(
            """
            INSERT INTO conversations
                (id, channel, user_id, wa_id, language, stage, score, created_at, updated_at, source, state)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                sender.newID.rawValue, sender.address.channel, sender.address.userID, sender.address.waID,
                state.language.rawValue, state.stage.name.rawValue, state.score, now.milliseconds, now.milliseconds,
                sender.source, try StoredJSON.encode(state),
            ]
        )
        return Found(id: sender.newID.rawValue, schedule: Schedule())
    }

    // MARK: Events

    private func append(_ arrival: PreparedArrival, to conversation: Found) throws -> Acceptance {
        guard try insert(arrival, into: conversation.id) else { return .duplicate }
        // The owner speaks, from the phone.
        if arrival.kind == .owner { _ = try SQLiteWithdrawal(db: db).withdraw(from: conversation.id) }
        try wake(conversation, due: arrival.due, at: arrival.receivedAt)
        return .new(ConversationID(conversation.id))
    }

    /// What was kept because nobody knew whose it is may come again with its conversation.
    private func append(payment arrival: PreparedArrival, to conversation: Found) throws -> Acceptance {
        let acceptance = try append(arrival, to: conversation)
        if case .new = acceptance {
            try db.run("DELETE FROM unmatched WHERE outside_id = ?", [arrival.outsideID])
        }
        if let intent = arrival.intent {
            try db.run(
                "INSERT OR IGNORE INTO payment_intents (id, conversation_id) VALUES (?, ?)",
                [intent, conversation.id]
            )
        }
        return acceptance
    }

    /// An open event of our own, such as news of a message that can't be delivered.
    func append(event body: String, outsideID: String, to id: String, at now: Timestamp) throws {
        guard let conversation = try conversation(id) else { return }
        guard try insert(body, .event, outsideID, into: id, at: now) else { return }
        try wake(conversation, due: .atOnce, at: now)
    }

    private func wake(_ conversation: Found, due: Arrival.Due, at now: Timestamp) throws {
        var schedule = conversation.schedule
        schedule.arrived(at: now, due: due)
        try db.run(
            """
            UPDATE conversations SET open_since = ?, due_at = ?,
                wake_at = CASE WHEN claimed_by IS NULL THEN ? ELSE wake_at END,
                updated_at = MAX(updated_at, ?)
            WHERE id = ?
            """,
            [
                schedule.openSince?.milliseconds, schedule.due?.milliseconds, schedule.due?.milliseconds,
                now.milliseconds, conversation.id,
            ]
        )
    }

    private func insert(_ arrival: PreparedArrival, into id: String) throws -> Bool {
        try insert(arrival.body, arrival.kind, arrival.outsideID, into: id, at: arrival.receivedAt)
    }

    private func insert(
        _ body: String,
        _ kind: JournalKind,
        _ outsideID: String,
        into id: String,
        at now: Timestamp
    ) throws -> Bool {
        let inserted = try db.run(
            "INSERT OR IGNORE INTO journal (conversation_id, at, kind, outside_id, body) VALUES (?, ?, ?, ?, ?)",
            [id, now.milliseconds, kind.rawValue, outsideID, body]
        )
        return inserted > 0
    }

    func isKnown(_ outsideID: String) throws -> Bool {
        try db.row("SELECT 1 FROM journal WHERE outside_id = ?", [outsideID]) != nil || wasErased(outsideID)
    }

    private func wasErased(_ outsideID: String) throws -> Bool {
        try db.row("SELECT 1 FROM erased WHERE hash = ?", [ErasedID.hash(outsideID)]) != nil
    }

    func keepUnmatched(_ arrival: PreparedArrival, reason: String) throws -> Acceptance {
        let raw = arrival.raw ?? (arrival.body.isEmpty ? nil : arrival.body)
        let inserted = try db.run(
            "INSERT OR IGNORE INTO unmatched (outside_id, received_at, reason, raw) VALUES (?, ?, ?, ?)",
            [arrival.outsideID, arrival.receivedAt.milliseconds, reason, raw.map { Data($0.utf8) }]
        )
        return inserted > 0 ? .recorded : .duplicate
    }
}
