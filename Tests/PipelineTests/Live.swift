import AsyncHTTPClient
import Conversation
import Desk
import Foundation
import Integrations
import Logging
import NIOCore
import Prompts
import Sandbox
import Storage

@testable import Pipeline
@testable import Server

/// The whole service on a database of its own, with the three outside services beside it on loopback.
final class Live: Sendable {
    let sandbox: Sandbox
    let settings: Settings
    let folder: URL
    let port: Int
    private let application: Server.Application
    private let running: Task<Void, any Error>

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let appSecret = "test-app-secret"
    static let stripeSecret = "whsec_test"
    static let verifyToken = "test-verify"
    static let phoneNumberID = "1064"

    static let sandboxSettings = SandboxSettings(
        whatsApp: .init(
            accessToken: "test-token",
            appSecret: appSecret,
            verifyToken: verifyToken,
            phoneNumberID: phoneNumberID,
            displayPhoneNumber: "351210000000"
        ),
        openAI: .init(apiKey: "sk-test"),
        stripe: .init(secretKey: "sk_test_1", webhookSecret: stripeSecret)
    )

    private init(
        sandbox: Sandbox,
        settings: Settings,
        folder: URL,
        application: Server.Application,
        running: Task<Void, any Error>,
        port: Int
    ) {
        self.sandbox = sandbox
        self.settings = settings
        self.folder = folder
        self.application = application
        self.running = running
        self.port = port
    }

    var desk: Desk { application.desk }
    var base: String { "http://127.0.0.1:\(port)" }

    /// `guided`: without a model. `overrides` are dotted keys of `crset.yaml`.
    static func start(
        guided: Bool = false,
        overrides: [String: String] = [:],
        environment more: [String: String] = [:],
        prepare: (inout SandboxSettings) -> Void = { _ in },
        pollInterval: Int64? = nil
    ) async throws -> Live {
        var sandboxSettings = sandboxSettings
        sandboxSettings.webhookAttempts = 20
        prepare(&sandboxSettings)
        let sandbox = Sandbox(sandboxSettings)
        try await sandbox.start()
        let folder = FileManager.default.temporaryDirectory.appending(path: "crset-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var environment = [
            "WHATSAPP_API_BASE": sandbox.graphBase, "WHATSAPP_PHONE_NUMBER_ID": phoneNumberID,
            "WHATSAPP_ACCESS_TOKEN": "test-token", "WHATSAPP_APP_SECRET": appSecret,
            "WHATSAPP_VERIFY_TOKEN": verifyToken, "STRIPE_API_BASE": sandbox.stripeBase,
            "STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": stripeSecret, "PORT": "0",
            "CRSET_CONFIG": root.appending(path: "config").path, "CRSET_PROMPTS": root.appending(path: "Prompts").path,
            "DATABASE_URL": "sqlite:\(folder.appending(path: "crset.sqlite").path)",
            "CONVERSATION_BURST_WINDOW_MS": "0",
        ]
        if !guided {
            environment["OPENAI_API_KEY"] = "sk-test"
            environment["OPENAI_BASE_URL"] = sandbox.openAIBase
        }
        let settings = try Settings.load(
            overrides: overrides,
            environment: environment.merging(more) { $1 },
            workingDirectory: folder.path
        )
        return try await serve(settings, sandbox, folder, pollInterval: pollInterval)
    }

    /// - Parameter pollInterval: how long a worker sleeps whom nothing wakes.
    private static func serve(
        _ settings: Settings,
        _ sandbox: Sandbox,
        _ folder: URL,
        pollInterval: Int64? = nil
    ) async throws -> Live {
        var log = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = .critical
        let library = try PromptLibrary.load(settings)
        var pipeline = PipelineSettings(settings, owner: processName())
        if let pollInterval { pipeline.pollInterval = pollInterval }
        let application = try await Server.Application(
            settings: settings,
            library: library,
            pipelineSettings: pipeline,
            log: log
        )
        let running = Task { try await application.run() }
        var listening = application.listening.makeAsyncIterator()
        guard let port = await listening.next() else {
            try await running.value
            throw Missed("the service did not listen")
        }
        sandbox.setWebhooks(
            whatsApp: "http://127.0.0.1:\(port)/webhooks/whatsapp",
            stripe: "http://127.0.0.1:\(port)/webhooks/stripe"
        )
        return Live(
            sandbox: sandbox,
            settings: settings,
            folder: folder,
            application: application,
            running: running,
            port: port
        )
    }

    /// The service ends at once, without finishing anything, and starts again on the same database.
    func restarted() async throws -> Live {
        running.cancel()
        _ = await running.result
        return try await Self.serve(settings, sandbox, folder)
    }

    func stop() async {
        running.cancel()
        _ = await running.result
        await sandbox.stop()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Starts, runs the body and stops, whatever comes of it.
    static func with(
        guided: Bool = false,
        overrides: [String: String] = [:],
        environment: [String: String] = [:],
        prepare: (inout SandboxSettings) -> Void = { _ in },
        _ body: (Live) async throws -> Void
    ) async throws {
        let live = try await start(
            guided: guided,
            overrides: overrides,
            environment: environment,
            prepare: prepare
        )
        do { try await body(live) } catch {
            await live.stop()
            throw error
        }
        await live.stop()
    }

    // MARK: Raw HTTP

    func post(_ path: String, _ body: Data, headers: [String: String] = [:]) async throws -> HTTPAnswer {
        try await transport().perform(
            HTTPCall(.post, base + path, headers: headers, body: body, timeoutMilliseconds: 20_000)
        )
    }

    func get(_ path: String) async throws -> HTTPAnswer {
        try await transport().perform(HTTPCall(.get, base + path, timeoutMilliseconds: 20_000))
    }

    func postSigned(_ json: String) async throws -> HTTPAnswer {
        let body = Data(json.utf8)
        return try await post(
            "/webhooks/whatsapp",
            body,
            headers: ["X-Hub-Signature-256": WhatsAppSignature.sign(body, secret: Self.appSecret)]
        )
    }

    private func transport() -> HTTPTransport { .live(HTTPClient.shared) }
}

/// Something expected that did not come in time. The bound is generous; nothing is measured by it.
struct Missed: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// One customer's side of a conversation: what was said, in order, with bounded waits.
final class Chat: Sendable {
    let live: Live
    let customer: Customer

    init(_ live: Live, _ customer: Customer) {
        self.live = live
        self.customer = customer
    }

    @discardableResult
    func say(_ text: String) async throws -> String {
        try await live.sandbox.write(.text(text), as: customer)
    }

    func tap(_ id: String) async throws {
        let last = live.sandbox.sent(to: customer.key).last { message in message.choices.contains { $0.id == id } }
        guard let last, let choice = last.choices.first(where: { $0.id == id }) else {
            throw Missed("no button \(id) among \(heard.last?.choices.map(\.id) ?? [])")
        }
        let message: Sandbox.CustomerMessage =
            choice.isRow
            ? .listReply(id: id, title: choice.title, to: last.wamid)
            : .buttonReply(id: id, title: choice.title, to: last.wamid)
        try await live.sandbox.write(message, as: customer)
    }

    var heard: [SentMessage] { live.sandbox.sent(to: customer.key) }

    /// Waits until the business has sent so many messages in all, and returns the last of them.
    @discardableResult
    func hear(_ count: Int) async throws -> SentMessage {
        try await eventually("message \(count) to \(customer.key); heard \(heard.map(\.text))") {
            let heard = heard
            return heard.count >= count ? heard[count - 1] : nil
        }
    }

    /// Says something and waits for the answer.
    @discardableResult
    func ask(_ text: String) async throws -> SentMessage {
        let before = heard.count
        try await say(text)
        return try await hear(before + 1)
    }

    @discardableResult
    func press(_ id: String) async throws -> SentMessage {
        let before = heard.count
        try await tap(id)
        return try await hear(before + 1)
    }

    func lead() async throws -> LeadRecord {
        let leads = try await live.desk.leads(LeadQuery())
        guard
            let lead = leads.first(where: { $0.address.userID == customer.userID && $0.address.waID == customer.waID })
        else { throw Missed("no lead for \(customer.key)") }
        return lead
    }

    func stage(_ name: Stage.Name) async throws {
        _ = try await eventually("stage \(name.rawValue)") {
            let lead = try await lead()
            return lead.state.stage.name == name ? lead : nil
        }
    }
}

/// Looks again and again until there is something to see, at most half a minute. But a few hundred times at least: where
/// the looks have to wait for the machine, what they wait for has to as well.
func eventually<T: Sendable>(
    _ what: @autoclosure () -> String,
    _ look: () async throws -> T?
) async throws -> T {
    let deadline = ContinuousClock.now + .seconds(30)
    var looks = 0
    while looks < 300 || ContinuousClock.now < deadline {
        looks += 1
        if let found = try await look() { return found }
        try await ContinuousClock().sleep(until: .now + .milliseconds(10))
    }
    throw Missed("did not come: \(what())")
}
