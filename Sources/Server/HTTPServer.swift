import Hummingbird
import Logging
import NIOCore
import Pipeline
import Prompts
import ServiceLifecycle

/// The routes, and a server of bounded patience around them.
func makeHTTP(
    _ settings: Settings,
    _ pipeline: Pipeline,
    _ playbooks: PlaybookSource,
    _ observed: ObservedServices,
    _ metrics: MetricsRegistry,
    _ api: APIServices,
    _ log: Logger,
    onListening: @escaping @Sendable (Int) -> Void
) throws -> any Service {
    // Uptime checks and load balancers often ask with HEAD.
    let router = Router(options: .autoGenerateHeadEndpoints)
    router.add(middleware: HTTPMetrics(registry: metrics))
    router.add(middleware: RequestLog())
    let webhook = Webhook(
        inbox: pipeline.inbox,
        translate: pipeline.translate,
        surroundings: pipeline.surroundings,
        appSecrets: settings.whatsapp.appSecrets.map(\.value),
        stripeSecrets: settings.stripe.webhookSecrets.map(\.value)
    )
    WebhookRoutes(
        webhook: webhook,
        verifyToken: settings.whatsapp.verifyToken?.value,
        metrics: metrics
    ).add(to: router)

    try APIRoutes(services: api).add(to: router)

    MetricsRoutes(registry: metrics, store: pipeline.store, alerts: pipeline.alerts).add(to: router)
    let health = Health(
        store: pipeline.store,
        services: observed.all,
        prompts: playbooks,
        alerts: pipeline.alerts
    )
    router.get("health/live") { _, _ in HTTPResponse.Status.ok }
    router.get("health") { request, context in
        let (status, report) = await health.report()
        var response = try report.response(from: request, context: context)
        response.status = status
        return response
    }
    return Hummingbird.Application(
        router: router,
        server: .http1(configuration: .init(idleTimeout: .seconds(20))),
        configuration: .init(
            address: .hostname(settings.host, port: settings.port),
            serverName: nil,
            backlog: 1_024
        ),
        onServerRunning: { channel in
            if let port = channel.localAddress?.port { onListening(port) }
        },
        logger: log
    )
}
