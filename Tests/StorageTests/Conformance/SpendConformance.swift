import Conversation
import Storage
import Testing

@Suite("Every store: the books of what was asked of the model")
struct SpendConformance {
    private static func entry(_ calls: Int, _ tokens: Int, on day: String = "2026-11-25") -> DailySpend {
        DailySpend(day: day, spend: Spend(calls: calls, tokens: tokens))
    }

    @Test("a committed turn's entry counts for its customer and for the service, by day", arguments: Engine.all)
    func commit(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([
                Given.message("m1"), Given.message("r1", from: Given.rui, newID: Given.ruiID, at: 1),
            ])
            for turn in try await store.claim() {
                var commit = turn.commit()
                commit.spend = Self.entry(2, 300)
                _ = try await store.commit(commit)
            }
            try await store.addSpend(Self.entry(1, 50), of: Given.anaID, owner: "b")
            try await store.addSpend(Self.entry(9, 9, on: "2026-11-24"), of: Given.anaID, owner: "b")
            let ana = try await store.spend(of: Given.anaID, on: "2026-11-25")
            #expect(ana.customer == Spend(calls: 3, tokens: 350) && ana.service == Spend(calls: 5, tokens: 650))
            let rui = try await store.spend(of: Given.ruiID, on: "2026-11-25")
            #expect(rui.customer == Spend(calls: 2, tokens: 300) && rui.service == ana.service)
            #expect(try await store.spend(of: Given.ruiID, on: "2026-11-26").service == Spend())
        }
    }

    @Test("a turn that isn't written leaves the books alone", arguments: Engine.all)
    func superseded(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            var commit = try #require(try await store.claim().first).commit()
            commit.spend = Self.entry(1, 10)
            _ = try await store.accept([Given.message("m2", at: 15)])
            guard case .superseded = try await store.commit(commit) else {
                Issue.record("not superseded")
                return
            }
            #expect(try await store.spend(of: Given.anaID, on: "2026-11-25").service == Spend())
        }
    }

    @Test("many turns at once, of several processes, all count", arguments: Engine.all)
    func concurrent(engine: Engine) async throws {
        let database = try await engine.make()
        defer { database.remove() }
        let stores = [try await database.open(), try await database.open()]
        try await withThrowingTaskGroup { group in
            for number in 0..<120 {
                group.addTask {
                    try await stores[number % 2].addSpend(
                        Self.entry(1, 10),
                        of: ConversationID("lead-\(number % 7)"),
                        owner: "process \(number % 2)"
                    )
                }
            }
            try await group.waitForAll()
        }
        let spend = try await stores[0].spend(of: ConversationID("lead-0"), on: "2026-11-25")
        #expect(spend.service == Spend(calls: 120, tokens: 1_200) && spend.customer == Spend(calls: 18, tokens: 180))
        for store in stores { try await store.close() }
    }

    @Test("the oldest day is forgotten, as long as it is old enough", arguments: Engine.all)
    func forget(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            for day in ["2026-10-01", "2026-10-02", "2026-11-25"] {
                try await store.addSpend(Self.entry(1, 1, on: day), of: Given.anaID, owner: "a")
            }
            #expect(try await store.forgetSpend(before: "2026-10-03") == 2)
            #expect(try await store.spend(of: Given.anaID, on: "2026-10-01").service == Spend())
            #expect(try await store.spend(of: Given.anaID, on: "2026-10-02").service == Spend(calls: 1, tokens: 1))
            #expect(try await store.forgetSpend(before: "2026-10-03") == 2)
            #expect(try await store.forgetSpend(before: "2026-10-03") == 0)
            #expect(try await store.spend(of: Given.anaID, on: "2026-11-25").customer == Spend(calls: 1, tokens: 1))
        }
    }
}
