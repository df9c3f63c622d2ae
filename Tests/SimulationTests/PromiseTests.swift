import Foundation
import Prompts
import Simulation
import TestSupport
import Testing

/// The promises of the service, over histories made by seeds. A seed that fails is a bug report:
/// `swift run crset-sim --seed N --trace` tells what happened.
@Suite struct PromiseTests {
    @Test("every promise holds in every history on SQLite", arguments: [UInt64(1), 1_001])
    func promisesHoldOnSQLite(first: UInt64) async throws {
        let simulation = try Sample.simulation(customers: 4)
        try await expectNothingBroken(simulation, seeds: first..<first + 100, on: SimulatedStores())
    }

    @Test("every promise holds on Postgres, with one process and with three", arguments: [1, 3])
    func promisesHoldOnPostgres(processes: Int) async throws {
        let server = try await PostgresServer.shared()
        let simulation = try Sample.simulation(customers: 3, processes: processes)
        try await expectNothingBroken(
            simulation,
            seeds: 1..<(processes == 1 ? 16 : 9),
            on: SimulatedStores(postgres: server.url)
        )
    }

    @Test("one seed makes one history, another seed another one")
    func deterministic() async throws {
        let simulation = try Sample.simulation(customers: 3)
        let stores = SimulatedStores()
        for seed in [UInt64(5), 6] {
            let first = try await stores.run(simulation, seed: seed)
            let second = try await stores.run(simulation, seed: seed)
            let other = try await stores.run(simulation, seed: seed + 100)
            #expect(first.digest == second.digest, "seed \(seed)")
            #expect(first.digest != other.digest, "seed \(seed)")
            #expect(first.messagesOut > 0)
        }
    }

    private func expectNothingBroken(
        _ simulation: Simulation,
        seeds: Range<UInt64>,
        on stores: SimulatedStores
    ) async throws {
        var messages = 0
        for seed in seeds {
            let history = try await stores.run(simulation, seed: seed)
            messages += history.messagesOut
            let words = history.violations.map(\.description).joined(separator: "\n")
            #expect(history.violations.isEmpty, "seed \(seed), \(simulation.options.processes) processes:\n\(words)")
        }
        // Histories in which nothing happens would hold every promise.
        #expect(messages > 5 * seeds.count)
    }
}

/// The sample business of the repository.
enum Sample {
    static func simulation(customers: Int, processes: Int = 1, mutation: Mutation? = nil) throws -> Simulation {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let library = try PromptLibrary.load(
            prompts: root.appending(path: "Prompts").path,
            config: root.appending(path: "config").path
        )
        let options = SimulationOptions(customers: customers, processes: processes, mutation: mutation)
        return Simulation(library: library, options: options)
    }
}
