import ArgumentParser
import Logging
import Prompts
import Server
import ServiceLifecycle

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the service: HTTP, workers, outbox, timers.",
        discussion: """
            EXAMPLES
              crset serve
              crset serve --host 0.0.0.0 --port 8080 --database postgres://crset@db/crset
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(name: .long, help: "Address to listen on.")
    var host: String?

    @Option(name: .long, help: "Port to listen on; 0 lets the system choose.")
    var port: Int?

    @Flag(name: .customLong("no-migrate"), help: "Refuse an old database schema instead of bringing it up to date.")
    var noMigrate = false

    func run() async throws {
        try await reportingFailures {
            let settings = try options.load([
                "host": host, "port": port.map(String.init), "database.migrate_at_start": noMigrate ? "false" : nil,
            ])
            let missing = settings.requireForServing()
            guard missing.isEmpty else { throw SettingsError(problems: missing) }
            let library = try PromptLibrary.load(settings)
            let log = settings.logger("crset")
            for warning in settings.warnings { log.warning("\(warning)") }
            let application = try await Application(settings: settings, library: library, log: log)
            let announcing = Task {
                for await port in application.listening {
                    log.notice("listening", metadata: ["host": "\(settings.host)", "port": "\(port)"])
                }
            }
            defer { announcing.cancel() }
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [
                        .init(
                            service: StopSignals(log: log),
                            successTerminationBehavior: .gracefullyShutdownGroup,
                            failureTerminationBehavior: .gracefullyShutdownGroup
                        ),
                        .init(service: application),
                    ],
                    logger: log
                )
            )
            try await group.run()
        }
    }
}
