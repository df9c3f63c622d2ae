import Conversation

extension PostgresStore {
    public func accept(_ arrivals: [Arrival]) async throws -> [Acceptance] {
        if arrivals.isEmpty { return [] }
        let prepared = arrivals.map { PreparedArrival($0).withoutNUL }
        var needs = PostgresNeeds()
        for arrival in prepared { needs.add(arrival) }
        return try await pool.write(.accept, items: arrivals.count, needs: needs) { transaction in
            let inbox = PostgresInbox(transaction: transaction)
            return try prepared.map(inbox.accept)
        }
    }
}

extension PostgresNeeds {
    fileprivate mutating func add(_ arrival: PreparedArrival) {
        outsideIDs.insert(arrival.outsideID)
        switch arrival.content {
        case .message(let sender, _): addresses.append(sender.address)
        case .event(let id): conversations.insert(id.rawValue)
        case .payment(let intent): intents.insert(intent)
        case .addressed(let address): addresses.append(address)
        case .status(let report):
            if let id = report.outboxID { add(row: id) } else { messageIDs.insert(report.messageID) }
        case .addressChange(let from, let to): addresses += [from, to]
        case .unmatched: break
        }
    }
}

/// Takes arrivals within a transaction.
struct PostgresInbox {
    let transaction: PostgresTransaction

    func accept(_ arrival: PreparedArrival) throws -> Acceptance {
        switch arrival.content {
        case .message(let sender, let at):
            return try accept(arrival, from: sender, writtenAt: at)
        case .event(let id):
            guard let found = try transaction.conversation(id.rawValue) else {
                return keepUnmatched(arrival, reason: "No conversation \(id.rawValue).")
            }
            return try append(payment: arrival, to: found)
        case .payment(let intent):
            guard let owner = transaction.intents[intent], let found = try transaction.conversation(owner) else {
                return keepUnmatched(arrival, reason: "No payment here has the intent \(intent).")
            }
            return try append(payment: arrival, to: found)
        case .addressed(let address):
            guard let found = try conversation(at: address) else {
                return keepUnmatched(arrival, reason: "No conversation has this address.")
            }
            return try append(arrival, to: found)
        case .status(let report):
            return try PostgresStatuses(transaction: transaction)
                .apply(report, failureBody: arrival.body, receivedAt: arrival.receivedAt)
        case .addressChange(let from, let to):
            return try changeAddress(arrival, from: from, to: to)
        case .unmatched(let reason):
            return keepUnmatched(arrival, reason: reason)
        }
    }

    // MARK: A customer's message

    private func accept(_ arrival: PreparedArrival, from sender: Sender, writtenAt: Timestamp) throws -> Acceptance {
        let address = sender.address
        guard address.userID != nil || address.waID != nil else {
            return keepUnmatched(arrival, reason: "The sender has neither a user id nor a phone number.")
        }
        let known = try conversation(at: address)
        // A repeat of what somebody wrote who was forgotten neither makes them anew nor belongs to who they are now.
        if transaction.wasErased(arrival.outsideID) { return .duplicate }
        guard insert(arrival) else { return .duplicate }
        var found = try known ?? begin(sender, at: arrival.receivedAt)
        add(arrival, to: found.id)
        try link(address, to: found.id, at: arrival.receivedAt)
        if found.hasWaiting, CustomerWindow.isOpen(since: writtenAt, at: arrival.receivedAt) {
            found.hasWaiting = false
            transaction.releaseWaiting(in: found.id, at: arrival.receivedAt)
        }
        found.schedule.arrived(
            writtenAt: writtenAt,
            at: arrival.receivedAt,
            due: arrival.due,
            asked: found.isAsked
        )
        found.address.userID = address.userID ?? found.address.userID
        found.address.waID = address.waID ?? found.address.waID
        found.lastCustomerAt = max(found.lastCustomerAt ?? writtenAt, writtenAt)
        found.touched(at: arrival.receivedAt)
        transaction.change(found)
        transaction.wakes.insert(.turns)
        return .new(ConversationID(found.id))
    }

    private func begin(_ sender: Sender, at now: Timestamp) throws -> HeldConversation {
        let state = ConversationState(id: sender.newID, language: sender.language, profileName: sender.profileName)
        let conversation = HeldConversation(
            id: sender.newID.rawValue,
            address: sender.address,
            schedule: Schedule(),
            turn: 0,
            createdAt: now,
            updatedAt: now,
            beginning: HeldConversation.Beginning(
                language: state.language.rawValue,
                stage: state.stage.name.rawValue,
                score: state.score,
                source: sender.source,
                state: try StoredJSON.encode(state)
            )
        )
        transaction.change(conversation)
        return conversation
    }

    // MARK: Events

    private func append(_ arrival: PreparedArrival, to conversation: HeldConversation) throws -> Acceptance {
        guard insert(arrival) else { return .duplicate }
        add(arrival, to: conversation.id)
        // The owner speaks, from the phone.
        if arrival.kind == .owner {
            _ = try PostgresWithdrawal(transaction: transaction).withdraw(from: conversation.id)
        }
        wake(conversation, due: arrival.due, at: arrival.receivedAt)
        return .new(ConversationID(conversation.id))
    }

    /// What was kept because nobody knew whose it is may come again with its conversation.
    private func append(payment arrival: PreparedArrival, to conversation: HeldConversation) throws -> Acceptance {
        let acceptance = try append(arrival, to: conversation)
        if case .new = acceptance, transaction.knownUnmatched.remove(arrival.outsideID) != nil {
            transaction.db.later("DELETE FROM unmatched WHERE outside_id = $1", [.text(arrival.outsideID)])
        }
        if let intent = arrival.intent { transaction.know(intent: intent, of: conversation.id) }
        return acceptance
    }

    /// An open event of our own, such as news of a message that can't be delivered.
    func append(event body: String, outsideID: String, to id: String, at now: Timestamp) throws {
        guard let conversation = try transaction.conversation(id) else { return }
        guard transaction.knownToJournal.insert(outsideID).inserted else { return }
        transaction.add(
            JournalLine(
                conversation: id,
                at: now,
                kind: .event,
                outsideID: outsideID,
                body: body,
                mayRepeat: true
            )
        )
        wake(conversation, due: .atOnce, at: now)
    }

    private func wake(_ conversation: HeldConversation, due: Arrival.Due, at now: Timestamp) {
        var conversation = conversation
        conversation.schedule.arrived(at: now, due: due)
        conversation.touched(at: now)
        transaction.change(conversation)
        transaction.wakes.insert(.turns)
    }

    /// False when the journal has it already.
    func insert(_ arrival: PreparedArrival) -> Bool {
        transaction.knownToJournal.insert(arrival.outsideID).inserted
    }

    private func add(_ arrival: PreparedArrival, to id: String) {
        transaction.add(
            JournalLine(
                conversation: id,
                at: arrival.receivedAt,
                kind: arrival.kind,
                outsideID: arrival.outsideID,
                body: arrival.body
            )
        )
    }

    func keepUnmatched(_ arrival: PreparedArrival, reason: String) -> Acceptance {
        guard transaction.knownUnmatched.insert(arrival.outsideID).inserted else { return .duplicate }
        transaction.db.later(
            "INSERT INTO unmatched (outside_id, received_at, reason, raw) VALUES ($1, $2, $3, $4)",
            [
                .text(arrival.outsideID), .time(arrival.receivedAt), .text(reason),
                .blob(arrival.raw ?? (arrival.body.isEmpty ? nil : arrival.body)),
            ]
        )
        return .recorded
    }
}

extension PreparedArrival {
    /// With ids that compare equal to what Postgres keeps of them.
    fileprivate var withoutNUL: PreparedArrival {
        var arrival = self
        arrival.outsideID = outsideID.withoutNUL
        switch content {
        case .message(var sender, let at):
            sender.address = sender.address.withoutNUL
            arrival.content = .message(sender, at: at)
        case .addressed(let address): arrival.content = .addressed(address.withoutNUL)
        case .addressChange(let from, let to):
            arrival.content = .addressChange(from: from.withoutNUL, to: to.withoutNUL)
        case .event, .payment, .status, .unmatched: break
        }
        return arrival
    }
}

extension Address {
    fileprivate var withoutNUL: Address {
        Address(channel: channel.withoutNUL, userID: userID?.withoutNUL, waID: waID?.withoutNUL)
    }
}
