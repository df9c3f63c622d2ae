import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

@testable import Sandbox

/// A running sandbox, a small service that takes its webhooks, and a client.
final class SandboxRig: Sendable {
    struct Delivery: Sendable {
        var path: String
        var signature: String
        var body: [UInt8]
        var payload: Payload { Payload.parse(body) ?? .null }
    }

    let sandbox: Sandbox
    let deliveries: AsyncStream<Delivery>
    /// Where the small service listens.
    let service: String
    private let server: Task<Void, any Error>

    static let token = "test-token"
    static let phoneID = "106400000000000"
    static let plainSettings: SandboxSettings = {
        var settings = SandboxSettings(
            whatsApp: .init(
                accessToken: token,
                appSecret: "app-secret-for-tests",
                verifyToken: "verify",
                phoneNumberID: phoneID,
                displayPhoneNumber: "351210000000"
            ),
            openAI: .init(apiKey: "test-openai"),
            stripe: .init(secretKey: "sk_test_sandbox", webhookSecret: "whsec_test_secret")
        )
        settings.whatsApp.statuses = .init(sent: 0, delivered: 0)
        settings.whatsApp.templates = ["follow_up/pt_PT"]
        settings.webhookRetryMilliseconds = 1
        return settings
    }()

    /// Runs `body` against a fresh sandbox and stops it. `statuses`: what the service answers to its first webhooks.
    static func with(
        _ settings: SandboxSettings = plainSettings,
        answers: [Int] = [],
        _ body: (SandboxRig) async throws -> Void
    ) async throws {
        let rig = try await SandboxRig(settings, answers: answers)
        do {
            try await body(rig)
        } catch {
            await rig.stop()
            throw error
        }
        await rig.stop()
    }

    private init(_ settings: SandboxSettings, answers: [Int]) async throws {
        sandbox = Sandbox(settings)
        let (deliveries, taken) = AsyncStream<Delivery>.makeStream()
        let (ports, port) = AsyncStream<Int>.makeStream()
        let left = AnswerQueue(answers)
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            let status = left.next()
            if status == 200 {
                let signature = request.headers.first { $0.name.canonicalName.contains("signature") }?.value
                taken.yield(
                    Delivery(path: request.uri.path, signature: signature ?? "", body: Array(body.readableBytesView))
                )
            }
            return Response(status: .init(code: status))
        }
        var quiet = Logger(label: "service")
        quiet.logLevel = .critical
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) },
            logger: quiet
        )
        server = Task { try await application.run() }
        self.deliveries = deliveries
        service = "http://127.0.0.1:\(await ports.first { _ in true } ?? 0)"
        sandbox.setWebhooks(whatsApp: service + "/wa", stripe: service + "/stripe")
        try await sandbox.start()
    }

    private func stop() async {
        await sandbox.stop()
        server.cancel()
        _ = await server.result
    }

    /// The next `count` webhooks.
    func webhooks(_ count: Int) async -> [Delivery] {
        var found: [Delivery] = []
        for await delivery in deliveries {
            found.append(delivery)
            if found.count == count { break }
        }
        return found
    }

    /// Statuses until `count` have come, however they were batched.
    func statuses(_ count: Int) async -> [Payload] {
        var found: [Payload] = []
        for await delivery in deliveries {
            let value = delivery.payload["entry"]?[0]?["changes"]?[0]?["value"]
            found += value?["statuses"]?.list ?? []
            if found.count >= count { break }
        }
        return found
    }

    func call(
        _ method: HTTPMethod,
        _ url: String,
        _ headers: HTTPHeaders,
        _ body: String? = nil
    ) async throws -> (status: Int, headers: HTTPHeaders, body: Payload) {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = headers
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        let payload = Payload.parse(Array(bytes.readableBytesView)) ?? .string(String(buffer: bytes))
        return (Int(response.status.code), response.headers, payload)
    }

    func send(_ message: Payload, token: String = token, from id: String = phoneID) async throws -> (
        status: Int, headers: HTTPHeaders, body: Payload
    ) {
        try await call(
            .POST,
            "\(sandbox.graphBase)/v25.0/\(id)/messages",
            ["Authorization": "Bearer \(token)"],
            message.jsonText
        )
    }

    func text(_ text: String, to: String = "+351911111111", data: String? = nil) -> Payload {
        var message: Payload = [
            "messaging_product": "whatsapp", "to": .string(to), "type": "text", "text": ["body": .string(text)],
        ]
        if let data { message["biz_opaque_callback_data"] = .string(data) }
        return message
    }

    func stripe(
        _ method: HTTPMethod,
        _ path: String,
        _ form: String? = nil,
        key: String? = nil
    ) async throws -> (status: Int, headers: HTTPHeaders, body: Payload) {
        var headers: HTTPHeaders = [
            "Authorization": "Bearer sk_test_sandbox", "Stripe-Version": "2026-10-28.endive",
            "Content-Type": "application/x-www-form-urlencoded",
        ]
        if let key { headers.add(name: "Idempotency-Key", value: key) }
        return try await call(method, "\(sandbox.stripeBase)/v1/\(path)", headers, form)
    }

    func chat(_ request: Payload, key: String = "test-openai") async throws -> (
        status: Int, headers: HTTPHeaders, body: Payload
    ) {
        try await call(
            .POST,
            "\(sandbox.openAIBase)/chat/completions",
            ["Authorization": "Bearer \(key)"],
            request.jsonText
        )
    }
}

private final class AnswerQueue: Sendable {
    private let answers: Mutex<[Int]>
    init(_ answers: [Int]) { self.answers = Mutex(answers) }
    func next() -> Int { answers.withLock { $0.isEmpty ? 200 : $0.removeFirst() } }
}
