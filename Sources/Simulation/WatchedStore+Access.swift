import Conversation
import Storage

/// Tokens of the API and its idempotency keys, passed on.
extension WatchedStore {
    func add(_ token: TokenRecord) async throws { try await pass("add") { try await base.add(token) } }

    func token(_ id: String) async throws -> TokenRecord? { try await pass("token") { try await base.token(id) } }

    func tokens(before id: String?, limit: Int) async throws -> [TokenRecord] {
        try await pass("tokens") { try await base.tokens(before: id, limit: limit) }
    }

    func tokens(startingWith prefix: String, limit: Int) async throws -> [TokenRecord] {
        try await pass("tokens") { try await base.tokens(startingWith: prefix, limit: limit) }
    }

    func revokeToken(_ id: String, by who: String, now: Timestamp) async throws -> Bool {
        try await pass("revokeToken") { try await base.revokeToken(id, by: who, now: now) }
    }

    func beginRequest(_ request: IdempotentRequest, now: Timestamp) async throws -> IdempotentStanding {
        try await pass("beginRequest") { try await base.beginRequest(request, now: now) }
    }

    func finishRequest(_ request: IdempotentRequest, answer: StoredAnswer) async throws {
        try await pass("finishRequest") { try await base.finishRequest(request, answer: answer) }
    }

    func dropRequest(_ request: IdempotentRequest) async throws {
        try await pass("dropRequest") { try await base.dropRequest(request) }
    }
}
