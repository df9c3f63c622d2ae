import ArgumentParser
import Conversation
import Desk
import Storage

struct TranscriptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transcript",
        abstract: "A conversation, readable."
    )

    @OptionGroup var options: ConfigurationOptions

    @Argument(help: "Lead id, an unambiguous prefix of it, or a phone number.")
    var lead: String

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
            try await withDesk(options) { desk in
                let record = try await desk.lead(lead)
                if json { return try await writeJSON(desk, record) }
                let view = TranscriptView(columns: Terminal.columns, hasColour: Terminal.hasColour, explains: explain)
                view.heading(record).forEach(Terminal.write)
                var seq: Int64 = 0
                while true {
                    let entries = try await desk.transcript(of: record.state.id, after: seq, limit: Self.page)
                    entries.flatMap(view.lines).forEach(Terminal.write)
                    seq = entries.last?.entry.seq ?? seq
                    if entries.count < Self.page {
                        guard follow else { return }
                        try await Task.sleep(for: .milliseconds(500))
                    }
                }
            }
        }
    }

    private func writeJSON(_ desk: Desk, _ record: LeadRecord) async throws {
        var all: [TranscriptEntry] = []
        while true {
            let entries = try await desk.transcript(
                of: record.state.id,
                after: all.last?.entry.seq ?? 0,
                limit: Self.page
            )
            all += entries
            if entries.count < Self.page { break }
        }
        try Terminal.write(JSON.text(TranscriptDocument(record, all)))
    }
}
