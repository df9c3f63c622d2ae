import ArgumentParser
import Desk

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find words in all conversations and notes, newest first.",
        discussion: """
            Case and accents don't matter: orcamento finds orçamento. Several words have all to be there. Quotes make \
            a phrase, * ends a beginning, - leaves out.

            EXAMPLES
              crset search orcamento
              crset search '"loja online"' --author customer --since 30d
              crset search 'desconto* -entrega' --json
            """
    )

    @OptionGroup var options: StaffOptions

    @Argument(parsing: .allUnrecognized, help: "What to look for.")
    var text: [String]

    @Option(name: .long, help: "Only in the conversation of this lead.")
    var lead: String?

    @Option(name: .long, help: "Only what these wrote: customer, bot, staff or note.")
    var author: String?

    @Option(name: .long, help: "Only since: 24h, 7d, today, 2026-11-25, or ISO 8601.")
    var since: String?

    @Option(name: .long, help: "Only before this moment.")
    var until: String?

    @Option(name: .long, help: "At most so many (1…200).")
    var limit = 20

    @Option(name: .long, help: "Where the page before ended.")
    var cursor: String?

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    func validate() throws {
        guard (1...200).contains(limit) else { throw ValidationError("--limit takes 1 to 200") }
        for word in text where word.hasPrefix("--") && word != "--" {
            throw ValidationError("there is no option \(word); `crset search --help` lists them")
        }
    }

    func run() async throws {
        try await reportingFailures {
            try await withStaff(options, pages: !json) { session in
                var request = SearchRequest(query: text.filter { $0 != "--" }.joined(separator: " "), limit: limit)
                (request.lead_id, request.author, request.cursor) = (lead, author, cursor)
                request.since = try since.map { try session.clock.parsed($0, option: "--since") }
                request.until = try until.map { try session.clock.parsed($0, option: "--until") }
                let page = try await Self.found(request) { try await session.desk.search($0) }
                if json { return try Terminal.write(JSON.text(page)) }
                let view = SearchView(columns: Terminal.columns, paint: Terminal.paint, clock: session.clock)
                view.lines(page).forEach(Terminal.write)
            }
        }
    }
}

extension SearchCommand {
    /// Pages that are looked at in one go, so that nobody waits for long.
    static let pagesMax = 30

    /// A page of the store may end before it is full: then the next ones follow, until there is as much as was asked for.
    static func found(
        _ request: SearchRequest,
        page: (SearchRequest) async throws -> SearchPage
    ) async throws -> SearchPage {
        var found = try await page(request)
        for _ in 1..<pagesMax where found.hits.count < request.limit && found.next_cursor != nil {
            var next = request
            next.cursor = found.next_cursor
            next.limit = request.limit - found.hits.count
            let more = try await page(next)
            found.hits += more.hits
            (found.next_cursor, found.behind) = (more.next_cursor, more.behind)
        }
        return found
    }
}

/// `crset search`
struct SearchView {
    var columns: Int
    var paint: Paint
    var clock: StaffClock

    func lines(_ page: SearchPage) -> [String] {
        var lines = page.hits.flatMap(lines)
        if page.hits.isEmpty { lines.append(page.next_cursor == nil ? "Nothing found." : "Nothing found so far.") }
        if let cursor = page.next_cursor { lines.append("There is more: --cursor \(Terminal.printable(cursor))") }
        if page.behind > 0 { lines.append("\(page.behind) lines are not in the index yet; the service works on it.") }
        return lines
    }

    private func lines(_ hit: SearchHit) -> [String] {
        let name = hit.name.map(Terminal.printable) ?? "(no name)"
        let head = Terminal.fitted(
            "\(clock.long(hit.at))  \(hit.author)  \(name)  \(hit.stage)  \(hit.lead_id)",
            columns
        )
        // Wrapped as cells, so that what stands out can cross the end of a line.
        let cells = hit.snippet.flatMap { piece in
            SafeText.line(piece.text).map { Cell(character: $0, isBold: piece.is_match) }
        }
        let marked = paint.isOn ? cells : Self.bracketed(cells)
        let body = StyledText.wrap(marked, width: max(16, columns - 2)).map { "  " + paint.cells($0) }
        return [paint(head.trimmingEnd(), .dim)] + body
    }

    /// Without bold, what was found stands between brackets.
    private static func bracketed(_ cells: [Cell]) -> [Cell] {
        var result: [Cell] = []
        for cell in cells {
            if cell.isBold != (result.last?.isBold ?? false) {
                result.append(Cell(character: cell.isBold ? "[" : "]", isBold: cell.isBold))
            }
            result.append(cell)
        }
        if result.last?.isBold == true { result.append(Cell(character: "]")) }
        return result
    }
}

extension String {
    func trimmingEnd() -> String { String(reversed().drop { $0 == " " }.reversed()) }
}
