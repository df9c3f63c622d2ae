import Foundation
import Glibc
import Synchronization

/// Shows long output page by page at a terminal: what `PAGER` names, else `less`, which leaves at once when everything
/// fits on the screen.
enum Pager {
    static func whileRunning(_ isWanted: Bool, _ body: () async throws -> Void) async throws {
        guard isWanted, isatty(STDOUT_FILENO) == 1, let pager = start() else { return try await body() }
        // Ctrl-C is for the pager.
        let before = signal(SIGINT, SIG_IGN)
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
                var status: Int32 = 0
                while waitpid(pager, &status, 0) == -1, errno == EINTR {}
                continuation.resume()
            }
        }
        signal(SIGINT, before)
        try result.get()
    }

    private static func start() -> pid_t? {
        var environment = ProcessInfo.processInfo.environment
        let command = environment["PAGER"] ?? "less"
        guard command != "cat", isInstalled(command, environment["PATH"] ?? "/usr/bin:/bin") else { return nil }
        // F: leave when it fits; R: colours; X: don't clear the screen.
        environment["LESS"] = environment["LESS"] ?? "FRX"
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let pager = spawn(command, input: ends[0], environment)
        close(ends[0])
        guard let pager else {
            close(ends[1])
            return nil
        }
        Terminal.pager.withLock { $0 = ends[1] }
        return pager
    }

    /// The first word of a command, found as the shell finds it: what can't be paged is shown as it is.
    static func isInstalled(_ command: String, _ path: String) -> Bool {
        guard let program = command.split(separator: " ").first.map(String.init) else { return false }
        if program.contains("/") { return access(program, X_OK) == 0 }
        return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    /// In this process's group: a pager in one of its own, which Foundation's `Process` makes, may not read the terminal.
    private static func spawn(_ command: String, input: Int32, _ environment: [String: String]) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGPIPE] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        let arguments = ["sh", "-c", command]
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        let settings = environment.map { "\($0.key)=\($0.value)" }
        var variables: [UnsafeMutablePointer<CChar>?] = settings.map { strdup($0) } + [nil]
        defer { for text in words + variables { free(text) } }
        var pager: pid_t = 0
        return posix_spawn(&pager, "/bin/sh", &actions, &attributes, &words, &variables) == 0 ? pager : nil
    }
}
