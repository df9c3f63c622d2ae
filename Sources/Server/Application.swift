import AsyncHTTPClient
import Conversation
public import Desk
import Glibc
import Hummingbird
import Integrations
public import Logging
import NIOCore
import Pipeline
public import Prompts
public import ServiceLifecycle
import Storage

/// `crset serve`, put together from its configuration: store, clients, pipeline and HTTP.
public struct Application: Service {
    /// For what staff does on the same machine.
    public let desk: Desk
    /// Where HTTP listens, once it does; the port is the system's choice where the configuration says 0.
    public let listening: AsyncStream<Int>

    private let store: any Store
    private let pipeline: Pipeline
    private let client: HTTPClient
    private let http: any Service
    private let serveLock: ServeLock?
    private let log: Logger
    private let place: String
    private let shutdownMilliseconds: Int
    private let reconciliationWindow: Int64

    /// Opens the store and binds nothing yet. Throws ``StartProblem`` when something can't be had.
    public init(settings: Settings, library: PromptLibrary, log: Logger) throws {
        let store = try openStore(settings)
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: outsideClientConfiguration(connectionsPerHost: settings.outbox.concurrency * 2)
        )
        let observed = ObservedServices(settings)
        let outside = outside(settings, transport: .live(client), observed: observed)
        let pipelineSettings = PipelineSettings(settings, owner: processName())
        let pipeline = Pipeline(
            store: store,
            outside: outside,
            playbooks: PlaybookSource(library.serving(settings)),
            settings: pipelineSettings,
            surroundings: .live,
            log: log
        )
        let (listening, ready) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        self.store = store
        self.client = client
        self.pipeline = pipeline
        self.listening = listening
        self.log = log
        desk = Desk(store: store)
        serveLock = try ServeLock(settings.database)
        place = "\(settings.host):\(settings.port)"
        shutdownMilliseconds = settings.shutdownMilliseconds
        reconciliationWindow = pipelineSettings.reconciliationWindow
        http = makeHTTP(settings, pipeline, observed, log) { ready.yield($0) }
    }

    /// Serves until the task is cancelled or the service group shuts down gracefully.
    public func run() async throws {
        // Nobody else serves this file: what a killed process still holds is free at once.
        if serveLock != nil {
            try await store.releaseAllClaims(
                now: pipeline.surroundings.now(),
                windowMilliseconds: reconciliationWindow
            )
        }
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(
                    service: pipeline,
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup
                ),
                .init(
                    service: http,
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup
                ),
            ],
            logger: log
        )
        configuration.maximumGracefulShutdownDuration = .milliseconds(shutdownMilliseconds)
        let group = ServiceGroup(configuration: configuration)
        let result: Result<Void, any Error>
        do {
            try await group.run()
            result = .success(())
        } catch let error as IOError where error.errnoCode == EADDRINUSE || error.errnoCode == EACCES {
            let why = error.errnoCode == EACCES ? "this user may not" : "something else does already"
            result = .failure(
                StartProblem("can't listen on \(place): \(why); set HOST and PORT to another place", exitCode: 1)
            )
        } catch {
            result = .failure(error)
        }
        try? await client.shutdown()
        try? await store.close()
        serveLock?.release()
        try result.get()
    }
}
