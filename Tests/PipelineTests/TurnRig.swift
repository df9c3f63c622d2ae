import Conversation
import Foundation
import Integrations
import Logging
import Prompts
import Storage
import Synchronization

@testable import Pipeline

/// Turns against a store of their own, with outside services that do what the test says, in a time that passes only
/// where somebody waits.
final class TurnRig: Sendable {
    let store: any Store
    let clock: TestClock
    let outside: FakeOutside
    let pipelineSettings: PipelineSettings
    let turn: Turn
    let alerts: ServiceAlerts
    private let messages = Mutex(0)

    static let customer = Address(channel: "1064", userID: "PT.1", waID: "351911111111")
    static let lead = ConversationID("lead-1")

    private init(
        _ store: any Store,
        _ clock: TestClock,
        _ models: [String],
        _ adjust: (inout PipelineSettings, inout Policy) -> Void
    ) throws {
        var library = try Self.library()
        var settings = PipelineSettings(owner: "rig", phoneNumberID: "1064")
        settings.showsTyping = false
        library.playbook.policy.transcribesVoice = true
        adjust(&settings, &library.playbook.policy)
        let outside = FakeOutside(clock)
        let surroundings = clock.surroundings
        let log = Logger(label: "rig") { _ in SwiftLogNoOpLogHandler() }
        alerts = ServiceAlerts(store: store, surroundings: surroundings, log: log)
        let whatsApp = WhatsAppClient.live(
            transport: outside.transport,
            settings: WhatsAppSettings(accessToken: "t", apiBase: "http://127.0.0.1:1")
        )
        let openAI = OpenAIClient.live(
            transport: outside.transport,
            settings: OpenAISettings(apiKey: "k", baseURL: "http://127.0.0.1:2/v1")
        )
        let advice = ModelAdvice(
            client: openAI,
            models: models.map(OpenAIModel.named),
            breakers: CircuitBreakers(surroundings: surroundings, log: log),
            alerts: alerts,
            settings: settings,
            surroundings: surroundings,
            log: log
        )
        let effects = Effects(
            store: store,
            whatsApp: whatsApp,
            openAI: openAI,
            stripe: StripeClient.live(
                transport: outside.transport,
                settings: StripeSettings(secretKey: "sk_test_1", apiBase: "http://127.0.0.1:3")
            ),
            advice: advice,
            spending: Spending(store: store, alerts: alerts, settings: settings, surroundings: surroundings),
            alerts: alerts,
            settings: settings,
            log: log
        )
        turn = Turn(
            store: store,
            effects: effects,
            whatsApp: whatsApp,
            playbooks: PlaybookSource(library),
            settings: settings,
            surroundings: surroundings,
            pace: SendPace(perSecond: 0),
            log: log
        )
        (self.store, self.clock, self.outside, pipelineSettings) = (store, clock, outside, settings)
    }

    static func with(
        models: [String] = ["gpt-4.1", "gpt-4.1-mini"],
        clock: TestClock = TestClock(),
        adjust: (inout PipelineSettings, inout Policy) -> Void = { _, _ in },
        _ body: (TurnRig) async throws -> Void
    ) async throws {
        try await ScratchStore.with { (store) async throws in try await body(TurnRig(store, clock, models, adjust)) }
    }

    private static func library() throws -> PromptLibrary {
        let settings = try Settings.load(
            environment: [
                "CRSET_CONFIG": Live.root.appending(path: "config").path,
                "CRSET_PROMPTS": Live.root.appending(path: "Prompts").path,
            ],
            workingDirectory: FileManager.default.temporaryDirectory.path
        )
        return try PromptLibrary.load(settings)
    }

    // MARK: Customer and business

    func write(_ contents: CustomerMessage.Content...) async throws {
        for content in contents {
            let id = messages.withLock { number in
                number += 1
                return "wamid.\(number)"
            }
            let message = CustomerMessage(id: id, at: clock.now, content: content)
            let sender = Sender(
                address: Self.customer,
                profileName: nil,
                language: .ptPT,
                source: nil,
                newID: Self.lead
            )
            _ = try await store.accept([
                Arrival(outsideID: "wa:\(id)", receivedAt: clock.now, content: .message(message, from: sender))
            ])
        }
    }

    /// Runs the customer's turn, which is due, and returns the first thing that is said.
    @discardableResult
    func answer() async throws -> String? {
        let claimed = try await store.claimTurns(
            owner: "rig",
            now: clock.now,
            leaseUntil: clock.now.adding(milliseconds: 120_000),
            limit: 1,
            bulkLimit: 1
        )
        guard let claimed = claimed.first else { throw Missed("no turn is due") }
        guard let row = try await turn.run(claimed), case .message(let message) = row.task else { return nil }
        try await store.record(
            [SendResult(row: row.id, owner: "rig", outcome: .accepted(messageID: "out.\(row.id)"))],
            now: clock.now
        )
        return message.text
    }

    @discardableResult
    func ask(_ text: String) async throws -> String? {
        try await write(.text(text))
        return try await answer()
    }

    func openAlerts() async throws -> [Alert.Kind] {
        try await store.lead(Self.lead)?.openAlerts.map(\.alert.kind) ?? []
    }
}

/// The outside services behind their real clients. What hangs takes as long as the caller waits.
final class FakeOutside: Sendable {
    enum Behaviour: Sendable {
        case hang
        case refuseConnection
        case status(Int, String, headers: [String: String] = [:])
        /// The model's content, as it stands in the answer.
        case content(String, finish: String = "stop")
        case refusal
    }

    private let clock: TestClock
    private let state = Mutex(State())

    private struct State {
        var script: [Behaviour] = []
        var otherwise = Behaviour.content(FakeOutside.good)
        var media = Behaviour.status(200, #"{"url":"https://lookaside.fbsbx.com/1","mime_type":"audio/ogg"}"#)
        var stripe: [Behaviour] = []
        var asked: [Asked] = []
        var whileThinking: (@Sendable () async -> Void)?
        var whileLinking: (@Sendable () async -> Void)?
    }

    struct Asked: Sendable {
        var path: String
        var model: String?
        var outputTokens: Int?
        var at: Timestamp
    }

    static let good =
        #"{"reply":"Olá! Qual é o seu nome?","language":"pt-PT","intent":"answer","product":null,"fields":{"name":null,"business":null,"need":null,"team_size":null,"budget":null,"email":null}}"#

    init(_ clock: TestClock) { self.clock = clock }

    /// What the next calls of the model do, then all others.
    func model(_ script: Behaviour..., otherwise: Behaviour = .content(FakeOutside.good)) {
        state.withLock { ($0.script, $0.otherwise) = (script, otherwise) }
    }

    /// What the next calls of Stripe do; then it hangs.
    func stripe(_ script: Behaviour...) { state.withLock { $0.stripe = script } }

    func media(_ behaviour: Behaviour) { state.withLock { $0.media = behaviour } }

    /// Runs before the model's next answer.
    func whileThinking(_ body: @escaping @Sendable () async -> Void) { state.withLock { $0.whileThinking = body } }

    /// Runs before Stripe's next answer.
    func whileLinking(_ body: @escaping @Sendable () async -> Void) { state.withLock { $0.whileLinking = body } }

    /// How often Stripe was asked for links.
    var links: Int { asked.count { $0.path.contains("/v1/payment_links") } }

    var asked: [Asked] { state.withLock { $0.asked } }
    var models: [String] { asked.filter { $0.path.hasSuffix("/chat/completions") }.compactMap(\.model) }

    var transport: HTTPTransport {
        HTTPTransport { call async throws(HTTPFailure) in try await self.perform(call) }
    }

    private func perform(_ call: HTTPCall) async throws(HTTPFailure) -> HTTPAnswer {
        let end = clock.now.adding(milliseconds: Int64(call.timeoutMilliseconds))
        let body = call.body.flatMap { try? JSONValue(parsing: $0) }
        let isModel = call.url.contains("127.0.0.1:2")
        let asked = Asked(
            path: call.url,
            model: body?["model"]?.string,
            outputTokens: body?["max_completion_tokens"]?.int ?? body?["max_tokens"]?.int,
            at: clock.now
        )
        let (behaviour, thinking) = state.withLock { state in
            state.asked.append(asked)
            guard isModel else {
                let isStripe = call.url.contains("127.0.0.1:3")
                guard isStripe else { return (state.media, nil as (@Sendable () async -> Void)?) }
                defer { state.whileLinking = nil }
                return (state.stripe.isEmpty ? .hang : state.stripe.removeFirst(), state.whileLinking)
            }
            defer { state.whileThinking = nil }
            let behaviour = state.script.isEmpty ? state.otherwise : state.script.removeFirst()
            return (behaviour, state.whileThinking)
        }
        await thinking?()
        switch behaviour {
        case .hang:
            clock.pass(to: end)
            throw .noAnswer("deadline exceeded")
        case .refuseConnection: throw .notSent("connection refused")
        case .status(let status, let body, let headers):
            return HTTPAnswer(status: status, headers: headers, body: Data(body.utf8))
        case .content(let content, let finish): return Self.completion(.string(content), .null, finish)
        case .refusal: return Self.completion(.null, "I can't help with that.", "stop")
        }
    }

    private static func completion(_ content: JSONValue, _ refusal: JSONValue, _ finish: String) -> HTTPAnswer {
        let body: JSONValue = [
            "id": "c", "object": "chat.completion", "created": 1, "model": "gpt-4.1-2025-04-14",
            "choices": [
                [
                    "index": 0, "finish_reason": .string(finish),
                    "message": ["role": "assistant", "content": content, "refusal": refusal],
                ]
            ],
            "usage": ["prompt_tokens": 1_000, "completion_tokens": 50, "total_tokens": 1_050],
        ]
        return HTTPAnswer(status: 200, body: body.encoded())
    }

    static func error(_ status: Int, _ code: String, headers: [String: String] = [:]) -> Behaviour {
        .status(status, #"{"error":{"message":"no","type":"t","param":null,"code":"\#(code)"}}"#, headers: headers)
    }
}
