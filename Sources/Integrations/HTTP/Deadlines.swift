import Synchronization

/// Bounds on waits, all watched by one sleeper.
///
/// A race against `Task.sleep` would leave its timer behind until it fires, long after the work is done: at thousands
/// of requests a second that is hundreds of thousands of timers.
public final class Deadlines: Sendable {
    public static let shared = Deadlines()

    /// The work was cut off.
    public struct Exceeded: Error {}

    private struct Watch: Sendable {
        var end: ContinuousClock.Instant
        var cancel: @Sendable () -> Void
    }

    private struct State: Sendable {
        var lastID: UInt64 = 0
        var watches: [UInt64: Watch] = [:]
        var isWatching = false
    }

    private let state = Mutex(State())
    /// A wait may last this much longer than asked for.
    private static let step = Duration.milliseconds(50)

    /// Runs `work` and cancels it when `limit` has passed; throws ``Exceeded`` then.
    public func within<T: Sendable>(
        _ limit: Duration,
        _ work: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        let task = Task { try await work() }
        let id = watch(until: .now + limit) { task.cancel() }
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        let isInTime = state.withLock { $0.watches.removeValue(forKey: id) != nil }
        if !isInTime, case .failure = result { throw Exceeded() }
        return try result.get()
    }

    private func watch(until end: ContinuousClock.Instant, cancel: @escaping @Sendable () -> Void) -> UInt64 {
        let (id, mustStart) = state.withLock { state in
            state.lastID += 1
            state.watches[state.lastID] = Watch(end: end, cancel: cancel)
            defer { state.isWatching = true }
            return (state.lastID, !state.isWatching)
        }
        if mustStart { Task.detached { await self.sweep() } }
        return id
    }

    private func sweep() async {
        while true {
            try? await Task.sleep(for: Self.step)
            let now = ContinuousClock.now
            let (late, isDone) = state.withLock { state in
                let late = state.watches.filter { $0.value.end <= now }
                for id in late.keys { state.watches[id] = nil }
                state.isWatching = !state.watches.isEmpty
                return (late.values.map(\.cancel), state.watches.isEmpty)
            }
            for cancel in late { cancel() }
            if isDone { return }
        }
    }
}
