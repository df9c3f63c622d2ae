import Conversation
import Testing

@testable import Storage

@Suite("Every store: parked turns")
struct ParkingConformance {
    private static let fault = TurnFault(code: "turn_failed", reason: "it broke")

    /// Fails Ana's turn so often; returns whether it was parked each time.
    @discardableResult
    private static func fail(_ store: any Store, times: Int, from start: Int64 = 10) async throws -> [Bool] {
        var parked: [Bool] = []
        for index in 0..<times {
            let now = start + Int64(index) * 1_000
            let turn = try #require(try await store.claim(at: now, until: now + 60_000).first)
            parked.append(
                try await store.failTurn(
                    turn.state.id,
                    owner: "a",
                    fault: fault,
                    retryAt: Given.at(now + 1_000),
                    now: Given.at(now)
                )
            )
        }
        return parked
    }

    @Test(
        "a turn that keeps failing is parked after a bounded number of failures, and staff is alerted",
        arguments: Engine.all
    )
    func park(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            let parked = try await Self.fail(store, times: StoreLimits.turnFaultsMax)
            #expect(parked == Array(repeating: false, count: StoreLimits.turnFaultsMax - 1) + [true])
            #expect(try await store.claim(at: 100_000_000).isEmpty)
            #expect(try await store.lead(Given.anaID)?.openAlerts.map(\.alert.kind) == [.turnParked])
            #expect(try await store.counts().deadLetters == 1)
            let letter = try #require(try await store.deadLetters(DeadLetterQuery()).first)
            #expect(letter.id == "lead-ana-1" && letter.kind == .turn && letter.conversation == Given.anaID)
            #expect(letter.code == "turn_failed" && letter.reason == "it broke" && letter.openEvents == 1)
            #expect(letter.history.count == StoreLimits.turnFaultsMax && letter.createdAt == Given.at(10))
        }
    }

    @Test("what comes in for a parked conversation is kept and wakes nobody; others go on", arguments: Engine.all)
    func arrivals(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            try await Self.fail(store, times: StoreLimits.turnFaultsMax)
            _ = try await store.accept([
                Given.message("m2", at: 50_000), Given.message("r1", from: Given.rui, newID: Given.ruiID, at: 50_000),
            ])
            #expect(try await store.claim(at: 50_010).map(\.state.id) == [Given.ruiID])
            // The next process to start leaves it alone as well.
            try await store.releaseAllClaims(now: Given.at(60_000), windowMilliseconds: 500)
            #expect(try await store.claim(owner: "b", at: 60_010).map(\.state.id) == [Given.ruiID])
            #expect(try await store.deadLetters(DeadLetterQuery()).first?.openEvents == 2)
        }
    }

    @Test("a due timer doesn't wake a parked conversation either", arguments: Engine.all)
    func timers(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            var commit = try #require(try await store.claim().first).commit()
            commit.timers = [.followUp: Given.at(30_000)]
            _ = try await store.commit(commit)
            _ = try await store.accept([Given.message("m2", at: 100)])
            try await Self.fail(store, times: StoreLimits.turnFaultsMax, from: 110)
            #expect(try await store.claim(at: 40_000).isEmpty)
        }
    }

    @Test("failures of an earlier turn don't count against the next", arguments: Engine.all)
    func reset(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            try await Self.fail(store, times: StoreLimits.turnFaultsMax - 1)
            let turn = try #require(try await store.claim(at: 50_000, until: 60_000).first)
            _ = try await store.commit(turn.commit(at: 50_010))
            _ = try await store.accept([Given.message("m2", at: 51_000)])
            let parked = try await Self.fail(store, times: StoreLimits.turnFaultsMax - 1, from: 51_010)
            #expect(!parked.contains(true))
            #expect(try await store.counts().deadLetters == 0)
        }
    }

    @Test("a turn given back without a fault is never parked: an outage parks nobody", arguments: Engine.all)
    func abandoned(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            for index in 0..<Int64(3 * StoreLimits.turnFaultsMax) {
                _ = try #require(try await store.claim(at: 10 + index, until: 60_000).first)
                try await store.abandonTurn(Given.anaID, owner: "a", retryAt: Given.at(11 + index))
            }
            #expect(try await store.claim(at: 1_000).count == 1)
            #expect(try await store.counts().deadLetters == 0)
        }
    }

    @Test("who lost the lease can't park the conversation", arguments: Engine.all)
    func foreign(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            _ = try await store.claim(owner: "b")
            for _ in 0..<StoreLimits.turnFaultsMax {
                let isParked = try await store.failTurn(
                    Given.anaID,
                    owner: "a",
                    fault: Self.fault,
                    retryAt: Given.at(20),
                    now: Given.at(20)
                )
                #expect(!isParked)
            }
            #expect(try await store.claim(owner: "c", at: 60_000).count == 1)
        }
    }

    @Test("a retried turn is taken at once with all that came meanwhile, and its alert is done", arguments: Engine.all)
    func retry(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1", "1")])
            try await Self.fail(store, times: StoreLimits.turnFaultsMax)
            _ = try await store.accept([Given.message("m2", "2", at: 50_000)])
            let letter = try #require(try await store.deadLetters(DeadLetterQuery()).first)
            #expect(try await store.retry(letter, by: "Rita", evenTwice: false, now: Given.at(60_000)) == .done)
            #expect(try await store.retry(letter, by: "Rita", evenTwice: false, now: Given.at(60_000)) == .gone)
            #expect(try await store.counts().deadLetters == 0)
            #expect(try await store.lead(Given.anaID)?.openAlerts.isEmpty == true)
            // With all its tries again.
            let parked = try await Self.fail(store, times: StoreLimits.turnFaultsMax - 1, from: 60_000)
            #expect(!parked.contains(true))
            let turn = try #require(try await store.claim(at: 90_000, until: 99_000).first)
            #expect(turn.texts == ["1", "2"])
            #expect(try await store.commit(turn.commit(at: 90_010)) == .committed(claimed: nil))
        }
    }

    @Test("a dropped turn leaves a note, its events are done, and the conversation goes on", arguments: Engine.all)
    func drop(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1", "1"), Given.message("m2", "2", at: 1)])
            try await Self.fail(store, times: StoreLimits.turnFaultsMax)
            let letter = try #require(try await store.deadLetters(DeadLetterQuery()).first)
            #expect(try await store.drop(letter, by: "Rita", now: Given.at(60_000)))
            #expect(try await store.drop(letter, by: "Rita", now: Given.at(60_000)) == false)
            #expect(try await store.claim(at: 60_001).isEmpty)
            let counts = try await store.counts()
            #expect(counts.deadLetters == 0 && counts.openConversations == 0)
            let last = try await store.transcript(of: Given.anaID, after: 0, limit: 10).last
            guard case .note(let note) = last?.entry.content else {
                Issue.record("no note")
                return
            }
            #expect(note.text.contains("Rita") && note.text.contains("2 events"))
            let dropped = try await store.deadLetters(DeadLetterQuery(areDropped: true))
            #expect(dropped.map(\.dropped) == [.init(at: Given.at(60_000), by: "Rita")])
            _ = try await store.accept([Given.message("m3", "3", at: 70_000)])
            #expect(try await store.claim(at: 70_010).first?.texts == ["3"])
        }
    }

    @Test(
        "a conversation that can't be read is tried for a while, then parked; leads stay readable",
        arguments: Engine.all,
        [
            (
                "UPDATE conversations SET state = '{\"stage\":{\"future\":{}}}' WHERE id = 'lead-ana'",
                "unreadable_state"
            ),
            ("UPDATE journal SET body = '{\"future\":{}}' WHERE conversation_id = 'lead-ana'", "unreadable_event"),
        ]
    )
    func unreadable(engine: Engine, damage: (sql: String, code: String)) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([
                Given.message("m1", "segredo"), Given.message("r1", from: Given.rui, newID: Given.ruiID),
            ])
            try await store.runSQL(damage.sql)
            var now: Int64 = 10
            for _ in 0..<StoreLimits.turnFaultsMax {
                // Rui's turn is sound, and given back.
                for turn in try await store.claim(at: now, until: now + 10_000) {
                    try await store.abandonTurn(turn.state.id, owner: "a", retryAt: Given.at(now))
                }
                now += 300_000
            }
            let letter = try #require(try await store.deadLetters(DeadLetterQuery()).first)
            #expect(letter.kind == .turn && letter.code == damage.code && letter.conversation == Given.anaID)
            #expect(letter.history.count == StoreLimits.turnFaultsMax)
            #expect(!letter.history.contains { $0.reason.contains("segredo") })
            #expect(try await store.claim(at: now).map(\.state.id) == [Given.ruiID])
            #expect(try await store.leads(LeadQuery()).contains { $0.state.id == Given.ruiID })
        }
    }

    @Test("a turn that can't be undone, because what was before can't be read, holds nobody up", arguments: Engine.all)
    func unreadableUndo(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1", "Olá")])
            let turn = try #require(try await store.claim().first)
            var commit = turn.commit()
            commit.messages = [Given.text("not gone yet")]
            commit.undoFrom = turn.events.first?.seq
            _ = try await store.commit(commit)
            try await store.runSQL(#"UPDATE conversations SET undo_state = '{"stage":{"future":{}}}'"#)
            _ = try await store.accept([
                Given.message("m2", "Quero um site", at: 50),
                Given.message("r1", from: Given.rui, newID: Given.ruiID, at: 50),
            ])
            let claimed = try await store.claim(at: 60)
            #expect(Set(claimed.map(\.state.id)) == [Given.anaID, Given.ruiID])
            #expect(claimed.first { $0.state.id == Given.anaID }?.texts == ["Quero um site"])
            #expect(try await store.take(at: 100).map(\.id) == ["lead-ana-1-0"])
        }
    }
}
