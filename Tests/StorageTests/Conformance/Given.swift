import Conversation
import Storage
import Testing

/// Things that the statements are about. Times are milliseconds from an arbitrary beginning.
enum Given {
    static let ana = Address(channel: "100", userID: "US.ana", waID: "351910000001")
    static let rui = Address(channel: "100", userID: nil, waID: "351910000002")
    static let anaID = ConversationID("lead-ana")
    static let ruiID = ConversationID("lead-rui")

    static let offer = Offer(
        id: "o1",
        product: "site",
        productName: "Site",
        price: Money(minorUnits: 49_000, currency: "EUR"),
        stripePrice: nil,
        madeAt: at(0)
    )

    static func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_790_000_000_000 + milliseconds) }

    static func message(
        _ id: String,
        _ text: String = "Olá",
        from address: Address = ana,
        newID: ConversationID = anaID,
        at time: Int64 = 0,
        due: Arrival.Due = .atOnce
    ) -> Arrival {
        Arrival(
            outsideID: "wa:\(id)",
            receivedAt: at(time),
            content: .message(
                CustomerMessage(id: id, at: at(time - 500), content: .text(text)),
                from: Sender(
                    address: address,
                    profileName: "Ana",
                    language: .ptPT,
                    source: #"{"ad":"7"}"#,
                    newID: newID
                )
            ),
            due: due
        )
    }

    static func event(_ id: String, _ event: Event, of conversation: ConversationID = anaID, at time: Int64) -> Arrival
    {
        Arrival(outsideID: id, receivedAt: at(time), content: .event(event, of: conversation))
    }

    static func status(
        _ state: DeliveryState,
        row: String?,
        messageID: String = "wamid.out",
        failure: SendResult.Failure? = nil,
        at time: Int64 = 100
    ) -> Arrival {
        Arrival(
            outsideID: "wa:\(messageID):\(state.rawValue)",
            receivedAt: at(time),
            content: .status(
                StatusReport(
                    state: state,
                    messageID: messageID,
                    outboxID: row,
                    at: at(time),
                    errorCode: state == .failed ? "131047" : nil,
                    errorText: state == .failed ? "too late" : nil,
                    failure: failure
                )
            )
        )
    }

    static func text(_ text: String) -> NewMessage { NewMessage(OutMessage(.text(text)), explanation: nil) }

    static let explanation = Explanation(
        promptVersion: "p1",
        model: "gpt-4.1",
        promptTokens: 10,
        stageBefore: .new,
        stageAfter: .qualifying,
        scoreBefore: 0,
        scoreAfter: 5
    )
}

extension Store {
    /// Postgres goes no further than the oldest transaction that is open on the server, of whichever test.
    func digestAll() async throws {
        for _ in 0..<100_000 {
            _ = try await digest(limit: 3)
            if try await digestBehind() == 0 { return }
        }
        Issue.record("lines stay undigested")
    }

    func claim(
        owner: String = "a",
        at time: Int64 = 10,
        until: Int64 = 60_000,
        limit: Int = 10
    ) async throws -> [ClaimedTurn] {
        try await claimTurns(
            owner: owner,
            now: Given.at(time),
            leaseUntil: Given.at(until),
            limit: limit,
            bulkLimit: limit
        )
    }

    func take(
        owner: String = "s",
        at time: Int64 = 30,
        until: Int64 = 60_000,
        limit: Int = 10,
        linksOnly: Bool = false
    ) async throws -> [OutboxRow] {
        try await claimOutbox(
            owner: owner,
            now: Given.at(time),
            leaseUntil: Given.at(until),
            limit: limit,
            bulkLimit: limit,
            linksOnly: linksOnly
        )
    }

    /// Ana writes, and a turn answers with these messages and tasks.
    @discardableResult
    func answered(
        _ texts: [String] = ["Bom dia"],
        tasks: [OutboxTask] = [],
        sendLeaseUntil: Int64? = nil,
        messageID: String = "m1",
        at time: Int64 = 0
    ) async throws -> TurnOutcome {
        _ = try await accept([Given.message(messageID, at: time)])
        let turn = try #require(try await claim(at: time + 10).first)
        var commit = turn.commit(at: time + 20)
        commit.messages = texts.map(Given.text)
        commit.tasks = tasks
        commit.sendLeaseUntil = sendLeaseUntil.map(Given.at)
        return try await self.commit(commit)
    }

    func finish(
        _ row: String,
        _ outcome: SendResult.Outcome,
        owner: String = "s",
        at time: Int64 = 40
    ) async throws {
        try await record([SendResult(row: row, owner: owner, outcome: outcome)], now: Given.at(time))
    }

    /// The messages of ours in the transcript, by their state.
    func sendStates(of id: ConversationID = Given.anaID) async throws -> [OutboxState] {
        try await transcript(of: id, after: 0, limit: 100).compactMap(\.sendState)
    }

    func deliveries(of id: ConversationID = Given.anaID) async throws -> [DeliveryState?] {
        try await transcript(of: id, after: 0, limit: 100).filter { $0.outboxID != nil }.map(\.delivery)
    }
}

extension ClaimedTurn {
    /// A turn that handles all of its events and says nothing.
    func commit(owner: String = "a", at time: Int64 = 20) -> TurnCommit {
        TurnCommit(
            state: state,
            address: address,
            owner: owner,
            now: Given.at(time),
            turn: turn + 1,
            handledThrough: events.last?.seq,
            timers: timers
        )
    }

    var texts: [String] {
        events.flatMap { open -> [String] in
            guard case .messages(let messages) = open.event else { return [] }
            return messages.compactMap(\.text)
        }
    }
}
