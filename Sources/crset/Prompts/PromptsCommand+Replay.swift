import ArgumentParser
import Conversation
import Desk
import Foundation
import Integrations
import Logging
import Pipeline
import Prompts
import Server
import Storage

extension PromptsCommand {
    struct ReplayPast: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "replay",
            abstract: "Hold past conversations again with the files as they are now, and show what would change.",
            discussion: """
                The customers' words and all that was said before each turn stay as they were; what the bot understands, \
                decides and says is new. A conversation is followed until a person stepped in or a payment came. Nothing \
                is sent to anyone; the questions to the model cost money, and how much is said first.

                EXAMPLES
                  crset prompts replay --since 7d --html report.html
                  crset prompts replay --tag price --tag tone     what reviews were tagged with (crset review)
                  crset prompts replay --judged bad --guided      no model, no costs
                """
        )

        @OptionGroup var options: ConfigurationOptions

        @Option(name: .long, help: "The version to try; the files as they are now when left out.")
        var version = Versions.filesName

        @Option(name: .long, help: "Conversations under way since: 24h, 7d, today, 2026-11-25, or ISO 8601.")
        var since: String?

        @Option(name: .long, help: "Conversations that began before this moment.")
        var until: String?

        @Option(name: .long, help: "Only leads in this stage, such as qualified.")
        var stage: String?

        @Option(name: .long, help: "Only what a review gave this tag; several times: one of them.")
        var tag: [String] = []

        @Option(name: .long, help: "Only what a review judged so: good, acceptable or bad.")
        var judged: String?

        @Option(name: .long, help: "At most so many conversations, the newest, or judged last (1…1000).")
        var limit = 20

        @Option(name: .long, help: "Show so many turns, those that changed most first (0…1000).")
        var show = 10

        @Option(name: .long, help: "Write a report with everything to this file.")
        var html: String?

        @Flag(name: .long, help: "Guided mode: no model, no costs.")
        var guided = false

        @Flag(name: .long, help: "Don't ask whether the costs are fine.")
        var yes = false

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func validate() throws {
            guard (1...1_000).contains(limit) else { throw ValidationError("--limit takes 1 to 1000") }
            guard (0...1_000).contains(show) else { throw ValidationError("--show takes 0 to 1000") }
            if let stage, Stage.Name(rawValue: stage) == nil {
                let names = Stage.Name.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("“\(stage)” is no stage; there are \(names)")
            }
            if let judged, Judgement.Rating(rawValue: judged) == nil {
                throw ValidationError("--judged takes good, acceptable or bad")
            }
        }

        func run() async throws {
            try await reportingFailures {
                try await withVersions(options) { versions in
                    let library = try await library(versions)
                    let conversations = try await selection(versions.settings).conversations(in: versions.store)
                    let sizes = await sizes(of: conversations, versions)
                    let access = ModelAccess(versions.settings)
                    do {
                        try await replay(library, conversations, sizes, access, versions.settings)
                    } catch {
                        await access.close()
                        throw error
                    }
                    await access.close()
                }
            }
        }

        private func selection(_ settings: Settings) throws -> ReplaySelection {
            let clock = StaffClock(zone: settings.business.timezone)
            return ReplaySelection(
                since: try since.map { try clock.parsed($0, option: "--since").timestamp },
                until: try until.map { try clock.parsed($0, option: "--until").timestamp },
                stage: stage.flatMap(Stage.Name.init(rawValue:)),
                tags: Set(tag),
                rating: judged,
                limit: limit
            )
        }

        private func library(_ versions: Versions) async throws -> PromptLibrary {
            let chosen = try await versions.find(version)
            var library = try PromptLibrary.load(
                PromptFiles(version: chosen.id, files: chosen.files),
                versions.settings
            ).rehearsing
            library.playbook.version = chosen.id
            library.playbook.policy.transcribesVoice = true
            return library
        }

        private func replay(
            _ library: PromptLibrary,
            _ conversations: [PastConversation],
            _ sizes: [String: PromptSize],
            _ access: ModelAccess,
            _ settings: Settings
        ) async throws {
            guard !conversations.isEmpty else {
                throw Failure(description: noConversations)
            }
            if access.client == nil, !guided {
                throw Failure(
                    description: "OPENAI_API_KEY is not set; set it, or run with --guided",
                    exitCode: Exit.configuration
                )
            }
            var log = settings.logger("crset")
            if options.logLevel == nil { log.logLevel = .error }
            let replay = Replay(
                library,
                client: guided ? nil : access.client,
                models: Array(access.models.prefix(1)),
                settings: access.settings,
                log: log
            )
            let estimate = replay.estimate(conversations, sizes: sizes)
            if !guided { try confirm(estimate) }
            let turns = await replay.run(conversations)
            let report = ReplayReport(
                version: library.playbook.version,
                conversations: conversations.count,
                estimate: guided ? nil : estimate,
                turns: turns
            )
            if let html {
                do {
                    try Data(report.html.utf8).write(to: URL(fileURLWithPath: html), options: .atomic)
                } catch { throw Failure(description: "\(html) can't be written: \(error.localizedDescription)") }
            }
            if json { return try Terminal.write(JSON.text(ReplayDocument(report))) }
            report.lines(show, columns: Terminal.columns, Terminal.paint).forEach(Terminal.write)
            if let html { Terminal.write("written: \(html)") }
        }

        /// How long the prompts were that the turns were really answered with: what the provider reported of them corrects
        /// the estimate.
        private func sizes(of conversations: [PastConversation], _ versions: Versions) async -> [String: PromptSize] {
            let settings = versions.settings
            var sizes: [String: PromptSize] = [:]
            let used = Set(conversations.flatMap { $0.turns.compactMap(\.explanation?.promptVersion) })
            for id in used.sorted().prefix(Self.versionsMax) {
                guard let version = try? await versions.find(id),
                    let library = try? PromptLibrary.load(PromptFiles(version: id, files: version.files), settings)
                else { continue }
                sizes[id] = PromptSize(
                    library,
                    historyTokens: settings.conversation.historyTokens,
                    outputTokens: settings.openai.maxOutputTokens
                )
            }
            return sizes
        }

        private static let versionsMax = 20

        private var noConversations: String {
            if tag.isEmpty, judged == nil {
                return "there are no conversations to replay; widen --since, --until or --stage"
            }
            return "no judged conversation fits; `crset review --judged` shows judgements, `crset review` makes them"
        }

        /// On a terminal one is asked; elsewhere --yes has to be given.
        private func confirm(_ estimate: Replay.Estimate) throws {
            let line = ReplayReport.line(estimate)
            // Before anything is asked, and beside the document where one was asked for.
            if yes { return json ? Terminal.complain([line]) : Terminal.write(line) }
            guard isatty(STDIN_FILENO) == 1, !json else { throw Failure(description: line + "; give --yes to go on") }
            Terminal.write(line + ". Go on? [y/N]")
            guard let answer = readLine(), ["y", "yes", "s", "sim"].contains(answer.lowercased()) else {
                throw Failure(description: "nothing was asked and nothing was paid")
            }
        }
    }
}
