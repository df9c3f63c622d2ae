import Foundation
import Testing

@testable import Prompts

@Suite("A mistake in the settings")
struct SettingsMistakeTests {
    @Test("refuse a secret in crset.yaml and on the command line, without showing it")
    func secretsInFiles() throws {
        let lines = try settingsProblems(
            yaml: "openai:\n  api_key: sk-verysecret\n",
            overrides: ["stripe.secret_key": "sk_test_x"]
        )
        #expect(
            lines.contains {
                $0.hasPrefix("config/crset.yaml:2: `openai.api_key` is a secret") && $0.contains("OPENAI_API_KEY")
            }
        )
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
            Mistake(
                yaml: "log: {levle: info}\n",
                place: "config/crset.yaml:1:",
                says: "`log.levle`",
                mend: "`log.level`"
            ),
            Mistake(
                yaml: "model:\n  capabilities:\n    m:\n      schemamode: none\n",
                place: "config/crset.yaml:4:",
                says: "`schemamode`",
                mend: "did you mean `schema_mode`?"
            ),
            Mistake(yaml: "port: [1, 2]\n", place: "config/crset.yaml:1:", says: "is a list", mend: "one value"),
            Mistake(
                yaml: "port: 1\nport: 2\n",
                place: "config/crset.yaml:",
                says: "`port` stands here twice",
                mend: "remove"
            ),
            Mistake(yaml: "host: x\nport: [1\n", place: "config/crset.yaml:3:", says: "not YAML", mend: "indentation"),
            Mistake(environment: ["LOG_LEVEL": "loud"], place: "environment: LOG_LEVEL", says: "loud", mend: "debug"),
            Mistake(
                environment: ["OPENAI_BASE_URL": "http://models.example/v1"],
                place: "environment: OPENAI_BASE_URL",
                says: "plain http",
                mend: "https"
            ),
            Mistake(
                environment: ["STRIPE_API_BASE": "http://127.0.0.1.example"],
                place: "environment: STRIPE_API_BASE",
                says: "plain http",
                mend: "loopback"
            ),
            Mistake(
                environment: ["WHATSAPP_API_BASE": "graph"],
                place: "environment: WHATSAPP_API_BASE",
                says: "no address",
                mend: "https://host"
            ),
            Mistake(
                environment: ["WHATSAPP_ACCESS_TOKEN": "t"],
                place: "environment:",
                says: "without WHATSAPP_PHONE_NUMBER_ID",
                mend: "set both"
            ),
            Mistake(
                environment: ["WHATSAPP_PHONE_NUMBER_ID": "+351 911"],
                place: "environment: WHATSAPP_PHONE_NUMBER_ID",
                says: "no id",
                mend: "phone number id"
            ),
            Mistake(
                environment: ["WHATSAPP_API_VERSION": "25"],
                place: "environment: WHATSAPP_API_VERSION",
                says: "25",
                mend: "v25.0"
            ),
            Mistake(
                environment: ["STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_API_BASE": "http://127.0.0.1:9"],
                place: "environment:",
                says: "live key",
                mend: "test key"
            ),
            Mistake(
                environment: ["STRIPE_SECRET_KEY": "pk_test_1"],
                place: "environment:",
                says: "publishable",
                mend: "sk_"
            ),
            Mistake(
                environment: ["DATABASE_URL": "mysql://x"],
                place: "environment: DATABASE_URL",
                says: "no database",
                mend: "sqlite:PATH"
            ),
            Mistake(
                environment: ["BUSINESS_TIMEZONE": "Lisboa"],
                place: "environment: BUSINESS_TIMEZONE",
                says: "Lisboa",
                mend: "IANA"
            ),
            Mistake(
                environment: ["BUSINESS_AMOUNTS": "85 euros"],
                place: "environment: BUSINESS_AMOUNTS",
                says: "no amount",
                mend: "85 EUR"
            ),
            Mistake(
                environment: ["CRSET_CONFIG": "nowhere"],
                place: "environment:",
                says: "no folder",
                mend: "crset.yaml"
            ),
        ]
    )
    func mistakes(_ mistake: Mistake) throws {
        let lines = try settingsProblems(yaml: mistake.yaml, environment: mistake.environment)
        let line = try #require(lines.first { $0.contains(mistake.says) }, "\(lines)")
        #expect(line.hasPrefix(mistake.place), "\(line)")
        #expect(line.contains(mistake.mend), "\(line)")
    }

    @Test("collect all mistakes at once, those of .env too")
    func together() throws {
        let lines = try settingsProblems(
            yaml: "prot: 1\n",
            dotEnv: "PORT=x\nnot a setting\n",
            environment: ["LOG_LEVEL": "loud"]
        )
        #expect(lines.count == 4, "\(lines)")
        #expect(lines.contains { $0.hasPrefix(".env:2: this line is no setting") })
        #expect(lines.contains { $0.hasPrefix(".env: PORT is") })
    }
}
