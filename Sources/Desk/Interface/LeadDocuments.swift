/// Which leads to list, and in which order.
public struct LeadListRequest: Codable, Sendable, Equatable {
    public enum Sort: String, Codable, Sendable, CaseIterable {
        /// Newest activity first.
        case activity
        /// Newest lead first.
        case created
        /// Highest score first.
        case score
        /// Of those that wait for a person: who waits longest first.
        case waiting
    }

    /// Names of stages, such as `awaiting_payment`; nil: all.
    public var stages: [String]?
    /// A BCP 47 tag; `pt` means all kinds of Portuguese.
    public var language: String?
    public var product: String?
    public var score_min: Int?
    public var score_max: Int?
    /// The name of a person.
    public var assigned_to: String?
    /// Only those that nobody has.
    public var unassigned: Bool?
    /// Only those that wait for a person.
    public var waiting: Bool?
    /// Only those with an offer that isn't paid.
    public var unpaid: Bool?
    /// Only those with activity since then.
    public var since: Moment?
    public var sort: Sort?
    /// `next_cursor` of the page before.
    public var cursor: String?
    /// 1…1000
    public var limit: Int

    public init(limit: Int = 50) { self.limit = limit }
}

public struct LeadPage: Codable, Sendable, Equatable {
    public var leads: [LeadDocument]
    /// Nil on the last page.
    public var next_cursor: String?

    public init(leads: [LeadDocument], next_cursor: String?) {
        self.leads = leads
        self.next_cursor = next_cursor
    }
}

public struct LeadDocument: Codable, Sendable, Equatable {
    public var id: String
    public var name: String?
    public var phone: String?
    public var user_id: String?
    public var language: String
    public var stage: String
    public var score: Int
    /// What is known, by field of `qualification.yaml`.
    public var fields: [String: String]
    public var product: String?
    public var offer: OfferDocument?
    public var payments: [PaymentDocument]
    /// Alerts that no person has dealt with.
    public var alerts: [AlertDocument]
    public var assigned_to: String?
    /// The person who has the conversation now; the bot is silent.
    public var held_by: String?
    /// Since when a person is needed.
    public var waiting_since: Moment?
    public var created_at: Moment
    public var updated_at: Moment
    public var last_customer_message_at: Moment?
    /// In lists: where the next page begins when this lead is the last of its page.
    public var cursor: String?

    public struct OfferDocument: Codable, Sendable, Equatable {
        public var id: String
        public var product: String
        public var price: MoneyDocument
        public var url: String?
    }

    public struct PaymentDocument: Codable, Sendable, Equatable {
        public var offer_id: String
        public var product: String
        public var price: MoneyDocument
        public var session_id: String
        public var paid_at: Moment
    }

    public struct AlertDocument: Codable, Sendable, Equatable {
        public var kind: String
        public var detail: String
        public var at: Moment
    }
}

/// All about one lead on a screen.
public struct LeadCardDocument: Codable, Sendable, Equatable {
    public var lead: LeadDocument
    public var window: WindowDocument
    /// Oldest first.
    public var stage_history: [StageChange]
    public var cost: CostDocument
    public var source: String?
    public var notes: [NoteDocument]

    public struct StageChange: Codable, Sendable, Equatable {
        public var at: Moment
        public var from: String
        public var to: String
    }

    public struct NoteDocument: Codable, Sendable, Equatable {
        public var at: Moment
        public var text: String
    }
}

/// WhatsApp's customer service window: for a day after the customer's last message anything may be said.
public struct WindowDocument: Codable, Sendable, Equatable {
    public var is_open: Bool
    /// When it shuts or shut. Nil: the customer never wrote.
    public var closes_at: Moment?
}

/// What the model cost so far.
public struct CostDocument: Codable, Sendable, Equatable {
    public var micro_usd: Int
    public var prompt_tokens: Int
    public var completion_tokens: Int
    /// Answers of the model.
    public var answers: Int
}

/// A part of everything about one person: entries first, then what staff did, then files.
public struct ExportPart: Codable, Sendable, Equatable {
    /// In the first part only.
    public var card: LeadCardDocument?
    /// In the first part only: what staff thinks of the conversation.
    public var review: ReviewDocument?
    /// Oldest first.
    public var entries: [TranscriptDocument.Entry]
    /// From the part with the last entry on, newest first.
    public var audit: [AuditEntry]?
    /// What staff sent beside words.
    public var file: FilePiece?
    public var next_cursor: String?
}

/// What was erased, store by store.
public struct ForgetReceipt: Codable, Sendable, Equatable {
    public var lead_id: String
    public var at: Moment
    public var by: String
    public var erased: [Line]
    /// What stays, and why, without the person.
    public var kept: [Line]

    public struct Line: Codable, Sendable, Equatable {
        public var store: String
        public var count: Int
        public var reason: String?

        public init(_ store: String, _ count: Int, reason: String? = nil) {
            self.store = store
            self.count = count
            self.reason = reason
        }
    }
}
