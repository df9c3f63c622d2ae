import ArgumentParser
import Desk
import Prompts

struct StatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "How it went: funnel, answer times, revenue, cost.",
        discussion: """
            Figures are of leads whose first message came in the time asked for, and of what became of them since. Of a \
            trial they are of the leads that came while it ran. Its ranges hold with 95 per cent certainty for one look: \
            who looks every day and stops at the first difference is misled more often than once in twenty.

            EXAMPLES
              crset stats --since 7d --by day
              crset stats --by version
              crset stats --by trial                       both versions of the newest trial
              crset stats --since 2026-01-01 --until 2026-12-31 --by month --html > year.html
            """
    )

    @OptionGroup var options: StaffOptions

    @Option(name: .long, help: "day, week, month, product, language, source, version or trial.")
    var by: String?

    @Option(name: .long, help: "Both versions of this trial, side by side (`crset prompts trial`).")
    var trial: String?

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
        if let by, by != "trial", group == nil {
            let names = StatsRequest.Group.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--by takes \(names), version or trial")
        }
        if trial != nil, let by, by != "trial" { throw ValidationError("--trial goes with no --by but trial") }
        if isTrial, since != nil || until != nil {
            throw ValidationError("a trial counts the leads that came while it ran; leave out --since and --until")
        }
        if [json, csv, html].count(where: { $0 }) > 1 { throw ValidationError("take one of --json, --csv and --html") }
    }

    private var isTrial: Bool { trial != nil || by == "trial" }

    /// `version` is short for what the API calls `prompt_version`.
    private var group: StatsRequest.Group? {
        by.flatMap { $0 == "version" ? .promptVersion : StatsRequest.Group(rawValue: $0) }
    }

    func run() async throws {
        try await reportingFailures {
            try await withStaff(options, pages: !json && !csv && !html) { session in
                if isTrial { return try await showTrial(session) }
                let stats = try await session.desk.stats(
                    StatsRequest(
                        from: try since.map { try session.clock.parsed($0, option: "--since") },
                        until: try until.map { try session.clock.parsed($0, option: "--until") },
                        by: group,
                        time_zone: session.settings.business.timezone
                    )
                )
                if json { return try Terminal.write(JSON.text(stats)) }
                if csv { return StatsCSV.lines(stats).forEach(Terminal.write) }
                if html { return Terminal.write(StatsPage(stats, clock: session.clock).html) }
                StatsView(columns: Terminal.columns, paint: Terminal.paint).lines(stats).forEach(Terminal.write)
            }
        }
    }

    private func showTrial(_ session: StaffSession) async throws {
        let stats = try await session.desk.trial(TrialRequest(trial: trial))
        if json { return try Terminal.write(JSON.text(stats)) }
        if csv { return TrialCSV.lines(stats).forEach(Terminal.write) }
        if html { return Terminal.write(TrialPage(stats).html) }
        TrialView(columns: Terminal.columns, paint: Terminal.paint, clock: session.clock).lines(stats)
            .forEach(Terminal.write)
    }
}
