import Foundation
import NIOCore
import NIOPosix

/// A server in a process of its own, started for one measurement and ended by its own id.
final class Service: Sendable {
    let port: Int
    let pid: Int32
    /// From the call that starts the process to the first 200.
    let startMilliseconds: Double
    private let folder: URL
    private let ended: AsyncStream<Int32>

    private init(port: Int, pid: Int32, startMilliseconds: Double, folder: URL, ended: AsyncStream<Int32>) {
        self.port = port
        self.pid = pid
        self.startMilliseconds = startMilliseconds
        self.folder = folder
        self.ended = ended
    }

    struct Places: Sendable {
        /// The folder of this program; `crset` stands beside it.
        var binaries: URL
        var config: URL
        var prompts: URL
        /// Where databases are made; on a real disk, or durability costs nothing.
        var data: URL
    }

    static func empty(_ places: Places, on loop: any EventLoop) async throws -> Service {
        try await start("crset-bench", places, on: loop, arguments: { ["empty-server", "--port", "\($0)"] })
    }

    /// `crset serve`. `burst`: milliseconds of the burst window.
    static func crset(
        _ places: Places,
        on loop: any EventLoop,
        database: String,
        outside: Int,
        burst: Int
    ) async throws -> Service {
        let base = "http://127.0.0.1:\(outside)"
        let environment = [
            "DATABASE_URL": database, "CRSET_CONFIG": places.config.path, "CRSET_PROMPTS": places.prompts.path,
            "LOG_LEVEL": "error",
            "WHATSAPP_API_BASE": base + "/graph", "WHATSAPP_PHONE_NUMBER_ID": Bodies.phoneNumberID,
            "WHATSAPP_ACCESS_TOKEN": "bench-token", "WHATSAPP_APP_SECRET": Bodies.appSecret,
            "WHATSAPP_VERIFY_TOKEN": "bench-verify", "OPENAI_API_KEY": "sk-bench",
            "OPENAI_BASE_URL": base + "/openai/v1",
            "STRIPE_API_BASE": base + "/stripe", "STRIPE_SECRET_KEY": "sk_test_bench",
            // Counted as in production, and never reached.
            "SPEND_CALLS": "1000000000", "SPEND_TOKENS": "1000000000000", "SPEND_CALLS_PER_CUSTOMER": "1000000",
            "SPEND_TOKENS_PER_CUSTOMER": "1000000000", "STRIPE_WEBHOOK_SECRET": "whsec_bench",
            "CONVERSATION_BURST_WINDOW_MS": "\(burst)",
            "CONVERSATION_BURST_LIMIT_MS": "\(max(burst, 8_000))", "OUTBOX_MESSAGES_PER_SECOND": "0",
        ]
        return try await start(
            "crset",
            places,
            on: loop,
            environment: environment,
            arguments: { ["serve", "--port", "\($0)"] }
        )
    }

    private static func start(
        _ name: String,
        _ places: Places,
        on loop: any EventLoop,
        environment: [String: String] = [:],
        arguments: (Int) -> [String]
    ) async throws -> Service {
        let folder = places.data.appending(path: "crset-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let log = folder.appending(path: "log")
        try Data().write(to: log)
        let port = try await freePort(on: loop)
        let process = Process()
        process.executableURL = places.binaries.appending(path: name)
        process.arguments = arguments(port)
        process.environment = environment.merging([
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
        ]) { own, _ in own }
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: log)
        let (ended, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = {
            end.yield($0.terminationStatus); end.finish()
        }
        let start = NIODeadline.now()
        do { try process.run() } catch {
            throw Trouble(
                "\(name) can't be started: \(error); build it with `swift build -c release --product \(name)`"
            )
        }
        let pid = process.processIdentifier
        guard try await answers(port, on: loop, until: start + .seconds(15)) else {
            kill(pid, SIGKILL)
            let words = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
            throw Trouble("\(name) did not answer within 15 s: \(words.suffix(500))")
        }
        let passed = Double((NIODeadline.now() - start).nanoseconds) / 1_000_000
        return Service(port: port, pid: pid, startMilliseconds: passed, folder: folder, ended: ended)
    }

    /// Ends the process at once: what it was doing is of no interest any more.
    /// In good order, so that what is on its way is settled; where that takes too long, at once.
    func stop() async {
        kill(pid, SIGTERM)
        let impatience = Task {
            try await Task.sleep(for: .seconds(15))
            kill(pid, SIGKILL)
        }
        for await _ in ended {}
        impatience.cancel()
        try? FileManager.default.removeItem(at: folder)
    }

    // MARK: What the system knows of it

    /// CPU seconds so far, its own and the kernel's on its behalf.
    var cpuSeconds: Double { ProcessClock(pid)?.own ?? 0 }

    /// Resident now, and the most since the start, in MB (10⁶ bytes).
    var memory: (now: Double, peak: Double) {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        func megabytes(_ name: String) -> Double {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first).flatMap { Double($0) }
                .map { $0 * 1_024 / 1_000_000 } ?? 0
        }
        return (megabytes("VmRSS"), megabytes("VmHWM"))
    }

    // MARK: Starting

    private static func freePort(on loop: any EventLoop) async throws -> Int {
        let channel = try await ServerBootstrap(group: loop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close().get()
        return port
    }

    private static let live = ByteBuffer(string: "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")

    private static func answers(_ port: Int, on loop: any EventLoop, until deadline: NIODeadline) async throws -> Bool {
        while NIODeadline.now() < deadline {
            if let connections = try? await Connections.open(1, ports: [port], on: loop) {
                let promise = loop.makePromise(of: Int.self)
                loop.execute { connections.value.post(live) { promise.succeed($0) } }
                if try await promise.futureResult.get() == 200 { return true }
            }
            try await Task.sleep(for: .milliseconds(1))
        }
        return false
    }
}

/// Why there are no figures, and what to do.
struct Trouble: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
