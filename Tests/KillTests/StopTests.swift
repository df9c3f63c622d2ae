import Glibc
import TestSupport
import Testing

@testable import Sandbox

@Suite("Stops by signals")
struct StopTests {
    private static let customer = Customer(waID: "351911111111", userID: "PT.1", name: "Ana")

    /// A turn whose model takes its time, under way.
    private func beginTurn(_ fleet: Fleet, modelMilliseconds: Int) async throws {
        fleet.sandbox.inject(FaultRule(.chat, .delay(milliseconds: modelMilliseconds)))
        try await fleet.sandbox.write(.text("Olá"), as: Self.customer)
        _ = try await eventually("the turn begins") { fleet.sandbox.faultPlan.rules.isEmpty ? true : nil }
        #expect(fleet.sandbox.chatCalls == 0)
    }

    /// After a new start the customer is answered, once.
    private func expectOneAnswer(_ fleet: Fleet) async throws {
        try await fleet.start()
        let sandbox = fleet.sandbox
        _ = try await eventually("the answer") { sandbox.sent(to: Self.customer.key).first }
        try await sandbox.write(.text("Chamo-me Ana"), as: Self.customer)
        _ = try await eventually("the second answer") {
            sandbox.sent(to: Self.customer.key).first { $0.text.contains("Ana") }
        }
        #expect(sandbox.sent(to: Self.customer.key).count == 2)
    }

    @Test("The first signal lets a turn under way come to its end")
    func finishes() async throws {
        try await Fleet.with { fleet in
            try await beginTurn(fleet, modelMilliseconds: 500)
            #expect(try await fleet.stop() == [.exit(0)])
            #expect(fleet.sandbox.sent(to: Self.customer.key).count == 1)
            try await expectOneAnswer(fleet)
        }
    }

    @Test("A turn that takes longer than a stop may is left to the next start")
    func parks() async throws {
        try await Fleet.with(environment: ["SHUTDOWN_MS": "300"]) { fleet in
            try await beginTurn(fleet, modelMilliseconds: 8_000)
            #expect(try await fleet.stop() == [.exit(0)])
            // It didn't wait for the model.
            #expect(fleet.sandbox.chatCalls == 0)
            #expect(fleet.sandbox.sent(to: Self.customer.key).isEmpty)
            try await expectOneAnswer(fleet)
        }
    }

    @Test("A second signal ends it at once, and the turn is taken up again", arguments: [SIGTERM, SIGINT])
    func second(_ signal: Int32) async throws {
        try await Fleet.with { fleet in
            try await beginTurn(fleet, modelMilliseconds: 8_000)
            guard let process = fleet.process() else { throw Missed("no process") }
            process.signal(signal)
            _ = try await eventually("it stops") { process.said.contains("stopping") ? true : nil }
            process.signal(signal)
            #expect(try await process.ended() == .exit(128 + signal))
            #expect(fleet.sandbox.chatCalls == 0)
            try await expectOneAnswer(fleet)
        }
    }
}
