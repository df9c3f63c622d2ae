import Conversation
import Storage
import Testing

/// What was written before the bot fell silent is known as such when its turn to be sent comes.
@Suite("Silence")
struct SilenceConformance {
    @Test("a claimed message tells since when the bot is to be silent", arguments: Engine.all)
    func mutedSince(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["Bom dia"])
            _ = try await store.accept([Given.message("m2", at: 100)])
            let turn = try #require(try await store.claim(at: 110).first)
            var commit = turn.commit(at: 120)
            commit.state.stage = .handedOff(
                HandOff(reason: .customerAsked, staff: nil, at: Given.at(115), before: .new)
            )
            commit.messages = [
                Given.text("Vou passar a conversa")
            ]
            _ = try await store.commit(commit)
            let old = try #require(try await store.take(at: 130).first)
            #expect(old.mutedSince == Given.at(115) && old.isSilenced)
            try await store.finish(old.id, .failed(.dead, code: "silenced", reason: "x"), at: 140)
            let farewell = try #require(try await store.take(at: 150).first)
            #expect(farewell.mutedSince == Given.at(115) && !farewell.isSilenced)
        }
    }

    @Test("what fails on its way when a person takes over isn't sent again before their turn", arguments: Engine.all)
    func heldBefore(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["Bom dia"])
            let row = try #require(try await store.take(at: 130).first)
            #expect(!row.isSilenced)
            // Another turn is under way, so that the takeover's has to wait.
            _ = try await store.accept([Given.message("m2", at: 140)])
            _ = try #require(try await store.claim(at: 150).first)
            let act = StaffAct(.takeOver, on: Given.anaID, by: "Rita", at: Given.at(160), requestID: "1")
            #expect(try await store.act(act) == .done(withdrawn: 0))
            try await store.finish(row.id, .failed(.retry(at: Given.at(180)), code: "500", reason: "x"), at: 170)
            let again = try #require(try await store.take(at: 190).first)
            #expect(again.id == row.id && again.isSilenced)
        }
    }

    @Test("what waited for the customer stays as old as it is, and is tried anew", arguments: Engine.all)
    func waited(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["Bom dia"])
            let row = try #require(try await store.take(at: 130).first)
            try await store.finish(
                row.id,
                .failed(.waitForCustomer, code: "131047", reason: "too late"),
                at: 90_000_000
            )
            let echo = Arrival(
                outsideID: "echo",
                receivedAt: Given.at(90_000_100),
                content: .event(.staff(.takeOver(by: "Rita")), of: Given.anaID)
            )
            _ = try await store.accept([echo, Given.message("m2", at: 90_000_200)])
            let turn = try #require(try await store.claim(at: 90_003_000).first)
            var commit = turn.commit(at: 90_003_100)
            commit.state.stage = .handedOff(
                HandOff(reason: .staffTookOver, staff: "Rita", at: Given.at(90_000_100), before: .new)
            )
            _ = try await store.commit(commit)
            let late = try #require(try await store.take(at: 90_003_200).first)
            #expect(late.id == row.id && late.isSilenced)
            #expect(late.createdAt == row.createdAt && late.triesSince == Given.at(90_000_200))
        }
    }

    @Test("a message to a customer with whom the bot may speak is not silenced", arguments: Engine.all)
    func speaking(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["Bom dia"])
            let row = try #require(try await store.take(at: 130).first)
            #expect(row.mutedSince == nil && !row.isSilenced)
        }
    }
}
