import ArgumentParser
import Desk

struct TranscriptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transcript",
        abstract: "A conversation, readable."
    )

    @OptionGroup var options: StaffOptions
    @OptionGroup var reference: LeadReference

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    @Flag(name: .long, help: "Why the bot said what it said.")
    var explain = false

    @Flag(name: .long, help: "Stay and show what comes.")
    var follow = false

    private static let page = 500

    func validate() throws {
        if json, follow { throw ValidationError("--json is one document and --follow never ends; take one of them") }
    }

    func run() async throws {
        try await reportingFailures {
            try await withStaff(options.configuration) { session in
                if json { return try await writeJSON(session) }
                let view = TranscriptView(
                    columns: Terminal.columns,
                    hasColour: Terminal.hasColour,
                    explains: explain,
                    clock: session.clock
                )
                var seq: Int64 = 0
                var day = ""
                var isFirst = true
                while true {
                    let page = try await session.desk.transcript(reference.lead, after: seq, limit: Self.page)
                    if isFirst { view.heading(page.lead).forEach(Terminal.write) }
                    isFirst = false
                    for entry in page.entries {
                        let lines = view.lines(entry)
                        if !lines.isEmpty { view.dayLine(entry, after: &day).forEach(Terminal.write) }
                        lines.forEach(Terminal.write)
                    }
                    seq = page.last_seq
                    if !page.more {
                        guard follow else { return }
                        try await Task.sleep(for: .milliseconds(300))
                    }
                }
            }
        }
    }

    private func writeJSON(_ session: StaffSession) async throws {
        var all: [TranscriptDocument.Entry] = []
        var seq: Int64 = 0
        while true {
            let page = try await session.desk.transcript(reference.lead, after: seq, limit: Self.page)
            all += page.entries
            seq = page.last_seq
            if !page.more { return try Terminal.write(JSON.text(TranscriptDocument(lead: page.lead, entries: all))) }
        }
    }
}
