import Conversation
import Foundation
import Testing

@testable import Prompts

@Suite("Settings")
struct SettingsTests {
    @Test("have the documented defaults where nothing is set")
    func defaults() throws {
        try withDirectory { path in
            let settings = try Settings.load(environment: [:], workingDirectory: path)
            #expect(settings.configFolder == "\(path)/config")
            #expect(settings.promptsFolder == "\(path)/Prompts")
            #expect(settings.database == .sqlite(path: "\(path)/crset.sqlite"))
            #expect(settings.host == "127.0.0.1")
            #expect(settings.port == 8080)
            #expect(settings.whatsapp.apiBase == "https://graph.facebook.com")
            #expect(settings.whatsapp.apiVersion == "v25.0")
            #expect(settings.openai.baseURL == "https://api.openai.com/v1")
            #expect(settings.openai.model.hasPrefix("gpt-4"))
            #expect(settings.stripe.apiBase == "https://api.stripe.com")
            #expect(settings.conversation.burstWindowMilliseconds == 2000)
            #expect(settings.conversation.burstLimitMilliseconds == 8000)
            #expect(settings.policy.apologyAfterMilliseconds == 600_000)
            #expect(settings.spend.callsPerCustomer == 100 && settings.spend.tokensPerCustomer == 500_000)
            #expect(settings.spend.calls == 20_000 && settings.spend.tokens == 100_000_000)
            #expect(settings.outbox.reconciliationWindowMilliseconds == 60_000)
            #expect(settings.model.timeoutMilliseconds == 12_000)
            #expect(!settings.policy.takesPayments)
            #expect(settings.migrateAtStart)
        }
    }

    @Test("come from the flag, else the environment, else .env, else crset.yaml, else the default; empty is absent")
    func precedence() throws {
        try withDirectory(yaml: "port: 1\n", dotEnv: "PORT=2\n") { path in
            func port(_ flags: [String: String] = [:], _ environment: [String: String] = [:]) throws -> Int {
                try Settings.load(overrides: flags, environment: environment, workingDirectory: path).port
            }
            let ports = try [
                port(["port": "4"], ["PORT": "3"]), port([:], ["PORT": "3"]), port(["port": ""], ["PORT": ""]),
            ]
            #expect(ports == [4, 3, 2])
        }
        try withDirectory(yaml: "port: 1\n", dotEnv: "PORT=\n") { path in
            let settings = try Settings.load(environment: [:], workingDirectory: path)
            #expect(settings.port == 1)
        }
    }

    @Test("take every key of crset.yaml from the environment under its path in upper case")
    func environmentNames() throws {
        try withDirectory { path in
            let settings = try Settings.load(
                environment: [
                    "CONVERSATION_BURST_WINDOW_MS": "0", "CONVERSATION_BURST_LIMIT_MS": "9", "SHUTDOWN_MS": "1",
                    "OUTBOX_RECONCILIATION_WINDOW_MS": "5", "MODEL_TIMEOUT_MS": "7", "SPEND_CALLS": "0",
                    "SPEND_TOKENS_PER_CUSTOMER": "8", "CONVERSATION_APOLOGY_AFTER_MS": "0",
                    "TIMERS_FOLLOW_UP_HOURS": "0",
                    "BUSINESS_NAME": "Loja", "BUSINESS_LINK_HOSTS": "a.example, B.example", "OPENAI_TEMPERATURE": "1.5",
                    "OPENAI_FALLBACK_MODELS": "one,two", "DATABASE_URL": "postgres://u:p@h/db", "LOG_FORMAT": "text",
                    "CRSET_CONFIG": "config", "CRSET_PROMPTS": "/p", "CRSET_JWT_SECRET": "s", "CRSET_TOKEN": "t",
                ],
                workingDirectory: path
            )
            #expect(settings.conversation.burstWindowMilliseconds == 0)
            #expect(settings.outbox.reconciliationWindowMilliseconds == 5)
            #expect(settings.model.timeoutMilliseconds == 7)
            #expect(settings.spend.calls == 0 && settings.spend.tokensPerCustomer == 8)
            #expect(settings.policy.apologyAfterMilliseconds == 0)
            #expect(settings.policy.followUpHours == 0)
            #expect(settings.business.identity.name == "Loja")
            #expect(settings.business.identity.linkHosts == ["a.example", "b.example"])
            #expect(settings.openai.temperature == 1.5)
            #expect(settings.openai.fallbackModels == ["one", "two"])
            #expect(settings.database == .postgres(url: "postgres://u:p@h/db"))
            #expect(settings.logFormat == .text)
            #expect(settings.promptsFolder == "/p")
            #expect(settings.jwtSecret?.value == "s")
            #expect(settings.crset.token?.value == "t")
        }
    }

    @Test("read .env with comments, quotes and export, and take several secrets while one is being changed")
    func dotEnv() throws {
        let dotEnv = """
            # secrets
            export WHATSAPP_APP_SECRET="old, new"
            WHATSAPP_VERIFY_TOKEN='a # b'
            WHATSAPP_PHONE_NUMBER_ID=123 # the id
            STRIPE_WEBHOOK_SECRET=whsec_1,whsec_2
            STRIPE_SECRET_KEY=sk_test_1
            """
        try withDirectory(dotEnv: dotEnv) { path in
            let settings = try Settings.load(environment: [:], workingDirectory: path)
            #expect(settings.whatsapp.appSecrets.map(\.value) == ["old", "new"])
            #expect(settings.whatsapp.verifyToken?.value == "a # b")
            #expect(settings.whatsapp.phoneNumberID == "123")
            #expect(settings.stripe.webhookSecrets.map(\.value) == ["whsec_1", "whsec_2"])
            #expect(settings.policy.takesPayments)
        }
    }

    @Test("never print a secret")
    func secretsDontPrint() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!"\(secret) \(String(reflecting: secret)) \(dumped)".contains("hunter2"))
    }

    @Test("accept plain http on loopback, and addresses with a slash at the end")
    func loopback() throws {
        try withDirectory { path in
            for host in ["127.0.0.1:4010", "localhost:1", "[::1]:8"] {
                let settings = try Settings.load(
                    environment: ["OPENAI_BASE_URL": "http://\(host)/v1/"],
                    workingDirectory: path
                )
                #expect(settings.openai.baseURL == "http://\(host)/v1")
            }
        }
    }

    @Test("keep what a model can do as it stands, under any name of a model")
    func capabilities() throws {
        let yaml = """
            model:
              capabilities:
                gpt-4.1: {schema_mode: json_object, send_temperature: false, context_tokens: 32000, shutdown: 2027-01-14}
            """
        try withDirectory(yaml: yaml) { path in
            let model = try Settings.load(environment: [:], workingDirectory: path).model
            let expected: [String: LooseValue] = [
                "schema_mode": .text("json_object"), "send_temperature": .bool(false),
                "context_tokens": .integer(32_000),
                "shutdown": .text("2027-01-14"),
            ]
            #expect(model.capabilities["gpt-4.1"] == expected)
        }
    }

    @Test("list what serving needs; OpenAI and Stripe are optional")
    func serving() throws {
        try withDirectory { path in
            let none = try Settings.load(environment: [:], workingDirectory: path).requireForServing()
            #expect(
                none.map { String($0.prefix { $0 != " " }) } == [
                    "WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN",
                ]
            )
            let all = try Settings.load(
                environment: [
                    "WHATSAPP_PHONE_NUMBER_ID": "1", "WHATSAPP_ACCESS_TOKEN": "t", "WHATSAPP_APP_SECRET": "s",
                    "WHATSAPP_VERIFY_TOKEN": "v",
                ],
                workingDirectory: path
            )
            #expect(all.requireForServing().isEmpty)
        }
    }

    @Test("warn of what works but is hardly meant")
    func warnings() throws {
        try withDirectory { path in
            let settings = try Settings.load(
                environment: ["CRSET_JWT_SECRET": "short", "CONVERSATION_BURST_LIMIT_MS": "1"],
                workingDirectory: path
            )
            #expect(settings.warnings.contains { $0.hasPrefix("CRSET_JWT_SECRET") && !$0.contains("short;") })
            #expect(settings.warnings.contains { $0.hasPrefix("conversation.burst_limit_ms") })
        }
    }
}
