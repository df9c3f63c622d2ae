import Conversation
import Foundation
import Logging
import Storage
import Synchronization

@testable import Pipeline

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

/// Time that passes only when the test says so, or where somebody sleeps.
final class TestClock: Sendable {
    private struct Sleeper {
        var until: Timestamp
        var wake: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Timestamp(milliseconds: 1_790_000_000_000)
        var sleepers: [Int: Sleeper] = [:]
        var lastID = 0
    }

    private let state = Mutex(State())
    /// A sleep takes no time: the clock jumps to its end. Otherwise it lasts until the test lets time pass.
    private let jumps: Bool

    init(jumps: Bool = true) { self.jumps = jumps }

    var now: Timestamp { state.withLock { $0.now } }

    func advance(by milliseconds: Int64) { pass(to: now.adding(milliseconds: milliseconds)) }

    func pass(to moment: Timestamp) {
        let woken = state.withLock { state -> [CheckedContinuation<Void, any Error>] in
            state.now = max(state.now, moment)
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.wake)
        }
        for wake in woken { wake.resume() }
    }

    var surroundings: Surroundings {
        Surroundings(now: { self.now }, sleep: { try await self.sleep($0) }, newID: { "id" })
    }

    private func sleep(_ until: Timestamp) async throws {
        if jumps { return pass(to: until) }
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (wake: CheckedContinuation<Void, any Error>) in
                let isOver = state.withLock { state in
                    if Task.isCancelled || until <= state.now { return true }
                    state.sleepers[id] = Sleeper(until: until, wake: wake)
                    return false
                }
                if isOver { wake.resume(with: Result { try Task.checkCancellation() }) }
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
            sleeper?.wake.resume(throwing: CancellationError())
        }
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

extension Heartbeat {
    /// With a clock that nobody shares.
    static func testing(
        _ store: any Store,
        _ settings: PipelineSettings,
        _ surroundings: Surroundings,
        _ pace: SendPace,
        _ log: Logger
    ) -> Heartbeat {
        Heartbeat(
            store: store,
            settings: settings,
            surroundings: surroundings,
            pace: pace,
            clock: SharedClock(surroundings, log: log),
            log: log
        )
    }
}
