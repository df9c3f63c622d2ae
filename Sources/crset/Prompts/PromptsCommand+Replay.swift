import ArgumentParser
import Conversation
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
                """
        )

        @OptionGroup var options: ConfigurationOptions

        @Option(name: .long, help: "The version to try; the files as they are now when left out.")
        var version = Versions.filesName

        @Option(name: .long, help: "Only leads that were active since this day (YYYY-MM-DD, UTC).")
        var since: String?

        @Option(name: .long, help: "Only leads in this stage, such as qualified.")
        var stage: String?

        @Option(name: .long, help: "At most so many conversations, the newest (1…1000).")
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
            if let since, Self.day(since) == nil { throw ValidationError("--since takes a day such as 2026-11-23") }
        }

        func run() async throws {
            try await reportingFailures {
                try await withVersions(options) { versions in
                    let library = try await library(versions)
                    let conversations = try await conversations(versions.store)
                    let access = ModelAccess(versions.settings)
                    do {
                        try await replay(library, conversations, access, versions.settings)
                    } catch {
                        await access.close()
                        throw error
                    }
                    await access.close()
                }
            }
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

        private func conversations(_ store: any Store) async throws -> [PastConversation] {
            let query = LeadQuery(stage: stage.flatMap(Stage.Name.init(rawValue:)), limit: limit)
            let earliest = since.flatMap(Self.day) ?? Timestamp(milliseconds: 0)
            var conversations: [PastConversation] = []
            for lead in try await store.leads(query) where lead.updatedAt >= earliest {
                var transcript: [TranscriptEntry] = []
                // A conversation of more lines than this is cut at its beginning's end.
                while transcript.count < 4_000 {
                    let page = try await store.transcript(
                        of: lead.state.id,
                        after: transcript.last?.entry.seq ?? 0,
                        limit: 500
                    )
                    transcript += page
                    if page.count < 500 { break }
                }
                let conversation = PastConversation(lead, transcript)
                if !conversation.turns.isEmpty { conversations.append(conversation) }
            }
            return conversations
        }

        private func replay(
            _ library: PromptLibrary,
            _ conversations: [PastConversation],
            _ access: ModelAccess,
            _ settings: Settings
        ) async throws {
            guard !conversations.isEmpty else {
                throw Failure(description: "there are no conversations to replay; widen --since, --stage or --limit")
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
            let estimate = replay.estimate(conversations)
            if !guided { try confirm(estimate, access.models.first?.name ?? "") }
            let turns = await replay.run(conversations)
            let report = ReplayReport(
                version: library.playbook.version,
                conversations: conversations.count,
                turns: turns
            )
            if let html {
                do {
                    try Data(report.html.utf8).write(to: URL(fileURLWithPath: html), options: .atomic)
                } catch { throw Failure(description: "\(html) can't be written: \(error.localizedDescription)") }
            }
            if json { return try Terminal.write(JSON.text(ReplayDocument(report))) }
            report.lines(show, Paint(isOn: Terminal.hasColour)).forEach(Terminal.write)
            if let html { Terminal.write("written: \(html)") }
        }

        /// On a terminal one is asked; elsewhere --yes has to be given.
        private func confirm(_ estimate: Replay.Estimate, _ model: String) throws {
            let cost = estimate.microUSD.map { "at most about \(dollars($0))" } ?? "at prices that are not known here"
            let line =
                "\(estimate.conversations) conversations, \(estimate.turns) turns, about \(estimate.tokens) tokens of "
                + "\(model), \(cost)"
            if yes {
                if !json { Terminal.write(line) }
                return
            }
            guard isatty(STDIN_FILENO) == 1, !json else { throw Failure(description: line + "; give --yes to go on") }
            Terminal.write(line + ". Go on? [y/N]")
            guard let answer = readLine(), ["y", "yes", "s", "sim"].contains(answer.lowercased()) else {
                throw Failure(description: "nothing was asked and nothing was paid")
            }
        }

        private static func day(_ text: String) -> Timestamp? {
            guard text.count == 10, let date = try? Date(text + "T00:00:00Z", strategy: .iso8601) else { return nil }
            return Timestamp(milliseconds: Int64(date.timeIntervalSince1970 * 1_000))
        }
    }
}
