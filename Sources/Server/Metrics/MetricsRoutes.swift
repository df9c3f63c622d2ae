import HTTPTypes
import Hummingbird
import NIOCore
import Pipeline
import Storage

import class Foundation.ProcessInfo

/// `GET /metrics`: what was counted, and what waits now.
struct MetricsRoutes: Sendable {
    let registry: MetricsRegistry
    let store: any Store
    let alerts: ServiceAlerts

    func add(to router: Router<BasicRequestContext>) {
        router.get("metrics") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: await text()))
            )
        }
    }

    /// What the store can't tell is left out; `crset_store_up` says so.
    private func text() async -> String {
        var gauges: [(MetricsRegistry.Series, Double)] = []
        func add(_ name: String, _ value: Int) { gauges.append((.init(name), Double(value))) }
        do {
            let counts = try await store.counts()
            add("crset_store_up", 1)
            add("crset_leads", counts.leads)
            add("crset_conversations_open", counts.openConversations)
            add("crset_outbox_pending", counts.outboxPending)
            add("crset_outbox_uncertain", counts.outboxUncertain)
            add("crset_dead_letters", counts.deadLetters)
            add("crset_items_unmatched", counts.unmatched)
            let open = try await alerts.open()
            add("crset_service_alerts_open", open.count)
            for alert in open {
                gauges.append((.init("crset_service_alert", ["cause": alert.cause.rawValue]), 1))
            }
        } catch {
            gauges = [(.init("crset_store_up"), 0)]
        }
        if let bytes = Self.residentBytes() { add("process_resident_memory_bytes", bytes) }
        return registry.text(gauges: gauges, help: Self.help)
    }

    private static func residentBytes() -> Int? {
        guard let text = try? String(contentsOf: .init(filePath: "/proc/self/statm"), encoding: .utf8) else {
            return nil
        }
        let parts = text.split(separator: " ")
        return parts.count > 1 ? Int(parts[1]).map { $0 * 4_096 } : nil
    }

    private static let help = [
        "crset_store_up": "1 while the database answers.",
        "crset_leads": "Leads in the database.",
        "crset_conversations_open": "Conversations with events that wait for their turn.",
        "crset_outbox_pending": "Messages that wait to be sent or are being sent.",
        "crset_outbox_uncertain": "Sends whose answer never came and that wait for a status.",
        "crset_dead_letters": "Dead letters that wait for a person.",
        "crset_items_unmatched": "Items from outside that fitted nothing.",
        "crset_service_alerts_open": "Trouble of the service that waits for a person.",
        "crset_service_alert": "1 for each open alert, by cause.",
        "process_resident_memory_bytes": "Memory of this process.",
        "crset_http_requests_total": "Requests by route, method and status.",
        "crset_http_request_seconds": "Time until the head of the answer, by route.",
        "crset_outside_requests_total": "Calls to WhatsApp, the model and Stripe by outcome.",
        "crset_outside_request_seconds": "Time of these calls.",
        "crset_acknowledgement_seconds": "From the head of a webhook's request to its answer, by service and status.",
        "crset_turn_seconds": "From taking a turn to its commit, by outcome.",
        "crset_answer_seconds": "From the oldest message that a turn answers to the commit of the answer.",
        "crset_send_attempt_seconds": "Time of one try to send a message or deactivate a link, by outcome.",
        "crset_model_call_seconds": "Time of one call of a model, by model and outcome.",
    ]
}

/// Counts and times every request.
struct HTTPMetrics<Context: RequestContext>: RouterMiddleware {
    let registry: MetricsRegistry

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        do {
            let response = try await next(request, context)
            record(request, context, response.status.code, since: start)
            return response
        } catch {
            record(request, context, (error as? any HTTPResponseError)?.status.code ?? 500, since: start)
            throw error
        }
    }

    private func record(_ request: Request, _ context: Context, _ status: Int, since start: ContinuousClock.Instant) {
        // The pattern of the route, never the path, in which there are ids and numbers of people.
        let route = context.endpointPath ?? "none"
        let known: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]
        let method = known.contains(request.method) ? request.method.rawValue : "other"
        registry.count(
            .init("crset_http_requests_total", ["route": route, "method": method, "status": "\(status)"])
        )
        registry.time(.init("crset_http_request_seconds", ["route": route]), ContinuousClock.now - start)
    }
}
