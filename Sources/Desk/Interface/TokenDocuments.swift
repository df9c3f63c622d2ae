/// What the holder of a token may do; each role may do all that the ones before it may.
public enum StaffRole: String, Codable, Sendable, CaseIterable, Comparable {
    /// Reads; phone numbers are masked.
    case reader
    /// Joins conversations and keeps leads.
    case agent
    /// Exports and erases people, decides about dead letters.
    case `operator`
    /// Issues and revokes tokens.
    case admin

    public static func < (left: StaffRole, right: StaffRole) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .reader: 0
        case .agent: 1
        case .operator: 2
        case .admin: 3
        }
    }
}

/// Tokens of the API, wherever the database is.
public protocol TokenDesk: Sendable {
    /// Newest first.
    func tokens(_ request: TokenListRequest) async throws -> TokenPage
    func issue(_ request: TokenIssueRequest, by who: String) async throws -> IssuedTokenDocument
    /// By id or an unambiguous prefix of it.
    func revoke(token id: String, by who: String) async throws -> TokenDocument
}

public struct TokenListRequest: Codable, Sendable, Equatable {
    /// `next_cursor` of the page before.
    public var cursor: String?
    /// 1…1000
    public var limit: Int

    public init(cursor: String? = nil, limit: Int = 100) {
        self.cursor = cursor
        self.limit = limit
    }
}

public struct TokenPage: Codable, Sendable, Equatable {
    public var tokens: [TokenDocument]
    public var next_cursor: String?

    public init(tokens: [TokenDocument], next_cursor: String?) {
        self.tokens = tokens
        self.next_cursor = next_cursor
    }
}

public struct TokenDocument: Codable, Sendable, Equatable {
    public enum State: String, Codable, Sendable, CaseIterable { case valid, expired, revoked }

    public var id: String
    public var name: String
    public var role: StaffRole
    public var state: State
    public var key_id: String
    public var issued_at: Moment
    public var expires_at: Moment
    public var issued_by: String
    public var revoked_at: Moment?
    public var revoked_by: String?

    public init(
        id: String,
        name: String,
        role: StaffRole,
        state: State,
        key_id: String,
        issued_at: Moment,
        expires_at: Moment,
        issued_by: String,
        revoked_at: Moment?,
        revoked_by: String?
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.state = state
        self.key_id = key_id
        self.issued_at = issued_at
        self.expires_at = expires_at
        self.issued_by = issued_by
        self.revoked_at = revoked_at
        self.revoked_by = revoked_by
    }
}

public struct TokenIssueRequest: Codable, Sendable, Equatable {
    /// The person or program that will hold it; stands beside everything done with it.
    public var name: String
    public var role: StaffRole
    /// 60…31622400; nil: 90 days.
    public var valid_seconds: Int?

    public init(name: String, role: StaffRole, valid_seconds: Int? = nil) {
        self.name = name
        self.role = role
        self.valid_seconds = valid_seconds
    }
}

public struct IssuedTokenDocument: Codable, Sendable, Equatable {
    /// Shown once; nobody can see it again.
    public var token: String
    public var record: TokenDocument

    public init(token: String, record: TokenDocument) {
        self.token = token
        self.record = record
    }
}
