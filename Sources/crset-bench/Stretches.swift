import NIOCore

/// The stretches of load, each run on the event loop and awaited from outside.
struct Stretches: Sendable {
    let loop: any EventLoop
    let connectionCount: Int
    static let floodWarmUpSeconds = 0.5

    /// Acknowledgements as fast as they come.
    func flood(
        _ ports: [Int],
        _ bodies: ArraySlice<ByteBuffer>,
        mayRepeat: Bool,
        seconds: Double
    ) async throws -> Outcome {
        let connections = try await Connections.open(connectionCount, ports: ports, on: loop)
        let promise = loop.makePromise(of: Outcome.self)
        loop.execute { [connectionCount] in
            Flood(
                connections.value,
                bodies,
                mayRepeat: mayRepeat,
                warmUp: .milliseconds(Int64(Self.floodWarmUpSeconds * 1_000)),
                measured: .milliseconds(Int64(seconds * 1_000)),
                promise: promise
            ).run(connectionCount)
        }
        return try await promise.futureResult.get()
    }

    /// Acknowledgements at a fixed rate.
    func steady(_ ports: [Int], _ bodies: ArraySlice<ByteBuffer>, perSecond: Double) async throws -> Outcome {
        let connections = try await Connections.open(connectionCount, ports: ports, on: loop)
        let promise = loop.makePromise(of: Outcome.self)
        loop.execute { [loop] in
            var outcome = Outcome()
            outcome.latencies.reserveCapacity(bodies.count)
            var open = bodies.count
            Schedule(
                loop,
                perSecond: perSecond,
                count: bodies.count,
                fire: { index, planned in
                    connections.value.post(bodies[bodies.startIndex + index]) { status in
                        outcome.latencies.append((NIODeadline.now() - planned).nanoseconds)
                        if status != 200 { outcome.refused += 1 }
                        open -= 1
                        if open == 0 { promise.succeed(outcome) }
                    }
                },
                done: {}
            ).run()
        }
        return try await promise.futureResult.get()
    }

    /// Whole turns as fast as they come: `customers` write at once, each again as soon as it is answered.
    func turns(
        _ ports: [Int],
        _ outside: NIOLoopBound<Outside>,
        _ load: TurnLoad,
        customers: Int,
        statuses: Bool,
        warmUp: Double,
        seconds: Double,
        measuring: @Sendable (Bool) -> Void
    ) async throws -> Outcome {
        let connections = try await Connections.open(connectionCount, ports: ports, on: loop)
        let turns = try await loop.submit {
            if statuses { outside.value.statuses = connections.value }
            let turns = Turns(connections.value, load, customers: customers)
            outside.value.onSend = { customer, _ in turns.answered(customer) }
            turns.run()
            return NIOLoopBound(turns, eventLoop: loop)
        }.get()
        try await Task.sleep(for: .seconds(warmUp))
        let before = try await loop.submit { (turns.value.answers, NIODeadline.now()) }.get()
        measuring(true)
        try await Task.sleep(for: .seconds(seconds))
        measuring(false)
        return try await loop.submit {
            turns.value.stop()
            outside.value.onSend = { _, _ in }
            var outcome = Outcome(count: turns.value.answers - before.0, refused: turns.value.refused)
            outcome.seconds = Double((NIODeadline.now() - before.1).nanoseconds) / 1e9
            return outcome
        }.get()
    }

    /// Conversations at a fixed rate, new ones or those of `customers`, each timed from the webhook to the answer's arrival at WhatsApp.
    func endToEnd(
        _ ports: [Int],
        _ outside: NIOLoopBound<Outside>,
        _ bodies: [ByteBuffer],
        of customers: [Int]? = nil,
        perSecond: Double
    ) async throws -> Outcome {
        let connections = try await Connections.open(connectionCount, ports: ports, on: loop)
        let promise = loop.makePromise(of: Outcome.self)
        loop.execute { [loop] in
            outside.value.statuses = connections.value
            var outcome = Outcome(missing: bodies.count)
            var started: [Int: NIODeadline] = [:]
            outside.value.onSend = { customer, now in
                guard let start = started.removeValue(forKey: customer) else { return }
                outcome.latencies.append((now - start).nanoseconds)
                outcome.missing -= 1
                if outcome.missing == 0 { promise.succeed(outcome) }
            }
            Schedule(
                loop,
                perSecond: perSecond,
                count: bodies.count,
                fire: { index, planned in
                    started[customers?[index] ?? index] = planned
                    connections.value.post(bodies[index]) { if $0 != 200 { outcome.refused += 1 } }
                },
                done: {
                    // What is not there by then counts as missing.
                    loop.assumeIsolated().scheduleTask(in: .seconds(5)) { promise.succeed(outcome) }
                }
            ).run()
        }
        return try await promise.futureResult.get()
    }
}

/// Customers who write their messages one after the other, each after the answer to the one before. Touched on its
/// event loop only.
private final class Turns {
    private let connections: Connections
    private let load: TurnLoad
    private let customers: Int
    private var written: [Int: Int] = [:]
    /// Who of the load each address is at the moment.
    private var turnOf: [Int: Int] = [:]
    private var nextCustomer = 0
    private var isStopped = false
    private(set) var answers = 0
    private(set) var refused = 0

    init(_ connections: Connections, _ load: TurnLoad, customers: Int) {
        self.connections = connections
        self.load = load
        self.customers = customers
    }

    func run() { for _ in 0..<customers { welcome() } }
    func stop() { isStopped = true }

    func answered(_ customer: Int) {
        answers += 1
        if let turn = turnOf[customer] { write(turn) }
    }

    private func welcome() {
        nextCustomer += 1
        write(nextCustomer - 1)
    }

    private func write(_ customer: Int) {
        let number = written[customer, default: 0]
        guard number < Bodies.messagesPerCustomer else {
            written[customer] = nil
            return welcome()
        }
        let index = customer * Bodies.messagesPerCustomer + number
        guard !isStopped, index < load.bodies.count else { return }
        written[customer] = number + 1
        turnOf[load.customer(customer)] = customer
        connections.post(load.bodies[index]) { [self] status in if status != 200 { refused += 1 } }
    }
}
