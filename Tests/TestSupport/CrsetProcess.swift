package import Foundation
import Glibc
import Synchronization

/// The real program `crset` in a process of its own.
package final class CrsetProcess: Sendable {
    package enum End: Sendable, Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    package let pid: Int32
    /// What it says, standard error included.
    package let log: URL
    private let end: Task<End, Never>

    /// The program stands beside the tests.
    private static var program: URL {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "crset")
    }

    package init(_ arguments: [String], environment: [String: String], log: URL) throws {
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = log.deletingLastPathComponent()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        let (ends, ended) = AsyncStream.makeStream(of: End.self)
        process.terminationHandler = { process in
            let isSignal = process.terminationReason == .uncaughtSignal
            ended.yield(isSignal ? .signal(process.terminationStatus) : .exit(process.terminationStatus))
            ended.finish()
        }
        try process.run()
        try? output.close()
        pid = process.processIdentifier
        self.log = log
        end = Task {
            for await end in ends { return end }
            return .exit(-1)
        }
    }

    package func signal(_ signal: Int32) { Glibc.kill(pid, signal) }

    /// Ends it between any two instructions, and returns when it is gone.
    package func kill() async {
        signal(SIGKILL)
        _ = await end.value
    }

    package var hasEnded: End? {
        get async {
            // A process that was reaped, or is to be, answers no signal.
            Glibc.kill(pid, 0) == 0 ? nil : await end.value
        }
    }

    /// How it ends by itself. One that doesn't in time is killed, which is a failure.
    package func ended() async throws -> End {
        let isGone = try? await eventually("the end of crset") { await hasEnded }
        if let isGone { return isGone }
        await kill()
        throw Missed("crset did not end; it said: \(said.suffix(2_000))")
    }

    package var said: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Where `crset serve` listens, once it does.
    package func listening() async throws -> Int {
        try await eventually("crset listens; it said: \(said.suffix(2_000))") {
            if let end = await hasEnded { throw Missed("crset ended with \(end); it said: \(said.suffix(2_000))") }
            return Self.port(in: said)
        }
    }

    private static func port(in log: String) -> Int? {
        guard let line = log.split(separator: "\n").first(where: { $0.contains(#""message":"listening""#) }),
            let fields = try? JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        else { return nil }
        return fields["port"].flatMap(Int.init)
    }
}
