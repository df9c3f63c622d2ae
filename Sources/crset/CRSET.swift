import ArgumentParser
import Foundation

@main
struct CRSET: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crset",
        abstract: "Conversational sales on WhatsApp: answers, qualifies, sells, and calls a person when one is needed.",
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Run it:",
                subcommands: [Serve.self, Demo.self, SandboxCommand.self, Doctor.self, Migrate.self]
            ),
            CommandGroup(
                name: "Conversations:",
                subcommands: [
                    Leads.self, TranscriptCommand.self, TakeOverCommand.self, ReplyCommand.self, ReleaseCommand.self,
                    ReviewCommand.self, SearchCommand.self, WatchCommand.self, StatsCommand.self,
                ]
            ),
            CommandGroup(
                name: "Operation:",
                subcommands: [
                    PromptsCommand.self, DeadLetters.self, BackupCommand.self, RestoreCommand.self, TokenCommand.self,
                ]
            ),
        ]
    )

    /// As ArgumentParser's own, but for wrong usage: one line that says what is wrong and where help is.
    static func main() async {
        Terminal.ignoreClosedPipes()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            // Whoever threw it has said why.
            exit(withError: code)
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            let reason = message(for: error).split(separator: "\n").first.map(String.init) ?? "wrong usage"
            Terminal.complain(["\(reason); `\(helpCommand(for: error))` tells how"])
            exit(withError: ExitCode.validationFailure)
        }
    }

    /// Of the command that was used wrongly, such as `crset leads show --help`.
    static func helpCommand(for error: any Error) -> String {
        let parts = fullMessage(for: error).components(separatedBy: "See '")
        return parts.count > 1 ? parts[1].prefix { $0 != "'" }.description : "crset --help"
    }
}
