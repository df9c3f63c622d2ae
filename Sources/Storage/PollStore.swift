public import Conversation

/// Polls of outside services: of all processes on one store, one at a time does a poll, from where the last one ended.
public protocol PollStore: Sendable {
    /// Takes the poll `name` for `owner` until `leaseUntil`, when it is due and nobody else has it. `evenEarly`: also
    /// before it is due, as when a process starts.
    func claimPoll(
        _ name: String,
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        evenEarly: Bool
    ) async throws -> PollClaim

    /// Remembers how far `owner` came and keeps the poll until `leaseUntil`. False: it is no longer its own.
    func keepPoll(_ name: String, owner: String, position: String, leaseUntil: Timestamp) async throws -> Bool

    /// Remembers how far `owner` came and gives the poll back, due again at `nextAt`. False: it is no longer its own.
    func finishPoll(_ name: String, owner: String, position: String, nextAt: Timestamp) async throws -> Bool

    /// The conversation that a payment intent of Stripe's belongs to, as an event told before.
    func conversation(ofPaymentIntent id: String) async throws -> ConversationID?

    /// Takes an item back that was kept as unmatched and turned out to concern nobody here.
    func discardUnmatched(_ outsideID: String) async throws
}

public enum PollClaim: Sendable, Equatable {
    /// `position`: how far it came; nil at the very first time.
    case taken(position: String?)
    /// Somebody else has it, or it isn't due: ask again at this moment.
    case later(Timestamp)
}

/// The same rules for every engine.
struct PollRecord {
    var dueAt: Timestamp
    var claimedBy: String?
    var leaseUntil: Timestamp?
    var position: String?

    func claim(by owner: String, now: Timestamp, evenEarly: Bool) -> PollClaim {
        if let claimedBy, let leaseUntil, claimedBy != owner, leaseUntil > now { return .later(leaseUntil) }
        return evenEarly || dueAt <= now ? .taken(position: position) : .later(dueAt)
    }
}
