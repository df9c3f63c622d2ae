import Conversation
import Storage
import Testing

@Suite("Every store: access to the API")
struct AccessConformance {
    private static func token(_ id: String, name: String = "Rita") -> TokenRecord {
        TokenRecord(
            id: id,
            name: name,
            role: "agent",
            keyID: "k1",
            issuedAt: Given.at(10),
            expiresAt: Given.at(1_000),
            issuedBy: "admin"
        )
    }

    private static let request = IdempotentRequest(tokenID: "t1", key: "a", fingerprint: "POST /x 1")
    private static let answer = StoredAnswer(status: 200, contentType: "application/json", body: "{\"a\": \"á\"}")

    @Test("tokens are listed newest first, page by page", arguments: Engine.all)
    func list(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            for id in ["t1", "t2", "t3"] { try await store.add(Self.token(id)) }
            #expect(try await store.token("t2") == Self.token("t2"))
            #expect(try await store.token("t") == nil)
            #expect(try await store.tokens(before: nil, limit: 2).map(\.id) == ["t3", "t2"])
            #expect(try await store.tokens(before: "t2", limit: 2).map(\.id) == ["t1"])
            #expect(try await store.tokens(startingWith: "t", limit: 2).map(\.id) == ["t1", "t2"])
            #expect(try await store.tokens(startingWith: "t3", limit: 2).map(\.id) == ["t3"])
            #expect(try await store.tokens(startingWith: "%", limit: 2).isEmpty)
        }
    }

    @Test("a token is revoked once, by one person, and stays in the list", arguments: Engine.all)
    func revoke(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.add(Self.token("t1"))
            try await store.add(Self.token("t2"))
            #expect(try await store.revokeToken("t1", by: "Ana", now: Given.at(20)))
            #expect(try await store.revokeToken("t1", by: "João", now: Given.at(30)) == false)
            #expect(try await store.revokeToken("t9", by: "Ana", now: Given.at(30)) == false)
            let revoked = try await store.token("t1")
            #expect(revoked?.revokedAt == Given.at(20) && revoked?.revokedBy == "Ana")
            #expect(try await store.token("t2")?.revokedAt == nil)
            #expect(try await store.tokens(before: nil, limit: 9).count == 2)
        }
    }

    @Test("a key is begun once; a repeat gets the first answer, another request is refused", arguments: Engine.all)
    func idempotency(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let now = Given.at(0)
            #expect(try await store.beginRequest(Self.request, now: now) == .begun)
            #expect(try await store.beginRequest(Self.request, now: now) == .underWay)
            try await store.finishRequest(Self.request, answer: Self.answer)
            #expect(try await store.beginRequest(Self.request, now: now) == .done(Self.answer))
            var other = Self.request
            other.fingerprint = "POST /x 2"
            #expect(try await store.beginRequest(other, now: now) == .otherRequest)
            other = Self.request
            other.tokenID = "t2"
            #expect(try await store.beginRequest(other, now: now) == .begun)
        }
    }

    @Test("a key is free again when nothing was done, when its process died, and after a day", arguments: Engine.all)
    func freed(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let now = Given.at(0)
            _ = try await store.beginRequest(Self.request, now: now)
            try await store.dropRequest(Self.request)
            #expect(try await store.beginRequest(Self.request, now: now) == .begun)
            #expect(try await store.beginRequest(Self.request, now: now.adding(milliseconds: 61_000)) == .begun)
            try await store.finishRequest(Self.request, answer: Self.answer)
            // An answer isn't forgotten by a caller that gives up.
            try await store.dropRequest(Self.request)
            let later = now.adding(milliseconds: 86_400_000)
            #expect(try await store.beginRequest(Self.request, now: later) == .done(Self.answer))
            var other = Self.request
            other.fingerprint = "DELETE /y"
            #expect(try await store.beginRequest(other, now: later.adding(milliseconds: 61_001)) == .begun)
        }
    }

    @Test("stored answers that tell of a person go with the person, and others stay", arguments: Engine.all)
    func erased(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1", "Olá", from: Given.ana, newID: Given.anaID, at: 1)])
            _ = try await store.beginRequest(Self.request, now: Given.at(2))
            let body = "{\"lead\": {\"id\": \"\(Given.anaID.rawValue)\", \"name\": \"Ana\"}}"
            let named = StoredAnswer(status: 200, contentType: "application/json", body: body)
            try await store.finishRequest(Self.request, answer: named)
            let other = IdempotentRequest(tokenID: "t1", key: "b", fingerprint: "POST /x 2")
            _ = try await store.beginRequest(other, now: Given.at(2))
            try await store.finishRequest(other, answer: Self.answer)
            let parts = try #require(try await store.erase(Given.anaID, by: "Rita", at: Given.at(3)))
            #expect(parts.contains { $0.store == "api_requests" && $0.count == 1 })
            #expect(try await store.beginRequest(Self.request, now: Given.at(4)) == .begun)
            #expect(try await store.beginRequest(other, now: Given.at(4)) == .done(Self.answer))
        }
    }

    @Test("of two processes that begin one key at once, one has it", arguments: Engine.all)
    func race(engine: Engine) async throws {
        let database = try await engine.make()
        defer { database.remove() }
        let (one, other) = (try await database.open(), try await database.open())
        async let first = one.beginRequest(Self.request, now: Given.at(0))
        async let second = other.beginRequest(Self.request, now: Given.at(0))
        let standings = [try await first, try await second]
        #expect(standings.contains(.begun) && standings.contains(.underWay))
        try await one.close()
        try await other.close()
    }
}
