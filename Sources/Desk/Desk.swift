public import Conversation
public import Storage

/// What staff can do with leads and conversations. The command line and the API are both thin layers over it.
public struct Desk: Sendable {
    let store: any Store

    public init(store: any Store) { self.store = store }

    /// Why a reference to a lead led nowhere.
    public enum Miss: Error, Sendable, Equatable, CustomStringConvertible {
        case unknown(String)
        /// Several leads fit; the first few.
        case ambiguous(String, [ConversationID])

        public var description: String {
            switch self {
            case .unknown(let reference):
                "no lead is called “\(reference)”; `crset leads list` shows them"
            case .ambiguous(let reference, let ids):
                "“\(reference)” fits several leads (\(ids.map(\.rawValue).joined(separator: ", "))); give more of the id"
            }
        }
    }

    /// Newest activity first.
    public func leads(_ query: LeadQuery) async throws -> [LeadRecord] { try await store.leads(query) }

    /// By lead id, a prefix of it, or a phone number in any usual notation. Throws ``Miss``.
    public func lead(_ reference: String) async throws -> LeadRecord {
        let found = try await store.leads(matching: reference, limit: 5)
        if let exact = found.first(where: { $0.state.id.rawValue == reference }) { return exact }
        guard let first = found.first else { throw Miss.unknown(reference) }
        guard found.count == 1 else { throw Miss.ambiguous(reference, found.map(\.state.id)) }
        return first
    }

    /// The whole conversation in pages, so that no length exhausts the memory.
    public func transcript(
        of id: ConversationID,
        after seq: Int64 = 0,
        limit: Int = 500
    ) async throws -> [TranscriptEntry] {
        try await store.transcript(of: id, after: seq, limit: limit)
    }
}
