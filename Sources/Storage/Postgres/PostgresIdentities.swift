import Conversation

/// Who is who: a conversation is found by any of the ids that its customer ever had.
extension PostgresInbox {
    /// By the user id first, which stays when the number changes.
    func conversation(at address: Address) throws -> HeldConversation? {
        for key in address.keys {
            guard let id = transaction.customers[key] else { continue }
            if let found = try transaction.conversation(id) { return found }
        }
        return nil
    }

    /// Makes every id of the address mean this conversation.
    func link(_ address: Address, to id: String, at now: Timestamp) throws {
        for key in address.keys {
            let owner = transaction.customers[key]
            if owner == id { continue }
            transaction.customers[key] = id
            transaction.db.later(
                """
                INSERT INTO identities (channel, kind, value, conversation_id) VALUES ($1, $2, $3, $4)
                ON CONFLICT (channel, kind, value) DO UPDATE SET conversation_id = excluded.conversation_id
                """,
                [.text(key.channel), .text(key.kind), .text(key.value), .text(id)]
            )
            guard let owner else { continue }
            // Both had conversations of their own. They stay apart, but only one goes on, and staff can tell.
            try note("The customer of this conversation was also known as lead \(owner).", in: id, at: now)
            try note("The customer of this conversation goes on as lead \(id).", in: owner, at: now)
            let event = try GoneOn(to: id)
            try append(event: event.body, outsideID: event.outsideID(from: owner), to: owner, at: now)
        }
    }

    func changeAddress(_ arrival: PreparedArrival, from: Address, to: Address) throws -> Acceptance {
        if transaction.knownToJournal.contains(arrival.outsideID) { return .duplicate }
        guard var found = try conversation(at: from) else {
            // Both kinds of notice of one change may come; the second finds the work done.
            if try conversation(at: to) != nil { return .duplicate }
            return keepUnmatched(arrival, reason: "No conversation has the old address.")
        }
        let now = arrival.receivedAt
        _ = insert(arrival)
        try note("The customer has a new number or user id.", outsideID: arrival.outsideID, in: found.id, at: now)
        try link(to, to: found.id, at: now)
        found.address = Address(
            channel: to.channel,
            userID: to.userID ?? found.address.userID,
            waID: to.waID ?? found.address.waID
        )
        found.touched(at: now)
        transaction.change(found)
        return .new(ConversationID(found.id))
    }

    private func note(_ text: String, outsideID: String? = nil, in id: String, at now: Timestamp) throws {
        transaction.add(
            JournalLine(
                conversation: id,
                at: now,
                kind: .note,
                handledAt: now,
                outsideID: outsideID,
                body: try StoredJSON.encode(Note(.delivery, text))
            )
        )
    }
}
