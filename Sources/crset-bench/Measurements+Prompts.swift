import Conversation
import Desk
import Foundation
import Pipeline
import Prompts
import Sandbox
import Server

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
                "from saving a prompt file to the first answer by it, the longest of \(isQuick ? 5 : 15)",
                try await reload(folder),
                "ms",
                aim: .atMost(1_000)
            ),
            Figure(
                "prompts_cached",
                "prompt tokens from the cache in a conversation of ten turns, as reported",
                try await cached(folder),
                "%",
                aim: .atLeast(70)
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

    /// From saving a file to the first turn that speaks by it: new customers write one after the other, so the answer's
    /// own time is in it.
    private func reload(_ folder: URL) async throws -> Double {
        let service = try await Rehearsed.start(in: folder, hasModel: false)
        let file = folder.appending(path: "Prompts/messages/pt-PT.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        var longest = 0.0
        var writer = 0
        do {
            for number in 0..<(isQuick ? 5 : 15) {
                let mark = "Saudação \(number)!"
                let new = text.replacing("  greeting: ", with: "  greeting: \(mark) ", maxReplacements: 1)
                let start = ContinuousClock.now
                try Data(new.utf8).write(to: file, options: .atomic)
                var heard = ""
                while !heard.hasPrefix(mark), ContinuousClock.now - start < .seconds(20) {
                    writer += 1
                    heard = try await service.ask("Olá", as: Customer(waID: "\(351_950_000_000 + writer)", name: "Ana"))
                }
                guard heard.hasPrefix(mark) else { throw Trouble("a saved file was not used within 20 s: \(heard)") }
                longest = max(longest, (ContinuousClock.now - start) / .milliseconds(1))
                // Saved at any moment between two looks of the watch.
                try await Task.sleep(for: .milliseconds(37 * number))
            }
        } catch {
            await service.stop()
            throw error
        }
        await service.stop()
        return longest
    }

    /// Per cent of the prompt tokens of a ten-turn conversation that came from the cache, from the usage that the model
    /// reports. The sandbox reports it by the rule that OpenAI documents: what begins as the prompt before under the same
    /// key did, from 1,024 tokens on, in steps of 128.
    private func cached(_ folder: URL) async throws -> Double {
        let service = try await Rehearsed.start(in: folder, hasModel: true)
        let lines = [
            "Bom dia, queria um site para o meu salão de cabeleireiro", "Chamo-me Marta", "Somos três. Quanto custa?",
            "E quanto tempo demora?", "O que está incluído?", "Tenho uns 600 euros", "Posso pagar com MB WAY?",
            "O meu e-mail é marta@salao.example", "E o domínio fica meu?", "Obrigada, vou pensar",
        ]
        let customer = Customer(waID: "351960000001", name: "Marta")
        do {
            for line in lines { _ = try await service.ask(line, as: customer) }
            let page = try await service.desk.transcript("351960000001", after: 0, limit: 500)
            await service.stop()
            var (turns, prompt, cached) = (0, 0, 0)
            var isCounted = false
            for entry in page.entries {
                if entry.author == "customer" { isCounted = false }
                // All messages of a turn carry what it took.
                guard !isCounted, let why = entry.explanation, why.prompt_tokens > 0 else { continue }
                isCounted = true
                turns += 1
                prompt += why.prompt_tokens
                cached += why.cached_tokens
            }
            guard turns == lines.count else { throw Trouble("the model was asked in \(turns) turns, not all") }
            return Double(cached) * 100 / Double(prompt)
        } catch {
            await service.stop()
            throw error
        }
    }

    private static func milliseconds(_ work: () -> Void) -> Double {
        let start = ContinuousClock.now
        work()
        return (ContinuousClock.now - start) / .milliseconds(1)
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
