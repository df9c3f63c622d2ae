import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Sandbox

/// `CRSET_KILL_SEED` repeats the choices of a run; what strikes where depends on the machine as well.
@Suite("The real program, killed again and again")
struct RandomKills {
    private static let seed =
        ProcessInfo.processInfo.environment["CRSET_KILL_SEED"].flatMap(UInt64.init) ?? .random(in: 1...999_999)

    /// Shorter than usual, so that a message that never left comes soon; longer than a status takes whose webhook met a
    /// process that was stopping, and came again after the sender's ten seconds.
    private static let settings = ["OUTBOX_RECONCILIATION_WINDOW_MS": "20000"]

    @Test("SIGKILL at random moments on SQLite: nothing lost, nothing twice", .timeLimit(.minutes(5)))
    func sqlite() async throws {
        try await Fleet.with(environment: Self.settings) { (fleet) async throws in
            try await run(fleet, kills: 30, visits: 150)
        }
    }

    @Test(
        "SIGKILL at random moments with three processes on Postgres: nothing lost, nothing twice",
        .timeLimit(.minutes(5))
    )
    func postgres() async throws {
        let server = try await PostgresServer.make()
        try await Fleet.with(3, on: .postgres(server), environment: Self.settings) { (fleet) async throws in
            try await run(fleet, kills: 36, visits: 150)
        }
    }

    @Test("Stopped by one signal or two at random moments: nothing lost, nothing twice", .timeLimit(.minutes(5)))
    func stops() async throws {
        try await Fleet.with(environment: Self.settings) { (fleet) async throws in
            try await run(fleet, .stop, kills: 16, visits: 80)
        }
    }

    private func run(_ fleet: Fleet, _ manner: Killer.Manner = .kill, kills: Int, visits: Int) async throws {
        print("kill test: CRSET_KILL_SEED=\(Self.seed)")
        let calm = try await calm(fleet.sandbox)
        Self.disturb(fleet.sandbox)
        let isOver = Flag()
        var (all, killed) = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                var killer = Killer(fleet, manner, seed: Self.seed)
                defer { isOver.raise() }
                try await killer.run(kills: kills)
                return killer.kills
            }
            let all = try await Self.visits(fleet.sandbox, atLeast: visits) { isOver.isRaised }
            return (all, try await group.next() ?? 0)
        }
        fleet.sandbox.clearFaults()
        let store = try await fleet.openStore()
        let counts = try await eventually("all work is done", seconds: 120) {
            let counts = try await store.counts()
            return counts.openConversations + counts.outboxPending + counts.outboxUncertain == 0 ? counts : nil
        }
        #expect(try await fleet.stop().allSatisfy { $0 == .exit(0) })
        all.sort { $0.visitor.customer.key < $1.visitor.customer.key }
        var verdict = Verdict(calm: calm, visits: all)
        try await verdict.examine(fleet.sandbox, store)
        try await store.close()
        let sends = fleet.sandbox.everythingSent.count
        print("kill test: \(killed) kills, \(all.count) conversations, \(sends) messages; seed \(Self.seed)")
        #expect(verdict.lost.isEmpty, "seed \(Self.seed)")
        #expect(verdict.doubled.isEmpty, "seed \(Self.seed)")
        #expect(verdict.disordered.isEmpty, "seed \(Self.seed)")
        #expect(counts.deadLetters == 0)
    }

    /// What each script brings when nothing is disturbed.
    private func calm(_ sandbox: Sandbox) async throws -> [String: [String]] {
        var heard: [String: [String]] = [:]
        for (number, script) in [Script.buyer, .browser].enumerated() {
            let visitor = Visitor(number, script, sandbox)
            _ = try await visitor.visit()
            heard[script.name] = visitor.heard.map(\.text)
        }
        return heard
    }

    /// Slow answers, so that a kill finds something under way; repeated webhooks, and statuses out of order.
    private static func disturb(_ sandbox: Sandbox) {
        let rules: [(FaultRoute, Fault, Double)] = [
            (.whatsAppMessages, .delay(milliseconds: 60), 0.5), (.chat, .delay(milliseconds: 80), 0.5),
            (.paymentLinks, .delay(milliseconds: 80), 0.7), (.whatsAppWebhook, .duplicate(times: 2), 0.1),
            (.stripeWebhook, .duplicate(times: 2), 0.3), (.statuses, .duplicate(times: 2), 0.1),
            (.statuses, .reorder, 0.1), (.whatsAppMessages, .close(tookEffect: true), 0.01),
        ]
        for (route, fault, probability) in rules {
            sandbox.inject(FaultRule(route, fault, times: nil, probability: probability))
        }
    }

    /// Customers come and go, many at a time, until `isOver` and so many have been there.
    private static func visits(
        _ sandbox: Sandbox,
        atLeast count: Int,
        until isOver: () -> Bool
    ) async throws -> [(visitor: Visitor, written: [String])] {
        try await withThrowingTaskGroup(of: (visitor: Visitor, written: [String]).self) { group in
            var all: [(visitor: Visitor, written: [String])] = []
            var number = 100
            while all.count < count || !isOver() {
                while number - 100 - all.count < 24 {
                    let scripts: [Script] = [.browser, .buyer, .browser, .hasty, .browser]
                    let visitor = Visitor(number, scripts[number % scripts.count], sandbox)
                    number += 1
                    group.addTask { (visitor, try await visitor.visit()) }
                }
                if let visit = try await group.next() { all.append(visit) }
            }
            for try await visit in group { all.append(visit) }
            return all
        }
    }
}

private final class Flag: Sendable {
    private let raised = Atomic(false)
    var isRaised: Bool { raised.load(ordering: .acquiring) }
    func raise() { raised.store(true, ordering: .releasing) }
}
