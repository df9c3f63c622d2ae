import ArgumentParser
import Foundation
import NIOCore
import NIOPosix

/// The figures of the README. Run it from the root of the project, in a release build with `crset` beside it.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crset-bench",
        abstract: "Measure the service: throughput, latency, memory, start.",
        discussion: """
            Starts `crset serve` (from beside this program) on fresh databases, loads it over loopback and prints a \
            table. The load and the stubs of WhatsApp and OpenAI run in this process, on one thread. For Postgres a \
            server of its own is started, in the temporary folder.
            """,
        subcommands: [Measure.self, EmptyServer.self],
        defaultSubcommand: Measure.self
    )
}

struct Measure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "measure", abstract: "Run the measurements (default).")

    @Option(help: "Keep-alive connections of the load.")
    var connections = 64

    @Option(help: "Length of each stretch of load, 1 to 20 seconds.")
    var seconds: Double?

    @Option(
        help: """
            Only this: start, acknowledge, endtoend, turns or prompts; growth, recovery and desk are measured only when \
            they are named. May be repeated.
            """
    )
    var only: [Measurements.Name] = []

    @Option(help: "sqlite or postgres. May be repeated.")
    var store: [Ground.Store] = [.sqlite]

    @Option(help: "Processes of the service on one Postgres database. May be repeated.")
    var processes = [1, 2, 3]

    @Option(parsing: .upToNextOption, help: "Stored messages at which growth is measured, the smallest first.")
    var sizes = [10_000, 1_000_000, 10_000_000]

    @Option(help: "Leads that the desk is measured with.")
    var leads = 1_000_000

    @Option(help: "Messages that the desk is measured with.")
    var messages = 10_000_000

    @Option(help: "Folder in which the desk's database stays, to be measured again without being filled again.")
    var keep: String?

    @Flag(help: "Print how the database goes about each of the desk's queries.")
    var plans = false

    @Flag(help: "Shorter stretches, for a first look.")
    var quick = false

    @Flag(help: "Print one JSON document instead of the table.")
    var json = false

    @Option(help: "Folder with the folders config and Prompts.")
    var root = "."

    @Option(help: "Folder for the databases, on a real disk. Default: .build under --root, else the temporary folder.")
    var data: String?

    func validate() throws {
        guard (1...1_000).contains(connections) else { throw ValidationError("--connections goes from 1 to 1000.") }
        guard processes.allSatisfy((1...16).contains) else { throw ValidationError("--processes goes from 1 to 16.") }
        guard sizes == sizes.sorted(), sizes.allSatisfy((1_000...50_000_000).contains) else {
            throw ValidationError("--sizes go up, from 1000 to 50000000.")
        }
        guard (100...10_000_000).contains(leads), messages >= 4 * leads, messages <= 40 * leads else {
            throw ValidationError("--leads goes from 100 to 10000000, --messages from 4 to 40 of each lead.")
        }
        guard (1...20).contains(seconds ?? 1) else { throw ValidationError("--seconds goes from 1 to 20.") }
    }

    func run() async throws {
        let places = try places()
        // One thread for load and stubs: the service keeps at least one of two cores to itself.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var figures: [Figure] = []
        do {
            for store in store {
                let place = keep.map { URL(filePath: $0).absoluteURL }
                let ground = try await Ground(store, data: places.data, keep: place)
                for count in store == .sqlite || only == [.desk] ? [1] : processes {
                    figures += try await measure(places, ground, count, group)
                }
            }
        } catch let trouble as Trouble {
            FileHandle.standardError.write(Data("crset-bench: \(trouble)\n".utf8))
            throw ExitCode.failure
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(["figures": figures]), as: UTF8.self))
        }
        try await group.shutdownGracefully()
    }

    private func measure(
        _ places: Service.Places,
        _ ground: Ground,
        _ processes: Int,
        _ group: MultiThreadedEventLoopGroup
    ) async throws -> [Figure] {
        let measurements = Measurements(
            places: places,
            ground: ground,
            processes: processes,
            group: group,
            connectionCount: connections,
            seconds: seconds ?? (quick ? 2 : 5),
            isQuick: quick,
            sizes: sizes,
            desk: DeskSize(leads: leads, messages: messages, showsPlans: plans)
        )
        if !json { print("— \(ground.store.rawValue), \(processes) process\(processes == 1 ? "" : "es")") }
        var figures: [Figure] = []
        for name in Measurements.Name.allCases where only.isEmpty ? !name.isLong : only.contains(name) {
            let more = try await measurements.run(name)
            if !json { print(more.table) }
            figures += more
        }
        let place = ground.store == .sqlite ? "sqlite" : "postgres\(processes)"
        return figures.map { figure in
            var figure = figure
            figure.name = "\(place).\(figure.name)"
            return figure
        }
    }

    private func places() throws -> Service.Places {
        let root = URL(filePath: root).absoluteURL
        let files = FileManager.default
        guard files.fileExists(atPath: root.appending(path: "config/crset.yaml").path) else {
            throw ValidationError(
                "there is no config/crset.yaml in \(root.path); name the project's folder with --root"
            )
        }
        let build = root.appending(path: ".build")
        let hasBuild = files.fileExists(atPath: build.path)
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return Service.Places(
            binaries: own.deletingLastPathComponent(),
            config: root.appending(path: "config"),
            prompts: root.appending(path: "Prompts"),
            data: data.map { URL(filePath: $0).absoluteURL } ?? (hasBuild ? build : files.temporaryDirectory)
        )
    }
}

extension Measurements.Name: ExpressibleByArgument {}
extension Ground.Store: ExpressibleByArgument {}
