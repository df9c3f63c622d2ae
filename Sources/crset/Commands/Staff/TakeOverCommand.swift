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
            try await withStaff(options.configuration) { session in
                let receipt = try await session.desk.takeOver(
                    reference.lead,
                    TakeoverRequest(force: force),
                    by: options.who
                )
                if json { return try Terminal.write(JSON.text(receipt)) }
                HandOverView(clock: session.clock).lines(receipt).forEach(Terminal.write)
            }
        }
    }
}

struct ReplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reply",
        abstract: "Write to a customer as a person; the bot falls silent.",
        discussion: """
            Without TEXT, or with -, the text is read from standard input. The message goes out under the same promises \
            as the bot's: stored first, sent in order, never twice.

            EXAMPLES
              crset reply 1kq3v7 "Olá Ana, sou a Rita. Em que posso ajudar?"
              crset reply 1kq3v7 < answer.txt
            """
    )

    @OptionGroup var options: StaffOptions
    @OptionGroup var reference: LeadReference

    @Argument(help: "What to say; several words need no quotes.")
    var text: [String] = []

    @Flag(name: .long, help: "Also where another person has the conversation, or the customer wants no messages.")
    var force = false

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    func run() async throws {
        try await reportingFailures {
            let words = text.isEmpty || text == ["-"] ? try StandardInput.text() : text.joined(separator: " ")
            try await withStaff(options.configuration) { session in
                let receipt = try await session.desk.reply(
                    reference.lead,
                    ReplyRequest(text: words, force: force),
                    by: options.who
                )
                if json { return try Terminal.write(JSON.text(receipt)) }
                var line = "Stored; it goes out at once where the service runs. Window \(window(receipt, session))."
                if receipt.withdrawn > 0 { line += " Withdrawn: \(receipt.withdrawn) unsent of the bot." }
                Terminal.write(line)
            }
        }
    }

    private func window(_ receipt: ReplyReceipt, _ session: StaffSession) -> String {
        WindowWords.text(receipt.window, session.clock)
    }
}

struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Give a conversation back to the bot."
    )

    @OptionGroup var options: StaffOptions
    @OptionGroup var reference: LeadReference

    @Flag(name: .long, help: "Also where another person has it.")
    var force = false

    @Flag(name: .long, help: "One JSON document.")
    var json = false

    func run() async throws {
        try await reportingFailures {
            try await withStaff(options.configuration) { session in
                let receipt = try await session.desk.release(
                    reference.lead,
                    ReleaseRequest(force: force),
                    by: options.who
                )
                try StaffPrinter.print(receipt, "The bot has the conversation again.", json: json)
            }
        }
    }
}

enum StaffPrinter {
    static func print(_ receipt: StaffReceipt, _ words: String, json: Bool) throws {
        Terminal.write(json ? try JSON.text(receipt) : words)
    }
}
