import ArgumentParser
import Desk
import Prompts

struct StatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "How it went: funnel, answer times, revenue, cost.",
        discussion: """
            Figures are of leads whose first message came in the time asked for, and of what became of them since.

            EXAMPLES
              crset stats --since 7d --by day
              crset stats --by prompt_version
              crset stats --since 2026-01-01 --until 2026-12-31 --by month --html > year.html
            """
    )

    @OptionGroup var options: StaffOptions

    @Option(name: .long, help: "day, week, month, product, language, source or prompt_version.")
    var by: String?

    @Option(name: .long, help: "Leads that began since: 24h, 7d, today, 2026-11-25, or ISO 8601. Default: all.")
    var since: String?

    @Option(name: .long, help: "Leads that began before this moment.")
    var until: String?

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    @Flag(name: .long, help: "Comma-separated values.")
    var csv = false

    @Flag(name: .long, help: "One self-contained page with charts.")
    var html = false

    func validate() throws {
        if let by, StatsRequest.Group(rawValue: by) == nil {
            let names = StatsRequest.Group.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--by takes \(names)")
        }
        if [json, csv, html].count(where: { $0 }) > 1 { throw ValidationError("take one of --json, --csv and --html") }
    }

    func run() async throws {
        try await reportingFailures {
            try await withStaff(options, pages: !json && !csv && !html) { session in
                let stats = try await session.desk.stats(
                    StatsRequest(
                        from: try since.map { try session.clock.parsed($0, option: "--since") },
                        until: try until.map { try session.clock.parsed($0, option: "--until") },
                        by: by.flatMap(StatsRequest.Group.init),
                        time_zone: session.settings.business.timezone
                    )
                )
                if json { return try Terminal.write(JSON.text(stats)) }
                if csv { return StatsCSV.lines(stats).forEach(Terminal.write) }
                if html { return Terminal.write(StatsPage(stats).html) }
                StatsView(columns: Terminal.columns, paint: Terminal.paint).lines(stats).forEach(Terminal.write)
            }
        }
    }
}
