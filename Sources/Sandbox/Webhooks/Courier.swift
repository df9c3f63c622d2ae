import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Posts webhooks and repeats them until they are answered, a bounded number of times. Several processes of one service
/// take turns, as behind a load balancer.
final class Courier: Sendable {
    enum Kind: Sendable {
        case whatsApp, stripe
    }

    struct Counts: Sendable {
        var delivered = 0
        var repeated = 0
        var givenUp = 0
        var withoutTarget = 0
    }

    private let settings: SandboxSettings
    private let client: HTTPClient
    private let plan: SharedPlan
    private let targets: Mutex<(whatsApp: [String], stripe: [String])>
    private let turns = Atomic(0)
    private let counted = Mutex(Counts())

    init(settings: SandboxSettings, plan: SharedPlan) {
        self.settings = settings
        self.plan = plan
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(2)
        configuration.timeout.read = .seconds(10)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        // A process that is down is known at once; the repeats are ours.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        targets = Mutex((settings.whatsAppWebhooks, settings.stripeWebhooks))
    }

    var counts: Counts { counted.withLock { $0 } }

    func setTargets(whatsApp: [String]?, stripe: [String]?) {
        targets.withLock {
            if let whatsApp { $0.whatsApp = whatsApp }
            if let stripe { $0.stripe = stripe }
        }
    }

    func shutDown() async { try? await client.shutdown() }

    /// Delivers, with the faults of the plan. True once the service has answered 200 (Stripe: any 2xx).
    @discardableResult
    func deliver(_ body: [UInt8], _ kind: Kind) async -> Bool {
        var times = 1
        for fault in plan.draw(kind == .whatsApp ? .whatsAppWebhook : .stripeWebhook) {
            switch fault {
            case .drop: return false
            case .delay(let milliseconds): try? await Task.sleep(for: .milliseconds(milliseconds))
            case .duplicate(let count): times = max(times, min(count, 10))
            default: break
            }
        }
        var accepted = false
        for _ in 0..<times { accepted = await deliverUntilAccepted(body, kind) }
        return accepted
    }

    private func deliverUntilAccepted(_ body: [UInt8], _ kind: Kind) async -> Bool {
        var wait = settings.webhookRetryMilliseconds
        for attempt in 1...max(1, settings.webhookAttempts) {
            let targets = targets.withLock { kind == .whatsApp ? $0.whatsApp : $0.stripe }
            guard !targets.isEmpty else {
                counted.withLock { $0.withoutTarget += 1 }
                return false
            }
            let turn = turns.add(1, ordering: .relaxed).oldValue
            // Where one process is down, the next one is asked at once.
            for place in targets.indices where await post(body, kind, to: targets[(turn + place) % targets.count]) {
                counted.withLock { $0.delivered += 1 }
                return true
            }
            guard attempt < settings.webhookAttempts else { break }
            counted.withLock { $0.repeated += 1 }
            do { try await Task.sleep(for: .milliseconds(wait)) } catch { return false }
            wait = min(wait * 2, max(settings.webhookRetryMilliseconds, settings.webhookRetryMillisecondsMax))
        }
        counted.withLock { $0.givenUp += 1 }
        settings.logger.warning(
            "webhook given up",
            metadata: ["kind": "\(kind)", "attempts": "\(settings.webhookAttempts)"]
        )
        return false
    }

    private func post(_ body: [UInt8], _ kind: Kind, to target: String) async -> Bool {
        var request = HTTPClientRequest(url: target)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        switch kind {
        case .whatsApp:
            let signature = WebhookSignature.meta(body, secret: settings.whatsApp.appSecret)
            request.headers.add(name: "X-Hub-Signature-256", value: signature)
        case .stripe:
            let signature = WebhookSignature.stripe(
                body,
                secret: settings.stripe.webhookSecret,
                time: settings.now() / 1_000
            )
            request.headers.add(name: "Stripe-Signature", value: signature)
        }
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let response = try await client.execute(request, timeout: .seconds(10))
            _ = try await response.body.collect(upTo: 1 << 20)
            return kind == .whatsApp ? response.status == .ok : (200..<300).contains(Int(response.status.code))
        } catch {
            return false
        }
    }
}

/// The one fault plan, drawn from by requests and webhooks alike.
final class SharedPlan: Sendable {
    private let plan: Mutex<FaultPlan>

    init(_ plan: FaultPlan) { self.plan = Mutex(plan) }

    var current: FaultPlan { plan.withLock { $0 } }
    func draw(_ route: FaultRoute) -> [Fault] { plan.withLock { $0.draw(route) } }
    func add(_ rule: FaultRule) { plan.withLock { $0.add(rule) } }
    func clear() { plan.withLock { $0.clear() } }
}
