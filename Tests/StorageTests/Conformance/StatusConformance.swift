import Conversation
import Testing

@testable import Storage

@Suite("Every store: statuses")
struct StatusConformance {
    private static let row = "lead-ana-1-0"

    /// Ana was answered with two messages, and the first is on its way.
    private func sending(_ engine: Engine, _ body: @escaping @Sendable (any Store) async throws -> Void) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1", "2"])
            _ = try await store.take()
            try await body(store)
        }
    }

    @Test("statuses in any order leave the furthest; a repeat changes nothing", arguments: Engine.all)
    func order(engine: Engine) async throws {
        try await sending(engine) { (store) async throws in
            try await store.finish(Self.row, .accepted(messageID: "wamid.out"))
            #expect(try await store.deliveries() == [.accepted, nil])
            let read = Given.status(.read, row: Self.row)
            #expect(try await store.accept([read, read]) == [.recorded, .duplicate])
            let older = [Given.status(.sent, row: Self.row), Given.status(.delivered, row: Self.row)]
            #expect(try await store.accept(older) == [.duplicate, .duplicate])
            #expect(try await store.deliveries() == [.read, nil])
        }
    }

    @Test("a status before the answer settles the row, and the answer changes nothing", arguments: Engine.all)
    func beforeAnswer(engine: Engine) async throws {
        try await sending(engine) { (store) async throws in
            _ = try await store.accept([Given.status(.delivered, row: Self.row)])
            #expect(try await store.sendStates() == [.sent, .pending])
            try await store.finish(Self.row, .failed(.retry(at: Given.at(50)), code: "timeout", reason: "late"))
            try await store.finish(Self.row, .accepted(messageID: "wamid.out"))
            #expect(try await store.sendStates() == [.sent, .pending])
            #expect(try await store.deliveries() == [.delivered, nil])
            #expect(try await store.take(at: 200).map(\.id) == ["lead-ana-1-1"])
        }
    }

    @Test("a failure of an earlier try changes nothing once a later one was taken", arguments: Engine.all)
    func failureOfEarlierTry(engine: Engine) async throws {
        try await sending(engine) { (store) async throws in
            try await store.finish(Self.row, .failed(.unknown(until: Given.at(100)), code: "timeout", reason: ""))
            _ = try await store.reconcile(now: Given.at(200), windowMilliseconds: 1)
            #expect(try await store.take(at: 300).map(\.id).first == Self.row)
            try await store.finish(Self.row, .accepted(messageID: "wamid.second"), at: 310)
            for failure in [SendResult.Failure.retry(at: Given.at(400)), .dead] {
                let late = Given.status(
                    .failed,
                    row: Self.row,
                    messageID: failure == .dead ? "wamid.zeroth" : "wamid.first",
                    failure: failure,
                    at: 320
                )
                _ = try await store.accept([late])
                #expect(try await store.sendStates().first == .sent)
            }
            #expect(try await store.claim(at: 100_000).isEmpty)
            _ = try await store.accept([Given.status(.delivered, row: Self.row, messageID: "wamid.second", at: 330)])
            #expect(try await store.deliveries().first == .delivered)
        }
    }

    @Test("a status proves that an uncertain or pending row left", arguments: Engine.all)
    func provesSent(engine: Engine) async throws {
        try await sending(engine) { (store) async throws in
            try await store.finish(
                Self.row,
                .failed(.unknown(until: Given.at(900)), code: "timeout", reason: "no answer")
            )
            _ = try await store.accept([Given.status(.sent, row: Self.row)])
            #expect(try await store.take(at: 5_000).map(\.id) == ["lead-ana-1-1"])
            try await store.finish("lead-ana-1-1", .failed(.unknown(until: Given.at(900)), code: "t", reason: ""))
            _ = try await store.reconcile(now: Given.at(900), windowMilliseconds: 1)
            #expect(try await store.sendStates() == [.sent, .pending])
            _ = try await store.accept([Given.status(.sent, row: "lead-ana-1-1", messageID: "wamid.2", at: 901)])
            #expect(try await store.take(at: 1_000).isEmpty)
            #expect(try await store.sendStates() == [.sent, .sent])
        }
    }

    @Test("a status without our row id is found by the message's id", arguments: Engine.all)
    func byMessageID(engine: Engine) async throws {
        try await sending(engine) { (store) async throws in
            try await store.finish(Self.row, .accepted(messageID: "wamid.out"))
            #expect(try await store.accept([Given.status(.delivered, row: nil)]) == [.recorded])
            #expect(try await store.deliveries() == [.delivered, nil])
        }
    }

    @Test("statuses of messages that are not ours do nothing", arguments: Engine.all)
    func notOurs(engine: Engine) async throws {
        try await sending(engine) { (store) async throws in
            let foreign = [
                Given.status(.read, row: nil, messageID: "wamid.phone"),
                Given.status(.failed, row: "another-system", failure: .dead),
            ]
            #expect(try await store.accept(foreign) == [.recorded, .recorded])
            #expect(try await store.sendStates() == [.sending, .pending])
            #expect(try await store.counts().unmatched == 0)
        }
    }

    @Test("a failure for good buries the row and tells the conversation once", arguments: Engine.all)
    func dead(engine: Engine) async throws {
        try await sending(engine) { (store) async throws in
            try await store.finish(Self.row, .accepted(messageID: "wamid.out"))
            let failed = Given.status(.failed, row: Self.row, failure: .dead)
            #expect(try await store.accept([failed, failed]) == [.recorded, .duplicate])
            #expect(try await store.sendStates() == [.dead, .pending])
            let turn = try #require(try await store.claim(at: 100).first)
            #expect(turn.events.map(\.event) == [.undeliverable(code: "131047", reason: "too late")])
            #expect(try await store.take(at: 200).map(\.id) == ["lead-ana-1-1"])
            // "sent" came late; it says less than "failed".
            #expect(try await store.accept([Given.status(.sent, row: Self.row)]) == [.duplicate])
            #expect(try await store.deliveries() == [.failed, nil])
        }
    }

    @Test("a failure before the answer: the answer doesn't revive the row", arguments: Engine.all)
    func deadBeforeAnswer(engine: Engine) async throws {
        try await sending(engine) { (store) async throws in
            _ = try await store.accept([Given.status(.failed, row: Self.row, failure: .dead)])
            try await store.finish(Self.row, .accepted(messageID: "wamid.out"))
            #expect(try await store.sendStates() == [.dead, .pending])
        }
    }

    @Test("a passing failure sends the row again, before what follows it", arguments: Engine.all)
    func retry(engine: Engine) async throws {
        try await sending(engine) { (store) async throws in
            try await store.finish(Self.row, .accepted(messageID: "wamid.out"))
            let failed = Given.status(.failed, row: Self.row, failure: .retry(at: Given.at(500)))
            #expect(try await store.accept([failed, failed]) == [.recorded, .duplicate])
            // Neither the late word of the failed try nor its late answer count.
            #expect(try await store.accept([Given.status(.sent, row: Self.row)]) == [.duplicate])
            try await store.finish(Self.row, .accepted(messageID: "wamid.out"))
            #expect(try await store.sendStates() == [.pending, .pending])
            #expect(try await store.take(at: 499).isEmpty)
            let again = try await store.take(at: 500)
            #expect(again.map(\.id) == [Self.row] && again.map(\.attempt) == [2])
            try await store.finish(Self.row, .accepted(messageID: "wamid.again"), at: 510)
            #expect(
                try await store.accept([Given.status(.delivered, row: Self.row, messageID: "wamid.again")]) == [
                    .recorded
                ]
            )
            #expect(try await store.deliveries() == [.delivered, nil])
        }
    }

    @Test("a message that WhatsApp takes and fails again and again becomes a dead letter", arguments: Engine.all)
    func wornOut(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1"])
            for attempt in 1...StoreLimits.failedStatusesMax {
                let time = Int64(attempt) * 100
                let row = try #require(try await store.take(at: time).first)
                try await store.finish(row.id, .accepted(messageID: "wamid.\(attempt)"), at: time)
                let failed = Given.status(
                    .failed,
                    row: row.id,
                    messageID: "wamid.\(attempt)",
                    failure: .retry(at: Given.at(time + 50)),
                    at: time + 10
                )
                #expect(try await store.accept([failed]) == [.recorded])
            }
            #expect(try await store.sendStates() == [.dead])
            #expect(try await store.take(at: 90_000).isEmpty)
        }
    }

    @Test("a proof of arrival wins over an earlier failure", arguments: Engine.all)
    func arrivedAfterAll(engine: Engine) async throws {
        try await sending(engine) { (store) async throws in
            _ = try await store.accept([Given.status(.failed, row: Self.row, failure: .dead)])
            #expect(try await store.accept([Given.status(.delivered, row: Self.row)]) == [.recorded])
            #expect(try await store.sendStates() == [.sent, .pending])
            #expect(try await store.accept([Given.status(.failed, row: Self.row, failure: .dead)]) == [.duplicate])
            #expect(try await store.counts().deadLetters == 0)
        }
    }
}
