import Conversation

/// Timers live in their conversation's row. A due one becomes an event of the turn that the same commit ends, so that
/// it fires once.
enum Timers {
    /// Takes what is due out of the set, earliest first. A customer who writes at that moment needs no nudge, and an
    /// offer doesn't end under their hands: one message from them gets one answer. What is still to come of their offer
    /// falls due again behind it.
    static func takeDue(
        _ timers: inout [TimerKind: Timestamp],
        at now: Timestamp,
        customerWrites: Bool = false
    ) -> [TimerKind] {
        let due = timers.filter { $0.value <= now && !(customerWrites && waiting.contains($0.key)) }
            .sorted { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }
        for (kind, _) in due { timers[kind] = nil }
        let kinds = Set(due.map(\.key))
        return due.map(\.key).filter { kind in
            // After an outage: nobody is reminded of what ends at that moment.
            if let end = ends[kind], kinds.contains(end) { return false }
            return !(customerWrites && nudges.contains(kind))
        }
    }

    private static let ends: [TimerKind: TimerKind] = [
        .paymentReminder: .offerExpiry, .takeoverReminder: .takeoverRelease,
    ]

    /// Timers first, as they fell due before the turn began. Only the bot gets the conversation back after what the
    /// customer writes at that moment, so that it is answered together with what has waited for a person.
    static func order(_ due: [TimerKind], with events: [Event], customerWrites: Bool) -> [Event] {
        let last = customerWrites ? due.filter { $0 == .takeoverRelease } : []
        return due.filter { !last.contains($0) }.map { .timer($0) } + events + last.map { .timer($0) }
    }

    private static let waiting: Set<TimerKind> = [.offerExpiry, .paymentReminder]
    private static let nudges: Set<TimerKind> = [.followUp, .dormancy]
}
