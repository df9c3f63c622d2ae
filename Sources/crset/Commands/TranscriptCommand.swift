import ArgumentParser
import Conversation
import Desk
import Pipeline

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

    @Flag(name: .long, help: "Stay and show what comes.")
    var follow = false

    private static let page = 500

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
        while true {
            let page = try await session.desk.transcript(reference.lead, after: seq, limit: Self.page)
            if isFirst { first(page.lead) }
            isFirst = false
            page.entries.flatMap(entry).forEach(Terminal.write)
            seq = page.last_seq
            if !page.more {
                guard follow else { return }
                Terminal.leaveIfUnread()
                try await Surroundings.live.sleep(Surroundings.live.now().adding(milliseconds: 300))
            }
        }
    }

    /// Page by page, so that no length exhausts the memory.
    private func writeJSON(_ session: StaffSession) async throws {
        try await TranscriptJSON.write(Terminal.write) { seq in
            try await session.desk.transcript(reference.lead, after: seq, limit: Self.page)
        }
    }
}

/// `crset transcript --json`: one document, whatever its length.
enum TranscriptJSON {
    static func write(_ write: (String) -> Void, page: (Int64) async throws -> TranscriptPage) async throws {
        var seq: Int64 = 0
        var isFirst = true
        while true {
            let found = try await page(seq)
            if seq == 0 { write("{\n\"lead\" : \(try JSON.text(found.lead)),\n\"entries\" : [") }
            for entry in found.entries {
                write((isFirst ? "" : ",") + (try JSON.text(entry)))
                isFirst = false
            }
            guard found.more, found.last_seq > seq else { return write("]\n}") }
            seq = found.last_seq
        }
    }
}
