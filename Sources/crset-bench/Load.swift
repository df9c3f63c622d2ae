import NIOCore

/// What came of a stretch of load.
struct Outcome: Sendable {
    /// Done within the measured stretch.
    var count = 0
    var seconds = 0.0
    /// Nanoseconds, in no order.
    var latencies: [Int64] = []
    /// Answers other than 200, lost connections among them.
    var refused = 0
    /// Asked for and not there when the time was up.
    var missing = 0

    var perSecond: Double { seconds > 0 ? Double(count) / seconds : 0 }

    /// Milliseconds, by the nearest rank.
    func percentile(_ share: Double) -> Double {
        guard !latencies.isEmpty else { return .nan }
        let sorted = latencies.sorted()
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return Double(sorted[min(max(rank, 1), sorted.count) - 1]) / 1_000_000
    }
}

/// As fast as the connections go: each sends its next request when the last is answered.
final class Flood {
    private let connections: Connections
    private let bodies: ArraySlice<ByteBuffer>
    private let mayRepeat: Bool
    private let start: NIODeadline
    private let end: NIODeadline
    private var next = 0
    private var busy = 0
    private var outcome = Outcome()
    private let promise: EventLoopPromise<Outcome>

    init(
        _ connections: Connections,
        _ bodies: ArraySlice<ByteBuffer>,
        mayRepeat: Bool,
        warmUp: TimeAmount,
        measured: TimeAmount,
        promise: EventLoopPromise<Outcome>
    ) {
        self.connections = connections
        self.bodies = bodies
        self.mayRepeat = mayRepeat
        self.promise = promise
        start = .now() + warmUp
        end = start + measured
    }

    func run(_ count: Int) {
        busy = count
        for _ in 0..<count { fire() }
    }

    private func fire() {
        let now = NIODeadline.now()
        guard now < end, mayRepeat || next < bodies.count else { return leave(now) }
        let body = bodies[bodies.startIndex + next % bodies.count]
        next += 1
        connections.post(body) { [self] status in
            let now = NIODeadline.now()
            if status != 200 { outcome.refused += 1 } else if now >= start, now < end { outcome.count += 1 }
            // A lost connection sends no more.
            if status == 0 { leave(now) } else { fire() }
        }
    }

    /// The stretch is over when the first has nothing left to send.
    private func leave(_ now: NIODeadline) {
        if outcome.seconds == 0 { outcome.seconds = Double((min(now, end) - start).nanoseconds) / 1e9 }
        busy -= 1
        if busy == 0 { promise.succeed(outcome) }
    }
}

/// A fixed number a second, whatever the answers do. Latency counts from the planned moment, so that a request that
/// had to wait for a connection is not forgotten.
final class Schedule {
    private let loop: any EventLoop
    private let interval: TimeAmount
    private let count: Int
    private let fire: (_ index: Int, _ planned: NIODeadline) -> Void
    private let done: () -> Void
    private let start = NIODeadline.now() + .milliseconds(5)
    private var next = 0

    init(
        _ loop: any EventLoop,
        perSecond: Double,
        count: Int,
        fire: @escaping (_ index: Int, _ planned: NIODeadline) -> Void,
        done: @escaping () -> Void
    ) {
        self.loop = loop
        self.count = count
        self.fire = fire
        self.done = done
        interval = .nanoseconds(Int64(1e9 / perSecond))
    }

    func run() {
        while next < count {
            let planned = start + .nanoseconds(interval.nanoseconds * Int64(next))
            if planned > .now() {
                loop.assumeIsolated().scheduleTask(deadline: planned) { self.run() }
                return
            }
            fire(next, planned)
            next += 1
        }
        done()
    }
}
