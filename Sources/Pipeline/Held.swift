import Conversation
import Storage
import Synchronization

/// What this process has under way, so that it can tell what it claimed without hearing of it.
///
/// Counted, because a conversation can be claimed anew while the first message of its last turn is still being sent.
final class Held: Sendable {
    private struct State {
        var turns: [ConversationID: Int] = [:]
        var rows: [String: Int] = [:]
    }

    private let state = Mutex(State())

    var turns: Set<ConversationID> { state.withLock { Set($0.turns.keys) } }
    var rows: Set<String> { state.withLock { Set($0.rows.keys) } }

    func take(_ claimed: [ClaimedTurn]) {
        state.withLock { state in
            for turn in claimed { state.turns[turn.state.id, default: 0] += 1 }
        }
    }

    func take(_ rows: [OutboxRow]) {
        state.withLock { state in
            for row in rows { state.rows[row.id, default: 0] += 1 }
        }
    }

    func done(_ claimed: ClaimedTurn) { state.withLock { Self.drop(claimed.state.id, &$0.turns) } }
    func done(_ row: OutboxRow) { state.withLock { Self.drop(row.id, &$0.rows) } }

    private static func drop<ID>(_ id: ID, _ counts: inout [ID: Int]) {
        guard let count = counts[id], count > 1 else {
            counts[id] = nil
            return
        }
        counts[id] = count - 1
    }
}
