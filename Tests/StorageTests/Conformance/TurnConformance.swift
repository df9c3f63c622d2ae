import Conversation
import Storage
import Testing

@Suite("Every store: turns")
struct TurnConformance {
    @Test("a burst falls due after a quiet moment, but not later than its limit", arguments: Engine.all)
    func burst(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let due = Arrival.Due.afterQuiet(milliseconds: 1_000, limitMilliseconds: 2_500)
            for time in [0, 800, 1_600, 2_400] as [Int64] {
                _ = try await store.accept([Given.message("m\(time)", "at \(time)", at: time, due: due)])
            }
            #expect(try await store.nextWake().turns == Given.at(2_500))
            #expect(try await store.claim(at: 2_499).isEmpty)
            let turn = try #require(try await store.claim(at: 2_500).first)
            #expect(turn.texts == ["at 0", "at 800", "at 1600", "at 2400"])
            #expect(turn.openSince == Given.at(0))
            #expect(turn.turn == 0 && turn.failures == 0)
        }
    }

    @Test("the first message after a question has a wait of its own, the next ones don't", arguments: Engine.all)
    func afterQuestion(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let due = Arrival.Due.afterQuiet(
                milliseconds: 3_000,
                limitMilliseconds: 8_000,
                afterQuestionMilliseconds: 1_000
            )
            _ = try await store.accept([Given.message("m1", at: 0, due: due)])
            #expect(try await store.nextWake().turns == Given.at(3_000))
            var commit = try #require(try await store.claim(at: 3_000).first).commit(at: 3_010)
            commit.state.stage = .qualifying(Qualifying(asked: "name", asks: ["name": 1]))
            _ = try await store.commit(commit)
            _ = try await store.accept([Given.message("m2", at: 10_000, due: due)])
            #expect(try await store.nextWake().turns == Given.at(11_000))
            _ = try await store.accept([Given.message("m3", at: 10_500, due: due)])
            #expect(try await store.nextWake().turns == Given.at(13_500))
        }
    }

    @Test("an event that is due at once isn't held up by chatter", arguments: Engine.all)
    func atOnceStays(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let quiet = Arrival.Due.afterQuiet(milliseconds: 1_000, limitMilliseconds: 5_000)
            _ = try await store.accept([Given.message("m1", at: 0, due: quiet)])
            _ = try await store.accept([Given.event("stripe:1", .remark("x"), at: 10)])
            _ = try await store.accept([Given.message("m2", at: 20, due: quiet)])
            #expect(try await store.claim(at: 20).first?.events.count == 3)
        }
    }

    @Test("one conversation is with one worker; the longest waiting comes first", arguments: Engine.all)
    func claims(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([
                Given.message("m1", at: 5), Given.message("m2", from: Given.rui, newID: Given.ruiID, at: 1),
            ])
            #expect(try await store.claim(owner: "a", limit: 1).map(\.state.id) == [Given.ruiID])
            #expect(try await store.claim(owner: "b").map(\.state.id) == [Given.anaID])
            #expect(try await store.claim(owner: "c").isEmpty)
            #expect(try await store.nextWake().turns == Given.at(60_000))
        }
    }

    @Test("a turn takes a bounded number of events, and the rest come with the next", arguments: Engine.all)
    func boundedTurn(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m")])
            _ = try await store.accept((0..<250).map { Given.event("e\($0)", .remark("\($0)"), at: 1) })
            let turn = try #require(try await store.claim().first)
            #expect(turn.events.count == 200)
            #expect(try await store.commit(turn.commit()) == .committed(claimed: nil))
            #expect(try await store.claim(at: 30).first?.events.count == 51)
        }
    }

    @Test("a committed turn leaves state, journal and timers, and its events are done", arguments: Engine.all)
    func commit(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1", "Quero um site")])
            let turn = try #require(try await store.claim().first)
            var commit = turn.commit()
            commit.state.stage = .qualifying(Qualifying(asked: "name", asks: ["name": 1]))
            commit.state.score = 5
            commit.timers = [.followUp: Given.at(90_000), .dormancy: Given.at(500_000)]
            commit.notes = [Note(.stage, "new → qualifying")]
            commit.messages = [NewMessage(OutMessage(.text("Como se chama?")), explanation: Given.explanation)]
            commit.alerts = [Alert(.humanAsked, "calls")]
            #expect(try await store.commit(commit) == .committed(claimed: nil))

            let lead = try #require(try await store.lead(Given.anaID))
            #expect(lead.state == commit.state)
            #expect(lead.timers == commit.timers)
            #expect(lead.openAlerts == [AlertRecord(at: Given.at(20), alert: Alert(.humanAsked, "calls"))])
            let lines = try await store.transcript(of: Given.anaID, after: 0, limit: 10)
            #expect(lines.count == 3)
            #expect(lines[1].entry.content == .note(commit.notes[0]))
            #expect(lines[2].entry.content == .message(commit.messages[0].message))
            #expect(lines[2].explanation == Given.explanation)
            #expect(lines[2].outboxID == "lead-ana-1-0" && lines[2].sendState == .pending)
            #expect(try await store.claim(at: 89_999).isEmpty)
            #expect(try await store.nextWake().turns == Given.at(90_000))
        }
    }

    @Test("a timer alone makes a turn without events", arguments: Engine.all)
    func timer(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            var commit = try #require(try await store.claim().first).commit()
            commit.timers = [.followUp: Given.at(1_000)]
            _ = try await store.commit(commit)
            let turn = try #require(try await store.claim(at: 1_000).first)
            #expect(turn.events.isEmpty && turn.openSince == nil && turn.turn == 1)
            #expect(turn.timers == [.followUp: Given.at(1_000)])
            var done = turn.commit(at: 1_010)
            done.timers = [:]
            #expect(try await store.commit(done) == .committed(claimed: nil))
            #expect(try await store.nextWake().turns == nil)
        }
    }

    @Test("a message that came meanwhile supersedes the turn and brings every newer event", arguments: Engine.all)
    func superseded(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            let turn = try #require(try await store.claim().first)
            _ = try await store.accept([Given.event("e1", .remark("x"), at: 11), Given.message("m2", "Mais", at: 12)])
            var commit = turn.commit()
            commit.messages = [Given.text("Resposta")]
            guard case .superseded(let newer) = try await store.commit(commit) else {
                Issue.record("not superseded")
                return
            }
            #expect(newer.map(\.event).first == .remark("x") && newer.count == 2)
            #expect(try await store.transcript(of: Given.anaID, after: 0, limit: 10).count == 3)
            #expect(try await store.claim(owner: "b").isEmpty, "the claim is kept")
            commit.handledThrough = newer.last?.seq
            #expect(try await store.commit(commit) == .committed(claimed: nil))
            #expect(try await store.claim(at: 50).isEmpty)
        }
    }

    @Test(
        "a turn that may not be superseded is written, and the newer message waits for the next",
        arguments: Engine.all
    )
    func notSuperseded(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            let turn = try #require(try await store.claim().first)
            _ = try await store.accept([Given.message("m2", at: 15)])
            var commit = turn.commit()
            #expect(try await store.commit(commit) != .committed(claimed: nil))
            commit.mayBeSuperseded = false
            #expect(try await store.commit(commit) == .committed(claimed: nil))
            #expect(try await store.claim(at: 20).first?.events.count == 1)
        }
    }

    @Test("another event that came meanwhile is due at once after the commit", arguments: Engine.all)
    func eventMeanwhile(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            let turn = try #require(try await store.claim().first)
            _ = try await store.accept([Given.event("e1", .remark("x"), at: 11)])
            #expect(try await store.commit(turn.commit()) == .committed(claimed: nil))
            let next = try #require(try await store.claim(at: 20).first)
            #expect(next.events.map(\.event) == [.remark("x")])
            #expect(next.openSince == Given.at(11))
        }
    }

    @Test("whoever lost the lease writes nothing", arguments: Engine.all)
    func lostLease(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            let slow = try #require(try await store.claim(owner: "a", until: 100).first)
            let quick = try #require(try await store.claim(owner: "b", at: 100).first)
            #expect(quick.failures == 1)
            var late = slow.commit()
            late.messages = [Given.text("too late")]
            #expect(try await store.commit(late) == .lostLease)
            #expect(try await store.commit(quick.commit(owner: "b")) == .committed(claimed: nil))
            #expect(try await store.commit(late) == .lostLease)
            #expect(try await store.sendStates().isEmpty)
        }
    }

    @Test("an owner whose lease ended, but whom nobody followed, may still commit", arguments: Engine.all)
    func lateButAlone(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            let turn = try #require(try await store.claim(until: 100).first)
            #expect(try await store.commit(turn.commit(at: 5_000)) == .committed(claimed: nil))
        }
    }

    @Test("the same turn commits once, even for the same owner in its next claim", arguments: Engine.all)
    func staleTurn(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            let first = try #require(try await store.claim().first)
            #expect(try await store.commit(first.commit()) == .committed(claimed: nil))
            _ = try await store.accept([Given.message("m2", at: 30)])
            _ = try await store.claim(at: 40)
            #expect(try await store.commit(first.commit()) == .lostLease)
        }
    }

    @Test(
        "an abandoned turn comes again at its moment, and counts its failures until one succeeds",
        arguments: Engine.all
    )
    func abandoned(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            _ = try await store.claim()
            try await store.abandonTurn(Given.anaID, owner: "b", retryAt: Given.at(20))
            #expect(try await store.claim(at: 30).isEmpty, "not b's to give back")
            try await store.abandonTurn(Given.anaID, owner: "a", retryAt: Given.at(5_000))
            #expect(try await store.claim(at: 4_999).isEmpty)
            let again = try #require(try await store.claim(at: 5_000).first)
            #expect(again.failures == 1 && again.events.count == 1)
            _ = try await store.commit(again.commit(at: 5_010))
            _ = try await store.accept([Given.message("m2", at: 6_000)])
            #expect(try await store.claim(at: 6_000).first?.failures == 0)
        }
    }

    @Test("history holds what customer and business said, oldest first, up to a point", arguments: Engine.all)
    func history(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["Bom dia"])
            _ = try await store.accept([Given.event("e", .remark("x"), at: 30), Given.message("m2", "Preço?", at: 40)])
            let turn = try #require(try await store.claim(at: 50).first)
            let last = try #require(turn.events.last?.seq)
            _ = try await store.accept([Given.message("m3", "Então?", at: 60)])
            let all = try await store.history(of: Given.anaID, through: last, limit: 10)
            #expect(all.count == 3)
            #expect(all[1].content == .message(OutMessage(.text("Bom dia"))))
            #expect(try await store.history(of: Given.anaID, through: last, limit: 2) == Array(all.suffix(2)))
        }
    }
}
