import Conversation

/// A claimed conversation before its JSON is read.
struct RawTurn: Sendable {
    var id: String
    var address: Address
    var state: String
    var timers: String
    var turn: Int
    var failures: Int
    /// Claims of this turn that were lost, one after the other.
    var lostClaims: Int
    var openSince: Timestamp?
    var events: [RawEntry]

    func decoded() throws -> ClaimedTurn {
        ClaimedTurn(
            state: try StoredJSON.decode(text: state),
            address: address,
            events: try events.map { try $0.openEvent },
            timers: try StoredJSON.decodeTimers(timers),
            turn: turn,
            openSince: openSince,
            failures: failures
        )
    }
}

/// A line of the journal before its JSON is read.
struct RawEntry: Sendable {
    var seq: Int64
    var at: Timestamp
    var kind: String
    var body: String

    var openEvent: OpenEvent {
        get throws { OpenEvent(seq: seq, at: at, event: try StoredJSON.decode(text: body)) }
    }

    /// A line that can't be read doesn't hide the others.
    var decoded: JournalEntry {
        let content: JournalEntry.Content
        do {
            switch JournalKind(rawValue: kind) {
            case .message: content = .message(try StoredJSON.decode(text: body))
            case .note: content = .note(try StoredJSON.decode(text: body))
            default: content = .event(try StoredJSON.decode(text: body))
            }
        } catch {
            content = .note(Note(.ignored, "This line was written by another version of CRSET and can't be shown."))
        }
        return JournalEntry(seq: seq, at: at, content: content)
    }
}
