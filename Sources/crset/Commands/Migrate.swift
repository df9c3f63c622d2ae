import ArgumentParser
import Server
import Storage

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database schema up to date.",
        discussion: """
            EXAMPLE
              crset migrate --database postgres://crset@db/crset
            """
    )

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        try await reportingFailures {
            let store = try await openStore(options.load(), migrate: true)
            try await store.close()
            Terminal.write("The database is up to date.")
        }
    }
}
