import Conversation
import Storage
import Testing

@Suite("Every store: outbox")
struct OutboxConformance {
    private let link = OutboxTask.deactivateLink(PaymentLink(id: "plink_1", url: "https://buy.stripe.com/1"), "offer-1")

    @Test("rows carry what their sender needs, and each is taken once", arguments: Engine.all)
    func claim(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["Bom dia"])
            let rows = try await store.take()
            #expect(
                rows == [
                    OutboxRow(
                        id: "lead-ana-1-0",
                        conversation: Given.anaID,
                        address: Given.ana,
                        task: .message(OutMessage(.text("Bom dia"))),
                        attempt: 1,
                        createdAt: Given.at(20),
                        lastCustomerMessageAt: Given.at(-500)
                    )
                ]
            )
            #expect(try await store.take(owner: "t").isEmpty)
        }
    }

    @Test("a lane goes in order: nothing leaves before what was said earlier is settled", arguments: Engine.all)
    func order(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1", "2", "3"])
            #expect(try await store.take().map(\.id) == ["lead-ana-1-0"])
            #expect(try await store.take().isEmpty)
            try await store.finish("lead-ana-1-0", .accepted(messageID: "wamid.0"))
            // The next part of an answer waits until this one is delivered, or two seconds.
            #expect(try await store.take(at: 2_039).isEmpty)
            #expect(try await store.take(at: 2_040).map(\.id) == ["lead-ana-1-1"])
            try await store.finish("lead-ana-1-1", .failed(.retry(at: Given.at(2_500)), code: "130429", reason: "slow"))
            #expect(try await store.take(at: 2_499).isEmpty)
            let again = try await store.take(at: 2_500)
            #expect(again.map(\.id) == ["lead-ana-1-1"] && again.map(\.attempt) == [2])
            try await store.finish("lead-ana-1-1", .failed(.dead, code: "131026", reason: "never"))
            #expect(try await store.take(at: 2_500).map(\.id) == ["lead-ana-1-2"])
        }
    }

    @Test("links have a lane of their own, and other customers are not held up", arguments: Engine.all)
    func lanes(engine: Engine) async throws {
        let link = link
        try await engine.withStore { (store) async throws in
            try await store.answered(["1", "2"], tasks: [link, link])
            _ = try await store.accept([Given.message("m2", from: Given.rui, newID: Given.ruiID)])
            var commit = try #require(try await store.claim().first).commit()
            commit.messages = [Given.text("Olá Rui")]
            _ = try await store.commit(commit)
            let rows = try await store.take()
            #expect(Set(rows.map(\.id)) == ["lead-ana-1-0", "lead-ana-1-2", "lead-rui-1-0"])
            try await store.finish("lead-ana-1-2", .accepted(messageID: nil))
            #expect(try await store.take().map(\.id) == ["lead-ana-1-3"])
        }
    }

    @Test("a link that can't be deactivated calls staff", arguments: Engine.all)
    func deadLink(engine: Engine) async throws {
        let link = link
        try await engine.withStore { (store) async throws in
            try await store.answered([], tasks: [link])
            _ = try await store.take()
            try await store.finish("lead-ana-1-0", .failed(.dead, code: "resource_missing", reason: "gone"))
            #expect(try await store.lead(Given.anaID)?.openAlerts.map(\.alert.kind) == [.linkFailed])
            #expect(try await store.counts().deadLetters == 1)
        }
    }

    @Test("a commit takes its first message for its own sender, when the lane is free", arguments: Engine.all)
    func claimedByCommit(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            guard case .committed(let claimed?) = try await store.answered(["1", "2"], sendLeaseUntil: 1_000) else {
                Issue.record("not claimed")
                return
            }
            #expect(claimed.id == "lead-ana-1-0" && claimed.attempt == 1 && claimed.address == Given.ana)
            #expect(claimed.lastCustomerMessageAt == Given.at(-500))
            #expect(try await store.take().isEmpty)
            // The lane is busy: the next turn's message has to wait.
            let next = try await store.answered(["3"], sendLeaseUntil: 1_000, messageID: "m2", at: 100)
            #expect(next == .committed(claimed: nil))
            try await store.finish(claimed.id, .accepted(messageID: "wamid.0"), owner: "a")
            #expect(try await store.take(at: 2_040).map(\.id) == ["lead-ana-1-1"])
        }
    }

    @Test("a dead message stands in the dead letters and its conversation hears of it at once", arguments: Engine.all)
    func dead(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1"])
            _ = try await store.take()
            try await store.finish("lead-ana-1-0", .failed(.dead, code: "131026", reason: "not on WhatsApp"))
            #expect(try await store.counts().deadLetters == 1)
            let turn = try #require(try await store.claim(at: 40).first)
            #expect(turn.events.map(\.event) == [.undeliverable(code: "131026", reason: "not on WhatsApp")])
            let line = try await store.transcript(of: Given.anaID, after: 0, limit: 10).first { $0.outboxID != nil }
            #expect(line?.sendState == .dead && line?.error == "131026: not on WhatsApp")
        }
    }

    @Test("a send without an answer waits for its status, then goes again", arguments: Engine.all)
    func uncertain(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1", "2"])
            _ = try await store.take()
            try await store.finish(
                "lead-ana-1-0",
                .failed(.unknown(until: Given.at(900)), code: "timeout", reason: "no answer")
            )
            #expect(try await store.sendStates() == [.uncertain, .pending])
            #expect(try await store.nextWake().outbox == Given.at(900))
            #expect(try await store.reconcile(now: Given.at(899), windowMilliseconds: 500).becamePending == 0)
            #expect(try await store.take(at: 899).isEmpty)
            let moved = try await store.reconcile(now: Given.at(900), windowMilliseconds: 500)
            #expect(moved == Reconciled(becameUncertain: 0, becamePending: 1))
            let again = try await store.take(at: 900)
            #expect(again.map(\.id) == ["lead-ana-1-0"] && again.map(\.attempt) == [2])
        }
    }

    @Test("a sender that died leaves its message uncertain, and its link to be done again", arguments: Engine.all)
    func lostSender(engine: Engine) async throws {
        let link = link
        try await engine.withStore { (store) async throws in
            try await store.answered(["1"], tasks: [link])
            _ = try await store.take(until: 1_000)
            #expect(try await store.nextWake().outbox == Given.at(1_000))
            let early = try await store.reconcile(now: Given.at(999), windowMilliseconds: 500)
            #expect(early == Reconciled(becameUncertain: 0, becamePending: 0))
            let moved = try await store.reconcile(now: Given.at(1_000), windowMilliseconds: 500)
            #expect(moved == Reconciled(becameUncertain: 1, becamePending: 1))
            #expect(try await store.take(at: 1_000).map(\.id) == ["lead-ana-1-1"])
            #expect(try await store.reconcile(now: Given.at(1_500), windowMilliseconds: 500).becamePending == 1)
            #expect(try await store.take(at: 1_500).map(\.id) == ["lead-ana-1-0"])
        }
    }

    @Test(
        "an answer that comes late proves that the message left; a late failure changes nothing",
        arguments: Engine.all
    )
    func lateAnswers(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1", "2"])
            _ = try await store.take(until: 100)
            _ = try await store.reconcile(now: Given.at(100), windowMilliseconds: 500)
            try await store.finish("lead-ana-1-0", .failed(.dead, code: "1", reason: "late"), at: 110)
            #expect(try await store.sendStates() == [.uncertain, .pending])
            try await store.finish("lead-ana-1-0", .accepted(messageID: "wamid.0"), at: 120)
            #expect(try await store.sendStates() == [.sent, .pending])
            #expect(try await store.take(at: 2_120).map(\.id) == ["lead-ana-1-1"])
        }
    }

    @Test("who doesn't hold a row can't fail it", arguments: Engine.all)
    func foreignFailure(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1"])
            _ = try await store.take(owner: "s")
            try await store.finish("lead-ana-1-0", .failed(.dead, code: "1", reason: "x"), owner: "t")
            #expect(try await store.sendStates() == [.sending])
            try await store.finish("no-such-row", .accepted(messageID: "wamid.x"))
        }
    }

    @Test("releasing all claims frees turns and makes sends uncertain", arguments: Engine.all)
    func release(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1"])
            _ = try await store.take(until: 900_000)
            _ = try await store.accept([Given.message("m2", at: 50)])
            _ = try await store.claim(owner: "gone", at: 60, until: 900_000)
            try await store.releaseAllClaims(now: Given.at(70), windowMilliseconds: 500)
            let turn = try #require(try await store.claim(owner: "new", at: 70).first)
            #expect(turn.failures == 1 && turn.texts == ["Olá"])
            #expect(try await store.sendStates() == [.uncertain])
            #expect(try await store.nextWake().outbox == Given.at(570))
        }
    }

    @Test(
        "a withdrawn message is taken out with a word to its conversation, and is no dead letter",
        arguments: Engine.all,
        [TimerKind.followUp, nil]
    )
    func withdrawn(engine: Engine, timer: TimerKind?) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1", "2"])
            _ = try await store.take()
            let failure = SendResult.Failure.withdrawn(again: timer)
            try await store.finish("lead-ana-1-0", .failed(failure, code: "closed", reason: "too late"))
            #expect(try await store.counts().deadLetters == 0)
            #expect(try await store.lead(Given.anaID)?.openAlerts.isEmpty == true)
            #expect(try await store.take(at: 50).map(\.id) == ["lead-ana-1-1"])
            let turn = try #require(try await store.claim(at: 60).first)
            #expect(turn.events.map(\.event) == [timer.map { .timer($0) } ?? .remark("not sent: too late")])
            let dropped = try await store.deadLetters(DeadLetterQuery(areDropped: true))
            #expect(dropped.map(\.dropped?.by) == ["crset"])
            // Said twice, it has no other effect.
            try await store.finish("lead-ana-1-0", .failed(failure, code: "closed", reason: "too late"))
            #expect(try await store.sendStates() == [.dead, .sending])
        }
    }

    @Test("while no message can be sent, links are deactivated all the same", arguments: Engine.all)
    func linksOnly(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let link = PaymentLink(id: "plink_1", url: "https://buy.stripe.com/1")
            try await store.answered(["1"], tasks: [.deactivateLink(link, OfferID("o1"))])
            #expect(try await store.take(linksOnly: true).map(\.id) == ["lead-ana-1-1"])
            #expect(try await store.take(linksOnly: true).isEmpty)
            #expect(try await store.take().map(\.id) == ["lead-ana-1-0"])
        }
    }
}
