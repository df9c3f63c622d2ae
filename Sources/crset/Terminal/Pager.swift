import Foundation
import Synchronization

/// Shows long output page by page at a terminal: what `PAGER` names, else `less`, which leaves at once when everything
/// fits on the screen.
enum Pager {
    static func whileRunning(_ isWanted: Bool, _ body: () async throws -> Void) async throws {
        guard isWanted, isatty(STDOUT_FILENO) == 1, let process = start() else { return try await body() }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        // Its input ends here, so that it can.
        let descriptor = Terminal.pager.withLock { pager in
            defer { pager = nil }
            return pager
        }
        if let descriptor { close(descriptor) }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            DispatchQueue.global().async {
                process.waitUntilExit()
                continuation.resume()
            }
        }
        try result.get()
    }

    private static func start() -> Process? {
        var environment = ProcessInfo.processInfo.environment
        let command = environment["PAGER"] ?? "less"
        if command.isEmpty || command == "cat" { return nil }
        if command == "less", !FileManager.default.isExecutableFile(atPath: "/usr/bin/less") { return nil }
        // F: leave when it fits; R: colours; X: don't clear the screen.
        environment["LESS"] = environment["LESS"] ?? "FRX"
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.environment = environment
        process.standardInput = FileHandle(fileDescriptor: ends[0], closeOnDealloc: false)
        do { try process.run() } catch {
            for end in ends { close(end) }
            return nil
        }
        close(ends[0])
        Terminal.pager.withLock { $0 = ends[1] }
        return process
    }
}
