import Conversation
import Storage
import Testing

@Suite("Every store: pacing, bulk work, waiting and undoing")
struct PacingConformance {
    @Test("the next part goes at once when the one before is delivered", arguments: Engine.all)
    func delivered(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1", "2"])
            _ = try await store.take()
            try await store.finish("lead-ana-1-0", .accepted(messageID: "wamid.out"))
            #expect(try await store.take(at: 110).isEmpty)
            _ = try await store.accept([Given.status(.delivered, row: "lead-ana-1-0")])
            #expect(try await store.take(at: 110).map(\.id) == ["lead-ana-1-1"])
        }
    }

    @Test("a turn whose answer has not left is undone when the customer writes again", arguments: Engine.all)
    func undone(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1", "Olá")])
            let turn = try #require(try await store.claim().first)
            var commit = turn.commit()
            commit.state.score = 7
            commit.messages = [Given.text("stale")]
            commit.undoFrom = turn.events.first?.seq
            _ = try await store.commit(commit)
            _ = try await store.accept([Given.message("m2", "Quero um site", at: 50)])
            let again = try #require(try await store.claim(at: 60).first)
            #expect(again.texts == ["Olá", "Quero um site"])
            #expect(again.state == turn.state)
            #expect(try await store.take(at: 100).isEmpty)
        }
    }

    @Test("an answer that is on its way is not undone", arguments: Engine.all)
    func onItsWay(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1", "Olá")])
            let turn = try #require(try await store.claim().first)
            var commit = turn.commit()
            commit.messages = [Given.text("on its way")]
            commit.undoFrom = turn.events.first?.seq
            _ = try await store.commit(commit)
            #expect(try await store.take().count == 1)
            _ = try await store.accept([Given.message("m2", "Quero um site", at: 50)])
            #expect(try await store.claim(at: 60).first?.texts == ["Quero um site"])
        }
    }

    @Test("an answer that may have left is not undone, also when it is to be sent again", arguments: Engine.all)
    func mayHaveLeft(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1", "Olá")])
            let turn = try #require(try await store.claim().first)
            var commit = turn.commit()
            commit.messages = [Given.text("perhaps there")]
            commit.undoFrom = turn.events.first?.seq
            _ = try await store.commit(commit)
            _ = try await store.take()
            let lost = SendResult.Outcome.failed(
                .unknown(until: Given.at(60_000)),
                code: "timeout",
                reason: "no answer"
            )
            try await store.finish("lead-ana-1-0", lost, at: 20_000)
            _ = try await store.reconcile(now: Given.at(60_000), windowMilliseconds: 60_000)
            _ = try await store.accept([Given.message("m2", "Quero um site", at: 60_010)])
            #expect(try await store.claim(at: 60_020).first?.texts == ["Quero um site"])
            #expect(try await store.take(at: 60_030).map(\.id) == ["lead-ana-1-0"])
        }
    }

    @Test("a first part that fails when the second has left is sent again, not answered anew", arguments: Engine.all)
    func partsApart(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1", "Olá")])
            let turn = try #require(try await store.claim().first)
            var commit = turn.commit()
            commit.messages = [Given.text("first"), Given.text("second")]
            commit.undoFrom = turn.events.first?.seq
            _ = try await store.commit(commit)
            for index in 0...1 {
                let now = 30 + Int64(index) * 2_100
                #expect(try await store.take(at: now).map(\.id) == ["lead-ana-1-\(index)"])
                try await store.finish("lead-ana-1-\(index)", .accepted(messageID: "wamid.\(index)"), at: now + 10)
            }
            let again = SendResult.Failure.retry(at: Given.at(9_000))
            _ = try await store.accept([
                Given.status(.failed, row: "lead-ana-1-0", messageID: "wamid.0", failure: again, at: 3_000)
            ])
            _ = try await store.accept([Given.message("m2", "Quero um site", at: 3_010)])
            #expect(try await store.claim(at: 3_020).first?.texts == ["Quero um site"])
            #expect(try await store.take(at: 9_000).map(\.id) == ["lead-ana-1-0"])
        }
    }

    @Test("what is to pause for long goes when the customer writes, and holds up no answer", arguments: Engine.all)
    func longPause(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let day: Int64 = 86_400_000
            try await store.answered(["Ainda tem interesse?"])
            _ = try await store.take()
            let refused = SendResult.Outcome.failed(.retry(at: Given.at(day)), code: "131049", reason: "too many")
            try await store.finish("lead-ana-1-0", refused)
            #expect(try await store.take(at: day / 2).isEmpty)
            try await store.answered(["Custa 490 €."], messageID: "m2", at: day / 2)
            #expect(try await store.take(at: day / 2 + 30).map(\.id) == ["lead-ana-1-0"])
            // Also where the news of it comes as a status.
            try await store.finish("lead-ana-1-0", .accepted(messageID: "wamid.0"), at: day / 2 + 40)
            let later = SendResult.Failure.retry(at: Given.at(2 * day))
            _ = try await store.accept([
                Given.status(.failed, row: "lead-ana-1-0", messageID: "wamid.0", failure: later, at: day / 2 + 50)
            ])
            #expect(try await store.take(at: day).isEmpty)
            try await store.answered(["Sim."], messageID: "m3", at: day + 100)
            #expect(try await store.take(at: day + 130).map(\.id) == ["lead-ana-1-0"])
        }
    }

    @Test("a message that has to wait for the customer goes when they write, and staff is told", arguments: Engine.all)
    func waits(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["Pago"])
            _ = try await store.take()
            let day: Int64 = 90_000_000
            try await store.finish(
                "lead-ana-1-0",
                .failed(.waitForCustomer, code: "131047", reason: "too late"),
                at: day
            )
            #expect(try await store.take(at: day + 1).isEmpty)
            #expect(try await store.lead(Given.anaID)?.openAlerts.map(\.alert.kind) == [.windowClosed])
            _ = try await store.accept([Given.message("m2", at: day + 10)])
            #expect(try await store.take(at: day + 20).map(\.id) == ["lead-ana-1-0"])
        }
    }

    @Test(
        "a message that WhatsApp refused for the window waits even while our clock calls it open",
        arguments: Engine.all
    )
    func refusedWindow(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["Pago"])
            _ = try await store.take()
            try await store.finish(
                "lead-ana-1-0",
                .failed(.retry(at: Given.at(50)), code: "131047", reason: "too late")
            )
            let row = try #require(try await store.take(at: 50).first)
            #expect(!row.isWindowOpen(at: Given.at(50)))
            try await store.finish(row.id, .failed(.waitForCustomer, code: "window_closed", reason: "shut"), at: 60)
            #expect(try await store.take(at: 1_000).isEmpty)
            #expect(try await store.lead(Given.anaID)?.openAlerts.map(\.alert.kind) == [.windowClosed])
            _ = try await store.accept([Given.message("m2", at: 5_000)])
            #expect(try await store.take(at: 5_010).map { $0.isWindowOpen(at: Given.at(5_010)) } == [true])
        }
    }

    @Test("live conversations come before the backlog, and of that the newest first", arguments: Engine.all)
    func order(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            for (index, time) in [Int64(0), 1_000, 600_000].enumerated() {
                let address = Address(channel: "100", userID: "U.\(index)", waID: nil)
                _ = try await store.accept([
                    Given.message("m\(index)", from: address, newID: ConversationID("c\(index)"), at: time)
                ])
            }
            let claimed = try await store.claim(at: 600_010, until: 700_000)
            #expect(claimed.map(\.state.id.rawValue) == ["c2", "c1", "c0"])
            #expect(claimed.map { $0.isBulk(at: Given.at(600_010)) } == [false, true, true])
        }
    }
}
