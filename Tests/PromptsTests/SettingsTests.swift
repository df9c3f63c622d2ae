import Conversation
import Foundation
import Testing

@testable import Prompts

@Suite("Settings")
struct SettingsTests {
    /// A working directory with a `config` folder, gone after the test.
    func withDirectory(yaml: String? = nil, dotEnv: String? = nil, _ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "crset-settings-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: "\(path)/config", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try yaml?.write(toFile: "\(path)/config/crset.yaml", atomically: true, encoding: .utf8)
        try dotEnv?.write(toFile: "\(path)/.env", atomically: true, encoding: .utf8)
        try body(path)
    }

    func problems(
        yaml: String? = nil, dotEnv: String? = nil, overrides: [String: String] = [:], environment: [String: String] = [:]
    ) throws -> [String] {
        var problems: [String] = []
        try withDirectory(yaml: yaml, dotEnv: dotEnv) { path in
            let error = try #require(throws: SettingsError.self) {
                try Settings.load(overrides: overrides, environment: environment, workingDirectory: path)
            }
            problems = error.problems.map { $0.replacingOccurrences(of: path + "/", with: "") }
        }
        return problems
    }

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
            #expect(try port(["port": "4"], ["PORT": "3"]) == 4)
            #expect(try port([:], ["PORT": "3"]) == 3)
            #expect(try port(["port": ""], ["PORT": ""]) == 2)
        }
        try withDirectory(yaml: "port: 1\n", dotEnv: "PORT=\n") { path in
            #expect(try Settings.load(environment: [:], workingDirectory: path).port == 1)
        }
    }

    @Test("take every key of crset.yaml from the environment under its path in upper case")
    func environmentNames() throws {
        try withDirectory { path in
            let settings = try Settings.load(
                environment: [
                    "CONVERSATION_BURST_WINDOW_MS": "0", "CONVERSATION_BURST_LIMIT_MS": "9", "SHUTDOWN_MS": "1",
                    "OUTBOX_RECONCILIATION_WINDOW_MS": "5", "MODEL_TIMEOUT_MS": "7", "TIMERS_FOLLOW_UP_HOURS": "0",
                    "BUSINESS_NAME": "Loja", "BUSINESS_LINK_HOSTS": "a.example, B.example", "OPENAI_TEMPERATURE": "1.5",
                    "OPENAI_FALLBACK_MODELS": "one,two", "DATABASE_URL": "postgres://u:p@h/db", "LOG_FORMAT": "text",
                    "CRSET_CONFIG": "config", "CRSET_PROMPTS": "/p", "CRSET_JWT_SECRET": "s", "CRSET_TOKEN": "t",
                ], workingDirectory: path)
            #expect(settings.conversation.burstWindowMilliseconds == 0)
            #expect(settings.outbox.reconciliationWindowMilliseconds == 5)
            #expect(settings.model.timeoutMilliseconds == 7)
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

    @Test("refuse a secret in crset.yaml and on the command line, without showing it")
    func secretsInFiles() throws {
        let lines = try problems(yaml: "openai:\n  api_key: sk-verysecret\n", overrides: ["stripe.secret_key": "sk_test_x"])
        #expect(lines.contains { $0.hasPrefix("config/crset.yaml:2: `openai.api_key` is a secret") && $0.contains("OPENAI_API_KEY") })
        #expect(lines.contains { $0.hasPrefix("command line: `stripe.secret_key` is a secret") })
        #expect(!lines.joined().contains("verysecret") && !lines.joined().contains("sk_test_x"))
    }

    struct Mistake: Sendable {
        var yaml: String?
        var environment: [String: String] = [:]
        var place: String
        var says: String
        var mend: String
    }

    @Test(
        "say where a mistake is, what it is and how to mend it",
        arguments: [
            Mistake(environment: ["PORT": "70000"], place: "environment: PORT", says: "70000", mend: "from 0 to 65535"),
            Mistake(yaml: "port: many\n", place: "config/crset.yaml:1:", says: "many", mend: "whole number"),
            Mistake(yaml: "\nprot: 1\n", place: "config/crset.yaml:2:", says: "`prot`", mend: "did you mean `port`?"),
            Mistake(yaml: "log: {levle: info}\n", place: "config/crset.yaml:1:", says: "`log.levle`", mend: "`log.level`"),
            Mistake(yaml: "port: [1, 2]\n", place: "config/crset.yaml:1:", says: "is a list", mend: "one value"),
            Mistake(yaml: "port: 1\nport: 2\n", place: "config/crset.yaml:", says: "`port` stands here twice", mend: "remove"),
            Mistake(yaml: "port: 1\n bad\n", place: "config/crset.yaml:2:", says: "not YAML", mend: "indentation"),
            Mistake(environment: ["LOG_LEVEL": "loud"], place: "environment: LOG_LEVEL", says: "loud", mend: "debug"),
            Mistake(
                environment: ["OPENAI_BASE_URL": "http://models.example/v1"], place: "environment: OPENAI_BASE_URL",
                says: "plain http", mend: "https"),
            Mistake(
                environment: ["STRIPE_API_BASE": "http://127.0.0.1.example"], place: "environment: STRIPE_API_BASE",
                says: "plain http", mend: "loopback"),
            Mistake(
                environment: ["WHATSAPP_API_BASE": "graph"], place: "environment: WHATSAPP_API_BASE",
                says: "no address", mend: "https://host"),
            Mistake(
                environment: ["WHATSAPP_ACCESS_TOKEN": "t"], place: "environment:",
                says: "without WHATSAPP_PHONE_NUMBER_ID", mend: "set both"),
            Mistake(
                environment: ["WHATSAPP_PHONE_NUMBER_ID": "+351 911"], place: "environment: WHATSAPP_PHONE_NUMBER_ID",
                says: "no id", mend: "phone number id"),
            Mistake(
                environment: ["WHATSAPP_API_VERSION": "25"], place: "environment: WHATSAPP_API_VERSION", says: "25",
                mend: "v25.0"),
            Mistake(
                environment: ["STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_API_BASE": "http://127.0.0.1:9"],
                place: "environment:", says: "live key", mend: "test key"),
            Mistake(
                environment: ["STRIPE_SECRET_KEY": "pk_test_1"], place: "environment:", says: "publishable", mend: "sk_"),
            Mistake(
                environment: ["DATABASE_URL": "mysql://x"], place: "environment: DATABASE_URL", says: "no database",
                mend: "sqlite:PATH"),
            Mistake(
                environment: ["BUSINESS_TIMEZONE": "Lisboa"], place: "environment: BUSINESS_TIMEZONE", says: "Lisboa",
                mend: "IANA"),
            Mistake(
                environment: ["BUSINESS_AMOUNTS": "85 euros"], place: "environment: BUSINESS_AMOUNTS", says: "no amount",
                mend: "85 EUR"),
            Mistake(
                environment: ["CRSET_CONFIG": "nowhere"], place: "environment:", says: "no folder", mend: "crset.yaml"),
        ])
    func mistakes(_ mistake: Mistake) throws {
        let lines = try problems(yaml: mistake.yaml, environment: mistake.environment)
        let line = try #require(lines.first { $0.contains(mistake.says) }, "\(lines)")
        #expect(line.hasPrefix(mistake.place), "\(line)")
        #expect(line.contains(mistake.mend), "\(line)")
    }

    @Test("collect all mistakes at once, those of .env too")
    func together() throws {
        let lines = try problems(
            yaml: "prot: 1\n", dotEnv: "PORT=x\nnot a setting\n", environment: ["LOG_LEVEL": "loud"])
        #expect(lines.count == 4, "\(lines)")
        #expect(lines.contains { $0.hasPrefix(".env:2: this line is no setting") })
        #expect(lines.contains { $0.hasPrefix(".env: PORT is") })
    }

    @Test("accept plain http on loopback, and addresses with a slash at the end")
    func loopback() throws {
        try withDirectory { path in
            for host in ["127.0.0.1:4010", "localhost:1", "[::1]:8"] {
                let settings = try Settings.load(
                    environment: ["OPENAI_BASE_URL": "http://\(host)/v1/"], workingDirectory: path)
                #expect(settings.openai.baseURL == "http://\(host)/v1")
            }
        }
    }

    @Test("keep what a model can do as it stands, under any name of a model")
    func capabilities() throws {
        let yaml = """
            model:
              capabilities:
                gpt-4.1: {schema_mode: json_object, send_temperature: false, price: 0.4, window: 32000}
            """
        try withDirectory(yaml: yaml) { path in
            let model = try Settings.load(environment: [:], workingDirectory: path).model
            let expected: [String: LooseValue] = [
                "schema_mode": .text("json_object"), "send_temperature": .bool(false), "price": .number(0.4),
                "window": .integer(32_000),
            ]
            #expect(model.capabilities["gpt-4.1"] == expected)
        }
    }

    @Test("list what serving needs; OpenAI and Stripe are optional")
    func serving() throws {
        try withDirectory { path in
            let none = try Settings.load(environment: [:], workingDirectory: path).requireForServing()
            #expect(none.map { String($0.prefix { $0 != " " }) } == [
                "WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN",
            ])
            let all = try Settings.load(
                environment: [
                    "WHATSAPP_PHONE_NUMBER_ID": "1", "WHATSAPP_ACCESS_TOKEN": "t", "WHATSAPP_APP_SECRET": "s",
                    "WHATSAPP_VERIFY_TOKEN": "v",
                ], workingDirectory: path)
            #expect(all.requireForServing().isEmpty)
        }
    }

    @Test("warn of what works but is hardly meant")
    func warnings() throws {
        try withDirectory { path in
            let settings = try Settings.load(
                environment: ["CRSET_JWT_SECRET": "short", "CONVERSATION_BURST_LIMIT_MS": "1"], workingDirectory: path)
            #expect(settings.warnings.contains { $0.hasPrefix("CRSET_JWT_SECRET") && !$0.contains("short;") })
            #expect(settings.warnings.contains { $0.hasPrefix("conversation.burst_limit_ms") })
        }
    }
}
