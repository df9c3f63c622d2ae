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
    private let watch: PromptWatch?
    private let client: HTTPClient
    private let http: any Service
    private let serveLock: ServeLock?
    private let log: Logger
    private let place: String
    private let shutdownMilliseconds: Int
    private let reconciliationWindow: Int64

    /// Opens the store and binds nothing yet. Throws ``StartProblem`` when something can't be had.
    public init(settings: Settings, library: PromptLibrary, log: Logger) async throws {
        try await self.init(
            settings: settings,
            library: library,
            pipelineSettings: PipelineSettings(settings, owner: processName()),
            log: log
        )
    }

    init(settings: Settings, library: PromptLibrary, pipelineSettings: PipelineSettings, log: Logger) async throws {
        let store = try await openStore(settings, log: log)
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: outsideClientConfiguration(connectionsPerHost: pipelineSettings.exchangesAtOnce)
        )
        let metrics = MetricsRegistry()
        let observed = ObservedServices(settings, metrics: metrics)
        let outside = outside(settings, transport: .live(client), observed: observed)
        let playbooks = playbookSource(library, settings, store)
        let pipeline = Pipeline(
            store: store,
            outside: outside,
            playbooks: playbooks,
            settings: pipelineSettings,
            surroundings: .live,
            meter: metrics.meter,
            log: log
        )
        let (listening, ready) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        self.store = store
        self.client = client
        self.pipeline = pipeline
        watch = settings.prompts.isWatched ? promptWatch(playbooks, settings, store, log) : nil
        self.listening = listening
        self.log = log
        desk = Desk(
            store: store,
            now: pipeline.surroundings.now,
            newID: pipeline.surroundings.newID,
            playbook: { library.playbook },
            templates: { [templates = settings.whatsapp.replyTemplates] in templates },
            hasLeftWork: { pipeline.wake() }
        )
        serveLock = try ServeLock(settings.database)
        place = "\(settings.host):\(settings.port)"
        shutdownMilliseconds = settings.shutdownMilliseconds
        reconciliationWindow = pipelineSettings.reconciliationWindow
        let api = APIServices(
            settings,
            tokens: try await Tokens.open(settings, store: store),
            desk: desk,
            store: store,
            surroundings: pipeline.surroundings,
            log: log
        )
        http = try makeHTTP(settings, pipeline, playbooks, observed, metrics, api, log) { ready.yield($0) }
    }

    /// Serves until the task is cancelled or the service group shuts down gracefully.
    public func run() async throws {
        await pipeline.followClock()
        // Nobody else serves this file: what a killed process still holds is free at once.
        if serveLock != nil {
            try await store.releaseAllClaims(
                now: pipeline.surroundings.now(),
                windowMilliseconds: reconciliationWindow
            )
        }
        let result = await runUntilStopped().mapError { error -> any Error in
            guard let error = error as? IOError, error.errnoCode == EADDRINUSE || error.errnoCode == EACCES else {
                return error
            }
            let why = error.errnoCode == EACCES ? "this user may not" : "something else does already"
            return StartProblem("can't listen on \(place): \(why); set HOST and PORT to another place", exitCode: 1)
        }
        try? await client.shutdown()
        try? await store.close()
        serveLock?.release()
        try result.get()
    }

    /// The pipeline can be cut off at any point. The server can't: a connection that was accepted a moment ago would be
    /// dropped half made, on which NIO traps. So it always ends gracefully, also when this task is cancelled.
    private func runUntilStopped() async -> Result<Void, any Error> {
        let serving = group(of: http)
        let working = group(of: pipeline)
        let server = Task { try await serving.run() }
        let watching = Task { await watch?.run() }
        defer { watching.cancel() }
        return await withGracefulShutdownHandler {
            await withTaskGroup(of: Result<Void, any Error>.self) { tasks in
                tasks.addTask {
                    do { return .success(try await working.run()) } catch { return .failure(error) }
                }
                tasks.addTask { await server.result }
                let first = await tasks.next() ?? .success(())
                if case .failure = first { tasks.cancelAll() }
                await serving.triggerGracefulShutdown()
                let second = await tasks.next() ?? .success(())
                if case .failure = first { return first }
                return second
            }
        } onGracefulShutdown: {
            Task { await serving.triggerGracefulShutdown() }
        }
    }

    private func group(of service: any Service) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(
                    service: service,
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup
                )
            ],
            logger: log
        )
        configuration.maximumGracefulShutdownDuration = .milliseconds(shutdownMilliseconds)
        return ServiceGroup(configuration: configuration)
    }
}
