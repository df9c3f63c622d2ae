/// What was accepted and came to no end, wherever the database is.
public protocol DeadLetterDesk: Sendable {
    /// Newest first.
    func deadLetters(_ request: DeadLetterListRequest) async throws -> DeadLetterPage
    /// By id or an unambiguous prefix of it.
    func deadLetter(document reference: String) async throws -> DeadLetterDocument
    /// Done, or refused with the reason.
    func retry(_ reference: String, _ request: DeadLetterRetryRequest, by who: String) async throws
        -> DeadLetterReceipt
    func drop(_ reference: String, by who: String) async throws -> DeadLetterReceipt
}

public struct DeadLetterListRequest: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable, CaseIterable { case message, link, turn, item }

    /// Nil: all but items.
    public var kinds: [Kind]?
    /// Only those that failed with this code.
    public var code: String?
    /// Those that were dropped, instead of those that wait.
    public var dropped: Bool?
    public var cursor: String?
    /// 1…1000
    public var limit: Int

    public init(limit: Int = 50) { self.limit = limit }
}

public struct DeadLetterPage: Codable, Sendable, Equatable {
    public var dead_letters: [DeadLetterDocument]
    /// Items that wait, listed or not.
    public var items: Int
    public var next_cursor: String?

    public init(dead_letters: [DeadLetterDocument], items: Int, next_cursor: String?) {
        self.dead_letters = dead_letters
        self.items = items
        self.next_cursor = next_cursor
    }
}

public struct DeadLetterDocument: Codable, Sendable, Equatable {
    public var id: String
    /// `message`, `link`, `turn` or `item`
    public var kind: String
    public var lead_id: String?
    public var phone: String?
    public var user_id: String?
    public var since: Moment
    public var created_at: Moment
    public var code: String
    public var reason: String
    /// What to do about it.
    public var advice: String
    public var attempts: Int
    public var may_have_arrived: Bool
    public var messages_since: Int
    public var open_events: Int
    /// `bot` or `staff`
    public var author: String?
    public var text: String?
    public var link_id: String?
    public var url: String?
    public var offer_id: String?
    public var raw: String?
    public var dropped_at: Moment?
    public var dropped_by: String?
    public var history: [Trouble]

    public struct Trouble: Codable, Sendable, Equatable {
        public var at: Moment
        public var attempt: Int
        public var code: String
        public var reason: String

        public init(at: Moment, attempt: Int, code: String, reason: String) {
            self.at = at
            self.attempt = attempt
            self.code = code
            self.reason = reason
        }
    }
}

public struct DeadLetterRetryRequest: Codable, Sendable, Equatable {
    /// Also a message that may have arrived: the customer may get it twice.
    public var even_twice: Bool?

    public init(even_twice: Bool? = nil) { self.even_twice = even_twice }
}

public struct DeadLetterReceipt: Codable, Sendable, Equatable {
    public var id: String
    /// `retrying` or `dropped`
    public var outcome: String

    public init(id: String, outcome: String) {
        self.id = id
        self.outcome = outcome
    }
}
