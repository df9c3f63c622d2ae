import Conversation
import Storage
import Testing

@Suite("Every store: what people do")
struct StaffConformance {
    static func act(
        _ what: StaffAct.What,
        by who: String = "Rita",
        id: String? = nil,
        at time: Int64 = 100,
        force: Bool = false
    ) -> StaffAct {
        StaffAct(
            what,
            on: Given.anaID,
            by: who,
            at: Given.at(time),
            requestID: id ?? "\(who)-\(what)-\(time)",
            force: force
        )
    }

    @Test("an answer that is being composed when a person speaks never goes out", arguments: Engine.all)
    func composed(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            for (index, speak) in ["takeover", "reply", "owner"].enumerated() {
                let time = Int64(index + 1) * 1_000
                _ = try await store.accept([Given.message("m\(index)", at: time)])
                let turn = try #require(try await store.claim(at: time + 10, until: time + 60_000).first)
                var commit = turn.commit(at: time + 30)
                commit.messages = [Given.text("resposta")]
                // Even an answer that no further message of the customer could hold up.
                commit.mayBeSuperseded = false
                switch speak {
                case "takeover": _ = try await store.act(Self.act(.takeOver, at: time + 20))
                case "reply": _ = try await store.act(Self.act(.reply("Olá"), at: time + 20))
                default:
                    let echo = Arrival(
                        outsideID: "echo:1",
                        receivedAt: Given.at(time + 20),
                        content: .addressed(.ownerAnswered(text: "Bom dia"), Given.ana)
                    )
                    _ = try await store.accept([echo])
                }
                guard case .superseded(let more) = try await store.commit(commit) else {
                    Issue.record("the answer was committed after: \(speak)")
                    return
                }
                commit.handledThrough = more.last?.seq
                commit.messages = []
                guard case .committed = try await store.commit(commit) else {
                    Issue.record("the turn was not committed after: \(speak)")
                    return
                }
            }
            #expect(try await store.take(at: 900_000).isEmpty)
        }
    }

    @Test("an owner's answer from the phone withdraws what the bot has not sent", arguments: Engine.all)
    func echo(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered()
            let echo = Arrival(
                outsideID: "echo:1",
                receivedAt: Given.at(100),
                content: .addressed(.ownerAnswered(text: "Bom dia"), Given.ana)
            )
            #expect(try await store.accept([echo]) == [.new(Given.anaID)])
            #expect(try await store.take(at: 200_000).isEmpty)
            #expect(try await store.accept([echo]) == [.duplicate])
        }
    }

    @Test("of two people who take over at once one wins, and the other hears who", arguments: Engine.all)
    func race(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered()
            let outcomes = try await withThrowingTaskGroup(of: (String, StaffOutcome).self) { group in
                for name in ["Rita", "João", "Eva", "Nuno"] {
                    group.addTask { (name, try await store.act(Self.act(.takeOver, by: name))) }
                }
                return try await group.reduce(into: [String: StaffOutcome]()) { $0[$1.0] = $1.1 }
            }
            let holder = try #require(try await store.lead(Given.anaID)?.heldBy)
            #expect(outcomes.values.count { $0 == .heldBy(holder) } == 3)
            #expect(outcomes[holder] == .done(withdrawn: 1))
            let late = try await store.act(Self.act(.reply("Olá"), by: "Zé"))
            #expect(late == .heldBy(holder))
            #expect(try await store.act(Self.act(.takeOver, by: "Zé", force: true)) == .done(withdrawn: 0))
            #expect(try await store.lead(Given.anaID)?.heldBy == "Zé")
        }
    }

    @Test("a command of the same id is done once", arguments: Engine.all)
    func once(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered()
            #expect(try await store.act(Self.act(.reply("Olá"), id: "r1")) == .done(withdrawn: 1))
            #expect(try await store.act(Self.act(.reply("Olá"), id: "r1", at: 200)) == .duplicate)
            let turn = try #require(try await store.claim(at: 300).first)
            #expect(turn.events.map(\.event) == [.staff(.reply(text: "Olá", by: "Rita"))])
            #expect(try await store.staffLog(StaffLogQuery()).count == 1)
        }
    }

    @Test("free words are refused outside the window, and to whoever opted out unless forced", arguments: Engine.all)
    func refused(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            let day = CustomerWindow.milliseconds
            let inTime = try await store.act(Self.act(.reply("Olá"), at: day - 501))
            #expect(inTime == .done(withdrawn: 0))
            let late = try await store.act(Self.act(.reply("Olá"), at: day - 500))
            #expect(late == .windowClosed(since: Given.at(-500)))

            var commit = try #require(try await store.claim(at: 1_000).first).commit(at: 1_010)
            commit.state.stage = .optedOut(at: Given.at(1_000), before: .new)
            _ = try await store.commit(commit)
            #expect(try await store.act(Self.act(.reply("Olá"), at: 2_000)) == .optedOut)
            #expect(try await store.act(Self.act(.reply("Olá"), at: 2_001, force: true)) == .done(withdrawn: 0))
        }
    }

    @Test("only what somebody has can be released, and only by them unless forced", arguments: Engine.all)
    func release(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            #expect(try await store.act(Self.act(.release(answers: false))) == .notHeld)
            _ = try await store.act(Self.act(.takeOver))
            #expect(try await store.act(Self.act(.release(answers: false), by: "João")) == .heldBy("Rita"))
            // Before its turn has come, too.
            #expect(try await store.act(Self.act(.release(answers: false))) == .done(withdrawn: 0))
            #expect(try await store.lead(Given.anaID)?.heldBy == nil)
            let turn = try #require(try await store.claim(at: 300).first)
            #expect(turn.events.count == 3)
            #expect(
                try await store.act(StaffAct(.takeOver, on: Given.ruiID, by: "R", at: Given.at(1), requestID: "x"))
                    == .unknown
            )
        }
    }

    @Test("alerts make a lead wait for a person, until one comes", arguments: Engine.all)
    func waiting(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            var commit = try #require(try await store.claim().first).commit(at: 50)
            commit.alerts = [Alert(.humanAsked, "The customer asked for a person.")]
            commit.state.stage = .handedOff(
                HandOff(reason: .customerAsked, staff: nil, at: Given.at(50), before: .new)
            )
            _ = try await store.commit(commit)
            var query = LeadQuery()
            query.isWaiting = true
            let found = try #require(try await store.leads(query).first)
            #expect(found.waitingSince == Given.at(50) && found.heldBy == nil)
            _ = try await store.act(Self.act(.takeOver))
            #expect(try await store.leads(query).isEmpty)
            #expect(try await store.lead(Given.anaID)?.openAlerts.isEmpty == true)
        }
    }

    @Test("who has a conversation follows from its state once the turn is done", arguments: Engine.all)
    func holder(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            _ = try await store.act(Self.act(.takeOver))
            var commit = try #require(try await store.claim(at: 200).first).commit(at: 210)
            commit.state.stage = .handedOff(
                HandOff(reason: .staffTookOver, staff: "Rita", at: Given.at(200), before: .new)
            )
            _ = try await store.commit(commit)
            #expect(try await store.lead(Given.anaID)?.heldBy == "Rita")
            // The clock releases.
            _ = try await store.accept([Given.message("m2", at: 300)])
            commit = try #require(try await store.claim(at: 310).first).commit(at: 320)
            commit.state.stage = .new
            _ = try await store.commit(commit)
            #expect(try await store.lead(Given.anaID)?.heldBy == nil)
        }
    }

    @Test("notes and assignments are for staff only and wake nobody; the log tells who did what", arguments: Engine.all)
    func log(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(sendLeaseUntil: 60_000)
            _ = try await store.act(Self.act(.note("liga sexta"), at: 100))
            _ = try await store.act(Self.act(.assign("João"), at: 200))
            #expect(try await store.claim(at: 300).isEmpty)
            #expect(try await store.lead(Given.anaID)?.assignedTo == "João")
            _ = try await store.act(Self.act(.takeOver, at: 400))
            // Who was assigned stays.
            #expect(try await store.lead(Given.anaID)?.assignedTo == "João")
            _ = try await store.act(Self.act(.assign(nil), by: "Eva", at: 500))
            #expect(try await store.lead(Given.anaID)?.assignedTo == nil)
            let log = try await store.staffLog(StaffLogQuery(conversation: Given.anaID))
            #expect(log.map(\.action) == ["assign", "takeover", "assign", "note"])
            #expect(log.map(\.detail) == ["nobody", "", "João", "10 characters"])
            #expect(try await store.staffLog(StaffLogQuery(who: "Eva")).count == 1)
            #expect(try await store.staffLog(StaffLogQuery(before: log[1].id, limit: 1)).map(\.id) == [log[2].id])
        }
    }

    @Test("an id that another act has is refused, and nothing is done", arguments: Engine.all)
    func otherAct(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered()
            #expect(try await store.act(Self.act(.takeOver, id: "x")) == .done(withdrawn: 1))
            #expect(try await store.act(Self.act(.takeOver, id: "x")) == .duplicate)
            #expect(try await store.act(Self.act(.takeOver, by: "João", id: "x")) == .otherAct)
            #expect(try await store.act(Self.act(.release(answers: false), id: "x")) == .otherAct)
            #expect(try await store.staffLog(StaffLogQuery()).count == 1)
        }
    }

    @Test("of all who expect the same version one is done, and the others change nothing", arguments: Engine.all)
    func expected(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered()
            #expect(try await store.version(of: ConversationID("nobody")) == nil)
            let acts: [StaffAct.What] = [
                .takeOver, .assign("Eva"), .note("n"), .reply("Olá"), .stage(.qualified, reason: "r"),
                .release(answers: true),
                .stageAndAssign(.dormant, reason: "r", to: "João"),
            ]
            for (index, what) in acts.enumerated() {
                let version = try await store.version(of: Given.anaID)
                let outcomes = try await withThrowingTaskGroup(of: StaffOutcome.self) { group in
                    for number in 0..<3 {
                        let act = StaffAct(
                            what,
                            on: Given.anaID,
                            by: "Rita",
                            at: Given.at(1_000 + Int64(index)),
                            requestID: "\(index)-\(number)",
                            expected: version
                        )
                        group.addTask { try await store.act(act) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(outcomes.count { $0 == .changed } == 2, "\(what): \(outcomes)")
            }
            #expect(try await store.staffLog(StaffLogQuery()).count == acts.count)
        }
    }

    @Test("a stage and whose lead it is are changed together, once, or neither is", arguments: Engine.all)
    func stageAndAssign(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered()
            _ = try await store.act(Self.act(.takeOver, by: "Eva"))
            let both = StaffAct.What.stageAndAssign(.qualified, reason: "r", to: "João")
            #expect(try await store.act(Self.act(both, id: "1", at: 200)) == .heldBy("Eva"))
            #expect(try await store.lead(Given.anaID)?.assignedTo == "Eva")

            #expect(try await store.act(Self.act(both, by: "Eva", id: "1", at: 400)) == .done(withdrawn: 0))
            #expect(try await store.act(Self.act(both, by: "Eva", id: "1", at: 500)) == .duplicate)
            #expect(try await store.lead(Given.anaID)?.assignedTo == "João")
            let events = try await store.claim(at: 600).flatMap { $0.events.map(\.event) }
            #expect(events == [.staff(.takeOver(by: "Eva")), .staff(.setStage(.qualified, reason: "r", by: "Eva"))])
            let log = try await store.staffLog(StaffLogQuery())
            #expect(log.map(\.detail) == ["qualified, to João", ""])
        }
    }

    @Test("nobody is erased who is not what was seen", arguments: Engine.all)
    func expectedErasure(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered()
            let seen = try await store.version(of: Given.anaID)
            _ = try await store.accept([Given.message("m2", at: 50)])
            #expect(try await store.erase(Given.anaID, by: "Rita", at: Given.at(90), expecting: seen) == .changed)
            let now = try await store.version(of: Given.anaID)
            let erasure = try await store.erase(Given.anaID, by: "Rita", at: Given.at(90), expecting: now)
            guard case .erased = erasure else {
                Issue.record("\(erasure)")
                return
            }
            #expect(try await store.erase(Given.anaID, by: "R", at: Given.at(91), expecting: now) == .unknown)
        }
    }
}
