import ArgumentParser
import Conversation
import Foundation
import Integrations
import Logging
import Pipeline
import Prompts
import Sandbox
import Server
import Storage

extension PromptsCommand {
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hold the dialogues of Prompts/scenarios and say how often their expectations hold.",
            discussion: """
                Answers of the model are recorded in scenarios/recordings/answers.json the first time and played again \
                after that, which costs nothing; a changed prompt asks anew. Without OPENAI_API_KEY only what was \
                recorded can be played, and what was recorded with another prompt is told to be stale. Any server that \
                speaks OpenAI's API can be recorded, `crset sandbox` too: set OPENAI_BASE_URL and OPENAI_API_KEY to what \
                it prints. Nothing is sent to anyone. Exit code 1 when a scenario holds too seldom.
                """
        )

        enum Answers: String, ExpressibleByArgument, CaseIterable {
            case recorded, model, sandbox, guided
        }

        @OptionGroup var options: ConfigurationOptions

        @Option(
            name: .customLong("with"),
            help: "Who answers: recorded, model (asks anew, records nothing), sandbox, or guided (no model)."
        )
        var answers = Answers.recorded

        @Flag(name: .long, help: "Ask the model everything anew and record it.")
        var record = false

        @Option(name: .customLong("repeat"), help: "Hold each dialogue so many times (1…50).")
        var repeats = 1

        @Option(name: .long, help: "Only this scenario; may be given several times.")
        var scenario: [String] = []

        @Option(name: .long, help: "Also hold them with this version, and show both side by side.")
        var compare: String?

        @Option(name: .customLong("at-least"), help: "Per cent of the repeats in which a scenario has to hold.")
        var atLeast = 100

        @Option(name: .long, help: "Write a report for continuous integration to this file (JUnit XML).")
        var junit: String?

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func validate() throws {
            guard (1...50).contains(repeats) else { throw ValidationError("--repeat takes 1 to 50") }
            guard (0...100).contains(atLeast) else { throw ValidationError("--at-least takes 0 to 100") }
            guard !record || answers == .recorded else { throw ValidationError("--record goes with --with recorded") }
        }

        func run() async throws {
            try await reportingFailures {
                let settings = try options.load()
                let files = PromptFiles(prompts: settings.promptsFolder, config: settings.configFolder)
                let library = try PromptLibrary.load(files, settings).rehearsing
                let scenarios = try chosen(try library.scenarios(files))
                var libraries = [library]
                if let compare {
                    let store = try await openStore(settings, migrate: false)
                    let versions = Versions(settings: settings, store: store)
                    do {
                        let version = try await versions.find(compare)
                        var other = try PromptLibrary.load(
                            PromptFiles(version: version.id, files: version.files),
                            settings
                        ).rehearsing
                        other.playbook.version = version.id
                        libraries.insert(other, at: 0)
                    } catch {
                        try? await store.close()
                        throw error
                    }
                    try await store.close()
                }
                let results = try await hold(scenarios, libraries, settings)
                try show(results)
                let isFine = (results.last?.reports ?? []).allSatisfy { $0.held * 100 >= atLeast * $0.repeats }
                if !isFine { throw ExitCode(Exit.failure) }
            }
        }

        private func chosen(_ all: [Scenario]) throws -> [Scenario] {
            for name in scenario where !all.contains(where: { $0.name == name }) {
                let names = all.map(\.name).joined(separator: ", ")
                throw Failure(description: "there is no scenario \(name); there are \(names)")
            }
            return scenario.isEmpty ? all : all.filter { scenario.contains($0.name) }
        }

        /// The reports of each version, in the order of the versions.
        private func hold(
            _ scenarios: [Scenario],
            _ libraries: [PromptLibrary],
            _ settings: Settings
        ) async throws -> [ScenarioResult] {
            var settings = settings
            var sandbox: Sandbox?
            if answers == .sandbox {
                let access = SandboxAccess([:])
                let started = Sandbox(access.settings)
                do { try await started.start() } catch {
                    throw Failure(description: "the sandbox can't start: \(error)", exitCode: Exit.unavailable)
                }
                settings.openai.apiKey = Secret(access.settings.openAI.apiKey)
                settings.openai.baseURL = started.openAIBase
                sandbox = started
            }
            let access = ModelAccess(settings)
            let result: Result<[ScenarioResult], any Error>
            do {
                result = .success(try await hold(scenarios, libraries, settings, access))
            } catch { result = .failure(error) }
            await access.close()
            await sandbox?.stop()
            return try result.get()
        }

        private func hold(
            _ scenarios: [Scenario],
            _ libraries: [PromptLibrary],
            _ settings: Settings,
            _ access: ModelAccess
        ) async throws -> [ScenarioResult] {
            if access.client == nil, answers == .model || record {
                throw Failure(
                    description: "OPENAI_API_KEY is not set; set it, or run --with sandbox or --with guided",
                    exitCode: Exit.configuration
                )
            }
            let path = "\(settings.promptsFolder)/scenarios/recordings/answers.json"
            let mode: Recordings.Mode = record ? .record : access.client == nil ? .replay : .fill
            let recordings: Recordings? = answers == .recorded ? try recordings(path, mode) : nil
            var log = settings.logger("crset")
            if options.logLevel == nil { log.logLevel = .error }
            var results: [ScenarioResult] = []
            for library in libraries {
                let run = ScenarioRun(
                    library: library,
                    // What a fallback would have answered says nothing of the model that is asked.
                    models: Array(access.models.prefix(1)),
                    settings: access.settings,
                    repeats: repeats,
                    client: { [answers, version = library.playbook.version] take in
                        if answers == .guided { return nil }
                        return recordings?.playing(access.client ?? .notConfigured, take: take, version: version)
                            ?? access.client
                    },
                    judge: judge(access, recordings),
                    log: log
                )
                results.append(
                    ScenarioResult(version: library.playbook.version, reports: await run.run(scenarios))
                )
            }
            do { try recordings?.save() } catch {
                throw Failure(description: "\(path) can't be written: \(error.localizedDescription)")
            }
            if let recordings, !results.isEmpty { results[results.count - 1].tally = recordings.tally }
            return results
        }

        private func recordings(_ path: String, _ mode: Recordings.Mode) throws -> Recordings {
            do { return try Recordings(path: path, mode: mode) } catch {
                throw Failure(description: "\(path) is no file of recordings; remove it, or run with --record")
            }
        }

        private func judge(_ access: ModelAccess, _ recordings: Recordings?) -> ToneJudge? {
            guard answers == .model || answers == .recorded, let model = access.models.first else { return nil }
            let client = recordings?.playing(access.client ?? .notConfigured, take: 0) ?? access.client
            return client.map {
                ToneJudge(client: $0, model: model, timeoutMilliseconds: access.settings.modelTimeout)
            }
        }

        private func show(_ results: [ScenarioResult]) throws {
            if let junit, let last = results.last {
                do {
                    try Data(ScenarioJUnit(last, atLeast: atLeast).text.utf8)
                        .write(to: URL(fileURLWithPath: junit), options: .atomic)
                } catch { throw Failure(description: "\(junit) can't be written: \(error.localizedDescription)") }
            }
            if json { return try Terminal.write(JSON.text(ScenarioDocument(results))) }
            ScenarioView(paint: Terminal.paint, atLeast: atLeast, columns: Terminal.columns).lines(results)
                .forEach(Terminal.write)
        }
    }
}

/// The scenarios as one version holds them.
struct ScenarioResult {
    var version: String
    var reports: [ScenarioRun.Report]
    /// Of the recordings, of all versions together; nil where none were used.
    var tally: Recordings.Tally?
}

extension PromptLibrary {
    /// With payments, so that offers are made; voice notes stay unread.
    var rehearsing: PromptLibrary {
        var library = self
        library.playbook.policy.takesPayments = true
        library.playbook.policy.transcribesVoice = false
        return library
    }
}
