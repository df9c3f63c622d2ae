import Conversation

/// A transaction on what it holds: it reads and locks at its start, decides in memory, and writes at its end, so that
/// a whole batch of jobs takes a handful of round trips.
final class PostgresTransaction {
    let db: PostgresConnection

    /// By which conversation each id is known.
    var customers: [CustomerKey: String] = [:]
    var conversations: [String: HeldConversation] = [:]
    var rows: [String: HeldRow] = [:]
    /// Outside ids that the journal and the unmatched items hold already.
    var knownToJournal: Set<String> = []
    var knownUnmatched: Set<String> = []
    private var erased: Set<String> = []
    /// By which conversation each payment intent is known.
    var intents: [String: String] = [:]
    /// Of the conversations whose turns are to be committed.
    var openEvents: [String: [RawEntry]] = [:]
    /// Lanes in which something is not done yet.
    var busyLanes: Set<String> = []
    /// Who should look for work after the commit.
    var wakes: Set<StoreWake> = []
    /// What was asked of the model.
    var spending = PostgresSpending()

    private var changed: Set<String> = []
    private var changedRows: Set<String> = []
    private var staleLanes: [String: LaneNews] = [:]
    private var lines: [JournalLine] = []
    private var releasedAt: [String: Timestamp] = [:]

    init(db: PostgresConnection) { self.db = db }

    // MARK: Reading and locking

    func load(_ needs: PostgresNeeds) throws {
        if needs.isEmpty { return }
        var needs = needs
        try findCustomers(needs.addresses)
        if !needs.messageIDs.isEmpty {
            let found = try db.rows("SELECT id FROM outbox WHERE message_id = ANY($1)", [.texts(needs.messageIDs)])
            for row in found { needs.add(row: try row.text(0)) }
        }
        try lookUp(intents: needs.intents)
        needs.conversations.formUnion(customers.values)
        needs.conversations.formUnion(intents.values)
        let turns = needs.turns.sorted { $0.key < $1.key }
        let results = try db.fetch([
            Self.lockConversations(needs.conversations), Self.lockRows(needs.rows), Self.known(needs.outsideIDs),
            Self.openEvents(turns), Self.busyLanes(of: turns.map(\.key)),
            Self.erased(needs.addresses.isEmpty ? [] : needs.outsideIDs),
        ])
        for row in results[0].rows {
            let held = try HeldConversation(row)
            conversations[held.id] = held
        }
        for row in results[1].rows {
            let held = try HeldRow(row)
            rows[held.id] = held
        }
        for row in results[2].rows {
            if try row.integer(0) == 0 {
                knownToJournal.insert(try row.text(1))
            } else {
                knownUnmatched.insert(try row.text(1))
            }
        }
        for row in results[3].rows { openEvents[try row.text(4), default: []].append(try RawEntry(row)) }
        for row in results[4].rows { busyLanes.insert(try row.text(0)) }
        for row in results[5].rows { erased.insert(try row.text(0)) }
    }

    /// Whether it is of somebody who was erased. Known of what people write.
    func wasErased(_ outsideID: String) -> Bool { !erased.isEmpty && erased.contains(ErasedID.hash(outsideID)) }

    /// Who a customer is may only change for one transaction at a time, so ids that aren't all linked to one
    /// conversation are locked, and looked up again.
    private func findCustomers(_ addresses: [Address]) throws {
        if addresses.isEmpty { return }
        let keys = Set(addresses.flatMap(\.keys))
        try lookUp(keys)
        let unsettled = addresses.filter { address in
            let owners = address.keys.map { customers[$0] }
            return owners.contains(nil) || Set(owners).count > 1
        }
        if unsettled.isEmpty { return }
        // Advisory locks are the whole database's, which other installations may share, each with a schema of its own.
        db.later(
            """
            SELECT pg_advisory_xact_lock(hashtext('CRSET customers ' || current_schema()), stripe::int)
            FROM unnest($1::bigint[]) AS stripe
            """,
            [.integers(Set(unsettled.flatMap(\.keys).map(\.stripe)).sorted())]
        )
        try lookUp(keys)
    }

    private func lookUp(_ keys: Set<CustomerKey>) throws {
        let keys = Array(keys)
        let found = try db.rows(
            """
            SELECT i.channel, i.kind, i.value, i.conversation_id
            FROM unnest($1::text[], $2::text[], $3::text[]) AS k(channel, kind, value)
            JOIN identities i ON i.channel = k.channel AND i.kind = k.kind AND i.value = k.value
            """,
            [.texts(keys.map(\.channel)), .texts(keys.map(\.kind)), .texts(keys.map(\.value))]
        )
        for row in found {
            let key = CustomerKey(channel: try row.text(0), kind: try row.text(1), value: try row.text(2))
            customers[key] = try row.text(3)
        }
    }

    /// A conversation that this transaction holds, or takes now.
    func conversation(_ id: String) throws -> HeldConversation? {
        if let held = conversations[id] { return held }
        guard let row = try db.fetch([Self.lockConversations([id])]).first?.rows.first else { return nil }
        let held = try HeldConversation(row)
        conversations[id] = held
        return held
    }

    // MARK: Writing

    func change(_ conversation: HeldConversation) {
        conversations[conversation.id] = conversation
        changed.insert(conversation.id)
    }

    func change(_ row: HeldRow) {
        rows[row.id] = row
        staleLanes[row.lane, default: LaneNews()].add(row)
        changedRows.insert(row.id)
    }

    /// What waits in a lane until its customer writes again goes now.
    func releaseWaiting(in lane: String, at now: Timestamp) {
        releasedAt[lane] = now
        staleLanes[lane] = staleLanes[lane] ?? LaneNews()
        wakes.insert(.outbox)
    }

    func add(_ line: JournalLine) { lines.append(line) }

    /// Sends what was decided, with the next round trip.
    func flush() {
        for id in changed { if let conversation = conversations[id] { db.later(conversation.statement) } }
        for line in lines { db.later(line.statement) }
        for id in changedRows { if let row = rows[id] { db.later(row.statement) } }
        for (lane, now) in releasedAt { db.later(Self.releaseWaiting(lane, at: now)) }
        if !staleLanes.isEmpty { db.later(Self.refresh(staleLanes)) }
        if let statement = spending.statement { db.later(statement) }
    }
}

extension PostgresTransaction {
    private static func lockConversations(_ ids: Set<String>) -> PostgresStatement {
        PostgresStatement(
            "SELECT \(HeldConversation.columns) FROM conversations WHERE id = ANY($1) ORDER BY id FOR UPDATE",
            [.texts(ids)]
        )
    }

    private static func lockRows(_ ids: Set<String>) -> PostgresStatement {
        PostgresStatement(
            "SELECT \(HeldRow.columns) FROM outbox WHERE id = ANY($1) ORDER BY seq FOR UPDATE",
            [.texts(ids)]
        )
    }

    private static func known(_ outsideIDs: Set<String>) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT 0, outside_id FROM journal WHERE outside_id = ANY($1)
            UNION ALL SELECT 1, outside_id FROM unmatched WHERE outside_id = ANY($1)
            """,
            [.texts(outsideIDs)]
        )
    }

    private static func erased(_ outsideIDs: Set<String>) -> PostgresStatement {
        PostgresStatement("SELECT hash FROM erased WHERE hash = ANY($1)", [.texts(outsideIDs.map(ErasedID.hash))])
    }

    private static func openEvents(_ turns: [(key: String, value: Int64)]) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT j.seq, j.at, j.kind, j.body, c.id
            FROM unnest($1::text[], $2::bigint[]) AS c(id, after) CROSS JOIN LATERAL (
                SELECT seq, at, kind, body FROM journal
                WHERE conversation_id = c.id AND handled_at IS NULL AND seq > c.after ORDER BY seq LIMIT $3
            ) j ORDER BY j.seq
            """,
            [
                .texts(turns.map(\.key)), .integers(turns.map(\.value)), .integer(StoreLimits.eventsPerTurnMax),
            ]
        )
    }

    private static func busyLanes(of conversations: [String]) -> PostgresStatement {
        let lanes = conversations.flatMap { id in
            [false, true].map { OutboxTask.lane(ConversationID(id), isLink: $0) }
        }
        return PostgresStatement(
            "SELECT DISTINCT lane FROM outbox WHERE lane = ANY($1) AND closed_at IS NULL AND waits_since IS NULL",
            [.texts(lanes)]
        )
    }
}

extension RawEntry {
    /// From the columns seq, at, kind, body.
    init(_ row: PostgresRow) throws {
        self.init(
            seq: try row.integer(0),
            at: Timestamp(milliseconds: try row.integer(1)),
            kind: try row.text(2),
            body: try row.text(3)
        )
    }
}
