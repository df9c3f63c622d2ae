import ArgumentParser
import Conversation
import Desk

struct Leads: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Leads: list them, show one, keep them.",
        subcommands: [
            List.self, Show.self, TakeOverCommand.self, ReplyCommand.self, ReleaseCommand.self, AssignCommand.self,
            NoteCommand.self, StageCommand.self, ExportCommand.self, ForgetCommand.self, AuditCommand.self,
        ],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Leads, newest activity first.",
            discussion: """
                EXAMPLES
                  crset leads --waiting                     who waits for a person, the longest first
                  crset leads --stage awaiting_payment --unpaid --since 7d
                  crset leads --assigned-to Rita --sort score
                  crset leads --csv --all > leads.csv
                  crset leads --json --limit 100 | jq -r '.[-1].cursor'    where the next page begins
                """
        )

        @OptionGroup var options: StaffOptions
        @OptionGroup var filter: LeadFilter

        @Option(name: .long, help: "activity, created, score or waiting.")
        var sort: String?

        @Option(name: .long, help: "At most so many (1…1000).")
        var limit = 50

        @Option(name: .long, help: "The cursor of the last lead of the page before.")
        var cursor: String?

        @Flag(name: .long, help: "All pages, one after the other.")
        var all = false

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        @Flag(name: .long, help: "Comma-separated values, safe to open in a spreadsheet.")
        var csv = false

        func validate() throws {
            guard (1...1_000).contains(limit) else { throw ValidationError("--limit takes 1 to 1000") }
            if let sort, LeadListRequest.Sort(rawValue: sort) == nil {
                let names = LeadListRequest.Sort.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--sort takes \(names)")
            }
            if json, csv { throw ValidationError("take --json or --csv") }
        }

        func run() async throws {
            try await reportingFailures {
                try await withStaff(options, pages: !json && !csv) { session in
                    var request = try filter.request(limit: limit, session.clock, mine: options.who)
                    (request.sort, request.cursor) = (sort.flatMap(LeadListRequest.Sort.init), cursor)
                    let printer = LeadPrinter(form: json ? .json : csv ? .csv : .table, clock: session.clock)
                    try await printer.print(request, all: all) { try await session.desk.leads($0) }
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One lead: what is known, where it stands, what it cost.",
            discussion: """
                EXAMPLES
                  crset leads show 1kq3v7
                  crset leads show "+351 910 000 001" --json
                """
        )

        @OptionGroup var options: StaffOptions
        @OptionGroup var reference: LeadReference

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func run() async throws {
            try await reportingFailures {
                try await withStaff(options) { session in
                    let card = try await session.desk.card(reference.lead)
                    if json { return try Terminal.write(JSON.text(ShownLead(card))) }
                    LeadCard(columns: Terminal.columns, clock: session.clock).lines(card).forEach(Terminal.write)
                }
            }
        }
    }
}

/// The lead's own keys stand at the top, as in lists; what only the card has stands beside them.
struct ShownLead: Encodable {
    var card: LeadCardDocument

    init(_ card: LeadCardDocument) { self.card = card }

    enum Keys: String, CodingKey {
        case window, cost, source, notes
        case stageHistory = "stage_history"
    }

    func encode(to encoder: any Encoder) throws {
        try card.lead.encode(to: encoder)
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(card.window, forKey: .window)
        try container.encode(card.cost, forKey: .cost)
        try container.encodeIfPresent(card.source, forKey: .source)
        try container.encode(card.notes, forKey: .notes)
        try container.encode(card.stage_history, forKey: .stageHistory)
    }
}

/// Which lead a command is about.
struct LeadReference: ParsableArguments {
    @Argument(help: "Lead id, an unambiguous prefix of it, or a phone number.")
    var lead: String

    func validate() throws {
        if lead.allSatisfy(\.isWhitespace) { throw ValidationError("the lead is empty; give its id or phone number") }
    }
}

/// Narrows the leads down.
struct LeadFilter: ParsableArguments {
    @Option(name: .long, help: "Only this stage, such as awaiting_payment; may be given several times.")
    var stage: [String] = []

    @Option(name: .long, help: "Only this language, such as pt-PT; pt means all kinds of Portuguese.")
    var language: String?

    @Option(name: .long, help: "Only this product of the catalog.")
    var product: String?

    @Option(name: .long, help: "Only scores from this one on.")
    var scoreMin: Int?

    @Option(name: .long, help: "Only scores up to this one.")
    var scoreMax: Int?

    @Option(name: .long, help: "Only those assigned to this person.")
    var assignedTo: String?

    @Flag(name: .long, help: "Only those assigned to you.")
    var mine = false

    @Flag(name: .long, help: "Only those assigned to nobody.")
    var unassigned = false

    @Flag(name: .long, help: "Only those that wait for a person.")
    var waiting = false

    @Flag(name: .long, help: "Only those with an offer that isn't paid.")
    var unpaid = false

    @Option(name: .long, help: "Only those with activity since: 24h, 7d, today, 2026-11-25, or ISO 8601.")
    var since: String?

    func validate() throws {
        for name in stage where Stage.Name(rawValue: name) == nil {
            let names = Stage.Name.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("“\(name)” is no stage; there are \(names)")
        }
        if [assignedTo != nil, mine, unassigned].count(where: { $0 }) > 1 {
            throw ValidationError("take one of --assigned-to, --mine and --unassigned")
        }
    }

    func request(limit: Int, _ clock: StaffClock, mine who: String) throws -> LeadListRequest {
        var request = LeadListRequest(limit: limit)
        request.stages = stage.isEmpty ? nil : stage
        (request.language, request.product) = (language, product)
        (request.score_min, request.score_max) = (scoreMin, scoreMax)
        request.assigned_to = mine ? who : assignedTo
        request.unassigned = unassigned ? true : nil
        request.waiting = waiting ? true : nil
        request.unpaid = unpaid ? true : nil
        request.since = try since.map { try clock.parsed($0, option: "--since") }
        return request
    }
}
