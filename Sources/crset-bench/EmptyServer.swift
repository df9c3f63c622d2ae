import ArgumentParser
import Hummingbird
import Logging

/// What the durable acknowledgement is measured against: the same server, which only says 200. A process of its own,
/// as the service is one.
struct EmptyServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "empty-server", shouldDisplay: false)

    @Option var port: Int

    func run() async throws {
        let router = Router()
        router.get("health/live") { _, _ in HTTPResponse.Status.ok }
        router.post("webhooks/whatsapp") { _, _ in HTTPResponse.Status.ok }
        var log = Logger(label: "empty") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = .error
        let application = Application(
            router: router,
            server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: nil, backlog: 1_024),
            logger: log
        )
        try await application.run()
    }
}
