public import Conversation

/// What staff reads across conversations: what happens, what was said, how it went.
public protocol DeskStore: Sendable {
    /// Lines of all conversations after a `seq`, oldest first, each once and none left out, however many write. Without
    /// `after`, the newest `limit`.
    func happenings(after: Int64?, limit: Int) async throws -> [JournalHappening]

    /// Takes up to `limit` further lines of the journal into the index and the statistics, beside the way of a message.
    /// Says how many it took; 0 when there are none, or another process is at it.
    func digest(limit: Int) async throws -> Int
    /// How many lines are not taken yet.
    func digestBehind() async throws -> Int64

    /// Newest first. Looks through a bounded number of lines, and says where to go on.
    func lookFor(_ query: SearchQuery) async throws -> SearchFindings

    /// The first `limit` notes of a conversation.
    func notes(of id: ConversationID, limit: Int) async throws -> [JournalEntry]
    /// What the model cost, as far as the journal is digested. Nil: nothing of this lead is.
    func cost(of id: ConversationID) async throws -> LeadCost?

    /// Sums over cohorts of leads, by what the query groups by.
    func facts(_ query: FactQuery) async throws -> [FactSums]
    /// Makes the sums of up to so many hours anew, whose leads have changed since, and says of how many. Statistics are
    /// the same with and without; it only makes them quick.
    func refreshFacts(hours limit: Int) async throws -> Int

    /// Worth reading first, first.
    func reviews(_ query: ReviewQuery) async throws -> [ReviewRecord]
    func review(of id: ConversationID) async throws -> ReviewRecord?
    /// False: there is no such conversation.
    func judge(_ id: ConversationID, _ verdict: Verdict, by who: String, at now: Timestamp) async throws -> Bool
}

extension DeskStore {
    /// The first page.
    public func search(_ query: SearchQuery) async throws -> [SearchFinding] { try await lookFor(query).findings }
}

/// What the model cost for one lead.
public struct LeadCost: Sendable, Equatable {
    public var microUSD: Int64
    public var promptTokens: Int64
    public var completionTokens: Int64
    public var answers: Int64
}

/// A line of any conversation.
public struct JournalHappening: Sendable, Equatable {
    public var conversation: ConversationID
    public var line: TranscriptEntry
    public var name: String?
    public var stage: String
    public var heldBy: String?
    public var waitingSince: Timestamp?
}

/// What was erased, or is kept without the person.
public struct ErasedPart: Sendable, Equatable {
    public var store: String
    public var count: Int
    /// Nil: erased. Else why it is kept.
    public var keptBecause: String?

    public init(_ store: String, _ count: Int, keptBecause: String? = nil) {
        self.store = store
        self.count = count
        self.keptBecause = keptBecause
    }
}

// MARK: Search

public struct SearchQuery: Sendable, Equatable {
    public enum Author: String, Sendable, CaseIterable {
        case customer, bot, staff, note
    }

    public var text: String
    public var conversation: ConversationID?
    public var author: Author?
    public var since: Timestamp?
    public var until: Timestamp?
    /// Only lines below this `seq`.
    public var before: Int64?
    public var limit: Int

    public init(_ text: String, limit: Int = 20) {
        self.text = text
        self.limit = limit
    }
}

public struct SearchFindings: Sendable, Equatable {
    public var findings: [SearchFinding] = []
    /// Where the next page begins, as ``SearchQuery/before``; nil when everything was looked through.
    public var next: Int64?
}

public struct SearchFinding: Sendable, Equatable {
    public var conversation: ConversationID
    public var line: JournalEntry
    public var name: String?
    public var stage: String
}

// MARK: Statistics

public struct FactQuery: Sendable, Equatable {
    public enum Group: String, Sendable, CaseIterable {
        /// Hours since 1970, to be put together into days of any time zone.
        case hour
        case product, language, source
        case promptVersion = "prompt_version"
    }

    /// Leads that began in this time.
    public var from: Timestamp?
    public var until: Timestamp?
    public var by: Group

    public init(from: Timestamp? = nil, until: Timestamp? = nil, by: Group) {
        self.from = from
        self.until = until
        self.by = by
    }
}

// MARK: Review

public struct ReviewQuery: Sendable, Equatable {
    public var reason: ReviewReason?
    public var areJudged: Bool
    public var after: Position?
    public var limit: Int

    public struct Position: Sendable, Equatable {
        public var priority: Int64
        public var at: Timestamp
        public var id: ConversationID

        public init(priority: Int64, at: Timestamp, id: ConversationID) {
            self.priority = priority
            self.at = at
            self.id = id
        }
    }

    public init(reason: ReviewReason? = nil, areJudged: Bool = false, after: Position? = nil, limit: Int = 20) {
        self.reason = reason
        self.areJudged = areJudged
        self.after = after
        self.limit = limit
    }
}

public struct ReviewRecord: Sendable, Equatable {
    public var conversation: ConversationID
    public var reasons: [String]
    public var priority: Int64
    public var at: Timestamp
    public var verdict: Verdict?
    public var judgedBy: String?
    public var judgedAt: Timestamp?

    public var position: ReviewQuery.Position {
        ReviewQuery.Position(priority: priority, at: judgedAt ?? at, id: conversation)
    }
}

/// What a person thinks of a conversation.
public struct Verdict: Codable, Sendable, Equatable {
    public var rating: String
    public var tags: [String]
    public var comment: String?
    /// The line of the bot that could have been better, and how.
    public var betterSeq: Int64?
    public var better: String?

    public init(
        rating: String,
        tags: [String] = [],
        comment: String? = nil,
        betterSeq: Int64? = nil,
        better: String? = nil
    ) {
        self.rating = rating
        self.tags = tags
        self.comment = comment
        self.betterSeq = betterSeq
        self.better = better
    }
}
