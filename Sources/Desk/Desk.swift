public import Conversation
public import Storage

/// What staff can do, straight on the database. The command line and the API are both thin layers over it.
public struct Desk: StaffDesk {
    let store: any Store
    let now: @Sendable () -> Timestamp
    /// A new id that sorts by time.
    let newID: @Sendable () -> String
    /// What the operators decide, as of now. Nil: not known here; summaries then say less.
    let playbook: @Sendable () -> Playbook?
    /// Approved templates that a reply may be.
    let templates: @Sendable () -> [ReplyTemplate]
    /// Called when something was stored that has consequences, for a service in this process to see to at once. One in
    /// another process finds it by itself.
    let hasLeftWork: @Sendable () -> Void
    /// What is changed is only what somebody saw.
    private(set) var expected: LeadVersion?

    public init(
        store: any Store,
        now: @escaping @Sendable () -> Timestamp,
        newID: @escaping @Sendable () -> String,
        playbook: @escaping @Sendable () -> Playbook? = { nil },
        templates: @escaping @Sendable () -> [ReplyTemplate] = { [] },
        hasLeftWork: @escaping @Sendable () -> Void = {}
    ) {
        self.store = store
        self.now = now
        self.newID = newID
        self.playbook = playbook
        self.templates = templates
        self.hasLeftWork = hasLeftWork
    }

    /// The same desk, that changes a lead only while it is still of this version: checked in the transaction that writes.
    public func expecting(_ version: LeadVersion?) -> Desk {
        var desk = self
        desk.expected = version
        return desk
    }

    /// To be read before what is to be compared with it.
    public func version(of reference: String) async throws -> LeadVersion? {
        try await store.version(of: try await lead(reference).state.id)
    }

    static let changed = DeskError(.changed, "the lead was changed since you read it; read it again, then decide")

    // MARK: Records, for this process

    public func leads(_ query: LeadQuery) async throws -> [LeadRecord] { try await store.leads(query) }

    /// By lead id, a prefix of it, or a phone number in any usual notation. Throws ``DeskError``.
    public func lead(_ reference: String) async throws -> LeadRecord {
        guard !reference.isEmpty else { throw Self.noID }
        let found = try await store.leads(matching: reference, limit: Self.candidatesMax + 1)
        if let exact = found.first(where: { $0.state.id.rawValue == reference }) { return exact }
        guard let first = found.first else {
            throw DeskError(
                .unknownLead,
                "no lead has the id or phone number “\(reference)”; `crset leads list` shows them, and `crset search` "
                    + "finds what was written"
            )
        }
        guard found.count == 1 else {
            let ids = found.prefix(Self.candidatesMax).map(\.state.id.rawValue)
            let names = ids.joined(separator: ", ") + (found.count > ids.count ? ", …" : "")
            throw DeskError(
                .ambiguousLead,
                "“\(reference)” fits several leads (\(names)); give more of the id or number",
                candidates: ids
            )
        }
        return first
    }

    private static let candidatesMax = 5
    static let noID = DeskError(.invalid, "an id is missing; give one")

    /// The whole conversation in pages, so that no length exhausts the memory.
    public func transcript(
        of id: ConversationID,
        after seq: Int64 = 0,
        limit: Int = 500
    ) async throws -> [TranscriptEntry] {
        try await store.transcript(of: id, after: seq, limit: limit)
    }
}
