import Conversation
import Foundation
import Logging
import Pipeline
import Prompts
import Server
import Storage

extension Measurements {
    /// The prompt files: checking the folder, rendering a turn, and from saving a file to its first use.
    func prompts() async throws -> [Figure] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "crset-bench-prompts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(at: places.prompts, to: folder.appending(path: "Prompts"))
        try FileManager.default.copyItem(at: places.config, to: folder.appending(path: "config"))
        let settings = try Settings.load(environment: [:], workingDirectory: folder.path)
        let library = try PromptLibrary.load(settings)
        let check = Self.median((0..<21).map { _ in Self.milliseconds { _ = PromptCheck(settings) } })
        return [
            Figure("prompts_check", "check of the whole folder of prompts, p50", check, "ms", aim: .atMost(300)),
            Figure("prompts_render", "rendering a turn's prompt, p50", rendering(library), "ms", aim: .atMost(1)),
            Figure(
                "prompts_reload",
                "from saving a prompt file to its use, the longest of \(isQuick ? 5 : 15)",
                try await reload(library, settings, folder),
                "ms",
                aim: .atMost(1_000)
            ),
        ]
    }

    private func rendering(_ library: PromptLibrary) -> Double {
        var state = ConversationState(id: ConversationID("bench"), language: .ptPT)
        state.fields = ["name": .text("Ana"), "need": .choice("website"), "team_size": .number(3)]
        let turn = PromptTurn(
            stage: .qualifying,
            language: .ptPT,
            state: state,
            nextField: "budget",
            now: Timestamp(milliseconds: 1_795_428_000_000),
            recommended: "site"
        )
        return Self.median((0..<1_000).map { _ in Self.milliseconds { _ = library.render(turn) } })
    }

    private func reload(_ library: PromptLibrary, _ settings: Settings, _ folder: URL) async throws -> Double {
        let store = try SQLiteStore.open(path: folder.appending(path: "bench.sqlite").path)
        let source = PlaybookSource(library)
        let watch = PromptWatch(
            source: source,
            store: store,
            prompts: settings.promptsFolder,
            config: settings.configFolder,
            load: { (files) throws(PromptProblems) in try PromptLibrary.load(files, settings) },
            surroundings: .live,
            log: Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let watching = Task { await watch.run() }
        let file = folder.appending(path: "Prompts/facts.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        var longest = 0.0
        for number in 0..<(isQuick ? 5 : 15) {
            let before = source.standing.version
            let start = ContinuousClock.now
            try Data((text + "\n- Note \(number) of the benchmark.\n").utf8).write(to: file, options: .atomic)
            while source.standing.version == before, ContinuousClock.now - start < .seconds(20) {
                try await Task.sleep(for: .milliseconds(2))
            }
            longest = max(longest, (ContinuousClock.now - start) / .milliseconds(1))
        }
        watching.cancel()
        await watching.value
        try await store.close()
        return longest
    }

    private static func milliseconds(_ work: () -> Void) -> Double {
        let start = ContinuousClock.now
        work()
        return (ContinuousClock.now - start) / .milliseconds(1)
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
