import Conversation

/// A turn with its values in the form in which they are stored.
struct PreparedTurn: Sendable {
    struct Message: Sendable {
        var body: String
        var explanation: String?
        var task: String
    }

    var turn: TurnCommit
    var state: String
    var timers: String
    var messages: [Message]
    var tasks: [String]
    var notes: [String]
    var alerts: [String]
    var desk: DeskColumns

    init(_ turn: TurnCommit) throws {
        self.turn = turn
        state = try StoredJSON.encode(turn.state)
        timers = try StoredJSON.encode(timers: turn.timers)
        messages = try turn.messages.map { new in
            Message(
                body: try StoredJSON.encode(new.message),
                explanation: try new.explanation.map { try StoredJSON.encode($0) },
                task: try StoredJSON.encode(OutboxTask.message(new.message))
            )
        }
        tasks = try turn.tasks.map { try StoredJSON.encode($0) }
        notes = try turn.notes.map { try StoredJSON.encode($0) }
        desk = DeskColumns(turn.state)
        alerts = try turn.alerts.map { try StoredJSON.encode($0) }
    }

    /// What came of writing it.
    enum Outcome: Sendable {
        /// With the address, when the first message is claimed for its sender.
        case committed(claimedTo: Address?, lastCustomerMessageAt: Timestamp?)
        case superseded([RawEntry])
        case lostLease
    }

    func outcome(_ written: Outcome) throws -> TurnOutcome {
        switch written {
        case .committed(let address, let lastCustomerMessageAt):
            let claimed = address.map { address in
                OutboxRow(
                    id: OutboxRow.id(turn.state.id, turn: turn.turn, index: 0),
                    conversation: turn.state.id,
                    address: address,
                    task: .message(turn.messages[0].message),
                    attempt: 1,
                    createdAt: turn.now,
                    lastCustomerMessageAt: lastCustomerMessageAt
                )
            }
            return .committed(claimed: claimed)
        case .superseded(let events):
            return .superseded(try events.map { try $0.openEvent })
        case .lostLease:
            return .lostLease
        }
    }
}
