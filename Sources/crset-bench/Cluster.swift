import NIOCore

/// One or several `crset serve` on one database.
struct Cluster: Sendable {
    let services: [Service]
    let database: Ground.Database
    private let ground: Ground

    /// `database`: nil for a fresh one, which goes with the cluster.
    static func start(
        _ count: Int,
        _ places: Service.Places,
        on loop: any EventLoop,
        _ ground: Ground,
        database: Ground.Database? = nil,
        outside: Int,
        burst: Int
    ) async throws -> Cluster {
        let own = if let database { database } else { try await ground.database() }
        var services: [Service] = []
        for _ in 0..<count {
            services.append(
                try await Service.crset(places, on: loop, database: own.url, outside: outside, burst: burst)
            )
        }
        return Cluster(services: services, database: own, ground: ground)
    }

    var ports: [Int] { services.map(\.port) }
    var cpuSeconds: Double { services.reduce(0) { $0 + $1.cpuSeconds } }
    /// Of the database's own processes.
    var storeSeconds: Double { ground.cpuSeconds }
    /// The most of any of them, in MB.
    var peak: Double { services.map(\.memory.peak).max() ?? 0 }

    /// Ends the processes at once, and leaves the database.
    func end() async { for service in services { await service.stop() } }

    func stop() async {
        await end()
        await database.remove()
    }
}
