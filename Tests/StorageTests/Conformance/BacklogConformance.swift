import Conversation
import Storage
import Testing

@Suite("Every store: what an outage leaves behind")
struct BacklogConformance {
    @Test(
        "what is delivered long after it was written is backlog, until its customer writes again",
        arguments: Engine.all
    )
    func deliveredLate(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let quiet = Arrival.Due.afterQuiet(milliseconds: 2_000, limitMilliseconds: 8_000)
            func arrives(_ name: String, written: Int64, at time: Int64) async throws {
                let address = Address(channel: "100", userID: name, waID: nil)
                let id = ConversationID(name)
                var arrival = Given.message("\(name)\(written)", from: address, newID: id, at: time, due: quiet)
                guard case .message(var message, let sender) = arrival.content else { return }
                message.at = Given.at(written)
                arrival.content = .message(message, from: sender)
                _ = try await store.accept([arrival])
            }
            let hour: Int64 = 3_600_000
            try await arrives("old", written: 0, at: hour)
            try await arrives("newer", written: 60_000, at: hour)
            try await arrives("returns", written: 30_000, at: hour)
            try await arrives("live", written: hour, at: hour)
            try await arrives("returns", written: hour, at: hour)
            let turns = try await store.claim(at: hour + 3_000)
            #expect(turns.map(\.state.id.rawValue).prefix(2).sorted() == ["live", "returns"])
            #expect(turns.map(\.state.id.rawValue).suffix(2) == ["newer", "old"])
            #expect(turns.map { $0.isBulk(at: Given.at(hour + 3_000)) } == [false, false, true, true])
            #expect(turns.first { $0.state.id.rawValue == "returns" }?.events.count == 2)
        }
    }

    @Test(
        "after an outage who is written to now comes first, then the newest, and no more than bulk may",
        arguments: Engine.all
    )
    func backlog(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let late: Int64 = 300_000
            for (name, time) in [("a", Int64(0)), ("b", 1_000), ("c", 2_000), ("d", late)] {
                let address = Address(channel: "100", userID: name, waID: nil)
                let message = Given.message(name, from: address, newID: ConversationID(name), at: time)
                _ = try await store.accept([message])
                var commit = try #require(try await store.claim(at: time + 10).first).commit(at: time + 20)
                commit.messages = [Given.text(name)]
                _ = try await store.commit(commit)
            }
            func claim(bulk: Int) async throws -> [String] {
                try await store.claimOutbox(
                    owner: "s",
                    now: Given.at(late + 100),
                    leaseUntil: Given.at(late + 60_000),
                    limit: 10,
                    bulkLimit: bulk,
                    linksOnly: false
                ).map { $0.conversation.rawValue + ($0.isBulk ? " later" : "") }
            }
            #expect(try await claim(bulk: 2) == ["d", "c later", "b later"])
            #expect(try await claim(bulk: 2) == ["a later"])
        }
    }

    @Test(
        "an answer that could not leave for long is worked out again, once, and nothing that has left",
        arguments: Engine.all
    )
    func late(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            let patience: Int64 = 600_000
            func answer(_ name: String, at time: Int64, undoable: Bool = true) async throws {
                let turn = try #require(try await store.claim(at: time).first { $0.state.id.rawValue == name })
                var commit = turn.commit(at: time)
                commit.state.score += 1
                commit.messages = [Given.text(name)]
                commit.undoFrom = undoable ? turn.events.first?.seq : nil
                _ = try await store.commit(commit)
            }
            func redo(at time: Int64) async throws -> Int {
                try await store.redoLateAnswers(afterMilliseconds: patience, now: Given.at(time), limit: 10)
            }
            for (index, name) in ["held", "link", "sent"].enumerated() {
                let address = Address(channel: "100", userID: name, waID: nil)
                let id = ConversationID(name)
                _ = try await store.accept([Given.message(name, from: address, newID: id, at: Int64(index))])
                try await answer(name, at: 10, undoable: name != "link")
            }
            let rows = try await store.take(at: 20)
            for row in rows {
                let isSent = row.conversation.rawValue == "sent"
                let refused = SendResult.Outcome.failed(.retry(at: Given.at(30)), code: "190", reason: "")
                try await store.finish(row.id, isSent ? .accepted(messageID: "wamid.1") : refused, at: 25)
            }
            #expect(try await redo(at: patience) == 0)
            #expect(try await redo(at: patience + 10) == 1)
            #expect(try await redo(at: patience + 20) == 0)
            #expect(try await store.take(at: patience + 30).map(\.conversation.rawValue) == ["link"])

            let again = try #require(try await store.claim(at: patience + 40).first)
            let notes = try await store.transcript(of: again.state.id, after: 0, limit: 10).compactMap { line in
                if case .note(let note) = line.entry.content { note.text } else { nil }
            }
            #expect(notes.contains { $0.hasPrefix("not sent, because it could not leave for so long") })
            #expect(again.state.id.rawValue == "held" && again.texts == ["Olá"] && again.state.score == 0)
            #expect(again.isBulk(at: Given.at(patience + 40)))
            try await store.abandonTurn(again.state.id, owner: "a", retryAt: Given.at(patience + 50))
            try await answer("held", at: patience + 60)
            // It was late when it was written, and says so.
            #expect(try await redo(at: 3 * patience) == 0)
            #expect(try await store.take(at: 3 * patience).count == 1)
        }
    }
}
