public struct TranscriptPage: Codable, Sendable, Equatable {
    public var lead: LeadDocument
    public var entries: [TranscriptDocument.Entry]
    /// The `seq` after which the next page begins.
    public var last_seq: Int64
    /// Whether there is more now.
    public var more: Bool
}

/// `crset transcript --json`.
public struct TranscriptDocument: Codable, Sendable, Equatable {
    public var lead: LeadDocument
    public var entries: [Entry]

    public init(lead: LeadDocument, entries: [Entry]) {
        self.lead = lead
        self.entries = entries
    }

    public struct Entry: Codable, Sendable, Equatable {
        public var seq: Int64
        public var at: Moment
        /// `customer`, `bot`, `staff`, `note` or `event`
        public var author: String
        public var kind: String
        public var text: String
        /// Titles of buttons or rows.
        public var choices: [String]?
        public var message_id: String?
        public var outbox_id: String?
        public var send_state: String?
        public var delivery: String?
        public var error: String?
        public var explanation: ExplanationDocument?
    }
}

// MARK: Watching

public struct EventRequest: Codable, Sendable, Equatable {
    /// Only what came after this `seq`. Nil: the newest `limit` of all.
    public var after: Int64?
    public var lead_id: String?
    public var limit: Int

    public init(after: Int64? = nil, lead_id: String? = nil, limit: Int = 200) {
        self.after = after
        self.lead_id = lead_id
        self.limit = limit
    }
}

public struct DeskEvent: Codable, Sendable, Equatable {
    public var seq: Int64
    public var lead_id: String
    public var name: String?
    public var stage: String
    public var waiting_since: Moment?
    public var held_by: String?
    public var entry: TranscriptDocument.Entry
}

public struct EventPage: Codable, Sendable, Equatable {
    public var events: [DeskEvent]
    /// To be given as `after` of the next request.
    public var last_seq: Int64
}

// MARK: Searching

public struct SearchRequest: Codable, Sendable, Equatable {
    /// Words, `"phrases"`, `prefixes*`, `-without`. Case and accents don't matter.
    public var query: String
    public var lead_id: String?
    /// `customer`, `bot`, `staff` or `note`
    public var author: String?
    public var since: Moment?
    public var until: Moment?
    public var cursor: String?
    public var limit: Int

    public init(query: String, limit: Int = 20) {
        self.query = query
        self.limit = limit
    }
}

public struct SearchHit: Codable, Sendable, Equatable {
    public var seq: Int64
    public var lead_id: String
    public var name: String?
    public var stage: String
    public var at: Moment
    public var author: String
    public var snippet: [Piece]

    public struct Piece: Codable, Sendable, Equatable {
        public var text: String
        public var is_match: Bool
    }
}

public struct SearchPage: Codable, Sendable, Equatable {
    /// Newest first.
    public var hits: [SearchHit]
    /// Where to go on. A page looks through a bounded number of lines, so it may hold fewer hits than asked for, or
    /// none, and others may follow.
    public var next_cursor: String?
    /// Lines of the journal that are not in the index yet.
    public var behind: Int
}

// MARK: Reviewing

public struct ReviewRequest: Codable, Sendable, Equatable {
    /// `complaint`, `guarded`, `failed`, `low_confidence`, `lost`, `sample` or `new`; nil: all.
    public var reason: String?
    /// Those that were judged already, instead of those that wait.
    public var judged: Bool?
    public var cursor: String?
    public var limit: Int

    public init(reason: String? = nil, judged: Bool? = nil, limit: Int = 20, cursor: String? = nil) {
        self.reason = reason
        self.judged = judged
        self.cursor = cursor
        self.limit = limit
    }
}

public struct ReviewItem: Codable, Sendable, Equatable {
    public var lead: LeadDocument
    /// Why it is worth reading.
    public var reasons: [String]
    public var judgement: Judgement?
    public var judged_by: String?
    public var judged_at: Moment?
}

/// What is thought of one conversation.
public struct ReviewDocument: Codable, Sendable, Equatable {
    /// Why it is worth reading.
    public var reasons: [String]
    public var judgement: Judgement?
    public var judged_by: String?
    public var judged_at: Moment?

    init(_ item: ReviewItem) {
        (reasons, judgement) = (item.reasons, item.judgement)
        (judged_by, judged_at) = (item.judged_by, item.judged_at)
    }
}

public struct ReviewPage: Codable, Sendable, Equatable {
    public var items: [ReviewItem]
    public var next_cursor: String?
}

public struct Judgement: Codable, Sendable, Equatable {
    public enum Rating: String, Codable, Sendable, CaseIterable {
        case good, acceptable, bad
    }

    public var rating: Rating
    public var tags: [String]
    public var comment: String?
    /// Of the line of the bot that could have been better, and the words.
    public var better_seq: Int64?
    public var better: String?

    public init(
        rating: Rating,
        tags: [String] = [],
        comment: String? = nil,
        better_seq: Int64? = nil,
        better: String? = nil
    ) {
        self.rating = rating
        self.tags = tags
        self.comment = comment
        self.better_seq = better_seq
        self.better = better
    }
}

/// A dialogue in the form of the files in `Prompts/scenarios`.
public struct ScenarioFile: Codable, Sendable, Equatable {
    public var name: String
    public var yaml: String
}
