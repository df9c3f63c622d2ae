import Foundation
import NIOCore
import NIOPosix

/// The measurements, each on a service of its own with a fresh database.
struct Measurements: Sendable {
    let places: Service.Places
    let ground: Ground
    /// Processes of the service.
    let processes: Int
    let group: MultiThreadedEventLoopGroup
    let connectionCount: Int
    /// Of each stretch of load.
    let seconds: Double
    let isQuick: Bool
    /// Stored messages, for the growth.
    var sizes: [Int] = []
    var desk = DeskSize()

    var loop: any EventLoop { group.next() }
    var stretches: Stretches { Stretches(loop: loop, connectionCount: connectionCount) }

    enum Name: String, CaseIterable, Sendable {
        case start, acknowledge, endtoend, turns, prompts, growth, recovery, desk

        /// Takes minutes and is only run when it is asked for.
        var isLong: Bool { [.growth, .recovery, .desk].contains(self) }
    }

    func run(_ name: Name) async throws -> [Figure] {
        switch name {
        case .start: try await start()
        case .acknowledge: try await acknowledge()
        case .endtoend: try await endToEnd()
        case .turns: try await turns(statuses: true) + turns(statuses: false)
        case .prompts: try await prompts()
        case .growth: try await growth()
        case .recovery: try await recovery()
        case .desk: try await deskQueries()
        }
    }

    func cluster(_ database: Ground.Database? = nil, outside: Int, burst: Int) async throws -> Cluster {
        try await Cluster.start(
            processes,
            places,
            on: loop,
            ground,
            database: database,
            outside: outside,
            burst: burst
        )
    }

    /// What the database's own processes need, where it has any.
    func storeFigure(_ name: String, _ what: String, _ seconds: Double, each count: Int) -> [Figure] {
        if ground.store == .sqlite { return [] }
        let each = seconds / Double(max(count, 1)) * 1_000
        return [Figure(name, "CPU of Postgres \(what)", each, "ms")]
    }

    // MARK: Start, size, rest

    private func start() async throws -> [Figure] {
        let (_, port, server) = try await Outside.start(on: loop)
        var times: [Double] = []
        var idle = 0.0
        for round in 0..<(isQuick ? 3 : 7) {
            let cluster = try await cluster(outside: port, burst: 2_000)
            times += cluster.services.map(\.startMilliseconds)
            if round == 0 {
                try await Task.sleep(for: .seconds(2))
                idle = cluster.services[0].memory.now
            }
            await cluster.stop()
        }
        try await server.close().get()
        let binary = places.binaries.appending(path: "crset").resolvingSymlinksInPath().path
        let size = (try FileManager.default.attributesOfItem(atPath: binary)[.size] as? NSNumber)?.doubleValue ?? 0
        return [
            Figure("start_ms", "start to first 200, fresh database (median of \(times.count))", median(times), "ms"),
            Figure("idle_memory_mb", "resident memory, idle", idle, "MB", aim: .atMost(100)),
            Figure("binary_mb", "size of the binary crset", size / 1_000_000, "MB"),
            Figure("disk_sync_ms", "one 4 KiB write and fdatasync on this disk (median)", try syncMilliseconds(), "ms"),
        ]
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    /// What durability costs here at least: without it the other figures say little.
    private func syncMilliseconds() throws -> Double {
        let path = places.data.appending(path: "crset-bench-\(UUID().uuidString)").path
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Trouble("\(path) can't be written; name another folder with --data") }
        defer { close(file); unlink(path) }
        let page = [UInt8](repeating: 1, count: 4_096)
        let times = (0..<200).map { _ in
            let start = NIODeadline.now()
            _ = write(file, page, page.count)
            fdatasync(file)
            return Double((NIODeadline.now() - start).nanoseconds) / 1_000_000
        }
        return median(times)
    }

    // MARK: Acknowledgements

    private struct Acknowledged {
        var durable: Outcome
        var steady: Outcome
        /// Seconds.
        var cpuEach: Double
        /// Of the database, for all.
        var storeSeconds: Double
        /// MB.
        var peak: Double
    }

    private func acknowledge() async throws -> [Figure] {
        let floods = Int((seconds + 0.5) * 24_000)
        let bodies = (0..<(floods + Int(seconds * 12_000))).map(Bodies.message)
        let server = try await Service.empty(places, on: loop)
        let empty = try await stretches.flood([server.port], bodies[..<floods], mayRepeat: true, seconds: seconds)
        await server.stop()
        let all = try await acknowledge(flood: bodies[..<floods], steady: bodies[floods...])
        let (durable, steady) = (all.durable.perSecond, all.steady)
        let (fast, half) = ("empty 200 a second, same server, \(connectionCount) connections", Int(durable / 2))
        return [
            Figure("empty_per_second", fast, empty.perSecond, "/s", trouble: empty.trouble),
            Figure(
                "durable_per_second",
                "webhooks a second, durable before the 200",
                durable,
                "/s",
                trouble: all.durable.trouble
            ),
            Figure(
                "durable_share",
                "… as a share of the empty 200",
                durable / empty.perSecond * 100,
                "%",
                aim: .atLeast(40)
            ),
            Figure("acknowledge_cpu_ms", "CPU of the service per webhook", all.cpuEach * 1_000, "ms"),
        ]
            + storeFigure("acknowledge_store_cpu_ms", "per webhook", all.storeSeconds, each: all.durable.count)
            + [
                Figure(
                    "acknowledge_p50_ms",
                    "acknowledgement at \(half)/s, p50",
                    steady.percentile(0.5),
                    "ms",
                    trouble: steady.trouble
                ),
                Figure("acknowledge_p99_ms", "acknowledgement at \(half)/s, p99", steady.percentile(0.99), "ms"),
                Figure(
                    "acknowledge_memory_mb",
                    "resident memory, most while acknowledging",
                    all.peak,
                    "MB",
                    aim: .atMost(100)
                ),
            ]
    }

    /// Burst window of a minute, so that no turn runs meanwhile: the door alone is measured.
    private func acknowledge(
        flood: ArraySlice<ByteBuffer>,
        steady: ArraySlice<ByteBuffer>
    ) async throws -> Acknowledged {
        let (_, port, server) = try await Outside.start(on: loop)
        let cluster = try await cluster(outside: port, burst: 60_000)
        let before = (cluster.cpuSeconds, cluster.storeSeconds)
        let durable = try await stretches.flood(cluster.ports, flood, mayRepeat: false, seconds: seconds)
        // The warm-up costs CPU too.
        let share = durable.seconds / (durable.seconds + Stretches.floodWarmUpSeconds)
        let spent = (cluster.cpuSeconds - before.0) * share
        let stored = (cluster.storeSeconds - before.1) * share
        let half = durable.perSecond / 2
        let calm = try await stretches.steady(cluster.ports, steady.prefix(Int(half * seconds)), perSecond: half)
        let peak = cluster.peak
        await cluster.stop()
        try await server.close().get()
        return Acknowledged(
            durable: durable,
            steady: calm,
            cpuEach: spent / Double(max(durable.count, 1)),
            storeSeconds: stored,
            peak: peak
        )
    }

    // MARK: Turns

    private func endToEnd() async throws -> [Figure] {
        let rate = 100.0
        // One message from each of many customers; those of the first second warm the service up.
        let bodies = (0..<Int(rate * (seconds + 1))).map { Bodies.message($0 * Bodies.messagesPerCustomer) }
        let (outside, port, server) = try await Outside.start(on: loop)
        let cluster = try await cluster(outside: port, burst: 0)
        var outcome = try await stretches.endToEnd(cluster.ports, outside, bodies, perSecond: rate)
        outcome.latencies.removeFirst(min(Int(rate), outcome.latencies.count))
        await cluster.stop()
        try await server.close().get()
        return [
            Figure(
                "end_to_end_p50_ms",
                "webhook to WhatsApp send, 100 conversations/s, p50",
                outcome.percentile(0.5),
                "ms",
                trouble: outcome.trouble
            ),
            Figure(
                "end_to_end_p99_ms",
                "webhook to WhatsApp send, 100 conversations/s, p99",
                outcome.percentile(0.99),
                "ms",
                aim: .atMost(20)
            ),
        ]
    }

    private func turns(statuses: Bool) async throws -> [Figure] {
        let warmUp = isQuick ? 1.0 : 2.0
        let load = TurnLoad(messages: Int((seconds + warmUp) * 8_000))
        let (outside, port, server) = try await Outside.start(on: loop)
        let cluster = try await cluster(outside: port, burst: 0)
        let (outcome, spent, stored) = try await turns(cluster, outside, load, statuses: statuses, warmUp: warmUp)
        let peak = cluster.peak
        // Before the end, which answers nothing any more.
        let oddities = try await loop.submit { outside.value.oddities }.get()
        await cluster.stop()
        try await server.close().get()
        let name = statuses ? "" : "_without_statuses"
        let words = statuses ? "with two statuses each" : "without statuses"
        return [
            Figure(
                "turns\(name)_per_second",
                "whole turns a second, \(words)",
                outcome.perSecond,
                "/s",
                aim: .atLeast(4_000),
                trouble: [outcome.trouble ?? "", oddities].filter { !$0.isEmpty }.joined(separator: ", ")
            ),
            Figure(
                "turns\(name)_cpu_ms",
                "CPU of the service per turn, \(words)",
                spent / Double(max(outcome.count, 1)) * 1_000,
                "ms"
            ),
        ]
            + storeFigure("turns\(name)_store_cpu_ms", "per turn, \(words)", stored, each: outcome.count)
            + [
                Figure(
                    "turns\(name)_memory_mb",
                    "resident memory, most while turning, \(words)",
                    peak,
                    "MB",
                    aim: .atMost(100)
                )
            ]
    }
}

extension Outcome {
    /// What makes the figure doubtful, nil when all went well.
    var trouble: String? {
        var parts: [String] = []
        if refused > 0 { parts.append("\(refused) not answered with 200") }
        if missing > 0 { parts.append("\(missing) answers missing") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

extension Outside {
    /// Anything but: one model call, one read mark and one bubble with the model's words for each turn.
    var oddities: String {
        var parts: [String] = []
        if otherWords > 0 { parts.append("\(otherWords) of \(sends) bubbles with other words than the model's") }
        if unknown > 0 { parts.append("\(unknown) requests that the stubs don't know") }
        if statusesRefused > 0 { parts.append("\(statusesRefused) statuses not answered with 200") }
        // Turns under way when the time was up account for a few.
        if abs(modelCalls - sends) > 300 { parts.append("\(modelCalls) model calls for \(sends) bubbles") }
        return parts.joined(separator: ", ")
    }
}
