import Simulation
import Testing

/// The proof that the simulator can fail: each promise is broken on purpose, and each time it is noticed.
@Suite struct MutationTests {
    @Test("what is broken on purpose is noticed, by the promise that it breaks", arguments: Mutation.allCases)
    func noticed(_ mutation: Mutation) async throws {
        let simulation = try Sample.simulation(customers: 4, mutation: mutation)
        let stores = SimulatedStores()
        for seed in UInt64(1)...80 {
            let history = try await stores.run(simulation, seed: seed)
            if history.violations.contains(where: { mutation.breaks.contains($0.promise) }) { return }
        }
        Issue.record(
            "80 histories with \(mutation.rawValue), and none broke \(mutation.breaks.joined(separator: " or "))"
        )
    }
}
