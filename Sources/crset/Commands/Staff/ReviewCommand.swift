import ArgumentParser
import Desk
import Foundation

struct ReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Go through conversations worth reading, and judge them.",
        discussion: """
            First come complaints and replies that the guard held back, then failed deliveries, answers without the \
            model (low_confidence), lost sales, a random sample, and all that is new. At a terminal each conversation is \
            shown, and one key judges it: g good, a acceptable, b bad, s skip, q quit. What was judged comes again when \
            there is a new reason.

            EXAMPLES
              crset review                              one after the other
              crset review --list --reason complaint
              crset review 1kq3v7 --rate bad --tag price --comment "promised a discount" --better "…"
              crset review 1kq3v7 --export > Prompts/scenarios/no-discount.yaml
            """
    )

    @OptionGroup var options: StaffOptions

    @Argument(help: "One lead: id, an unambiguous prefix of it, or a phone number.")
    var lead: String?

    @Flag(name: .long, help: "List the queue.")
    var list = false

    @Option(name: .long, help: "complaint, guarded, failed, low_confidence, lost, sample or new.")
    var reason: String?

    @Flag(name: .long, help: "Those that were judged, instead of those that wait.")
    var judged = false

    @Option(name: .long, help: "At most so many in a list (1…200).")
    var limit = 20

    @Option(name: .long, help: "Where the page before ended.")
    var cursor: String?

    @Option(name: .long, help: "good, acceptable or bad.")
    var rate: String?

    @Option(name: .long, help: "A tag; may be given several times.")
    var tag: [String] = []

    @Option(name: .long, help: "What you think of it.")
    var comment: String?

    @Option(name: .long, help: "What the bot should have said.")
    var better: String?

    @Option(
        name: .long,
        help: "Seq of the answer that should have been better (transcript --json has it). Default: the bot's last."
    )
    var seq: Int64?

    @Flag(name: .long, help: "Write the conversation as a scenario file, so that it is checked for ever.")
    var export = false

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    func validate() throws {
        guard (1...200).contains(limit) else { throw ValidationError("--limit takes 1 to 200") }
        if let rate, Judgement.Rating(rawValue: rate) == nil {
            throw ValidationError("--rate takes good, acceptable or bad")
        }
        if rate == nil, !tag.isEmpty || comment != nil || better != nil || seq != nil {
            throw ValidationError("a judgement needs --rate")
        }
        if lead == nil, rate != nil || export { throw ValidationError("name the lead") }
    }

    func run() async throws {
        try await reportingFailures {
            try await withStaff(options) { session in
                if let lead, export {
                    let yaml = try await session.desk.scenario(lead).yaml
                    return Terminal.write(yaml.trimmingCharacters(in: .newlines))
                }
                if let lead, let rating = rate.flatMap(Judgement.Rating.init) {
                    let judgement = Judgement(
                        rating: rating,
                        tags: tag,
                        comment: comment,
                        better_seq: seq,
                        better: better
                    )
                    let item = try await session.desk.judge(lead, judgement, by: options.who)
                    return Terminal.write(json ? try JSON.text(item) : "Judged \(rating.rawValue).")
                }
                let isInteractive = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
                if let lead {
                    _ = try await round(session).show(lead, numbers: false)
                    return
                }
                let request = ReviewRequest(
                    reason: reason,
                    judged: judged ? true : nil,
                    limit: limit,
                    cursor: cursor
                )
                let page = try await session.desk.reviews(request)
                if json { return try Terminal.write(JSON.text(page)) }
                if list || judged || !isInteractive {
                    return ReviewTable(session.clock).lines(page).forEach(Terminal.write)
                }
                try await round(session).go()
            }
        }
    }

    private func round(_ session: StaffSession) -> ReviewRound {
        ReviewRound(
            waiting: {
                try await session.desk.reviews(ReviewRequest(reason: reason, limit: limit, cursor: $0))
            },
            transcript: { try await session.desk.transcript($0, after: $1, limit: TranscriptReading.page) },
            judge: { _ = try await session.desk.judge($0, $1, by: options.who) },
            view: TranscriptView(
                columns: Terminal.columns,
                hasColour: Terminal.hasColour,
                explains: true,
                clock: session.clock
            )
        )
    }
}

/// `crset review --list`
struct ReviewTable {
    private let clock: StaffClock

    init(_ clock: StaffClock) { self.clock = clock }

    func lines(_ page: ReviewPage, columns: Int = Terminal.columns) -> [String] {
        if page.items.isEmpty { return ["Nothing to review."] }
        let table = Table<ReviewItem>(
            columns: [
                .init("LEAD", 17) { $0.lead.id },
                .init("NAME", 8, rank: 2) { $0.lead.name ?? "–" },
                .init("STAGE", 16, rank: 1) { $0.lead.stage },
                .init("WHY", 14) { $0.reasons.joined(separator: ", ") },
                .init("JUDGED", 10, rank: 3) { $0.judgement?.rating.rawValue ?? "" },
            ],
            flexible: "WHY"
        )
        let more = page.next_cursor.map { ["There is more: --cursor \(Terminal.printable($0))"] } ?? []
        return table.lines(page.items, width: columns) + more
    }
}
