import ArgumentParser
import Conversation
import Desk
import Foundation
import Pipeline
import Storage

extension DeadLetters {
    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try again: send the message, deactivate the link, take the conversation up.",
            discussion: """
                A message goes to its place in the order of its conversation, under the same rules as a new one. One \
                that may have arrived is left alone unless --even-twice is given.
                """
        )

        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var selection: DeadLetterSelection

        @Flag(name: .long, help: "Also messages that may have arrived: the customer may get them twice.")
        var evenTwice = false

        func run() async throws {
            try await reportingFailures {
                try await withDesk(options) { desk in
                    var report = RetryReport()
                    for letter in try await selection.letters(desk) {
                        let outcome = try await desk.retry(
                            letter,
                            by: selection.name,
                            evenTwice: evenTwice,
                            now: Surroundings.live.now()
                        )
                        report.add(outcome, letter)
                    }
                    report.lines.forEach(Terminal.write)
                    guard selection.ids.isEmpty || report.problems.isEmpty else {
                        Terminal.complain(report.problems)
                        throw ExitCode(Exit.failure)
                    }
                    report.problems.forEach(Terminal.write)
                }
            }
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give up on dead letters. Their records stay: `list --dropped` shows them."
        )

        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var selection: DeadLetterSelection

        @Flag(name: .long, help: "Don't ask.")
        var yes = false

        func run() async throws {
            try await reportingFailures {
                let question = Question(isTerminal: isatty(STDIN_FILENO) == 1)
                guard yes || question.isTerminal else {
                    throw Failure(
                        description: "nobody can be asked here whether to drop them; add --yes",
                        exitCode: ExitCode.validationFailure.rawValue
                    )
                }
                try await withDesk(options) { desk in
                    let letters = try await selection.letters(desk)
                    guard !letters.isEmpty else { return Terminal.write("No dead letters like that.") }
                    guard yes || question.ask(Self.words(letters)) else {
                        return Terminal.write("Nothing was dropped.")
                    }
                    var dropped = 0
                    for letter in letters {
                        let isDone = try await desk.drop(letter, by: selection.name, now: Surroundings.live.now())
                        dropped += isDone ? 1 : 0
                    }
                    Terminal.write("Dropped \(dropped).")
                    guard dropped > 0 else {
                        throw Failure(
                            description: "none of them waited any more; `crset deadletters list` shows what does"
                        )
                    }
                }
            }
        }

        static func words(_ letters: [DeadLetter]) -> String {
            let events = letters.reduce(0) { $0 + $1.openEvents }
            let unanswered = events == 0 ? "" : " \(events) events of customers stay without an answer."
            guard letters.count == 1, let letter = letters.first else {
                return "Drop \(letters.count) dead letters?\(unanswered)"
            }
            return "Drop the \(letter.kind.rawValue) \(letter.id)?\(unanswered)"
        }
    }
}

/// Which dead letters a command is about, and who acts.
struct DeadLetterSelection: ParsableArguments {
    @Argument(help: "Ids, or unambiguous prefixes of them.")
    var ids: [String] = []

    @Flag(name: .long, help: "All that wait (all but items, unless --kind names them).")
    var all = false

    @OptionGroup var filter: DeadLetterFilter

    @Option(name: .customLong("by"), help: "Your name, for the record. Default: the system's user.")
    var by: String?

    /// So many at once; the command can be repeated.
    static let lettersMax = 10_000

    func validate() throws {
        let hasFilter = all || !filter.isEmpty
        if ids.isEmpty, !hasFilter { throw ValidationError("name dead letters by id, or give --all, --kind or --code") }
        if !ids.isEmpty, hasFilter { throw ValidationError("give either ids, or --all, --kind and --code") }
    }

    var name: String {
        let name = (by ?? ProcessInfo.processInfo.userName).trimmingCharacters(in: .whitespacesAndNewlines)
        return name.isEmpty ? "an operator" : String(name.prefix(80))
    }

    func letters(_ desk: Desk) async throws -> [DeadLetter] {
        var letters: [DeadLetter] = []
        if ids.isEmpty {
            try await desk.eachDeadLetter(filter.query(limit: 500)) { letter in
                if letters.count < Self.lettersMax { letters.append(letter) }
            }
        } else {
            for id in ids { letters.append(try await desk.deadLetter(id)) }
        }
        return letters
    }
}

/// What came of a retry, in words.
struct RetryReport {
    private(set) var done = 0
    private(set) var problems: [String] = []

    var lines: [String] {
        if done > 0 { return ["Retrying \(done)."] }
        return problems.isEmpty ? ["No dead letters like that."] : []
    }

    mutating func add(_ outcome: DeadLetterRetry, _ letter: DeadLetter) {
        switch outcome {
        case .done: done += 1
        case .gone: problems.append("\(letter.id) is no dead letter any more; nothing was done")
        case .mayHaveArrived:
            problems.append("\(letter.id) may have arrived; look into the chat, then add --even-twice to send it again")
        case .muted(.optedOut):
            problems.append("\(letter.id) stays: the customer wants no messages; drop it")
        case .muted:
            problems.append("\(letter.id) stays: a person has the conversation; retry when it is released, or drop it")
        case .useless where letter.kind == .item:
            problems.append("\(letter.id) is an item, which can't be tried again; read it, then drop it")
        case .useless:
            problems.append("\(letter.id) can't be read by this version; install a newer one")
        }
    }
}

/// A question to whoever sits at the terminal. Anything but yes is no.
struct Question {
    var isTerminal: Bool
    var answer: () -> String? = { readLine() }

    func ask(_ words: String) -> Bool {
        guard isTerminal else { return false }
        FileHandle.standardError.write(Data("\(Terminal.printable(words)) [y/N] ".utf8))
        return ["y", "yes"].contains((answer() ?? "").trimmingCharacters(in: .whitespaces).lowercased())
    }
}
