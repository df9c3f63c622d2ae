import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Sandbox

@Suite("Stops by signals")
struct StopTests {
    private static let customer = Customer(waID: "351911111111", userID: "PT.1", name: "Ana")

    /// A model that says nothing before it is allowed to.
    private final class SlowModel: Sendable {
        private let asked = Atomic(false)
        private let (allowed, allow) = AsyncStream.makeStream(of: Void.self)

        /// A turn is under way, and waits for it.
        init(_ fleet: Fleet) async throws {
            fleet.sandbox.setModel(
                .scripted { [self] _ in
                    asked.store(true, ordering: .releasing)
                    for await _ in allowed {}
                    return .error(status: 500, code: "server_error")
                }
            )
            try await fleet.sandbox.write(.text("Olá"), as: StopTests.customer)
            _ = try await eventually("the turn begins") { asked.load(ordering: .acquiring) ? true : nil }
        }

        func speak() { allow.finish() }
    }

    /// After a new start the customer is answered, once.
    private func expectOneAnswer(_ fleet: Fleet) async throws {
        try await fleet.start()
        let sandbox = fleet.sandbox
        _ = try await eventually("the answer") { sandbox.sent(to: Self.customer.key).first }
        try await sandbox.write(.text("Chamo-me Ana"), as: Self.customer)
        _ = try await eventually("the second answer") {
            sandbox.sent(to: Self.customer.key).count > 1 ? true : nil
        }
        #expect(sandbox.sent(to: Self.customer.key).count == 2)
    }

    @Test("The first signal lets a turn under way come to its end")
    func finishes() async throws {
        try await Fleet.with { fleet in
            let model = try await SlowModel(fleet)
            guard let process = fleet.process() else { throw Missed("no process") }
            process.signal(SIGTERM)
            _ = try await eventually("it stops") { process.said.contains("stopping") ? true : nil }
            model.speak()
            #expect(try await process.ended() == .exit(0))
            #expect(fleet.sandbox.sent(to: Self.customer.key).count == 1)
            try await expectOneAnswer(fleet)
        }
    }

    @Test("A turn that takes longer than a stop may is left to the next start")
    func parks() async throws {
        try await Fleet.with(environment: ["SHUTDOWN_MS": "300"]) { fleet in
            let model = try await SlowModel(fleet)
            #expect(try await fleet.stop() == [.exit(0)])
            #expect(fleet.sandbox.sent(to: Self.customer.key).isEmpty)
            model.speak()
            try await expectOneAnswer(fleet)
        }
    }

    @Test("A second signal ends it at once, and the turn is taken up again", arguments: [SIGTERM, SIGINT])
    func second(_ signal: Int32) async throws {
        try await Fleet.with { fleet in
            let model = try await SlowModel(fleet)
            guard let process = fleet.process() else { throw Missed("no process") }
            process.signal(signal)
            _ = try await eventually("it stops") { process.said.contains("stopping") ? true : nil }
            process.signal(signal)
            #expect(try await process.ended() == .exit(128 + signal))
            model.speak()
            try await expectOneAnswer(fleet)
        }
    }
}
