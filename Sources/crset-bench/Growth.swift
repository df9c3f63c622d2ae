import Foundation
import NIOCore

/// What the same work costs as the database grows, for customers who are stored already, anywhere in it.
extension Measurements {
    private struct Costs {
        var acknowledgeP50: Double
        var acknowledgeCPU: Double
        var turnP50: Double
        var turnCPU: Double
        var trouble: String?

        /// Milliseconds, each as a multiple of the smallest size.
        static let parts: [(name: String, meaning: String, value: @Sendable (Costs) -> Double)] = [
            ("acknowledge_p50", "acknowledgement at 300/s, p50", { $0.acknowledgeP50 }),
            ("acknowledge_cpu", "CPU per acknowledgement", { $0.acknowledgeCPU }),
            ("turn_p50", "webhook to WhatsApp send, 100/s, p50", { $0.turnP50 }),
            ("turn_cpu", "CPU per turn with two statuses", { $0.turnCPU }),
        ]
    }

    func growth() async throws -> [Figure] {
        let database = try await ground.database()
        var figures: [Figure] = []
        var first: Costs?
        var stored = 0
        do {
            try await writeTemplate(database)
            for (index, size) in sizes.enumerated() {
                let start = ContinuousClock.now
                let customers = size / Fill.messagesEach
                try await Fill(database: database).add(stored + 1...customers)
                stored = customers
                say("\(size) stored messages after \((ContinuousClock.now - start) / .seconds(1)) s")
                let costs = try await costs(database, stored: stored, round: (index + 1) * 1_000)
                for (name, meaning, value) in Costs.parts {
                    let words = "\(size) stored messages: \(meaning)"
                    figures.append(Figure("\(name)_ms_\(size)", words, value(costs), "ms", trouble: costs.trouble))
                    guard let first else { continue }
                    let ratio = value(costs) / value(first)
                    figures.append(Figure("\(name)_ratio_\(size)", "… to \(sizes[0])", ratio, "×", aim: .atMost(1.3)))
                }
                first = first ?? costs
            }
        } catch {
            await database.remove()
            throw error
        }
        await database.remove()
        return figures
    }

    func say(_ words: String) { FileHandle.standardError.write(Data("\(words)\n".utf8)) }

    /// Customer 0 has a conversation.
    private func writeTemplate(_ database: Ground.Database) async throws {
        let (outside, port, server) = try await Outside.start(on: loop)
        let cluster = try await cluster(database, outside: port, burst: 0)
        let load = TurnLoad(messages: Bodies.messagesPerCustomer)
        let outcome = try await stretches.turns(
            cluster.ports,
            outside,
            load,
            customers: 1,
            statuses: true,
            warmUp: 0,
            seconds: 3,
            measuring: { _ in }
        )
        await cluster.end()
        try await server.close().get()
        guard outcome.count == Bodies.messagesPerCustomer else {
            throw Trouble("the template conversation has \(outcome.count) answers")
        }
    }

    /// The least of three rounds of each: whatever else the machine does only adds to a cost.
    private func costs(_ database: Ground.Database, stored: Int, round: Int) async throws -> Costs {
        let (outside, port, server) = try await Outside.start(on: loop)
        var rounds: [Costs] = []
        for repeated in 0..<3 {
            rounds.append(try await costs(database, outside, port, stored: stored, round: round + repeated * 100))
        }
        try await server.close().get()
        let troubles = rounds.compactMap(\.trouble)
        return Costs(
            acknowledgeP50: rounds.map(\.acknowledgeP50).min() ?? 0,
            acknowledgeCPU: rounds.map(\.acknowledgeCPU).min() ?? 0,
            turnP50: rounds.map(\.turnP50).min() ?? 0,
            turnCPU: rounds.map(\.turnCPU).min() ?? 0,
            trouble: troubles.isEmpty ? nil : troubles.joined(separator: ", ")
        )
    }

    private func costs(
        _ database: Ground.Database,
        _ outside: NIOLoopBound<Outside>,
        _ port: Int,
        stored: Int,
        round: Int
    ) async throws -> Costs {
        let turning = try await cluster(database, outside: port, burst: 0)
        // The first second warms it up.
        _ = try await paced(turning, outside, for: 1, stored: stored, round: round)
        let start = turning.cpuSeconds + turning.storeSeconds
        let calm = try await paced(turning, outside, for: seconds, stored: stored, round: round + 1)
        let turned = turning.cpuSeconds + turning.storeSeconds - start
        await turning.end()
        let door = try await cluster(database, outside: port, burst: 60_000)
        let bodies = TurnLoad(messages: Int(300 * (seconds + 1)), stored: stored, round: round + 50).bodies
        _ = try await stretches.steady(door.ports, bodies[..<300], perSecond: 300)
        let before = door.cpuSeconds + door.storeSeconds
        let steady = try await stretches.steady(door.ports, bodies[300...], perSecond: 300)
        let acknowledging = door.cpuSeconds + door.storeSeconds - before
        await door.end()
        let troubles = [calm.trouble, steady.trouble].compactMap(\.self)
        return Costs(
            acknowledgeP50: steady.percentile(0.5),
            acknowledgeCPU: acknowledging / Double(max(bodies.count - 300, 1)) * 1_000,
            turnP50: calm.percentile(0.5),
            turnCPU: turned / Double(max(calm.latencies.count, 1)) * 1_000,
            trouble: troubles.isEmpty ? nil : troubles.joined(separator: ", ")
        )
    }

    private func paced(
        _ cluster: Cluster,
        _ outside: NIOLoopBound<Outside>,
        for seconds: Double,
        stored: Int,
        round: Int
    ) async throws -> Outcome {
        let rate = 100.0
        let customers = TurnLoad.scattered(stored, count: min(stored, Int(rate * seconds)), round: round)
        let bodies = customers.map { Bodies.message(number: 0, of: $0, round: round) }
        return try await stretches.endToEnd(cluster.ports, outside, bodies, of: customers, perSecond: rate)
    }
}
