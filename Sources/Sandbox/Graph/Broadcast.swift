import Synchronization

/// Tells every listener what happens. A listener that falls behind loses the oldest happenings.
final class Broadcast: Sendable {
    private let listeners = Mutex<[Int: AsyncStream<Happening>.Continuation]>([:])
    private let serial = Atomic<Int>(0)

    func tell(_ happening: Happening) {
        listeners.withLock { listeners in
            for listener in listeners.values { listener.yield(happening) }
        }
    }

    func listen() -> AsyncStream<Happening> {
        let (stream, continuation) = AsyncStream<Happening>.makeStream(bufferingPolicy: .bufferingNewest(4_096))
        let id = serial.add(1, ordering: .relaxed).newValue
        listeners.withLock { $0[id] = continuation }
        continuation.onTermination = { [weak self] _ in self?.drop(id) }
        return stream
    }

    func finish() {
        let all = listeners.withLock { Array($0.values) }
        for listener in all { listener.finish() }
    }

    private func drop(_ id: Int) { listeners.withLock { _ = $0.removeValue(forKey: id) } }
}
