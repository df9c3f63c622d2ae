import Conversation
import Testing

@testable import Storage

@Suite("Every store: what is to be reviewed")
struct ReviewConformance {
    @Test("what is worth reading stands in the queue until somebody judged it", arguments: Engine.all)
    func reviews(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await DigestConformance.sell(store)
            _ = try await store.accept([Given.message("r1", from: Given.rui, newID: Given.ruiID, at: 5_000)])
            var commit = try #require(try await store.claim(at: 5_100).first).commit(at: 5_200)
            commit.notes = [Note(.guarded, "held back (price 1): custa 1 €")]
            _ = try await store.commit(commit)
            try await store.digestAll()
            let queue = try await store.reviews(ReviewQuery())
            #expect(queue.map(\.conversation) == [Given.anaID, Given.ruiID])
            #expect(queue[0].reasons.contains("complaint") && queue[1].reasons == ["guarded"])
            #expect(try await store.reviews(ReviewQuery(reason: .guarded)).map(\.conversation) == [Given.ruiID])
            let after = ReviewQuery(after: queue[0].position, limit: 1)
            #expect(try await store.reviews(after).map(\.conversation) == [Given.ruiID])

            let verdict = Verdict(rating: "bad", tags: ["price"], comment: "não", betterSeq: 3, better: "melhor")
            #expect(try await store.judge(Given.ruiID, verdict, by: "Rita", at: Given.at(9_000)))
            #expect(try await store.reviews(ReviewQuery()).map(\.conversation) == [Given.anaID])
            let judged = try #require(try await store.reviews(ReviewQuery(areJudged: true)).first)
            #expect(judged.verdict == verdict && judged.judgedBy == "Rita" && judged.judgedAt == Given.at(9_000))
            #expect(try await !store.judge(ConversationID("nobody"), verdict, by: "Rita", at: Given.at(1)))
        }
    }

    @Test("what was judged waits again for what happens later, and only for that", arguments: Engine.all)
    func reviewsAgain(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["Bom dia Ana"])
            try await store.digestAll()
            func reasons() async throws -> [[String]] { try await store.reviews(ReviewQuery()).map(\.reasons) }
            func take(_ note: Note, at time: Int64) async throws {
                _ = try await store.accept([Given.message("n\(time)", at: time)])
                var commit = try #require(try await store.claim(at: time + 10).first).commit(at: time + 20)
                commit.notes = [note]
                _ = try await store.commit(commit)
                try await store.digestAll()
            }
            #expect(try await reasons().first?.contains("new") == true)
            let guarded = Note(.guarded, "held back (price 1): custa 1 €")

            let verdict = Verdict(rating: "good")
            #expect(try await store.judge(Given.anaID, verdict, by: "Rita", at: Given.at(50_000)))
            #expect(try await reasons().isEmpty)
            // Taken in late: it had happened when somebody judged.
            try await take(guarded, at: 40_000)
            #expect(try await reasons().isEmpty)

            try await take(guarded, at: 60_000)
            #expect(try await reasons() == [["guarded"]])
            try await take(Note(.payment, "the offer ended unpaid"), at: 70_000)
            #expect(try await reasons() == [["guarded", "lost"]])
            #expect(try await store.reviews(ReviewQuery(reason: .new)).isEmpty)
            #expect(try await store.reviews(ReviewQuery(reason: .lost)).first?.verdict == verdict)
            #expect(try await store.reviews(ReviewQuery(areJudged: true)).count == 1)
            #expect(try await store.judge(Given.anaID, verdict, by: "Rita", at: Given.at(80_000)))
            #expect(try await reasons().isEmpty)
        }
    }
}
