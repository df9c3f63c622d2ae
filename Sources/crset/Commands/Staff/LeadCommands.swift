import ArgumentParser
import Desk

struct AssignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign",
        abstract: "Say who looks after a lead.",
        discussion: """
            EXAMPLES
              crset leads assign 1kq3v7 Rita
              crset leads assign 1kq3v7 --nobody
            """
    )

    @OptionGroup var options: StaffOptions
    @OptionGroup var reference: LeadReference

    @Argument(help: "Name of a person. Default: you.")
    var person: String?

    @Flag(name: .long, help: "Nobody looks after it any more.")
    var nobody = false

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    func validate() throws {
        if nobody, person != nil { throw ValidationError("give a name or --nobody") }
    }

    func run() async throws {
        try await reportingFailures {
            try await withStaff(options) { session in
                let name = nobody ? nil : person ?? options.who
                let receipt = try await session.desk.assign(reference.lead, to: name, by: options.who)
                let words = receipt.lead.assigned_to.map { "Assigned to \(Terminal.printable($0))." }
                try StaffPrinter.print(receipt, words ?? "Assigned to nobody.", json: json)
            }
        }
    }
}

struct NoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note",
        abstract: "Leave a note for staff in the transcript; the customer never sees it.",
        discussion: """
            EXAMPLES
              crset leads note 1kq3v7 "Wants to be called on Friday"
            """
    )

    @OptionGroup var options: StaffOptions
    @OptionGroup var reference: LeadReference

    @Argument(help: "The note; without it, or with -, it is read from standard input.")
    var text: [String] = []

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    func run() async throws {
        try await reportingFailures {
            let words = text.isEmpty || text == ["-"] ? try StandardInput.text() : text.joined(separator: " ")
            try await withStaff(options) { session in
                let receipt = try await session.desk.note(reference.lead, NoteRequest(text: words), by: options.who)
                try StaffPrinter.print(receipt, "Noted.", json: json)
            }
        }
    }
}

struct StageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stage",
        abstract: "Correct the stage of a lead, with the reason.",
        discussion: """
            A person can set qualifying, qualified, disqualified, opted_out and dormant; the other stages follow from \
            what happens.

            EXAMPLES
              crset leads stage 1kq3v7 qualified --reason "budget confirmed on the phone"
            """
    )

    @OptionGroup var options: StaffOptions
    @OptionGroup var reference: LeadReference

    @Argument(help: "qualifying, qualified, disqualified, opted_out or dormant.")
    var stage: String

    @Option(name: .long, help: "Why; it stands in the transcript.")
    var reason: String

    @Flag(name: .long, help: "Also where another person has the conversation.")
    var force = false

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    func run() async throws {
        try await reportingFailures {
            try await withStaff(options) { session in
                let receipt = try await session.desk.setStage(
                    reference.lead,
                    stage,
                    reason: reason,
                    force: force,
                    by: options.who
                )
                try StaffPrinter.print(receipt, "Stored; the service sets the stage \(stage).", json: json)
            }
        }
    }
}
