public import Conversation

/// Who may use the API. A token that isn't here isn't valid, whoever signed it: so a restored backup never brings
/// back a token by accident, and a leaked one ends with one row.
public protocol TokenStore: Sendable {
    /// Records a token that was issued. The token itself is nowhere.
    func add(_ token: TokenRecord) async throws
    func token(_ id: String) async throws -> TokenRecord?
    /// Newest first; `before`: only those older than the token of this id.
    func tokens(before id: String?, limit: Int) async throws -> [TokenRecord]
    /// At most `limit` whose id begins so.
    func tokens(startingWith prefix: String, limit: Int) async throws -> [TokenRecord]
    /// False: there is none of this id, or it was revoked before.
    func revokeToken(_ id: String, by who: String, now: Timestamp) async throws -> Bool
}

/// Remembers the answers to requests that change something, so that a repeat of one changes nothing.
public protocol IdempotencyStore: Sendable {
    /// Begins a request, or says what is known of one with the same key.
    func beginRequest(_ request: IdempotentRequest, now: Timestamp) async throws -> IdempotentStanding
    /// Keeps the answer for the next ones of the same key.
    func finishRequest(_ request: IdempotentRequest, answer: StoredAnswer) async throws
    /// Nothing was done: the key is free again.
    func dropRequest(_ request: IdempotentRequest) async throws
}

public struct TokenRecord: Sendable, Equatable {
    /// Sorts by time.
    public var id: String
    /// The person or program that holds it.
    public var name: String
    public var role: String
    /// The key that signed it.
    public var keyID: String
    public var issuedAt: Timestamp
    public var expiresAt: Timestamp
    public var issuedBy: String
    public var revokedAt: Timestamp?
    public var revokedBy: String?

    public init(
        id: String,
        name: String,
        role: String,
        keyID: String,
        issuedAt: Timestamp,
        expiresAt: Timestamp,
        issuedBy: String,
        revokedAt: Timestamp? = nil,
        revokedBy: String? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.keyID = keyID
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.issuedBy = issuedBy
        self.revokedAt = revokedAt
        self.revokedBy = revokedBy
    }
}

public struct IdempotentRequest: Sendable, Equatable {
    /// Whose key it is: keys of different tokens have nothing to do with each other.
    public var tokenID: String
    public var key: String
    /// Of method, path and body: the same key with another request is a mistake.
    public var fingerprint: String

    public init(tokenID: String, key: String, fingerprint: String) {
        self.tokenID = tokenID
        self.key = key
        self.fingerprint = fingerprint
    }
}

public struct StoredAnswer: Sendable, Equatable {
    public var status: Int
    public var contentType: String
    public var body: String

    public init(status: Int, contentType: String, body: String) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

public enum IdempotentStanding: Sendable, Equatable {
    /// It is this caller's to do.
    case begun
    /// It was done.
    case done(StoredAnswer)
    /// Another call is doing it now.
    case underWay
    /// The key belongs to another request.
    case otherRequest
}

extension StoreLimits {
    /// How long a key is remembered.
    static let idempotencyMilliseconds: Int64 = 86_400_000
    /// A request that began this long ago without an answer died with its process; the key is free.
    static let requestMilliseconds: Int64 = 60_000
    /// Old keys that one call clears away.
    static let idempotencySweep = 100
}
