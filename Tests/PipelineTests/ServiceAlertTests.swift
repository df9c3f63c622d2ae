import Conversation
import Foundation
import Logging
import Storage
import Synchronization
import Testing

@testable import Pipeline

@Suite("Service alerts")
struct ServiceAlertTests {
    @Test("Raised often, an alert is logged once and counted in all; settled, it is logged once more")
    func once() async throws {
        try await ScratchStore.with { (store) async throws in
            let clock = TestClock()
            let lines = LogLines()
            let alerts = ServiceAlerts(store: store, surroundings: clock.surroundings, log: lines.logger)
            for _ in 0..<5 {
                await alerts.raise(.modelMoney, problem: "no money", mend: "pay")
                clock.advance(by: 1_000)
            }
            #expect(try await alerts.open().map(\.count) == [1])
            clock.advance(by: 60_000)
            await alerts.raise(.modelMoney, problem: "no money", mend: "pay")
            #expect(try await alerts.open().map(\.count) == [6])
            #expect(lines.messages == ["trouble"])
            await alerts.settle(.modelMoney, .modelKey)
            await alerts.settle(.modelMoney)
            #expect(try await alerts.open().isEmpty)
            #expect(lines.messages == ["trouble", "trouble is over"])
        }
    }

    @Test("A success settles what an earlier process raised")
    func afterRestart() async throws {
        try await ScratchStore.with { (store) async throws in
            let clock = TestClock()
            let before = ServiceAlerts(store: store, surroundings: clock.surroundings, log: LogLines().logger)
            await before.raise(.stripeKey, problem: "refused", mend: "set it")
            let lines = LogLines()
            let after = ServiceAlerts(store: store, surroundings: clock.surroundings, log: lines.logger)
            await after.raise(.stripeKey, problem: "refused", mend: "set it")
            #expect(lines.messages.isEmpty)
            await after.settle(.stripeKey)
            #expect(try await before.open().isEmpty)
            #expect(lines.messages == ["trouble is over"])
        }
    }

    @Test("What can't be written is shown all the same, and written later")
    func unwritten() async throws {
        try await ScratchStore.with { (store) async throws in
            let clock = TestClock()
            let lines = LogLines()
            let alerts = ServiceAlerts(store: store, surroundings: clock.surroundings, log: lines.logger)
            await alerts.raise(.storage, problem: "disk full", mend: "make room")
            await alerts.raise(.storage, problem: "disk full", mend: "make room")
            #expect(try await store.openServiceAlerts().isEmpty)
            #expect(try await alerts.open().map(\.cause) == [.storage])
            await alerts.settle(.storage)
            #expect(try await alerts.open().isEmpty)
            #expect(lines.messages == ["trouble", "trouble is over"])
        }
    }
}
