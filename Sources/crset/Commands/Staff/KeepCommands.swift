import ArgumentParser
import Desk
import Foundation

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Everything about one person, as one JSON document on standard output.",
        discussion: """
            Files that staff sent are in it, as base64.

            EXAMPLES
              crset leads export 1kq3v7 > ana.json
            """
    )

    @OptionGroup var options: StaffOptions
    @OptionGroup var reference: LeadReference

    func run() async throws {
        try await reportingFailures {
            try await withStaff(options) { session in
                var cursor: String?
                var export = ExportWriter()
                repeat {
                    let part = try await session.desk.export(reference.lead, after: cursor)
                    try export.write(part)
                    cursor = part.next_cursor
                } while cursor != nil
                export.end()
            }
        }
    }
}

struct ForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Erase a person for good, with a receipt for each store.",
        discussion: """
            Texts, files, identifiers, the full-text index, prompt records and reviews go; backups made from now on are clean. \
            Payments stay as the law requires, without the person. Backups made before are not touched: delete them.

            EXAMPLES
              crset leads forget 1kq3v7
              crset leads forget "+351 910 000 001" --yes --json > receipt.json
            """
    )

    @OptionGroup var options: StaffOptions
    @OptionGroup var reference: LeadReference

    @Flag(name: .long, help: "Don't ask.")
    var yes = false

    @Flag(name: .long, help: "The receipt as one JSON document.")
    var json = false

    func run() async throws {
        try await reportingFailures {
            let question = Question(isTerminal: isatty(STDIN_FILENO) == 1)
            guard yes || question.isTerminal else {
                throw Failure(
                    description: "nobody can be asked here whether to erase this person; add --yes",
                    exitCode: ExitCode.validationFailure.rawValue
                )
            }
            try await withStaff(options) { session in
                let lead = try await session.desk.card(reference.lead).lead
                let name = [lead.name, lead.phone, lead.id].compactMap(\.self).joined(separator: ", ")
                guard yes || question.ask("Erase \(name) for good? This can't be undone.") else {
                    return Terminal.write("Nothing was erased.")
                }
                let receipt = try await session.desk.forget(lead.id, by: options.who)
                if json { return try Terminal.write(JSON.text(receipt)) }
                ReceiptView(columns: Terminal.columns).lines(receipt).forEach(Terminal.write)
            }
        }
    }
}

/// What `crset leads forget` did.
struct ReceiptView {
    var columns: Int

    func lines(_ receipt: ForgetReceipt) -> [String] {
        let kept = receipt.kept.filter { $0.count > 0 }
        return ["Erased \(receipt.lead_id):"] + receipt.erased.flatMap(line) + ["Kept:"] + kept.flatMap(line)
    }

    private func line(_ line: ForgetReceipt.Line) -> [String] {
        let head = "  \(Terminal.fitted(line.store, 16)) \(line.count)"
        return line.reason.map { Terminal.hanging(head + "  ", $0, columns) } ?? [head]
    }
}

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Who did what, newest first.",
        discussion: """
            EXAMPLES
              crset leads log
              crset leads log 1kq3v7
              crset leads log --by Rita --json
            """
    )

    @OptionGroup var options: StaffOptions

    @Argument(help: "Only this lead: id, an unambiguous prefix of it, or a phone number.")
    var lead: String?

    @Option(name: .long, help: "Only what this person did.")
    var by: String?

    @Option(name: .long, help: "At most so many (1…1000).")
    var limit = 50

    @Option(name: .long, help: "Where the page before ended.")
    var cursor: String?

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    func validate() throws {
        guard (1...1_000).contains(limit) else { throw ValidationError("--limit takes 1 to 1000") }
    }

    func run() async throws {
        try await reportingFailures {
            try await withStaff(options) { session in
                let request = AuditRequest(lead_id: nil, who: by, cursor: cursor, limit: limit)
                let page =
                    if let lead {
                        try await Self.page(request, of: lead) {
                            try await session.desk.card($0).lead.id
                        } audit: {
                            try await session.desk.audit($0)
                        }
                    } else {
                        try await session.desk.audit(request)
                    }
                if json { return try Terminal.write(JSON.text(page)) }
                if page.entries.isEmpty { return Terminal.write("Nobody did anything like that.") }
                let table = Table<AuditEntry>(
                    columns: [
                        .init("WHEN", 16) { session.clock.long($0.at) },
                        .init("WHO", 12) { $0.who },
                        .init("DID", 9) { $0.action },
                        .init("LEAD", 17, rank: 1) { $0.lead_id ?? "" },
                        .init("DETAIL", 8, rank: 2) { $0.detail },
                    ],
                    flexible: "DETAIL"
                )
                table.lines(page.entries, width: Terminal.columns).forEach(Terminal.write)
                if let cursor = page.next_cursor { Terminal.write("There is more: --cursor \(cursor)") }
            }
        }
    }

    /// Of somebody who was erased, the log still says by whom, under the whole id.
    static func page(
        _ request: AuditRequest,
        of lead: String,
        id: (String) async throws -> String,
        audit: (AuditRequest) async throws -> AuditPage
    ) async throws -> AuditPage {
        var request = request
        do { request.lead_id = try await id(lead) } catch let error as DeskError where error.code == .unknownLead {
            request.lead_id = lead
            let page = try await audit(request)
            if page.entries.isEmpty { throw error }
            return page
        }
        return try await audit(request)
    }
}
