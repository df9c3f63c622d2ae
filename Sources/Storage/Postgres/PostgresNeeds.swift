import Conversation

/// What a job will touch, so that a transaction can lock and read it all at once.
///
/// The order is always the same, in every process: ids of customers, then conversations, each sorted, then outbox rows
/// of these conversations. Whoever holds a conversation may write its journal and outbox; so two transactions never
/// wait for each other, and the order of `seq` within a conversation is the order of the commits.
struct PostgresNeeds: Sendable {
    var addresses: [Address] = []
    var conversations: Set<String> = []
    /// Outbox rows, by our id and by WhatsApp's.
    var rows: Set<String> = []
    var messageIDs: Set<String> = []
    /// Arrivals that may be known already.
    var outsideIDs: Set<String> = []
    /// Payment intents whose conversation is wanted.
    var intents: Set<String> = []
    /// Turns to be committed, with the last event that each handled.
    var turns: [String: Int64] = [:]

    mutating func add(_ other: PostgresNeeds) {
        addresses += other.addresses
        conversations.formUnion(other.conversations)
        rows.formUnion(other.rows)
        messageIDs.formUnion(other.messageIDs)
        outsideIDs.formUnion(other.outsideIDs)
        intents.formUnion(other.intents)
        turns.merge(other.turns) { min($0, $1) }
    }

    mutating func add(row id: String) {
        rows.insert(id)
        if let conversation = OutboxRow.conversation(of: id) { conversations.insert(conversation) }
    }

    var isEmpty: Bool {
        addresses.isEmpty && conversations.isEmpty && rows.isEmpty && messageIDs.isEmpty && outsideIDs.isEmpty
            && intents.isEmpty
    }
}

/// One of a customer's ids at one of the business's numbers.
struct CustomerKey: Hashable, Sendable {
    var channel: String
    var kind: String
    var value: String

    /// Which of a fixed number of locks stands for it. The same in every process, unlike Swift's own hash.
    var stripe: Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in [channel, kind, value] {
            // FNV-1a
            for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ 0xff) &* 0x100_0000_01b3
        }
        return Int64(hash % 1_024)
    }
}

extension Address {
    var keys: [CustomerKey] { identities.map { CustomerKey(channel: channel, kind: $0.kind, value: $0.value) } }
}
