import ArgumentParser

/// Commands of CONTRACT.md that are still to come. They say so instead of pretending.
enum NotYet {
    static let staff: [any ParsableCommand.Type] = [
        Coming<Reply>.self, Coming<Review>.self, Coming<Search>.self, Coming<Watch>.self, Coming<Stats>.self,
    ]
    static let operators: [any ParsableCommand.Type] = [
        Coming<Prompts>.self, Coming<DeadLetters>.self, Coming<Backup>.self, Coming<Restore>.self, Coming<Token>.self,
    ]

    enum Reply: ComingCommand { static let name = "reply" }
    enum Review: ComingCommand { static let name = "review" }
    enum Search: ComingCommand { static let name = "search" }
    enum Watch: ComingCommand { static let name = "watch" }
    enum Stats: ComingCommand { static let name = "stats" }
    enum Prompts: ComingCommand { static let name = "prompts" }
    enum DeadLetters: ComingCommand { static let name = "deadletters" }
    enum Backup: ComingCommand { static let name = "backup" }
    enum Restore: ComingCommand { static let name = "restore" }
    enum Token: ComingCommand { static let name = "token" }
}

protocol ComingCommand: Sendable {
    static var name: String { get }
}

struct Coming<Command: ComingCommand>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: Command.name, abstract: "(Not there yet.)")
    }

    @Argument(parsing: .captureForPassthrough) var rest: [String] = []

    func run() async throws {
        try await reportingFailures {
            throw Failure(description: "`crset \(Command.name)` is not there yet; it comes with a later version")
        }
    }
}
