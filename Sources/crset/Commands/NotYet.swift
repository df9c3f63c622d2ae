import ArgumentParser

/// Commands of CONTRACT.md that are still to come. They say so instead of pretending.
enum NotYet {
    static let operators: [any ParsableCommand.Type] = [
        Coming<Token>.self
    ]

    enum Token: ComingCommand { static let name = "token" }
}

protocol ComingCommand: Sendable {
    /// The command above it with a space, empty at the top.
    static var parent: String { get }
    static var name: String { get }
}

extension ComingCommand {
    static var parent: String { "" }
}

struct Coming<Command: ComingCommand>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: Command.name, abstract: "(Not there yet.)")
    }

    // Whatever a later version may take; `--help` alone is answered as everywhere.
    @Argument(parsing: .allUnrecognized, help: .hidden) var rest: [String] = []

    func run() async throws {
        try await reportingFailures {
            throw Failure(
                description: "`crset \(Command.parent)\(Command.name)` is not there yet; it comes with a later version"
            )
        }
    }
}
