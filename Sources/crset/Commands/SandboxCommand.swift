import ArgumentParser
import Foundation
import Logging
import Sandbox
import ServiceLifecycle
import UnixSignals

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "WhatsApp, OpenAI and Stripe, simulated over HTTP on this machine.",
        discussion: """
            Prints the settings with which `crset serve` uses it. Credentials are taken from the environment where they \
            are set there, so that both can read one .env file; otherwise made-up ones are printed.

            EXAMPLES
              crset sandbox
              crset sandbox --port 9090 --service http://127.0.0.1:8080
            """
    )

    @Option(name: .long, help: "Port to listen on; 0 lets the system choose.")
    var port = 9_090

    @Option(
        name: .customLong("service"),
        help: "Where `crset serve` listens; its webhooks are called there. Several times for several processes."
    )
    var services = ["http://127.0.0.1:8080"]

    @Option(name: .long, help: "Seed of the faults.")
    var seed: UInt64 = 1

    func run() async throws {
        try await reportingFailures {
            let access = SandboxAccess(ProcessInfo.processInfo.environment)
            var settings = access.settings
            settings.port = port
            settings.seed = seed
            settings.whatsAppWebhooks = services.map { $0 + "/webhooks/whatsapp" }
            settings.stripeWebhooks = services.map { $0 + "/webhooks/stripe" }
            // WhatsApp and Stripe try for days; some minutes are enough to restart the service in.
            settings.webhookAttempts = 100
            let sandbox = Sandbox(settings)
            do { try await sandbox.start() } catch {
                throw Failure(description: "the sandbox can't start: \(error)", exitCode: Exit.unavailable)
            }
            for (name, value) in access.variables(of: sandbox) { Terminal.write("\(name)=\(value)") }
            Terminal.write("# \(sandbox.baseURL)/sandbox shows and drives it; seed \(seed)")
            var log = Logger(label: "crset.sandbox") { StreamLogHandler.standardError(label: $0) }
            log.logLevel = .warning
            let group = ServiceGroup(services: [sandbox], gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
            try await group.run()
        }
    }
}

/// Credentials that the sandbox and the service share. Made up, and only ever good for the sandbox.
struct SandboxAccess {
    let settings: SandboxSettings

    init(_ environment: [String: String]) {
        func value(_ name: String, _ madeUp: String) -> String {
            environment[name].flatMap { $0.isEmpty ? nil : $0 } ?? madeUp
        }
        settings = SandboxSettings(
            whatsApp: .init(
                accessToken: value("WHATSAPP_ACCESS_TOKEN", "sandbox-token"),
                appSecret: value("WHATSAPP_APP_SECRET", "sandbox-app-secret"),
                verifyToken: value("WHATSAPP_VERIFY_TOKEN", "sandbox-verify"),
                phoneNumberID: value("WHATSAPP_PHONE_NUMBER_ID", "106540352242922"),
                displayPhoneNumber: "351210000000"
            ),
            openAI: .init(apiKey: value("OPENAI_API_KEY", "sk-sandbox")),
            stripe: .init(
                secretKey: value("STRIPE_SECRET_KEY", "sk_test_sandbox"),
                webhookSecret: value("STRIPE_WEBHOOK_SECRET", "whsec_sandbox")
            )
        )
    }

    /// What `crset serve` needs to use this sandbox.
    func variables(of sandbox: Sandbox) -> [(String, String)] {
        [
            ("WHATSAPP_API_BASE", sandbox.graphBase), ("OPENAI_BASE_URL", sandbox.openAIBase),
            ("STRIPE_API_BASE", sandbox.stripeBase), ("WHATSAPP_PHONE_NUMBER_ID", settings.whatsApp.phoneNumberID),
            ("WHATSAPP_ACCESS_TOKEN", settings.whatsApp.accessToken),
            ("WHATSAPP_APP_SECRET", settings.whatsApp.appSecret),
            ("WHATSAPP_VERIFY_TOKEN", settings.whatsApp.verifyToken), ("OPENAI_API_KEY", settings.openAI.apiKey),
            ("STRIPE_SECRET_KEY", settings.stripe.secretKey),
            ("STRIPE_WEBHOOK_SECRET", settings.stripe.webhookSecret),
        ]
    }
}
