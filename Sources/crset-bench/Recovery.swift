import NIOCore

/// How soon everybody is answered after the service was killed with many conversations open.
extension Measurements {
    func recovery() async throws -> [Figure] {
        let open = isQuick ? 1_000 : 10_000
        let database = try await ground.database()
        let (outside, port, server) = try await Outside.start(on: loop)
        let bodies = (0..<open).map { Bodies.message(number: 0, of: $0) }
        // No model answers, so every conversation stays open: some in the middle of a turn, the others waiting.
        try await loop.submit { outside.value.isModelSilent = true }.get()
        let first = try await cluster(database, outside: port, burst: 0)
        let written = try await stretches.steady(first.ports, bodies[...], perSecond: 2_000)
        await first.end()
        try await loop.submit { outside.value.isModelSilent = false }.get()
        let start = NIODeadline.now()
        let times = try await stretches.answers(outside, count: open, within: .seconds(120)) {
            try await self.cluster(database, outside: port, burst: 0)
        }
        await times.cluster.stop()
        try await server.close().get()
        func seconds(_ moment: NIODeadline?) -> Double {
            moment.map { Double(($0 - start).nanoseconds) / 1e9 } ?? .nan
        }
        let doubled = times.sends - times.customers
        let trouble = [
            written.trouble ?? "", times.customers < open ? "\(open - times.customers) never answered" : "",
            doubled > 0 ? "\(doubled) answered twice" : "",
        ].filter { !$0.isEmpty }.joined(separator: ", ")
        return [
            Figure(
                "recovery_first_ms",
                "killed with \(open) open conversations: start to the first answer",
                seconds(times.first) * 1_000,
                "ms",
                trouble: trouble
            ),
            Figure("recovery_most_s", "… to the 99th percent of the answers", seconds(times.most), "s"),
            Figure("recovery_all_s", "… to the last answer", seconds(times.last), "s"),
        ]
    }
}

extension Stretches {
    struct Answers: Sendable {
        var cluster: Cluster
        var first: NIODeadline?
        var most: NIODeadline?
        var last: NIODeadline?
        var customers = 0
        var sends = 0
    }

    /// Starts a service and waits until so many customers have been answered.
    func answers(
        _ outside: NIOLoopBound<Outside>,
        count: Int,
        within limit: TimeAmount,
        _ start: () async throws -> Cluster
    ) async throws -> Answers {
        let promise = loop.makePromise(of: [NIODeadline].self)
        let (bound, sends) = try await loop.submit {
            let heard = NIOLoopBoundBox((customers: Set<Int>(), times: [NIODeadline]()), eventLoop: loop)
            outside.value.onSend = { customer, now in
                guard heard.value.customers.insert(customer).inserted else { return }
                heard.value.times.append(now)
                if heard.value.times.count == count { promise.succeed(heard.value.times) }
            }
            loop.assumeIsolated().scheduleTask(in: limit) { promise.succeed(heard.value.times) }
            return (heard, outside.value.sends)
        }.get()
        let cluster = try await start()
        _ = bound
        let times = try await promise.futureResult.get()
        // What would come a second time has a moment to come.
        try await Task.sleep(for: .seconds(2))
        let all = try await loop.submit { outside.value.sends }.get() - sends
        return Answers(
            cluster: cluster,
            first: times.first,
            most: times.isEmpty ? nil : times[max(0, times.count * 99 / 100 - 1)],
            last: times.last,
            customers: times.count,
            sends: all
        )
    }
}
