import Conversation
import Storage
import Testing

@Suite("Every store: processes that serve it")
struct ProcessConformance {
    private static let window: Int64 = 60_000

    @Test("a dead process's turn and send are free once it was silent for too long", arguments: Engine.all)
    func dead(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.accept([Given.message("m1", "Olá")])
            let turn = try #require(try await store.claim(owner: "killed", until: 120_000).first)
            var commit = turn.commit(owner: "killed")
            commit.messages = [Given.text("on its way")]
            commit.sendLeaseUntil = Given.at(30_000)
            _ = try await store.commit(commit)
            _ = try await store.accept([Given.message("m2", "E o preço?")])
            _ = try #require(try await store.claim(owner: "killed", at: 10, until: 120_000).first)
            _ = try await store.beat("killed", now: Given.at(10), windowMilliseconds: Self.window)

            let early = try await store.beat("alive", now: Given.at(12_000), windowMilliseconds: Self.window)
            #expect(early == Pulse(processes: 2, freed: 0))
            #expect(try await store.claim(owner: "alive", at: 12_000, until: 200_000).isEmpty)

            let pulse = try await store.beat("alive", now: Given.at(12_011), windowMilliseconds: Self.window)
            #expect(pulse == Pulse(processes: 1, freed: 2))
            #expect(try await store.claim(owner: "alive", at: 12_012, until: 200_000).first?.texts == ["E o preço?"])
            // It may have left: nobody sends it before its status had time to come.
            #expect(try await store.take(at: 12_012).isEmpty)
            _ = try await store.reconcile(now: Given.at(72_010), windowMilliseconds: Self.window)
            #expect(try await store.take(at: 72_010).isEmpty)
            _ = try await store.reconcile(now: Given.at(72_011), windowMilliseconds: Self.window)
            #expect(try await store.take(at: 72_011).map(\.id) == ["lead-ana-1-0"])
        }
    }

    @Test("a process that was taken for dead can't commit its turn, and counts again", arguments: Engine.all)
    func paused(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.beat("paused", now: Given.at(0), windowMilliseconds: Self.window)
            _ = try await store.accept([Given.message("m1", "Olá")])
            let turn = try #require(try await store.claim(owner: "paused", until: 120_000).first)
            _ = try await store.beat("alive", now: Given.at(20_000), windowMilliseconds: Self.window)
            #expect(try await store.commit(turn.commit(owner: "paused")) == .lostLease)
            let pulse = try await store.beat("paused", now: Given.at(20_001), windowMilliseconds: Self.window)
            #expect(pulse == Pulse(processes: 2, freed: 0))
        }
    }

    @Test("after a time in which nobody could hear, an uncertain send waits for a whole window", arguments: Engine.all)
    func deaf(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1"])
            _ = try await store.beat("a", now: Given.at(0), windowMilliseconds: Self.window)
            _ = try await store.take()
            try await store.finish(
                "lead-ana-1-0",
                .failed(.unknown(until: Given.at(60_000)), code: "timeout", reason: "no answer")
            )
            // The service was away for an hour. Its status may still be on the way.
            let hour: Int64 = 3_600_000
            _ = try await store.beat("b", now: Given.at(hour), windowMilliseconds: Self.window)
            _ = try await store.reconcile(now: Given.at(hour), windowMilliseconds: Self.window)
            #expect(try await store.take(at: hour).isEmpty)
            for beat in stride(from: hour, through: hour + 60_000, by: 5_000) {
                _ = try await store.beat("b", now: Given.at(beat), windowMilliseconds: Self.window)
            }
            _ = try await store.reconcile(now: Given.at(hour + 60_000), windowMilliseconds: Self.window)
            #expect(try await store.take(at: hour + 60_000).map(\.id) == ["lead-ana-1-0"])
        }
    }

    @Test("while anybody listens, an uncertain send waits for its own window only", arguments: Engine.all)
    func heard(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1"])
            _ = try await store.beat("a", now: Given.at(0), windowMilliseconds: Self.window)
            _ = try await store.take()
            try await store.finish(
                "lead-ana-1-0",
                .failed(.unknown(until: Given.at(60_000)), code: "timeout", reason: "no answer")
            )
            _ = try await store.beat("b", now: Given.at(10_000), windowMilliseconds: Self.window)
            try await store.leave("a", now: Given.at(11_000), windowMilliseconds: Self.window)
            for beat in stride(from: Int64(20_000), through: 60_000, by: 10_000) {
                _ = try await store.beat("b", now: Given.at(beat), windowMilliseconds: Self.window)
            }
            _ = try await store.reconcile(now: Given.at(60_000), windowMilliseconds: Self.window)
            #expect(try await store.take(at: 60_000).count == 1)
        }
    }

    @Test("a process that left holds nothing up and isn't counted", arguments: Engine.all)
    func left(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            _ = try await store.beat("a", now: Given.at(0), windowMilliseconds: Self.window)
            try await store.leave("a", now: Given.at(1), windowMilliseconds: Self.window)
            let pulse = try await store.beat("b", now: Given.at(2), windowMilliseconds: Self.window)
            #expect(pulse == Pulse(processes: 1, freed: 0))
        }
    }

    @Test("what a process could not give back before it left is free at once, and is no loss", arguments: Engine.all)
    func leavesSomething(engine: Engine) async throws {
        try await engine.withStore { (store) async throws in
            try await store.answered(["1"])
            _ = try await store.beat("a", now: Given.at(0), windowMilliseconds: Self.window)
            _ = try await store.take(owner: "a", at: 100)
            for round in 0..<20 {
                let time = 1_000 + Int64(round) * 10
                if round == 0 { _ = try await store.accept([Given.message("m2", "E o preço?", at: 500)]) }
                #expect(try await store.claim(owner: "a", at: time, until: 200_000).first?.texts == ["E o preço?"])
                try await store.leave("a", now: Given.at(time + 1), windowMilliseconds: Self.window)
            }
            #expect(try await store.deadLetters(DeadLetterQuery()).isEmpty)
            // It may have left: its status has a whole window.
            #expect(try await store.take(at: 1_200).isEmpty)
            for beat in stride(from: Int64(5_000), through: 65_000, by: 5_000) {
                _ = try await store.beat("b", now: Given.at(beat), windowMilliseconds: Self.window)
            }
            _ = try await store.reconcile(now: Given.at(65_000), windowMilliseconds: Self.window)
            #expect(try await store.take(at: 65_000).map(\.id) == ["lead-ana-1-0"])
        }
    }
}
