import ArgumentParser
import Desk

struct TranscriptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transcript",
        abstract: "A conversation, readable: both sides, notes, stages and payments in their place.",
        discussion: """
            Ticks: … waits, ✓ taken by WhatsApp, ✓✓ delivered, ✗ failed, ? no answer yet.

            EXAMPLES
              crset transcript 1kq3v7 --explain
              crset transcript "+351 910 000 001" --follow
              crset transcript 1kq3v7 --html > ana.html
            """
    )

    @OptionGroup var options: StaffOptions
    @OptionGroup var reference: LeadReference

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    @Flag(name: .long, help: "Markdown.")
    var markdown = false

    @Flag(name: .long, help: "One self-contained page.")
    var html = false

    @Flag(name: .long, help: "Why the bot said what it said.")
    var explain = false

    @Flag(name: .long, help: "Stay and show what comes, also after the server was away.")
    var follow = false

    /// Milliseconds between two looks of `--follow`.
    private static let pause: Int64 = 300

    func validate() throws {
        if [json, markdown, html].count(where: { $0 }) > 1 {
            throw ValidationError("take one of --json, --markdown and --html")
        }
        if json || html, follow {
            throw ValidationError(
                "--\(json ? "json" : "html") is one document and --follow never ends; take one of them"
            )
        }
    }

    func run() async throws {
        try await reportingFailures {
            try await withStaff(options, pages: !follow && !json && !html) { session in
                if json { return try await writeJSON(session) }
                let page = TranscriptHTML(clock: session.clock, explains: explain)
                let text = TranscriptMarkdown(clock: session.clock, explains: explain)
                let view = TranscriptView(
                    columns: Terminal.columns,
                    hasColour: Terminal.hasColour,
                    explains: explain,
                    clock: session.clock
                )
                var day = ""
                try await eachPage(session) { lead in
                    let head = html ? [page.head(lead)] : markdown ? text.heading(lead) : view.heading(lead)
                    head.forEach(Terminal.write)
                } entry: { entry in
                    if html { return [page.block(entry)].compactMap(\.self) }
                    if markdown { return text.lines(entry) }
                    let lines = view.lines(entry)
                    return lines.isEmpty ? [] : view.dayLine(entry, after: &day) + lines
                }
                if html { Terminal.write(page.tail) }
            }
        }
    }

    private func eachPage(
        _ session: StaffSession,
        first: (LeadDocument) -> Void,
        entry: (TranscriptDocument.Entry) -> [String]
    ) async throws {
        var seq: Int64 = 0
        var isFirst = true
        var following = Following(isPatient: follow)
        while true {
            try await TranscriptReading.all(after: &seq) { seq in
                try await following.answer { try await page(session, after: seq) }
            } show: { page in
                if isFirst { first(page.lead) }
                isFirst = false
                page.entries.flatMap(entry).forEach(Terminal.write)
            }
            guard follow else { return }
            try await Following.wait(Self.pause)
        }
    }

    private func writeJSON(_ session: StaffSession) async throws {
        try await TranscriptJSON.write(Terminal.write) { try await page(session, after: $0) }
    }

    private func page(_ session: StaffSession, after seq: Int64) async throws -> TranscriptPage {
        try await session.desk.transcript(reference.lead, after: seq, limit: TranscriptReading.page)
    }
}
