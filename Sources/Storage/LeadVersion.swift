public import Conversation

/// Which state of a lead somebody saw: changes with everything that its card shows.
public struct LeadVersion: Sendable, Equatable {
    let text: String
}

/// Changes that are made only where a lead is still what somebody saw.
public protocol VersionStore: Sendable {
    /// Nil: unknown.
    func version(of id: ConversationID) async throws -> LeadVersion?

    /// Erases a person for good, and says how much of what.
    /// - Parameter expected: only if the lead is still of this version.
    func erase(
        _ id: ConversationID,
        by who: String,
        at now: Timestamp,
        expecting expected: LeadVersion?
    ) async throws -> Erasure
}

public enum Erasure: Sendable, Equatable {
    case erased([ErasedPart])
    case unknown
    /// It is not what was expected any more.
    case changed
}

extension VersionStore {
    /// Whatever it is now. Nil: unknown.
    public func erase(_ id: ConversationID, by who: String, at now: Timestamp) async throws -> [ErasedPart]? {
        guard case .erased(let parts) = try await erase(id, by: who, at: now, expecting: nil) else { return nil }
        return parts
    }
}

extension LeadVersion {
    /// Of one conversation, whose id is the only parameter. A line of the journal follows nearly everything; the rest is
    /// what is written without one.
    static let sql = """
        SELECT c.turn || ',' || c.updated_at || ','
            || (SELECT COALESCE(MAX(j.seq), 0) FROM journal j WHERE j.conversation_id = c.id) || ','
            || (SELECT COUNT(*) FROM alerts a WHERE a.conversation_id = c.id AND a.done_at IS NULL) || ','
            || COALESCE(c.held_by, '') || ',' || COALESCE(c.assigned_to, '')
        FROM conversations c WHERE c.id =
        """
}
