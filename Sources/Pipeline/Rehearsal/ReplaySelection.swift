public import Conversation
public import Storage

/// Which past conversations are held again.
public struct ReplaySelection: Sendable {
    /// Conversations that were under way in this time; from the first inclusive, to the second exclusive.
    public var since: Timestamp?
    public var until: Timestamp?
    public var stage: Stage.Name?
    /// Only those that a person judged with one of these tags.
    public var tags: Set<String>
    /// Only those that a person judged so: `good`, `acceptable` or `bad`.
    public var rating: String?
    /// At most so many, the newest, or of judged ones those that were judged last.
    public var limit: Int

    public init(
        since: Timestamp? = nil,
        until: Timestamp? = nil,
        stage: Stage.Name? = nil,
        tags: Set<String> = [],
        rating: String? = nil,
        limit: Int
    ) {
        self.since = since
        self.until = until
        self.stage = stage
        self.tags = tags
        self.rating = rating
        self.limit = limit
    }

    private static let page = 200
    /// Leads or judgements that are looked through at most.
    private static let lookedAtMax = 100_000
    /// A conversation of more lines than this is held again up to there.
    private static let linesMax = 4_000

    public func conversations(in store: any Store) async throws -> [PastConversation] {
        tags.isEmpty && rating == nil ? try await recent(store) : try await judged(store)
    }

    private func recent(_ store: any Store) async throws -> [PastConversation] {
        var query = LeadQuery(stage: stage, limit: Self.page)
        query.since = since
        var found: [PastConversation] = []
        for _ in 0..<(Self.lookedAtMax / Self.page) {
            let leads = try await store.leads(query)
            for lead in leads {
                guard found.count < limit else { return found }
                try await take(lead, store, &found)
            }
            guard leads.count == Self.page, let last = leads.last else { break }
            query.after = last.position(in: query.sort)
        }
        return found
    }

    private func judged(_ store: any Store) async throws -> [PastConversation] {
        var query = ReviewQuery(areJudged: true, limit: Self.page)
        var found: [PastConversation] = []
        for _ in 0..<(Self.lookedAtMax / Self.page) {
            let reviews = try await store.reviews(query)
            for review in reviews where fits(review.verdict) {
                guard found.count < limit else { return found }
                if let lead = try await store.lead(review.conversation) { try await take(lead, store, &found) }
            }
            guard reviews.count == Self.page, let last = reviews.last else { break }
            query.after = last.position
        }
        return found
    }

    private func fits(_ verdict: Storage.Verdict?) -> Bool {
        guard let verdict else { return false }
        return (tags.isEmpty || !tags.isDisjoint(with: verdict.tags)) && (rating == nil || rating == verdict.rating)
    }

    private func take(_ lead: LeadRecord, _ store: any Store, _ found: inout [PastConversation]) async throws {
        if let stage, lead.state.stage.name != stage { return }
        if let since, lead.updatedAt < since { return }
        if let until, lead.createdAt >= until { return }
        var transcript: [TranscriptEntry] = []
        while transcript.count < Self.linesMax {
            let page = try await store.transcript(
                of: lead.state.id,
                after: transcript.last?.entry.seq ?? 0,
                limit: 500
            )
            transcript += page
            if page.count < 500 { break }
        }
        let conversation = PastConversation(lead, transcript)
        if !conversation.turns.isEmpty { found.append(conversation) }
    }
}
