import Conversation
import Integrations
public import Logging
import Pipeline
public import Prompts
public import Storage

import class Foundation.ProcessInfo
import struct Foundation.UUID

/// Why the service can't start, and how to mend it.
public struct StartProblem: Error, Sendable, CustomStringConvertible {
    public var description: String
    /// As in CONTRACT.md: 78 wrong configuration, 69 a needed service can't be reached.
    public var exitCode: Int32

    public init(_ description: String, exitCode: Int32) {
        self.description = description
        self.exitCode = exitCode
    }
}

/// The store that the configuration names.
public func openStore(
    _ settings: Settings,
    migrate: Bool? = nil,
    log: Logger = Logger(label: "crset.storage")
) async throws -> any Store {
    let migrates = migrate ?? settings.migrateAtStart
    switch settings.database {
    case .sqlite(let path):
        do {
            return try SQLiteStore.open(path: path, options: .init(migrates: migrates), logger: log)
        } catch {
            throw StartProblem("the database \(path) can't be opened: \(error)", exitCode: 69)
        }
    case .postgres(let url):
        do {
            return try await PostgresStore.open(url: url, options: .init(migrates: migrates), logger: log)
        } catch {
            // The URL may hold a password, so it isn't named.
            throw StartProblem("the Postgres database can't be opened: \(error)", exitCode: 69)
        }
    }
}

/// Clients of what is configured; nil for the rest.
func outside(_ settings: Settings, transport: HTTPTransport, observed: ObservedServices) -> Pipeline.Outside {
    let whatsApp = WhatsAppClient.live(
        transport: observed.whatsApp.watching(transport),
        settings: WhatsAppSettings(
            accessToken: settings.whatsapp.accessToken?.value ?? "",
            apiBase: settings.whatsapp.apiBase,
            apiVersion: settings.whatsapp.apiVersion
        )
    )
    let openAI = settings.openai.apiKey.map { key in
        OpenAIClient.live(
            transport: (observed.openAI ?? Observed("openai")).watching(transport),
            settings: OpenAISettings(apiKey: key.value, baseURL: settings.openai.baseURL)
        )
    }
    let stripe = settings.stripe.secretKey.map { key in
        StripeClient.live(
            transport: (observed.stripe ?? Observed("stripe")).watching(transport),
            settings: StripeSettings(secretKey: key.value, apiBase: settings.stripe.apiBase)
        )
    }
    let names = [settings.openai.model] + settings.openai.fallbackModels
    return Pipeline.Outside(
        whatsApp: whatsApp,
        openAI: openAI,
        models: names.map { modelNamed($0, settings) },
        stripe: stripe
    )
}

/// The capability table, with what the operator changed.
func modelNamed(_ name: String, _ settings: Settings) -> OpenAIModel {
    let model = OpenAIModel.named(name)
    guard let changes = settings.model.capabilities[name] else { return model }
    var overrides = OpenAIModel.Overrides()
    for (key, value) in changes {
        switch (key, value) {
        case ("system_role", .text(let text)): overrides.systemRole = .init(rawValue: text)
        case ("token_param", .text(let text)): overrides.tokenParameter = .init(rawValue: text)
        case ("schema_mode", .text(let text)): overrides.schemaMode = .init(rawValue: text)
        case ("reasoning_effort", .text(let text)): overrides.reasoningEffort = text
        case ("send_temperature", .bool(let flag)): overrides.sendsTemperature = flag
        case ("send_openai_extras", .bool(let flag)): overrides.sendsOpenAIExtras = flag
        case ("context_tokens", .integer(let number)): overrides.contextTokens = number
        case ("max_output_tokens", .integer(let number)): overrides.maxOutputTokens = number
        case ("shutdown", .text(let text)): overrides.shutdown = text
        default: break
        }
    }
    return model.overridden(by: overrides)
}

/// One observer per service that is configured.
struct ObservedServices: Sendable {
    let whatsApp: Observed
    let openAI: Observed?
    let stripe: Observed?

    init(_ settings: Settings, metrics: MetricsRegistry? = nil) {
        whatsApp = Observed("whatsapp", metrics: metrics)
        openAI = settings.openai.apiKey == nil ? nil : Observed("openai", metrics: metrics)
        stripe = settings.stripe.secretKey == nil ? nil : Observed("stripe", metrics: metrics)
    }

    var all: [(name: String, observed: Observed?)] {
        [("whatsapp", whatsApp), ("openai", openAI), ("stripe", stripe)]
    }
}

extension PromptLibrary {
    /// With what only the configuration knows: which services there are, and how long to wait.
    func serving(_ settings: Settings) -> PromptLibrary {
        var library = self
        var policy = settings.policy
        policy.takesPayments = settings.stripe.secretKey != nil
        policy.transcribesVoice = settings.openai.apiKey != nil
        policy.paysLive = settings.stripe.secretKey.map {
            $0.value.hasPrefix("sk_live_") || $0.value.hasPrefix("rk_live_")
        }
        library.playbook.policy = policy
        return library
    }
}

extension PipelineSettings {
    init(_ settings: Settings, owner: String) {
        self.init(
            owner: owner,
            phoneNumberID: settings.whatsapp.phoneNumberID ?? "",
            burstWindow: Int64(settings.conversation.burstWindowMilliseconds),
            burstLimit: Int64(settings.conversation.burstLimitMilliseconds),
            sendsAtOnce: settings.outbox.concurrency,
            reconciliationWindow: Int64(settings.outbox.reconciliationWindowMilliseconds),
            retryHorizon: Int64(settings.outbox.retryHorizonMilliseconds),
            modelTimeout: settings.model.timeoutMilliseconds,
            historyTokens: settings.conversation.historyTokens,
            maxOutputTokens: settings.openai.maxOutputTokens,
            temperature: settings.openai.temperature,
            transcriptionModel: settings.openai.transcriptionModel
        )
        hours = settings.policy.hours
        stripePoll = Int64(settings.stripe.pollMinutes * 60_000)
        showsTyping = settings.conversation.showsTyping
        timeZone = settings.business.timezone
        spendBounds.callsPerCustomer = settings.spend.callsPerCustomer
        spendBounds.tokensPerCustomer = settings.spend.tokensPerCustomer
        spendBounds.calls = settings.spend.calls
        spendBounds.tokens = settings.spend.tokens
        messagesPerSecond = settings.outbox.messagesPerSecond
        templates = settings.whatsapp.templates
    }
}

/// Tells this process from every other one, also from an earlier one of the same number.
func processName() -> String {
    "\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString.prefix(8).lowercased())"
}
