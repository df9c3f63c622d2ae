/// Every request that writes may carry an id of its own: a second one with the same id changes nothing.
public struct TakeoverRequest: Codable, Sendable, Equatable {
    /// Also from another person.
    public var force: Bool?
    public var request_id: String?

    public init(force: Bool? = nil, request_id: String? = nil) {
        self.force = force
        self.request_id = request_id
    }
}

/// Words, files or a template: at least one of them.
public struct ReplyRequest: Codable, Sendable, Equatable {
    /// What to say; with files, what stands under the first of them.
    public var text: String?
    /// Ids of files that were added before, at most 10; each is a message, in this order.
    public var files: [String]?
    /// Goes out by itself, whether the 24-hour window is open or not.
    public var template: TemplateRequest?
    /// Also where another person has the conversation, or the customer wants no messages.
    public var force: Bool?
    public var request_id: String?

    public init(
        text: String?,
        files: [String]? = nil,
        template: TemplateRequest? = nil,
        force: Bool? = nil,
        request_id: String? = nil
    ) {
        self.text = text
        self.files = files
        self.template = template
        self.force = force
        self.request_id = request_id
    }
}

public struct ReleaseRequest: Codable, Sendable, Equatable {
    /// The bot answers what the customer wrote since a person did, instead of waiting for their next message.
    public var answer: Bool?
    public var force: Bool?
    public var request_id: String?

    public init(answer: Bool? = nil, force: Bool? = nil, request_id: String? = nil) {
        self.answer = answer
        self.force = force
        self.request_id = request_id
    }
}

public struct NoteRequest: Codable, Sendable, Equatable {
    public var text: String
    public var request_id: String?

    public init(text: String, request_id: String? = nil) {
        self.text = text
        self.request_id = request_id
    }
}

/// The lead as it stands after the command was stored. What follows from it is done by the service.
public struct StaffReceipt: Codable, Sendable, Equatable {
    public var lead: LeadDocument
    /// False: this request was stored before; nothing changed.
    public var is_new: Bool
}

public struct TakeoverReceipt: Codable, Sendable, Equatable {
    public var lead: LeadDocument
    public var is_new: Bool
    /// Messages of the bot that were written and had not left.
    public var withdrawn: Int
    public var window: WindowDocument
    public var summary: HandOverSummary
}

public struct ReplyReceipt: Codable, Sendable, Equatable {
    public var lead: LeadDocument
    public var is_new: Bool
    public var withdrawn: Int
    public var window: WindowDocument
}

/// What somebody who takes over has to know.
public struct HandOverSummary: Codable, Sendable, Equatable {
    /// Why a person is needed.
    public var why: [String]
    public var wants: [String]
    public var knows: [Fact]
    /// What is still to be found out or done.
    public var open: [String]
    /// What the customer was told will happen.
    public var promised: [String]
    /// The customer's last words, oldest first.
    public var last_messages: [String]

    public struct Fact: Codable, Sendable, Equatable {
        public var field: String
        public var value: String
    }
}

public struct AuditRequest: Codable, Sendable, Equatable {
    public var lead_id: String?
    public var who: String?
    public var cursor: String?
    public var limit: Int

    public init(lead_id: String? = nil, who: String? = nil, cursor: String? = nil, limit: Int = 100) {
        self.lead_id = lead_id
        self.who = who
        self.cursor = cursor
        self.limit = limit
    }
}

public struct AuditEntry: Codable, Sendable, Equatable {
    public var id: Int64
    public var at: Moment
    public var who: String
    /// `takeover`, `reply`, `release`, `assign`, `note`, `stage`, `judge`, `export`, `forget`
    public var action: String
    public var lead_id: String?
    /// Never what was written to or by a customer.
    public var detail: String
}

public struct AuditPage: Codable, Sendable, Equatable {
    public var entries: [AuditEntry]
    public var next_cursor: String?
}
