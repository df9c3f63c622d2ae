import NIOCore
import Synchronization

extension Measurements {
    /// Turns as fast as they come, with the CPU seconds of the service and of the database meanwhile.
    func turns(
        _ cluster: Cluster,
        _ outside: NIOLoopBound<Outside>,
        _ load: TurnLoad,
        statuses: Bool,
        warmUp: Double
    ) async throws -> (Outcome, spent: Double, stored: Double) {
        let spent = Mutex((service: 0.0, store: 0.0))
        let outcome = try await stretches.turns(
            cluster.ports,
            outside,
            load,
            customers: 128,
            statuses: statuses,
            warmUp: warmUp,
            seconds: seconds
        ) { isStart in
            let now = (cluster.cpuSeconds, cluster.storeSeconds)
            spent.withLock { spent in
                spent = isStart ? now : (now.0 - spent.service, now.1 - spent.store)
            }
        }
        let all = spent.withLock { $0 }
        return (outcome, all.service, all.store)
    }
}
