import Foundation
import Glibc
import Storage
import Synchronization
import TestSupport

@testable import Sandbox

/// The service as an operator runs it: one or several `crset serve` on one database, with the outside services in the
/// sandbox, whose webhooks go to all of them in turn.
final class Fleet: Sendable {
    /// What the processes share.
    enum Database: Sendable {
        case sqlite
        case postgres(PostgresServer)
    }

    let sandbox: Sandbox
    let folder: URL
    private let database: Database
    private let environment: [String: String]
    private let state: Mutex<State>

    private struct State {
        var processes: [CrsetProcess?]
        /// The last one that each had; a request to a dead one is refused, as it would be in real life.
        var ports: [Int?]
        var starts = 0
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private init(_ sandbox: Sandbox, _ folder: URL, _ database: Database, _ more: [String: String], count: Int) {
        self.sandbox = sandbox
        self.folder = folder
        self.database = database
        let url =
            switch database {
            case .sqlite: "sqlite:\(folder.appending(path: "crset.sqlite").path)"
            case .postgres(let server): server.url
            }
        let settings = sandbox.settings
        environment = [
            "WHATSAPP_API_BASE": sandbox.graphBase, "WHATSAPP_PHONE_NUMBER_ID": settings.whatsApp.phoneNumberID,
            "WHATSAPP_ACCESS_TOKEN": settings.whatsApp.accessToken,
            "WHATSAPP_APP_SECRET": settings.whatsApp.appSecret,
            "WHATSAPP_VERIFY_TOKEN": settings.whatsApp.verifyToken, "OPENAI_API_KEY": settings.openAI.apiKey,
            "OPENAI_BASE_URL": sandbox.openAIBase, "STRIPE_API_BASE": sandbox.stripeBase,
            "STRIPE_SECRET_KEY": settings.stripe.secretKey, "STRIPE_WEBHOOK_SECRET": settings.stripe.webhookSecret,
            "CRSET_CONFIG": Self.root.appending(path: "config").path,
            "CRSET_PROMPTS": Self.root.appending(path: "Prompts").path, "DATABASE_URL": url, "PORT": "0",
            "LOG_LEVEL": "notice", "LOG_FORMAT": "json", "CONVERSATION_BURST_WINDOW_MS": "0",
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
        ].merging(more) { $1 }
        state = Mutex(State(processes: Array(repeating: nil, count: count), ports: Array(repeating: nil, count: count)))
    }

    /// Starts `count` processes, runs the body, and ends everything whatever comes of it.
    static func with(
        _ count: Int = 1,
        on database: Database = .sqlite,
        in parent: URL = FileManager.default.temporaryDirectory,
        environment: [String: String] = [:],
        prepare: (inout SandboxSettings) -> Void = { _ in },
        _ body: (Fleet) async throws -> Void
    ) async throws {
        var settings = SandboxSettings(
            whatsApp: .init(
                accessToken: "kill-token",
                appSecret: "kill-secret",
                verifyToken: "kill-verify",
                phoneNumberID: "1064",
                displayPhoneNumber: "351210000000"
            ),
            openAI: .init(apiKey: "sk-kill"),
            stripe: .init(secretKey: "sk_test_kill", webhookSecret: "whsec_kill")
        )
        // As patient as Meta, within the bounds of a test.
        settings.webhookAttempts = 400
        settings.webhookRetryMilliseconds = 50
        settings.webhookRetryMillisecondsMax = 300
        prepare(&settings)
        let sandbox = Sandbox(settings)
        try await sandbox.start()
        let folder = parent.appending(path: "crset-kill-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let fleet = Fleet(sandbox, folder, database, environment, count: count)
        do {
            for slot in 0..<count { try await fleet.start(slot) }
            try await body(fleet)
        } catch {
            await fleet.end()
            throw error
        }
        await fleet.end()
    }

    private func end() async {
        for process in state.withLock({ $0.processes }) { await process?.kill() }
        await sandbox.stop()
        try? FileManager.default.removeItem(at: folder)
    }

    // MARK: Processes

    var count: Int { state.withLock { $0.processes.count } }

    func process(_ slot: Int = 0) -> CrsetProcess? { state.withLock { $0.processes[slot] } }

    func base(_ slot: Int = 0) -> String { "http://127.0.0.1:\(state.withLock { $0.ports[slot] } ?? 0)" }

    @discardableResult
    func start(_ slot: Int = 0) async throws -> CrsetProcess {
        let number = state.withLock { state in
            state.starts += 1
            return state.starts
        }
        let process = try CrsetProcess(
            ["serve"],
            environment: environment,
            log: folder.appending(path: "log-\(number)")
        )
        state.withLock { $0.processes[slot] = process }
        let port = try await process.listening()
        state.withLock { $0.ports[slot] = port }
        let bases = (0..<count).filter(hasListened).map(base)
        sandbox.setWebhooks(
            whatsApp: bases.map { $0 + "/webhooks/whatsapp" },
            stripe: bases.map { $0 + "/webhooks/stripe" }
        )
        return process
    }

    private func hasListened(_ slot: Int) -> Bool { state.withLock { $0.ports[slot] != nil } }

    func kill(_ slot: Int) async { await process(slot)?.kill() }

    /// SIGTERM to all, and how each ended.
    func stop() async throws -> [CrsetProcess.End] {
        let processes = state.withLock { state in
            defer { state.processes = state.processes.map { _ in nil } }
            return state.processes.compactMap(\.self)
        }
        for process in processes { process.signal(SIGTERM) }
        var ends: [CrsetProcess.End] = []
        for process in processes { ends.append(try await process.ended()) }
        return ends
    }

    /// What each process of the service has logged, line by line.
    func logs() throws -> [[String]] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("log-") }
        return try files.map { file in
            try String(contentsOf: folder.appending(path: file), encoding: .utf8).split(separator: "\n").map(
                String.init
            )
        }
    }

    /// Another command of the program, beside the service. Throws where it fails, with what it said.
    @discardableResult
    func run(_ arguments: [String]) async throws -> String {
        let number = state.withLock { state in
            state.starts += 1
            return state.starts
        }
        let log = folder.appending(path: "command-\(number)")
        let process = try CrsetProcess(arguments, environment: environment, log: log)
        let end = try await process.ended()
        guard end == .exit(0) else { throw Missed("crset \(arguments) ended with \(end): \(process.said)") }
        return process.said
    }

    // MARK: Books

    func openStore() async throws -> any Store {
        switch database {
        case .sqlite: try SQLiteStore.open(path: folder.appending(path: "crset.sqlite").path)
        case .postgres(let server): try await PostgresStore.open(url: server.url)
        }
    }
}
