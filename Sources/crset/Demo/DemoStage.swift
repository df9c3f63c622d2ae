import Conversation
import Foundation
import Logging
import Prompts
import Sandbox

/// Everything that the demo sets up: a sandbox, a service that uses it, and data that go away again.
struct DemoStage {
    private let demo: Demo
    private let words: DemoWords
    private let access: SandboxAccess
    private let temporaryFolder: URL?
    private let isInteractive: Bool
    private var settings: Settings
    private var usesRealModel = false

    init(_ demo: Demo, isInteractive: Bool) throws {
        self.demo = demo
        self.isInteractive = isInteractive
        words = DemoWords.of(Language(demo.language)) ?? .ptPT
        // The sandbox's own credentials: real ones have no business here.
        access = SandboxAccess([:])
        var options = demo.options
        if let database = options.database, !database.contains(":") { options.database = "sqlite:" + database }
        settings = try options.load()
        if demo.options.database == nil {
            let folder = FileManager.default.temporaryDirectory.appending(path: "crset-demo-\(UUID().uuidString)")
            try FileManager.default.createDirectory(
                at: folder,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
            temporaryFolder = folder
            settings.database = .sqlite(path: folder.appending(path: "crset.sqlite").path)
        } else {
            temporaryFolder = nil
        }
        settings.host = "127.0.0.1"
        settings.port = 0
        settings.migrateAtStart = true
        settings.shutdownMilliseconds = 2_000
        // Long enough for a person who sends a thought in two messages; a script waits for each answer anyway.
        settings.conversation.burstWindowMilliseconds = isInteractive ? 1_000 : 0
        // The sandbox's statuses follow within a second: what was cut off by /restart need not wait for a minute.
        settings.outbox.reconciliationWindowMilliseconds = 3_000
        usesRealModel = !demo.guided && settings.openai.apiKey != nil
    }

    func removeTemporaryData() {
        if let temporaryFolder { try? FileManager.default.removeItem(at: temporaryFolder) }
    }

    func play(_ script: DemoScript?, on terminal: RawTerminal?) async throws {
        let log = logger
        let library = try PromptLibrary.load(settings)
        let sandbox = Sandbox(sandboxSettings(log))
        do { try await sandbox.start() } catch {
            throw Failure(description: "the sandbox can't start: \(error)", exitCode: Exit.unavailable)
        }
        let session = DemoSession(words: words)
        let view = TranscriptView(
            columns: min(Terminal.columns, 100),
            hasColour: false,
            explains: demo.explain,
            clock: StaffClock(zone: settings.business.timezone)
        )
        let live = LiveBackend(
            sandbox: sandbox,
            settings: served(by: sandbox),
            library: library,
            customer: session.customer,
            view: view,
            log: log
        )
        let backend = DemoBackend(live, sandbox: sandbox, settings: settings)
        let result: Result<Void, any Error>
        do {
            try await live.start()
            try await hold(script, session, backend, terminal)
            result = .success(())
        } catch { result = .failure(error) }
        await live.stop()
        try result.get()
    }

    private func hold(
        _ script: DemoScript?,
        _ session: DemoSession,
        _ backend: DemoBackend,
        _ terminal: RawTerminal?
    ) async throws {
        let signals = DemoSignals()
        let listener = Task { await signals.follow(backend.happenings) }
        let interrupts = Task { await signals.interrupts() }
        defer {
            listener.cancel()
            interrupts.cancel()
        }
        if let terminal {
            let ticker = Task { await signals.tick() }
            defer { ticker.cancel() }
            var runner = TerminalRunner(
                session: session,
                backend: backend,
                signals: signals,
                terminal: terminal,
                paint: Paint(isOn: Terminal.hasColour),
                beside: modelName
            )
            terminal.enter()
            await runner.run()
            terminal.leave()
            Terminal.write(words.bye)
            return
        }
        var runner = ScriptRunner(
            session: session,
            backend: backend,
            signals: signals,
            patienceSeconds: demo.patience,
            show: Terminal.write
        )
        do {
            if let script {
                try await runner.run(script)
            } else {
                signals.readInput()
                try await runner.runInput()
            }
        } catch let missed as ScriptRunner.Missed {
            throw Failure(description: "\(demo.script ?? "input"), \(missed)")
        } catch let mistake as DemoScript.Mistake {
            throw Failure(description: "input, \(mistake)")
        } catch is ScriptRunner.Interrupted {
            throw Failure(description: "interrupted")
        }
    }

    private var modelName: String {
        if demo.guided { return "guided" }
        return usesRealModel ? settings.openai.model : "sandbox"
    }

    private func sandboxSettings(_ log: Logger) -> SandboxSettings {
        var sandbox = access.settings
        sandbox.seed = demo.seed
        sandbox.logger = log
        sandbox.openAI.transcript = words.voice
        sandbox.whatsApp.statuses = .init(sent: 40, delivered: 120, read: 600)
        // A person sees that somebody is typing.
        sandbox.openAI.modelDelayMilliseconds = isInteractive ? 900 : 0
        return sandbox
    }

    /// The service's settings, pointing to a started sandbox.
    private func served(by sandbox: Sandbox) -> Settings {
        var settings = settings
        settings.whatsapp.apiBase = sandbox.graphBase
        settings.whatsapp.phoneNumberID = access.settings.whatsApp.phoneNumberID
        settings.whatsapp.accessToken = Secret(access.settings.whatsApp.accessToken)
        settings.whatsapp.appSecrets = [Secret(access.settings.whatsApp.appSecret)]
        settings.whatsapp.verifyToken = Secret(access.settings.whatsApp.verifyToken)
        settings.stripe.apiBase = sandbox.stripeBase
        settings.stripe.secretKey = Secret(access.settings.stripe.secretKey)
        settings.stripe.webhookSecrets = [Secret(access.settings.stripe.webhookSecret)]
        if demo.guided {
            settings.openai.apiKey = nil
        } else if !usesRealModel {
            settings.openai.apiKey = Secret(access.settings.openAI.apiKey)
            settings.openai.baseURL = sandbox.openAIBase
        }
        return settings
    }

    /// Silent on a terminal that is drawn on, unless its errors go elsewhere. A killed service complains of being killed,
    /// so it is heard only when asked for.
    private var logger: Logger {
        if isInteractive, isatty(STDERR_FILENO) == 1 {
            return Logger(label: "crset", factory: { _ in SwiftLogNoOpLogHandler() })
        }
        var log = settings.logger("crset")
        let isAsked =
            demo.options.logLevel != nil || ProcessInfo.processInfo.environment["LOG_LEVEL"]?.isEmpty == false
        if !isAsked { log.logLevel = .critical }
        return log
    }
}
