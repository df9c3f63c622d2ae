import ArgumentParser

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
            CommandGroup(name: "Conversations:", subcommands: [Leads.self, TranscriptCommand.self] + NotYet.staff),
            CommandGroup(name: "Operation:", subcommands: NotYet.operators),
        ]
    )
}
