import ArgumentParser
import Conversation
import Foundation
import Pipeline
import Prompts
import Server
import Storage

struct PromptsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompts",
        abstract: "The files that say how the bot speaks: check them, compare versions, go back to one.",
        discussion: """
            A version is what stands in the prompt files, the qualification, the catalog and the business's own \
            addresses; its id comes from their content. The service takes a valid change into use by itself. FILES stands \
            for the folders as they are now, wherever a version is asked for.

            EXAMPLES
              crset prompts check --online
              crset prompts test
              crset prompts current
              crset prompts list --limit 5
              crset prompts show FILES messages/en.yaml
              crset prompts diff 3f2a
              crset prompts rollback 3f2a
              crset prompts schemas
            """,
        subcommands: [
            Check.self, Test.self, ReplayPast.self, Current.self, List.self, Show.self, Diff.self, Rollback.self,
            Trial.self,
            Schemas.self,
        ]
    )

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What is wrong with the files, where, and how to mend it. Exit code 78 when anything is."
        )

        @OptionGroup var options: ConfigurationOptions

        @Flag(
            name: .long,
            help: "Also ask Stripe for the prices of the catalog. Exit code 69 when it can't be reached."
        )
        var online = false

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func run() async throws {
            try await reportingFailures {
                let settings = try options.load()
                var check = PromptCheck(settings)
                if online { await check.askStripe(settings) }
                if json {
                    try Terminal.write(JSON.text(PromptCheckDocument(check)))
                } else {
                    PromptCheckView(check).lines.forEach(Terminal.write)
                    if !check.errors.isEmpty { Terminal.complain(check.errors.map(\.description)) }
                }
                guard !check.errors.isEmpty else { return }
                let isOnlyAway = check.stripe == .unreachable && check.errors.count == 1
                throw ExitCode(isOnlyAway ? Exit.unavailable : Exit.configuration)
            }
        }
    }

    struct Current: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The version of the files, the one that the service uses, and a trial if one runs."
        )

        @OptionGroup var options: ConfigurationOptions

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func run() async throws {
            try await reportingFailures {
                try await withVersions(options) { versions in
                    let inFiles = try? versions.files().playbook.version
                    let inUse = try await versions.store.promptVersions(limit: 1).first { $0.usedAt != nil }
                    let trial = try await versions.store.trials(limit: 1).first { $0.endedAt == nil }
                    if json {
                        let document = CurrentDocument(files: inFiles, inUse: inUse, trial: trial)
                        return try Terminal.write(JSON.text(document))
                    }
                    Terminal.write("files   \(inFiles ?? "broken; see `crset prompts check`")")
                    Terminal.write("in use  \(inUse.map { "\($0.id) since \(shortTime($0.usedAt))" } ?? "none yet")")
                    if let trial {
                        Terminal.write(
                            "trial   \(trial.id): \(trial.challenger) for \(trial.share) % of the new leads"
                        )
                    }
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Versions, the one that was taken into use last first."
        )

        @OptionGroup var options: ConfigurationOptions

        @Option(name: .long, help: "At most so many (1…1000).")
        var limit = 20

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func validate() throws {
            guard (1...1_000).contains(limit) else { throw ValidationError("--limit takes 1 to 1000") }
        }

        func run() async throws {
            try await reportingFailures {
                try await withVersions(options) { versions in
                    let list = try await versions.store.promptVersions(limit: limit)
                    if json { return try Terminal.write(JSON.text(list.map(VersionDocument.init))) }
                    if list.isEmpty { Terminal.write("no version was in use yet; `crset serve` takes the first one") }
                    let files = try? versions.files().playbook.version
                    for version in list {
                        let mark = version.id == files ? "  = files" : ""
                        Terminal.write(
                            "\(version.id)  first \(shortTime(version.firstSeenAt))  "
                                + "used \(shortTime(version.usedAt))\(mark)"
                        )
                    }
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The files of a version.")

        @OptionGroup var options: ConfigurationOptions

        @Argument(help: "Version, a prefix of one, or FILES.")
        var version: String

        @Argument(help: "Only this file, such as system.md or messages/en.yaml.")
        var file: String?

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func run() async throws {
            try await reportingFailures {
                try await withVersions(options) { versions in
                    let version = try await versions.find(version)
                    if let file {
                        guard let text = version.files[file] else {
                            let names = version.files.keys.sorted().joined(separator: ", ")
                            throw Failure(description: "there is no \(file) in \(version.id); there are \(names)")
                        }
                        return Terminal.write(text)
                    }
                    if json { return try Terminal.write(JSON.text(VersionDocument(version))) }
                    for (name, text) in version.files.sorted(by: { $0.key < $1.key }) {
                        Terminal.write("=== \(name)\n\(text)")
                    }
                }
            }
        }
    }
}
