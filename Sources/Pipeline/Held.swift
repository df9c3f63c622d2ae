import Conversation
import Storage
import Synchronization

/// What this process has under way, so that it can tell what it claimed without hearing of it.
final class Held: Sendable {
    private struct State {
        var turns: Set<ConversationID> = []
        var rows: Set<String> = []
    }

    private let state = Mutex(State())

    var turns: Set<ConversationID> { state.withLock { $0.turns } }
    var rows: Set<String> { state.withLock { $0.rows } }

    func take(_ claimed: [ClaimedTurn]) { state.withLock { $0.turns.formUnion(claimed.map(\.state.id)) } }
    func take(_ rows: [OutboxRow]) { state.withLock { $0.rows.formUnion(rows.map(\.id)) } }

    func done(_ claimed: ClaimedTurn) { state.withLock { _ = $0.turns.remove(claimed.state.id) } }
    func done(_ row: OutboxRow) { state.withLock { _ = $0.rows.remove(row.id) } }
}
