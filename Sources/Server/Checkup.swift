import AsyncHTTPClient
import Conversation
import Integrations
import Pipeline
public import Prompts
import Storage

import struct Foundation.Date

/// What `crset doctor` looks at. Each check says what is wrong and how to mend it.
public struct Checkup: Sendable {
    public struct Check: Sendable {
        public enum State: Sendable, Equatable {
            case ok, warning, skipped
            /// With the exit code of CONTRACT.md.
            case failed(exitCode: Int32)

            public var word: String {
                switch self {
                case .ok: "ok"
                case .warning: "warn"
                case .skipped: "skip"
                case .failed: "FAIL"
                }
            }
        }

        public var name: String
        public var state: State
        public var detail: String

        public init(_ name: String, _ state: State, _ detail: String) {
            self.name = name
            self.state = state
            self.detail = detail
        }
    }

    let settings: Settings
    private let isOffline: Bool

    public init(settings: Settings, isOffline: Bool) {
        self.settings = settings
        self.isOffline = isOffline
    }

    /// In the order in which an operator mends them.
    public func run() async -> [Check] {
        var checks = configuration() + prompts()
        checks += await database()
        checks += await promptsInUse()
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: outsideClientConfiguration(connectionsPerHost: 2)
        )
        let outside = outside(settings, transport: .live(client), observed: ObservedServices(settings))
        checks.append(await whatsApp(outside.whatsApp))
        checks += await openAI(outside.openAI)
        checks.append(await stripe(outside.stripe))
        try? await client.shutdown()
        return checks
    }

    private func configuration() -> [Check] {
        let missing = settings.requireForServing()
        if missing.isEmpty { return [Check("configuration", .ok, settings.configFolder)] + warnings }
        return missing.map { Check("configuration", .failed(exitCode: 78), $0) } + warnings
    }

    private var warnings: [Check] { settings.warnings.map { Check("configuration", .warning, $0) } }

    private func database() async -> [Check] {
        do {
            let store = try await openStore(settings, migrate: false)
            try await store.ping()
            let counts = try await store.counts()
            let alerts = try await store.openServiceAlerts()
            try await store.close()
            let isClean = counts.deadLetters + counts.unmatched == 0
            let check = Check(
                "database",
                isClean ? .ok : .warning,
                "\(counts.leads) leads, \(counts.outboxPending) to send, \(counts.outboxUncertain) uncertain, "
                    + "\(counts.deadLetters) dead letters, \(counts.unmatched) items that fit nothing"
                    + (isClean ? "" : "; see `crset deadletters list`")
            )
            return [check]
                + alerts.map { Check("trouble", .warning, "\($0.cause.rawValue): \($0.problem); \($0.mend)") }
        } catch let problem as StartProblem {
            return [Check("database", .failed(exitCode: problem.exitCode), problem.description)]
        } catch {
            return [Check("database", .failed(exitCode: 69), "\(error)")]
        }
    }

    // MARK: Outside

    private func whatsApp(_ client: WhatsAppClient) async -> Check {
        guard let id = settings.whatsapp.phoneNumberID, settings.whatsapp.accessToken != nil else {
            return Check("whatsapp", .skipped, "no WHATSAPP_PHONE_NUMBER_ID and WHATSAPP_ACCESS_TOKEN to ask with")
        }
        if isOffline { return Check("whatsapp", .skipped, "not asked: --offline") }
        do throws(OutsideError) {
            _ = try await client.checkPhoneNumber(id)
            return Check("whatsapp", .ok, "number \(id), \(settings.whatsapp.apiVersion)")
        } catch {
            return failed("whatsapp", error)
        }
    }

    private func openAI(_ client: OpenAIClient?) async -> [Check] {
        guard let client else {
            return [Check("openai", .skipped, "OPENAI_API_KEY is not set: guided mode, voice notes stay unread")]
        }
        if isOffline { return [Check("openai", .skipped, "not asked: --offline")] }
        do throws(OutsideError) {
            let known = try await client.models()
            return ([settings.openai.model] + settings.openai.fallbackModels).map { model($0, among: known) }
        } catch {
            return [failed("openai", error)]
        }
    }

    private func model(_ name: String, among known: [ModelInfo]) -> Check {
        guard let info = known.first(where: { $0.id == name }) else {
            return Check("openai", .warning, "\(name) is not among the models of this key; set OPENAI_MODEL")
        }
        guard let shutdown = info.shutdownDate ?? modelNamed(name, settings).shutdown else {
            return Check("openai", .ok, name)
        }
        let today = String(Date().formatted(.iso8601).prefix(10))
        if shutdown <= today {
            return Check("openai", .warning, "\(name) was switched off on \(shutdown); set OPENAI_MODEL to another one")
        }
        return Check("openai", .warning, "\(name) ends on \(shutdown); choose its successor before")
    }

    private func stripe(_ client: StripeClient?) async -> Check {
        guard let client else {
            return Check("stripe", .skipped, "STRIPE_SECRET_KEY is not set: no offers are made, staff is told")
        }
        if isOffline { return Check("stripe", .skipped, "not asked: --offline") }
        do throws(OutsideError) {
            _ = try await client.listPaymentLinks(limit: 1)
            let polls = settings.stripe.pollMinutes > 0
            if polls {
                let minuteAgo = Int64(Date().timeIntervalSince1970) - 60
                _ = try await client.events(createdSince: minuteAgo, limit: 1)
            }
            if settings.stripe.webhookSecrets.isEmpty {
                return Check(
                    "stripe",
                    polls ? .warning : .failed(exitCode: 78),
                    polls
                        ? "STRIPE_WEBHOOK_SECRET is not set: payments are confirmed late, by polling"
                        : "STRIPE_WEBHOOK_SECRET is not set and stripe.poll_minutes is 0: no payment is confirmed"
                )
            }
            return Check("stripe", .ok, settings.stripe.apiBase)
        } catch {
            return failed("stripe", error)
        }
    }

    private func failed(_ name: String, _ error: OutsideError) -> Check {
        let mend = error.needsOperator ? "check the credentials" : "try again later"
        return Check(name, .failed(exitCode: 69), "\(error.code): \(error.message); \(mend)")
    }
}
