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

/// A store on a file of its own.
enum ScratchStore {
    static func with(_ body: (any Store) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "crset-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try SQLiteStore.open(path: folder.appending(path: "test.sqlite").path)
        do { try await body(store) } catch {
            try? await store.close()
            throw error
        }
        try await store.close()
    }
}

/// Time that passes only when the test says so, or when somebody sleeps.
final class TestClock: Sendable {
    private let time = Mutex(Timestamp(milliseconds: 1_790_000_000_000))

    var now: Timestamp { time.withLock { $0 } }

    func advance(by milliseconds: Int64) { time.withLock { $0 = $0.adding(milliseconds: milliseconds) } }

    /// A sleep takes no time; the clock stands where it would have ended.
    var surroundings: Surroundings {
        Surroundings(
            now: { self.now },
            sleep: { until in self.time.withLock { $0 = max($0, until) } },
            newID: { "id" }
        )
    }
}

/// What was logged.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var messages: [String] { lines.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(lines: self) }
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.notice

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append(event.message.description) }
        }
    }
}
