import ArgumentParser
import Desk
import Pipeline
import Prompts
import Server

struct DeadLetters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deadletters",
        abstract: "What was accepted and came to no end: why, and what to do about it.",
        discussion: """
            A message that could not be sent (message), a payment link that could not be deactivated (link), a \
            conversation whose turn keeps failing (turn), and what came in and fitted nothing (item).

            EXAMPLES
              crset deadletters
              crset deadletters list --dropped --json
              crset deadletters show 1kq3v7abcdefgh-3-0
              crset deadletters retry --code 131026
              crset deadletters drop --kind item --yes
            """,
        subcommands: [List.self, Show.self, Retry.self, Drop.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Dead letters, newest first.")

        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var filter: DeadLetterFilter

        @Flag(name: .long, help: "Those that were dropped, instead of those that wait.")
        var dropped = false

        @Option(name: .long, help: "At most so many (1…1000).")
        var limit = 50

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func validate() throws {
            guard (1...1_000).contains(limit) else { throw ValidationError("--limit takes 1 to 1000") }
        }

        func run() async throws {
            try await reportingFailures {
                try await withDeadLetters(options) { desk, clock in
                    let request = filter.request(areDropped: dropped, limit: limit)
                    let page = try await desk.deadLetters(request)
                    let hasMore = try await hasMore(after: page, request, desk)
                    if json {
                        let list = DeadLetterList(dead_letters: page.dead_letters, more: hasMore, items: page.items)
                        return try Terminal.write(JSON.text(list))
                    }
                    var table = DeadLetterTable(columns: Terminal.columns, clock: clock)
                    table.hasMore = hasMore
                    table.itemsBeside = dropped || filter.kind.contains("item") ? 0 : page.items
                    table.lines(page.dead_letters).forEach(Terminal.write)
                }
            }
        }

        /// A full page is not always followed by another.
        private func hasMore(
            after page: DeadLetterPage,
            _ request: DeadLetterListRequest,
            _ desk: any DeadLetterDesk
        ) async throws -> Bool {
            guard let cursor = page.next_cursor else { return false }
            var next = request
            (next.cursor, next.limit) = (cursor, 1)
            return try await !desk.deadLetters(next).dead_letters.isEmpty
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One dead letter: its history and what to do.")

        @OptionGroup var options: ConfigurationOptions

        @Argument(help: "Its id, or an unambiguous prefix of it.")
        var id: String

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func validate() throws {
            if id.allSatisfy(\.isWhitespace) {
                throw ValidationError("the id is empty; `crset deadletters list` has them")
            }
        }

        func run() async throws {
            try await reportingFailures {
                try await withDeadLetters(options) { desk, clock in
                    let letter = try await desk.deadLetter(document: id)
                    if json {
                        try Terminal.write(JSON.text(letter))
                    } else {
                        DeadLetterCard(columns: Terminal.columns, clock: clock).lines(letter).forEach(Terminal.write)
                    }
                }
            }
        }
    }
}

/// Narrows the dead letters down.
struct DeadLetterFilter: ParsableArguments {
    @Option(name: .long, help: "message, link, turn or item; may be given several times. Default: all but item.")
    var kind: [String] = []

    @Option(name: .long, help: "Only those that failed with this code, such as 131026.")
    var code: String?

    func validate() throws {
        for name in kind where DeadLetterListRequest.Kind(rawValue: name) == nil {
            throw ValidationError("“\(name)” is no kind; there are message, link, turn and item")
        }
    }

    var isEmpty: Bool { kind.isEmpty && code == nil }

    func request(areDropped: Bool = false, limit: Int) -> DeadLetterListRequest {
        var request = DeadLetterListRequest(limit: limit)
        let kinds = kind.compactMap(DeadLetterListRequest.Kind.init(rawValue:))
        if !kinds.isEmpty { request.kinds = kinds }
        request.code = code
        if areDropped { request.dropped = true }
        return request
    }
}

/// Dead letters where the configuration says they are: in the database, or behind a server. `by`: the option that names
/// who acts, where it was given.
func withDeadLetters(
    _ options: ConfigurationOptions,
    by name: String? = nil,
    _ body: (any DeadLetterDesk, StaffClock) async throws -> Void
) async throws {
    let settings = try options.load()
    let clock = StaffClock(zone: settings.business.timezone)
    try StaffOptions.checkName(name, option: "--by", settings)
    if settings.crset.server != nil { return try await RemoteDesk.with(settings) { try await body($0, clock) } }
    try await withDesk(options) { desk in
        try await body(DeadLetterCounter(desk: desk, now: Surroundings.live.now), clock)
    }
}
