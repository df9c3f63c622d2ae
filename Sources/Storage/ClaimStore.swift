public import Conversation

/// What a process claimed without ever hearing of it: the commit was done, but its answer was lost with the connection.
/// Nobody works on that, and it would be held until its lease ends.
public protocol ClaimStore: Sendable {
    /// Frees conversations that `owner` has claimed, besides those that it knows of. Says how many.
    func releaseTurns(claimedBy owner: String, besides known: Set<ConversationID>) async throws -> Int

    /// Frees sends that `owner` has claimed with a lease that ends before `end`, besides rows that it knows of and rows
    /// of the conversations whose turns it has under way. They never left, so they may go at once. Says how many.
    ///
    /// `end`: of a lease that begins now. A turn that is claimed meanwhile and sends its first message isn't meant.
    func releaseSends(
        claimedBy owner: String,
        besides known: Set<String>,
        of turns: Set<ConversationID>,
        leaseEndsBefore end: Timestamp,
        now: Timestamp
    ) async throws -> Int
}
