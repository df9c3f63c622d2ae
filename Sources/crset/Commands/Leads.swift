import ArgumentParser
import Conversation
import Desk
import Prompts
import Server
import Storage

struct Leads: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Leads: list them, show one.",
        subcommands: [List.self, Show.self] + NotYet.leads,
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Leads, newest activity first.")

        @OptionGroup var options: ConfigurationOptions

        @Option(name: .long, help: "Only this stage, such as awaiting_payment.")
        var stage: String?

        @Option(name: .long, help: "Only this language, such as pt-PT.")
        var language: String?

        @Option(name: .long, help: "At most so many (1…1000).")
        var limit = 50

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func validate() throws {
            if let stage, Stage.Name(rawValue: stage) == nil {
                let names = Stage.Name.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("“\(stage)” is no stage; there are \(names)")
            }
            guard (1...1_000).contains(limit) else { throw ValidationError("--limit takes 1 to 1000") }
        }

        func run() async throws {
            try await reportingFailures {
                try await withDesk(options) { desk in
                    let query = LeadQuery(
                        stage: stage.flatMap(Stage.Name.init(rawValue:)),
                        language: language.map { Language($0) },
                        limit: limit
                    )
                    let leads = try await desk.leads(query)
                    if json {
                        try Terminal.write(JSON.text(leads.map(LeadDocument.init)))
                    } else {
                        LeadTable(columns: Terminal.columns).lines(leads).forEach(Terminal.write)
                    }
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One lead: what is known, where it stands.")

        @OptionGroup var options: ConfigurationOptions

        @Argument(help: "Lead id, an unambiguous prefix of it, or a phone number.")
        var lead: String

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func run() async throws {
            try await reportingFailures {
                try await withDesk(options) { desk in
                    let record = try await desk.lead(lead)
                    if json {
                        try Terminal.write(JSON.text(LeadDocument(record)))
                    } else {
                        LeadCard().lines(record).forEach(Terminal.write)
                    }
                }
            }
        }
    }
}

/// Opens the store that the configuration names for one command, without migrating it.
func withDesk(_ options: ConfigurationOptions, _ body: (Desk) async throws -> Void) async throws {
    let settings = try options.load()
    if settings.crset.server != nil {
        throw Failure(description: "CRSET_SERVER is set, and reaching a server is not there yet; unset it")
    }
    let store = try await openStore(settings, migrate: false)
    do {
        try await body(Desk(store: store))
    } catch {
        try? await store.close()
        throw error
    }
    try await store.close()
}
