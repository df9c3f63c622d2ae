import Conversation
import Storage
import Testing

@Suite("Every store: timers")
struct TimerConformance {
    /// A conversation that waits for its follow-up.
    private func wait(_ store: any Store) async throws {
        _ = try await store.accept([Given.message("m1")])
        var commit = try #require(try await store.claim().first).commit()
        commit.timers = [.followUp: Given.at(1_000), .dormancy: Given.at(900_000)]
        _ = try await store.commit(commit)
    }

    /// What the turn does when the follow-up fires.
    private func fired(_ turn: ClaimedTurn, owner: String, at time: Int64) -> TurnCommit {
        var commit = turn.commit(owner: owner, at: time)
        commit.timers[.followUp] = nil
        commit.messages = [Given.text("Still there?")]
        return commit
    }

    @Test("of many processes that look at once, one has a due timer, and it fires once", arguments: Engine.all)
    func once(engine: Engine) async throws {
        let database = try await engine.make()
        defer { database.remove() }
        let stores = [try await database.open(), try await database.open()]
        try await wait(stores[0])
        #expect(try await stores[1].claim(at: 999).isEmpty)
        let claims = try await withThrowingTaskGroup(of: (String, ClaimedTurn?).self) { group in
            for (index, store) in (stores + stores + stores).enumerated() {
                group.addTask {
                    ("p\(index)", try await store.claim(owner: "p\(index)", at: 1_000, until: 61_000).first)
                }
            }
            return try await group.reduce(into: [(String, ClaimedTurn)]()) { found, claim in
                if let turn = claim.1 { found.append((claim.0, turn)) }
            }
        }
        #expect(claims.count == 1)
        let (owner, turn) = try #require(claims.first)
        #expect(turn.timers[.followUp] == Given.at(1_000))
        _ = try await stores[1].commit(fired(turn, owner: owner, at: 1_010))
        for store in stores {
            #expect(try await store.claim(at: 2_000).isEmpty)
            #expect(try await store.claim(at: 899_999).isEmpty)
            try await store.close()
        }
        let again = try await database.open()
        #expect(try await again.claim(at: 899_999).isEmpty)
        #expect(try await again.claim(at: 900_000, until: 960_000).first?.timers == [.dormancy: Given.at(900_000)])
        #expect(try await again.sendStates() == [.pending])
        try await again.close()
    }

    @Test(
        "a timer whose process died fires in the next one, and the dead one's turn has no effect",
        arguments: Engine.all
    )
    func died(engine: Engine) async throws {
        let database = try await engine.make()
        defer { database.remove() }
        let store = try await database.open()
        try await wait(store)
        let lost = try #require(try await store.claim(owner: "dead", at: 1_000, until: 5_000).first)
        try await store.close()

        let again = try await database.open()
        #expect(try await again.claim(owner: "next", at: 4_999).isEmpty)
        let turn = try #require(try await again.claim(owner: "next", at: 5_000, until: 65_000).first)
        #expect(turn.timers == lost.timers)
        #expect(try await again.commit(fired(lost, owner: "dead", at: 5_010)) == .lostLease)
        _ = try await again.commit(fired(turn, owner: "next", at: 5_020))
        #expect(try await again.commit(fired(turn, owner: "next", at: 5_030)) == .lostLease)
        #expect(try await again.sendStates().count == 1)
        try await again.close()
    }

    @Test("a customer who writes while the timer's turn is under way takes it back", arguments: Engine.all)
    func writes(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await wait(store)
            let turn = try #require(try await store.claim(at: 1_000, until: 61_000).first)
            _ = try await store.accept([Given.message("m2", at: 1_005)])
            guard case .superseded(let events) = try await store.commit(fired(turn, owner: "a", at: 1_010)) else {
                Issue.record("the nudge was written although the customer wrote")
                return
            }
            #expect(events.count == 1)
            #expect(try await store.sendStates().isEmpty)
        }
    }
}
