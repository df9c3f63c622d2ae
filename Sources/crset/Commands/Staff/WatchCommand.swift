import ArgumentParser
import Conversation
import Desk

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "All conversations live, one line an event.",
        discussion: """
            Whoever waits for a person stands out, and is marked with an exclamation mark. While the server or the \
            database is away, it waits and goes on where it was.

            EXAMPLES
              crset watch
              crset watch --waiting
              crset watch --stage awaiting_payment --author customer
              crset watch --json | jq -r .entry.text      one JSON document a line
            """
    )

    @OptionGroup var options: StaffOptions

    @Option(name: .long, help: "Only this lead.")
    var lead: String?

    @Option(name: .long, help: "Only leads in this stage; may be given several times.")
    var stage: [String] = []

    @Option(name: .long, help: "Only what these did: customer, bot, staff, note or event; may be given several times.")
    var author: [String] = []

    @Flag(name: .long, help: "Only leads that wait for a person.")
    var waiting = false

    @Option(name: .long, help: "Begin with so many of the newest lines (0…1000).")
    var last = 10

    @Option(name: .long, help: "Begin after this seq instead.")
    var after: Int64?

    @Flag(name: .long, help: "Show what there is and end.")
    var once = false

    @Flag(name: .long, help: "One JSON document a line.")
    var json = false

    /// Between two looks, while nothing happens.
    private static let pause: Int64 = 60

    func validate() throws {
        guard (0...1_000).contains(last) else { throw ValidationError("--last takes 0 to 1000") }
        for name in stage where Stage.Name(rawValue: name) == nil {
            let names = Stage.Name.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("“\(name)” is no stage; there are \(names)")
        }
        for name in author where !Self.authors.contains(name) {
            throw ValidationError("“\(name)” is no author; there are \(Self.authors.joined(separator: ", "))")
        }
    }

    func run() async throws {
        try await reportingFailures {
            try await withStaff(options) { session in
                let view = EventView(columns: Terminal.columns, paint: Terminal.paint, clock: session.clock)
                let id: String? = if let lead { try await session.desk.card(lead).lead.id } else { nil }
                var feed = EventFeed(after: after, lead: id, last: last)
                var following = Following(isPatient: !once)
                while true {
                    try await feed.catchUp { request in
                        try await following.answer { try await session.desk.events(request) }
                    } show: { events in
                        for event in events where fits(event) {
                            if json {
                                Terminal.write(try DeskJSON.text(event, isPretty: false))
                            } else {
                                view.lines(event).forEach(Terminal.write)
                            }
                        }
                    }
                    if once { return }
                    try await Following.wait(Self.pause)
                }
            }
        }
    }

    private static let authors = ["customer", "bot", "staff", "note", "event"]

    private func fits(_ event: DeskEvent) -> Bool {
        if waiting, event.waiting_since == nil { return false }
        if !stage.isEmpty, !stage.contains(event.stage) { return false }
        return author.isEmpty || author.contains(event.entry.author)
    }
}

/// Events from the newest ones, or from a place, on.
struct EventFeed {
    private var request: EventRequest
    private var isSilent: Bool

    private static let page = 500

    init(after: Int64?, lead: String?, last: Int) {
        request = EventRequest(after: after, lead_id: lead, limit: after == nil ? max(last, 1) : Self.page)
        isSilent = after == nil && last == 0
    }

    /// Shows all there is by now.
    mutating func catchUp(
        page: (EventRequest) async throws -> EventPage,
        show: ([DeskEvent]) throws -> Void
    ) async throws {
        while true {
            let before = request.after
            let found = try await page(request)
            if !isSilent { try show(found.events) }
            (isSilent, request.after, request.limit) = (false, found.last_seq, Self.page)
            // A page that holds nothing of the lead may still be followed by one that does.
            guard let before, found.last_seq > before else { return }
        }
    }
}

/// One event on one line.
struct EventView {
    var columns: Int
    var paint: Paint
    var clock: StaffClock

    func lines(_ event: DeskEvent) -> [String] {
        let entry = event.entry
        if entry.author == "event", entry.text.isEmpty { return [] }
        let isWaiting = event.waiting_since != nil
        let mark = isWaiting ? "!" : " "
        let arrow =
            switch entry.author {
            case "customer": "›"
            case "bot": "‹"
            case "staff": "«"
            default: "·"
            }
        let nameWidth = columns < 60 ? 8 : 16
        let name = Terminal.fitted(event.name ?? String(event.lead_id.prefix(12)), nameWidth)
        let head = "\(clock.time(entry.at)) \(mark)\(name) "
        let stage = columns < 60 ? "" : Terminal.fitted(event.stage, 16) + " "
        let text = SafeText.line(entry.text) + TranscriptWords.ticks(entry)
        let room = max(8, columns - DisplayWidth.of(head + stage) - 2)
        let line = (head + stage + arrow + " " + Terminal.fitted(text, room)).trimmingEnd()
        if isWaiting { return [paint(line, .bold)] }
        switch entry.author {
        case "customer": return [paint(line, .cyan)]
        case "note", "event": return [paint(line, .dim)]
        default: return [line]
        }
    }
}
