import Conversation

/// WhatsApp's limit for one customer: a message every 6 seconds, and a burst of 45 that borrows from the time to come
/// (reference/whatsapp.md §10). The place of a message is fixed when it is written, in the transaction that holds the
/// conversation, so that any number of processes keep the limit together.
struct PairPace: Equatable, Sendable {
    static let intervalMilliseconds: Int64 = 6_000
    /// Fewer than 45: the owner's phone writes to the same customer.
    static let burst: Int64 = 40

    /// When all that was written so far is paid for, in milliseconds since 1970. In the past: nothing is borrowed.
    var paidUntil: Int64

    /// When the next message may go; it counts from then.
    mutating func place(now: Timestamp) -> Timestamp {
        // More than anybody owes: the clock was put back.
        paidUntil = min(paidUntil, now.milliseconds + 2 * Self.burst * Self.intervalMilliseconds)
        let allowed = paidUntil - (Self.burst - 1) * Self.intervalMilliseconds
        let moment = max(now.milliseconds, allowed)
        paidUntil = max(moment, paidUntil) + Self.intervalMilliseconds
        return Timestamp(milliseconds: moment)
    }
}
