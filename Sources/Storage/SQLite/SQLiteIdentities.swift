import Conversation
import GRDB

/// Who is who: a conversation is found by any of the ids that its customer ever had.
extension SQLiteInbox {
    /// A conversation, when it has something to do, and by which ids it was last known.
    struct Found {
        var id: String
        var schedule: Schedule
        var userID: String?
        var waID: String?
        /// A message waits until the customer writes again.
        var hasWaiting = false
        /// The bot is finding something out.
        var isAsked = false

        /// Whether every id of the address is linked to it already, as far as its own row tells.
        func isKnown(as address: Address) -> Bool {
            (address.userID == nil || address.userID == userID) && (address.waID == nil || address.waID == waID)
        }
    }

    func conversation(_ id: String) throws -> Found? {
        let row = try db.row(
            """
            SELECT id, open_since, due_at, timer_at, user_id, wa_id, has_waiting, stage = 'qualifying'
            FROM conversations WHERE id = ?
            """,
            [id]
        )
        return row.map(Found.init)
    }

    /// By the user id first, which stays when the number changes.
    func conversation(at address: Address) throws -> Found? {
        for (kind, value) in address.identities {
            let row = try db.row(
                """
                SELECT c.id, c.open_since, c.due_at, c.timer_at, c.user_id, c.wa_id, c.has_waiting,
                    c.stage = 'qualifying'
                FROM identities i JOIN conversations c ON c.id = i.conversation_id
                WHERE i.channel = ? AND i.kind = ? AND i.value = ?
                """,
                [address.channel, kind, value]
            )
            if let row { return Found(row) }
        }
        return nil
    }

    /// Makes every id of the address mean this conversation.
    func link(_ address: Address, to id: String, at now: Timestamp) throws {
        for (kind, value) in address.identities {
            let owner =
                try db.row(
                    "SELECT conversation_id FROM identities WHERE channel = ? AND kind = ? AND value = ?",
                    [address.channel, kind, value]
                )?[0] as String?
            if owner == id { continue }
            try db.run(
                """
                INSERT INTO identities (channel, kind, value, conversation_id) VALUES (?, ?, ?, ?)
                ON CONFLICT (channel, kind, value) DO UPDATE SET conversation_id = excluded.conversation_id
                """,
                [address.channel, kind, value, id]
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
        if try isKnown(arrival.outsideID) { return .duplicate }
        guard let found = try conversation(at: from) else {
            // Both kinds of notice of one change may come; the second finds the work done.
            if try conversation(at: to) != nil { return .duplicate }
            return try keepUnmatched(arrival, reason: "No conversation has the old address.")
        }
        let now = arrival.receivedAt
        try note("The customer has a new number or user id.", outsideID: arrival.outsideID, in: found.id, at: now)
        try link(to, to: found.id, at: now)
        try db.run(
            """
            UPDATE conversations SET channel = ?, user_id = COALESCE(?, user_id), wa_id = COALESCE(?, wa_id), 
                updated_at = MAX(updated_at, ?)
            WHERE id = ?
            """,
            [to.channel, to.userID, to.waID, now.milliseconds, found.id]
        )
        return .new(ConversationID(found.id))
    }

    private func note(_ text: String, outsideID: String? = nil, in id: String, at now: Timestamp) throws {
        try db.run(
            """
            INSERT INTO journal (conversation_id, at, kind, handled_at, outside_id, body) VALUES (?, ?, 'note', ?, ?, ?)
            """,
            [id, now.milliseconds, now.milliseconds, outsideID, try StoredJSON.encode(Note(.delivery, text))]
        )
    }
}

extension SQLiteInbox.Found {
    fileprivate init(_ row: Row) {
        id = row[0]
        schedule = Schedule(
            openSince: Timestamp(column: row[1]),
            due: Timestamp(column: row[2]),
            timer: Timestamp(column: row[3])
        )
        userID = row[4]
        waID = row[5]
        hasWaiting = row[6]
        isAsked = row[7]
    }
}
