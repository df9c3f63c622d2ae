import Conversation
public import Desk
import Pipeline
public import Prompts
public import Storage

/// Issues, lists, revokes and checks tokens, straight on the store.
public struct Tokens: TokenDesk {
    let keys: TokenKeys
    let store: any Store
    let surroundings: Surroundings

    static let validSeconds = 60...31_622_400
    static let defaultValidSeconds = 90 * 86_400
    private static let nameCharactersMax = 80

    /// Nil: no key is configured, and so there is no API.
    public static func open(_ settings: Settings, store: any Store) async throws -> Tokens? {
        guard let keys = try await TokenKeys(settings) else { return nil }
        return Tokens(keys: keys, store: store, surroundings: .live)
    }

    public func issue(_ request: TokenIssueRequest, by who: String) async throws -> IssuedTokenDocument {
        let name = request.name.trimmingPrefix(while: \.isWhitespace)
        guard !name.isEmpty, name.count <= Self.nameCharactersMax, !name.contains(where: \.isNewline) else {
            throw DeskError(.invalid, "a token's name has 1 to \(Self.nameCharactersMax) characters on one line")
        }
        let seconds = request.valid_seconds ?? Self.defaultValidSeconds
        guard Self.validSeconds.contains(seconds) else {
            throw DeskError(.invalid, "a token is valid for one minute to 366 days")
        }
        let now = surroundings.now()
        let start = now.milliseconds / 1_000
        let id = surroundings.newID()
        let claims = TokenClaims(
            iss: "crset",
            aud: TokenClaims.audience,
            sub: String(name),
            jti: id,
            role: request.role.rawValue,
            iat: start,
            nbf: start,
            exp: start + Int64(seconds)
        )
        let record = TokenRecord(
            id: id,
            name: String(name),
            role: request.role.rawValue,
            keyID: keys.signingKeyID ?? "",
            issuedAt: Timestamp(milliseconds: start * 1_000),
            expiresAt: Timestamp(milliseconds: claims.exp * 1_000),
            issuedBy: who
        )
        let token = try await keys.sign(claims)
        try await store.add(record)
        return IssuedTokenDocument(token: token, record: TokenDocument(record, now: now))
    }

    public func tokens(_ request: TokenListRequest) async throws -> TokenPage {
        guard (1...1_000).contains(request.limit) else { throw DeskError(.invalid, "the limit has to be 1 to 1000") }
        let records = try await store.tokens(before: request.cursor, limit: request.limit)
        let now = surroundings.now()
        return TokenPage(
            tokens: records.map { TokenDocument($0, now: now) },
            next_cursor: records.count == request.limit ? records.last?.id : nil
        )
    }

    public func revoke(token reference: String, by who: String) async throws -> TokenDocument {
        let record = try await record(reference)
        _ = try await store.revokeToken(record.id, by: who, now: surroundings.now())
        return TokenDocument(try await store.token(record.id) ?? record, now: surroundings.now())
    }

    private func record(_ reference: String) async throws -> TokenRecord {
        if let record = try await store.token(reference) { return record }
        let found = reference.isEmpty ? [] : try await store.tokens(startingWith: reference, limit: 3)
        guard let record = found.first else {
            throw DeskError(.notFound, "there is no token “\(reference)”; `crset token list` shows them")
        }
        guard found.count == 1 else {
            let ids = found.map(\.id)
            throw DeskError(.invalid, "“\(reference)” fits several tokens (\(ids.joined(separator: ", "))…)")
        }
        return record
    }

    /// Who asks, if the token is good and wasn't revoked. Nil for every other reason alike.
    func caller(_ token: String) async throws -> Caller? {
        let now = surroundings.now()
        guard let claims = await keys.claims(of: token, nowSeconds: now.milliseconds / 1_000),
            let record = try await store.token(claims.jti), record.revokedAt == nil,
            let role = StaffRole(rawValue: claims.role), record.role == claims.role, record.name == claims.sub
        else { return nil }
        return Caller(tokenID: record.id, name: record.name, role: role, expiresAt: record.expiresAt)
    }
}

/// Who asks something of the API.
struct Caller: Sendable, Equatable {
    var tokenID: String
    var name: String
    var role: StaffRole
    var expiresAt: Timestamp
}

extension TokenDocument {
    init(_ record: TokenRecord, now: Timestamp) {
        let state: State = record.revokedAt != nil ? .revoked : record.expiresAt <= now ? .expired : .valid
        self.init(
            id: record.id,
            name: record.name,
            role: StaffRole(rawValue: record.role) ?? .reader,
            state: state,
            key_id: record.keyID,
            issued_at: Moment(record.issuedAt),
            expires_at: Moment(record.expiresAt),
            issued_by: record.issuedBy,
            revoked_at: record.revokedAt.map { Moment($0) },
            revoked_by: record.revokedBy
        )
    }
}
