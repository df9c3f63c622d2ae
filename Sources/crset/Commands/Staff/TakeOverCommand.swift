import ArgumentParser
import Desk

struct TakeOverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "takeover",
        abstract: "Take a conversation from the bot, which falls silent at once.",
        discussion: """
            What the bot had written and not sent is withdrawn. A summary says what the customer wants, what is known, \
            what is open and what was promised. `crset release` gives the conversation back.

            EXAMPLES
              crset takeover 1kq3v7
              crset takeover "+351 910 000 001" --as Rita --json
            """
    )

    @OptionGroup var options: StaffOptions
    @OptionGroup var reference: LeadReference

    @Flag(name: .long, help: "Also from another person.")
    var force = false

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    func run() async throws {
        try await reportingFailures {
            try await withStaff(options) { session in
                let receipt = try await session.desk.takeOver(
                    reference.lead,
                    TakeoverRequest(force: force),
                    by: options.who
                )
                if json { return try Terminal.write(JSON.text(receipt)) }
                HandOverView(columns: Terminal.columns, clock: session.clock).lines(receipt).forEach(Terminal.write)
            }
        }
    }
}

struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Give a conversation back to the bot.",
        discussion: """
            The bot says nothing until the customer writes again, unless it is to answer what they wrote since a person did.

            EXAMPLES
              crset release 1kq3v7
              crset release 1kq3v7 --answer
            """
    )

    @OptionGroup var options: StaffOptions
    @OptionGroup var reference: LeadReference

    @Flag(name: .long, help: "The bot answers what the customer wrote since a person did.")
    var answer = false

    @Flag(name: .long, help: "Also where another person has it.")
    var force = false

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    func run() async throws {
        try await reportingFailures {
            try await withStaff(options) { session in
                let receipt = try await session.desk.release(
                    reference.lead,
                    ReleaseRequest(answer: answer, force: force),
                    by: options.who
                )
                let next = answer ? "answers what nobody has answered" : "answers when the customer writes next"
                try StaffPrinter.print(receipt, "The bot has the conversation again, and \(next).", json: json)
            }
        }
    }
}

enum StaffPrinter {
    static func print(_ receipt: StaffReceipt, _ words: String, json: Bool) throws {
        Terminal.write(json ? try JSON.text(receipt) : words)
    }
}
