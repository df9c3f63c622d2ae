import ArgumentParser
import Desk
import Storage

struct DeadLetters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deadletters",
        abstract: "What was accepted and came to no end: why, and what to do about it.",
        discussion: """
            A message that could not be sent (message), a payment link that could not be deactivated (link), a \
            conversation whose turn keeps failing (turn), and what came in and fitted nothing (item).
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
                try await withDesk(options) { desk in
                    let query = filter.query(areDropped: dropped, limit: limit)
                    let letters = try await desk.deadLetters(query)
                    var more = query
                    (more.after, more.limit) = (letters.last, 1)
                    let hasMore = letters.count == limit ? try await !desk.deadLetters(more).isEmpty : false
                    let items = try await desk.itemsWaiting()
                    if json {
                        return try Terminal.write(JSON.text(DeadLetterList(letters, hasMore: hasMore, items: items)))
                    }
                    var table = DeadLetterTable(columns: Terminal.columns)
                    table.hasMore = hasMore
                    table.itemsBeside = dropped || query.kinds.contains(.item) ? 0 : items
                    table.lines(letters).forEach(Terminal.write)
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One dead letter: its history and what to do.")

        @OptionGroup var options: ConfigurationOptions

        @Argument(help: "Its id, or an unambiguous prefix of it.")
        var id: String

        @Flag(name: .long, help: "One JSON document.")
        var json = false

        func run() async throws {
            try await reportingFailures {
                try await withDesk(options) { desk in
                    let letter = try await desk.deadLetter(id)
                    if json {
                        try Terminal.write(JSON.text(DeadLetterDocument(letter)))
                    } else {
                        DeadLetterCard(columns: Terminal.columns).lines(letter).forEach(Terminal.write)
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
        for name in kind where DeadLetter.Kind(rawValue: name) == nil {
            throw ValidationError("“\(name)” is no kind; there are message, link, turn and item")
        }
    }

    var isEmpty: Bool { kind.isEmpty && code == nil }

    func query(areDropped: Bool = false, limit: Int) -> DeadLetterQuery {
        let kinds = Set(kind.compactMap(DeadLetter.Kind.init(rawValue:)))
        var query = DeadLetterQuery(code: code, areDropped: areDropped, limit: limit)
        if !kinds.isEmpty { query.kinds = kinds }
        return query
    }
}
