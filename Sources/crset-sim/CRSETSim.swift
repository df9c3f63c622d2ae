import ArgumentParser
import Foundation
import Prompts
import Simulation
import Storage

@main
struct CRSETSim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crset-sim",
        abstract: "Simulates histories of the service and holds its promises against them.",
        discussion: """
            Every history is made by its seed: the customers, what they do, what goes wrong. A seed whose history breaks
            a promise is printed; run it again with --seed N --trace to read what happened.
            """
    )

    enum Engine: String, ExpressibleByArgument, CaseIterable { case sqlite, postgres }

    @Option(help: "How many histories; default 100, with --seed 1.")
    var seeds: Int?

    @Option(help: "The first seed.")
    var seed: UInt64?

    @Option(help: "sqlite or postgres.")
    var store = Engine.sqlite

    @Option(help: "Of --store postgres: where the server is (libpq URI).")
    var url: String?

    @Option(help: "Processes of the service on one database; more than one with --store postgres only.")
    var processes = 1

    @Option(help: "Customers in one history.")
    var customers = 5

    @Option(help: "Breaks a promise on purpose: \(Mutation.allCases.map(\.rawValue).joined(separator: ", ")).")
    var mutation: String?

    @Flag(help: "Print what happened, moment by moment.")
    var trace = false

    @Flag(help: "Stop at the first history that breaks a promise.")
    var stopAtFirst = false

    @Option(help: "Folder with the prompt files.")
    var prompts = "Prompts"

    @Option(help: "Folder with the configuration.")
    var config = "config"

    func validate() throws {
        if processes > 1, store != .postgres { throw ValidationError("--processes needs --store postgres.") }
        if store == .postgres, url == nil { throw ValidationError("--store postgres needs --url.") }
        guard seeds ?? 1 > 0, processes > 0, customers > 0 else { throw ValidationError("Numbers have to be positive.") }
        if let mutation, Mutation(rawValue: mutation) == nil {
            throw ValidationError("There is no mutation \(mutation); see --help.")
        }
    }

    func run() async throws {
        let options = SimulationOptions(
            customers: customers,
            processes: processes,
            mutation: mutation.flatMap(Mutation.init),
            keepsTrace: trace
        )
        let library = try PromptLibrary.load(prompts: prompts, config: config)
        let simulation = Simulation(library: library, options: options)
        let stores = SimulatedStores(postgres: store == .postgres ? url : nil)
        let first = seed ?? 1
        let count = seeds ?? (seed == nil ? 100 : 1)
        var tally = Tally()
        for number in first..<first + UInt64(count) {
            let history = try await stores.run(simulation, seed: number)
            tally.add(history)
            for line in history.trace { print(line) }
            if trace || count == 1 { print(String(format: "digest %016lx", history.digest)) }
            for violation in history.violations { print("seed \(number): \(violation)") }
            if stopAtFirst, !history.violations.isEmpty { break }
        }
        print(tally.words)
        if tally.broken > 0 { throw ExitCode(1) }
    }
}

/// The figures of a run.
private struct Tally {
    private let began = ContinuousClock.now
    private var histories = 0
    private(set) var broken = 0
    private var messagesIn = 0
    private var messagesOut = 0
    private var starts = 0
    private var simulated: Int64 = 0

    mutating func add(_ history: History) {
        histories += 1
        if !history.violations.isEmpty { broken += 1 }
        messagesIn += history.messagesIn
        messagesOut += history.messagesOut
        starts += history.processesStarted
        simulated += history.simulatedMilliseconds
    }

    var words: String {
        let took = (ContinuousClock.now - began) / .seconds(1)
        let rate = String(format: "%.1f", Double(histories) / max(took, 0.001))
        return "\(histories) histories in \(String(format: "%.1f", took)) s (\(rate) a second), "
            + "\(simulated / 3_600_000) simulated hours, \(messagesIn) messages in, \(messagesOut) out, "
            + "\(starts) process starts; \(broken) broke a promise"
    }
}
