import Foundation
import Storage
import Testing

@testable import crset

@Suite struct PagerTests {
    @Test("a pager at a terminal may use the terminal, and shows what the command says")
    func terminal() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "crset-pager-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = folder.appending(path: "desk.sqlite").path
        try await SQLiteStore.open(path: database).close()
        let output = try await atTerminal(
            "leads list",
            // Whoever isn't in the terminal's foreground is stopped by this.
            ["DATABASE_URL": "sqlite:\(database)", "PAGER": "stty -echo </dev/tty && sed 's/^/paged: /'"]
        )
        #expect(output.contains("paged: "))
    }

    @Test("a pager that isn't there hides nothing")
    func missing() {
        #expect(!Pager.isInstalled("no-such-pager -R", "/usr/bin:/bin"))
        #expect(!Pager.isInstalled("", "/usr/bin:/bin"))
        #expect(Pager.isInstalled("sh -c true", "/usr/bin:/bin"))
        #expect(Pager.isInstalled("/bin/sh", ""))
    }

    /// What a command shows at a terminal of its own (`script` of util-linux makes one), within 30 seconds.
    private func atTerminal(_ command: String, _ environment: [String: String]) async throws -> String {
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "crset")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = ["30", "script", "-qec", "\(program.path) \(command)", "/dev/null"]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        return try await withCheckedThrowingContinuation { continuation in
            Thread {
                continuation.resume(
                    with: Result {
                        String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
                    }
                )
            }.start()
        }
    }
}
