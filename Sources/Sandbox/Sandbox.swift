import Hummingbird
import Logging
import NIOCore
public import ServiceLifecycle
import Synchronization

/// WhatsApp's Graph API, OpenAI and Stripe on one loopback port.
///
/// Start it with ``start()`` and stop it with ``stop()``, or put it into a service group, which calls ``run()``.
public final class Sandbox: Service {
    public let settings: SandboxSettings
    let plan: SharedPlan
    let courier: Courier
    let pump: StatusPump
    let graph: GraphService
    let openAI: OpenAIService
    let stripe: StripeService
    let broadcast = Broadcast()
    private let running = Mutex<Running?>(nil)

    private struct Running {
        var port: Int
        var group: ServiceGroup
        var server: Task<Void, any Error>
        var background: Task<Void, Never>
    }

    public init(_ settings: SandboxSettings) {
        self.settings = settings
        plan = SharedPlan(FaultPlan(seed: settings.seed))
        courier = Courier(settings: settings, plan: plan)
        let box = WeakGraph()
        pump = StatusPump(settings: settings, courier: courier, plan: plan) { box.graph?.tell($0) }
        graph = GraphService(settings: settings, pump: pump, happenings: broadcast)
        openAI = OpenAIService(settings: settings)
        stripe = StripeService(settings: settings)
        box.graph = graph
    }

    /// Serves until the service group shuts down.
    public func run() async throws {
        _ = try await start()
        try? await gracefulShutdown()
        await stop()
    }

    /// Listens on 127.0.0.1 and returns the port. A second call returns the same port.
    @discardableResult
    public func start() async throws -> Int {
        if let running = running.withLock({ $0?.port }) { return running }
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let responder = CallbackResponder<SandboxContext> { [self] request, context in
            try await respond(to: request, context: context)
        }
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: settings.port), serverName: nil),
            onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
            logger: quiet(settings.logger)
        )
        let group = ServiceGroup(services: [application], logger: quiet(settings.logger))
        let server = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await server.value
            throw Misuse("the sandbox stopped before it listened; is port \(settings.port) free?")
        }
        graph.setBase("http://127.0.0.1:\(port)/graph")
        stripe.setBase("http://127.0.0.1:\(port)")
        let background = Task { await pump.run() }
        running.withLock { $0 = Running(port: port, group: group, server: server, background: background) }
        return port
    }

    /// Closes the port, ends the statuses that are still due and waits until all is still.
    public func stop() async {
        guard
            let was = running.withLock({ running in
                defer { running = nil }
                return running
            })
        else { return }
        was.background.cancel()
        // Gracefully: NIO traps on a connection that is dropped just after it was accepted.
        await was.group.triggerGracefulShutdown()
        _ = await was.server.result
        await was.background.value
        await stripe.settle()
        await courier.shutDown()
        broadcast.finish()
    }

    /// `http://127.0.0.1:PORT`, once started.
    public var baseURL: String { "http://127.0.0.1:\(running.withLock { $0?.port } ?? settings.port)" }
    /// For `WHATSAPP_API_BASE`.
    public var graphBase: String { baseURL + "/graph" }
    /// For `OPENAI_BASE_URL`.
    public var openAIBase: String { baseURL + "/openai/v1" }
    /// For `STRIPE_API_BASE`.
    public var stripeBase: String { baseURL + "/stripe" }

    /// The server calls every connection that a fault or ``stop()`` closes an error; here both are meant.
    private func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = .critical
        return logger
    }
}

/// The pump is made before the service that it tells of statuses.
private final class WeakGraph: Sendable {
    private let held = Mutex<GraphService?>(nil)
    var graph: GraphService? {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}

extension GraphService {
    /// Books a status that goes out now.
    func tell(_ item: StatusPump.Item) {
        state.withLock { state in
            state.counts.statuses += 1
            if settings.books == .everything { state.setStatus(item.status, of: item.wamid, key: item.key) }
        }
        happenings.tell(
            .status(customer: item.key, wamid: item.wamid, status: item.status, errorCode: item.error?.code)
        )
    }
}
