import ArgumentParser
import Conversation
import Desk
import Foundation
import Prompts
import Server
import Storage

extension PromptsCommand {
    struct Trial: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a share of the new leads another version and compare what becomes of them.",
            discussion: """
                EXAMPLES
                  crset prompts trial start FILES --share 20 --prompts trial/Prompts --config trial/config
                  crset prompts trial show
                  crset prompts trial promote
                  crset prompts trial end
                """,
            subcommands: [Start.self, Show.self, Promote.self, End.self],
            defaultSubcommand: Show.self
        )

        struct Start: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Begin a trial against the version in use.",
                discussion: """
                    Edit a copy of the two folders, and give it with --prompts and --config: FILES is that copy then. A \
                    lead keeps the version that it was given for as long as the trial runs.
                    """
            )

            @OptionGroup var options: ConfigurationOptions

            @Argument(help: "Version, a prefix of one, or FILES.")
            var version: String

            @Option(name: .long, help: "Per cent of the new leads that get it (1…99).")
            var share = 20

            func validate() throws {
                guard (1...99).contains(share) else { throw ValidationError("--share takes 1 to 99") }
            }

            func run() async throws {
                try await reportingFailures {
                    try await withVersions(options) { versions in
                        let challenger = try await versions.find(version)
                        guard let champion = try await versions.store.promptVersions(limit: 1).first,
                            champion.usedAt != nil
                        else { throw Failure(description: "no version is in use yet; start `crset serve` first") }
                        guard champion.id != challenger.id else {
                            throw Failure(description: "\(challenger.id) is in use already; try another version")
                        }
                        // What can't be loaded would never be given to anybody.
                        _ = try PromptLibrary.load(
                            PromptFiles(version: challenger.id, files: challenger.files),
                            versions.settings
                        )
                        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
                        try await versions.store.keepPrompts(challenger.id, files: challenger.files, now: now)
                        let trial = PromptTrial(
                            id: "trial-\(now.milliseconds / 1_000)",
                            champion: champion.id,
                            challenger: challenger.id,
                            share: share,
                            startedAt: now
                        )
                        guard try await versions.store.beginTrial(trial) else {
                            throw Failure(
                                description:
                                    "a trial is running; end it first with `crset prompts trial end` or promote"
                            )
                        }
                        Terminal.write(
                            "\(trial.id): \(share) % of the new leads get \(challenger.id), the others \(champion.id)"
                        )
                    }
                }
            }
        }

        struct Show: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "How the two versions of a trial fare, as `crset stats --by trial` shows it."
            )

            @OptionGroup var options: StaffOptions

            @Argument(help: "Trial; the newest when left out.")
            var trial: String?

            @Flag(name: .long, help: "One JSON document.")
            var json = false

            func run() async throws {
                try await reportingFailures {
                    try await withStaff(options, pages: !json) { session in
                        let stats = try await session.desk.trial(TrialRequest(trial: trial))
                        if json { return try Terminal.write(JSON.text(stats)) }
                        TrialView(columns: Terminal.columns, paint: Terminal.paint, clock: session.clock).lines(stats)
                            .forEach(Terminal.write)
                    }
                }
            }
        }

        struct Promote: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "End the trial and write the new version's files: everybody gets it."
            )

            @OptionGroup var options: ConfigurationOptions

            func run() async throws {
                try await reportingFailures {
                    try await withVersions(options) { versions in
                        let trial = try await running(versions)
                        let outcome = try await versions.write(try await versions.find(trial.challenger))
                        try await end(trial, .promoted, versions)
                        for path in outcome.written { Terminal.write("written: \(path)") }
                        Terminal.write("\(trial.id) ended; everybody gets \(outcome.version)")
                    }
                }
            }
        }

        struct End: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "End the trial: everybody gets the version in use again."
            )

            @OptionGroup var options: ConfigurationOptions

            func run() async throws {
                try await reportingFailures {
                    try await withVersions(options) { versions in
                        let trial = try await running(versions)
                        try await end(trial, .ended, versions)
                        Terminal.write("\(trial.id) ended")
                    }
                }
            }
        }

        private static func running(_ versions: Versions) async throws -> PromptTrial {
            guard let trial = try await versions.store.trials(limit: 1).first, trial.endedAt == nil else {
                throw Failure(description: "no trial is running; `crset prompts trial start` begins one")
            }
            return trial
        }

        private static func end(_ trial: PromptTrial, _ outcome: PromptTrial.Outcome, _ versions: Versions) async throws
        {
            let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
            _ = try await versions.store.endTrial(trial.id, outcome: outcome, now: now)
        }
    }
}
