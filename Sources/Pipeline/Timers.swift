import Conversation

/// Timers live in their conversation's row. A due one becomes an event of the turn that the same commit ends, so that
/// it fires once.
enum Timers {
    /// Takes what is due out of the set, earliest first.
    static func takeDue(_ timers: inout [TimerKind: Timestamp], at now: Timestamp) -> [TimerKind] {
        let due = timers.filter { $0.value <= now }.sorted { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }
        for (kind, _) in due { timers[kind] = nil }
        return due.map(\.key)
    }
}
