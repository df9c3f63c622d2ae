import Conversation
import Desk
import Foundation
import Logging
import Prompts
import Sandbox
import Server

/// The whole service in this process, with the sandbox beside it on loopback: for what is measured of one
/// conversation, not under load.
final class Rehearsed: Sendable {
    let sandbox: Sandbox
    let desk: Desk
    private let running: Task<Void, any Error>

    private init(sandbox: Sandbox, desk: Desk, running: Task<Void, any Error>) {
        self.sandbox = sandbox
        self.desk = desk
        self.running = running
    }

    /// - Parameter folder: holds `Prompts` and `config`; the database is made beside them.
    static func start(in folder: URL, hasModel: Bool) async throws -> Rehearsed {
        var settings = SandboxSettings(
            whatsApp: .init(
                accessToken: "bench-token",
                appSecret: Bodies.appSecret,
                verifyToken: "bench-verify",
                phoneNumberID: Bodies.phoneNumberID,
                displayPhoneNumber: "351210000000"
            ),
            openAI: .init(apiKey: "sk-bench"),
            stripe: .init(secretKey: "sk_test_bench", webhookSecret: "whsec_bench")
        )
        settings.logger.logLevel = .critical
        let sandbox = Sandbox(settings)
        try await sandbox.start()
        var environment = [
            "WHATSAPP_API_BASE": sandbox.graphBase, "WHATSAPP_PHONE_NUMBER_ID": Bodies.phoneNumberID,
            "WHATSAPP_ACCESS_TOKEN": "bench-token", "WHATSAPP_APP_SECRET": Bodies.appSecret,
            "WHATSAPP_VERIFY_TOKEN": "bench-verify", "STRIPE_API_BASE": sandbox.stripeBase,
            "STRIPE_SECRET_KEY": "sk_test_bench", "STRIPE_WEBHOOK_SECRET": "whsec_bench", "PORT": "0",
            "DATABASE_URL": "sqlite:\(folder.appending(path: "\(UUID().uuidString).sqlite").path)",
            "CONVERSATION_BURST_WINDOW_MS": "0",
        ]
        if hasModel {
            environment["OPENAI_API_KEY"] = "sk-bench"
            environment["OPENAI_BASE_URL"] = sandbox.openAIBase
        }
        let loaded = try Settings.load(environment: environment, workingDirectory: folder.path)
        let log = Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() })
        let application = try await Application(settings: loaded, library: try PromptLibrary.load(loaded), log: log)
        let running = Task { try await application.run() }
        var ports = application.listening.makeAsyncIterator()
        guard let port = await ports.next() else { throw Trouble("the service did not listen") }
        sandbox.setWebhooks(
            whatsApp: "http://127.0.0.1:\(port)/webhooks/whatsapp",
            stripe: "http://127.0.0.1:\(port)/webhooks/stripe"
        )
        return Rehearsed(sandbox: sandbox, desk: application.desk, running: running)
    }

    func stop() async {
        running.cancel()
        _ = await running.result
        await sandbox.stop()
    }

    /// Says something and waits for the answer.
    func ask(_ text: String, as customer: Customer) async throws -> String {
        let before = sandbox.sent(to: customer.key).count
        try await sandbox.write(.text(text), as: customer)
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            let heard = sandbox.sent(to: customer.key)
            if heard.count > before { return heard[before].text }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw Trouble("there was no answer to “\(text)” within 20 s")
    }
}
