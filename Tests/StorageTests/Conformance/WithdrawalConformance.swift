import Conversation
import Storage
import Testing

@Suite("Every store: what a takeover withdraws")
struct WithdrawalConformance {
    @Test("an unsent answer is withdrawn by a takeover, and stays readable for staff", arguments: Engine.all)
    func withdraw(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["um", "dois"])
            #expect(try await store.act(StaffConformance.act(.takeOver)) == .done(withdrawn: 2))
            #expect(try await store.take(at: 200_000).isEmpty)
            let notes = try await store.transcript(of: Given.anaID, after: 0, limit: 10).compactMap { line in
                if case .note(let note) = line.entry.content { note.text } else { nil }
            }
            #expect(notes.count == 2 && notes[0].hasSuffix("um") && notes[1].hasSuffix("dois"))
            #expect(try await store.lead(Given.anaID)?.heldBy == "Rita")
        }
    }

    @Test("what is leaving already is not called back, and what comes after it is withdrawn", arguments: Engine.all)
    func leaving(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["um", "dois"])
            #expect(try await store.take().count == 1)
            #expect(try await store.act(StaffConformance.act(.reply("Olá"))) == .done(withdrawn: 1))
            try await store.finish("lead-ana-1-0", .accepted(messageID: "wamid.1"), at: 110)
            #expect(try await store.sendStates() == [.sent])
        }
    }

    @Test("what may have left before it was withdrawn is not called unsent", arguments: Engine.all)
    func withdrawUncertain(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["um", "dois"])
            _ = try await store.take()
            try await store.finish(
                "lead-ana-1-0",
                .failed(.unknown(until: Given.at(900)), code: "timeout", reason: "no answer")
            )
            _ = try await store.reconcile(now: Given.at(900), windowMilliseconds: 500)
            #expect(try await store.act(StaffConformance.act(.takeOver, at: 901)) == .done(withdrawn: 2))
            let notes = try await store.transcript(of: Given.anaID, after: 0, limit: 10).compactMap { line in
                if case .note(let note) = line.entry.content { note.text } else { nil }
            }
            #expect(notes.count == 2 && notes[0].hasPrefix("may have arrived") && notes[1].hasPrefix("not sent"))
        }
    }

    @Test("the confirmation of a payment goes out whoever has the conversation", arguments: Engine.all)
    func payment(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1")])
            var commit = try #require(try await store.claim().first).commit()
            let paid = OutMessage(.text("Pago"), fixedText: .init(key: .paid, language: .ptPT, values: [:]))
            commit.messages = [NewMessage(paid, explanation: nil), Given.text("E mais?")]
            _ = try await store.commit(commit)
            #expect(try await store.act(StaffConformance.act(.takeOver)) == .done(withdrawn: 1))
            #expect(try await store.take(at: 200_000).map(\.id) == ["lead-ana-1-0"])
        }
    }
}
