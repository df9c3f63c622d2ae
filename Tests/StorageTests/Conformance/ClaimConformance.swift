import Conversation
import Storage
import Testing

@Suite("Every store: claims whose answer was lost")
struct ClaimConformance {
    @Test("a claimed turn that its process doesn't know of is free at once, and no other", arguments: Engine.all)
    func turns(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([
                Given.message("m1"), Given.message("m2", from: Given.rui, newID: Given.ruiID, at: 1),
            ])
            #expect(try await store.claim(owner: "a", until: 120_000).count == 2)
            #expect(try await store.releaseTurns(claimedBy: "b", besides: []) == 0)
            #expect(try await store.releaseTurns(claimedBy: "a", besides: [Given.ruiID]) == 1)
            let again = try await store.claim(owner: "b", at: 10, until: 120_000)
            #expect(again.map(\.state.id) == [Given.anaID])
            // It was never begun, so it didn't fail.
            #expect(again.first?.failures == 0)
        }
    }

    @Test(
        "a claimed send that its process doesn't know of goes at once, as if it had never been tried",
        arguments: Engine.all
    )
    func sends(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1", "2"])
            let row = try #require(try await store.take(owner: "a").first)
            func released(by owner: String, _ known: Set<String> = [], _ turns: Set<ConversationID> = [], before: Int64)
                async throws -> Int
            {
                try await store.releaseSends(
                    claimedBy: owner,
                    besides: known,
                    of: turns,
                    leaseEndsBefore: Given.at(before),
                    now: Given.at(100)
                )
            }
            #expect(try await released(by: "a", [row.id], before: 90_000) == 0)
            #expect(try await released(by: "a", [], [Given.anaID], before: 90_000) == 0)
            #expect(try await released(by: "b", before: 90_000) == 0)
            #expect(try await released(by: "a", before: 1) == 0)
            #expect(try await released(by: "a", before: 90_000) == 1)
            let again = try await store.take(owner: "b", at: 100)
            #expect(again.map(\.id) == [row.id])
            #expect(again.first?.attempt == 1)
        }
    }

    @Test("a failure of an earlier try, told again, leaves the one under way alone", arguments: Engine.all)
    func toldAgain(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1"])
            let row = try #require(try await store.take(owner: "a").first)
            let failed = SendResult(
                row: row.id,
                owner: "a",
                attempt: row.attempt,
                outcome: .failed(.retry(at: Given.at(50)), code: "busy", reason: "")
            )
            try await store.record([failed], now: Given.at(50))
            #expect(try await store.take(owner: "a", at: 50).first?.attempt == 2)
            try await store.record([failed], now: Given.at(60))
            #expect(try await store.take(owner: "a", at: 60).isEmpty)
        }
    }
}
