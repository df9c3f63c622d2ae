import Conversation
import Foundation
import Integrations
import Logging
import Pipeline
import Storage

/// One process of the service: the real pipeline over a store and a network that can die with it at every step.
struct SimulatedProcess {
    let life: ProcessLife
    private let pipeline: Pipeline
    private let webhook: Webhook

    private var world: World { life.world }

    init(_ life: ProcessLife, base: any Store) {
        self.life = life
        let world = life.world
        var settings = PipelineSettings(
            owner: life.owner,
            phoneNumberID: World.phoneNumberID,
            burstWindow: 2_000,
            burstLimit: 8_000,
            reconciliationWindow: world.window
        )
        settings.pollInterval = world.pollInterval
        settings.digestInterval = min(world.pollInterval, 60_000)
        settings.hours = world.business.hours
        settings.templates = world.business.templates
        settings.stripePoll = world.options.mutation == .neverPolls ? 0 : 300_000
        if world.options.mutation == .resendsUncertainAtOnce { settings.reconciliationWindow = 1 }
        let transport = HTTPTransport { call async throws(HTTPFailure) in
            try await Network(life: life).exchange(call)
        }
        pipeline = Pipeline(
            store: WatchedStore(base: base, life: life),
            outside: Self.outside(transport.mutated(by: world.options.mutation, world)),
            playbooks: world.business.playbooks,
            settings: settings,
            surroundings: Self.surroundings(life),
            log: Self.log(life)
        )
        webhook = Webhook(
            inbox: pipeline.inbox,
            translate: pipeline.translate,
            surroundings: pipeline.surroundings,
            appSecrets: [World.appSecret],
            stripeSecrets: [World.stripeSecret]
        )
    }

    private static func outside(_ transport: HTTPTransport) -> Pipeline.Outside {
        Pipeline.Outside(
            whatsApp: .live(transport: transport, settings: WhatsAppSettings(accessToken: "token")),
            openAI: .live(transport: transport, settings: OpenAISettings(apiKey: "sk-simulated")),
            models: [.named("gpt-4.1"), .named("gpt-4.1-mini")],
            stripe: .live(transport: transport, settings: StripeSettings(secretKey: "sk_test_simulated"))
        )
    }

    private static func surroundings(_ life: ProcessLife) -> Surroundings {
        let world = life.world
        let ahead = Int64(life.slot) * world.clocksApart
        return Surroundings(
            now: { world.now.adding(milliseconds: ahead) },
            sleep: { try await life.sleep(until: $0.adding(milliseconds: -ahead)) },
            newID: {
                String(world.now.milliseconds, radix: 32) + String(world.chance.next() >> 40 | 1 << 24, radix: 32)
            },
            spawn: { world.time.start($0) }
        )
    }

    private static func log(_ life: ProcessLife) -> Logger {
        var log = Logger(label: life.owner) { _ in TraceLog { life.world.remark("\(life.owner): \($0)") } }
        log.logLevel = life.world.options.keepsTrace ? .warning : .critical
        return log
    }

    /// Alone on its database it frees at the start what its predecessor held, as `crset serve` does.
    func start() {
        let (life, pipeline, world) = (life, pipeline, world)
        life.begin {
            while world.options.processes == 1, life.isServing {
                do {
                    try await pipeline.store.releaseAllClaims(now: world.now, windowMilliseconds: world.window)
                    break
                } catch {
                    // The service would end and be started again.
                    try? await life.sleep(until: world.now.adding(milliseconds: 1_000))
                }
            }
            try? await pipeline.run()
        }
    }

    // MARK: The door

    /// Whether it answered 200.
    func takesWhatsApp(_ body: Data) async -> Bool {
        let signature = WhatsAppSignature.sign(body, secret: World.appSecret)
        return await takes { await webhook.whatsApp(signature: signature, body: body) }
    }

    func takesStripe(_ body: Data) async -> Bool {
        let seconds = world.now.milliseconds / 1_000
        let signature = StripeSignature.sign(body, secret: World.stripeSecret, timestamp: seconds)
        return await takes { await webhook.stripe(signature: signature, body: body) }
    }

    private func takes(_ body: @escaping @Sendable () async -> Webhook.Answer) async -> Bool {
        guard life.isServing, !life.isFrozen else { return false }
        if world.options.mutation == .answersBeforeCommit {
            _ = world.time.start { _ = await body() }
            return true
        }
        let answer = await body()
        // A process that died meanwhile answers nothing, whatever it committed.
        guard !life.isGone else { return false }
        switch answer {
        case .committed: return true
        case .cannotCommit: return false
        case .wrongSignature(let why), .malformed(let why):
            world.note("a webhook was refused: \(why)")
            return false
        }
    }

    /// What staff does at the desk. Nil: it was not answered.
    func takesStaff(_ act: StaffAct) async -> StaffOutcome? {
        guard life.isServing, !life.isFrozen, let outcome = try? await pipeline.store.act(act), !life.isGone else {
            return nil
        }
        // The process would find it within a second, by looking.
        life.wakes.ring()
        return outcome
    }

    /// Whether it answered that it is done.
    func forgets(_ id: ConversationID) async -> Bool {
        guard life.isServing, !life.isFrozen else { return false }
        let now = pipeline.surroundings.now()
        let erasure = try? await pipeline.store.erase(id, by: "Rui", at: now, expecting: nil)
        return erasure != nil && !life.isGone
    }
}

/// Log lines as lines of the trace.
private struct TraceLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning
    let write: @Sendable (String) -> Void

    init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let more = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        write("\(event.message)\(more)")
    }
}
