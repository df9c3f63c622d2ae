import ArgumentParser
import Desk
import Foundation

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
                try await withDeadLetters(options, by: selection.by) { desk, _ in
                    var report = RetryReport()
                    for letter in try await selection.letters(desk) {
                        let request = DeadLetterRetryRequest(even_twice: evenTwice)
                        do {
                            _ = try await desk.retry(letter.id, request, by: selection.name)
                            report.done += 1
                        } catch let error as DeskError where RetryReport.concernsOne(error) {
                            report.problems.append(error.detail)
                        }
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
                try await withDeadLetters(options, by: selection.by) { desk, _ in
                    let letters = try await selection.letters(desk)
                    guard !letters.isEmpty else { return Terminal.write("No dead letters like that.") }
                    guard yes || question.ask(Self.words(letters)) else {
                        return Terminal.write("Nothing was dropped.")
                    }
                    var dropped = 0
                    for letter in letters {
                        do {
                            _ = try await desk.drop(letter.id, by: selection.name)
                            dropped += 1
                        } catch let error as DeskError where error.code == .gone {}
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

        static func words(_ letters: [DeadLetterDocument]) -> String {
            let events = letters.reduce(0) { $0 + $1.open_events }
            let unanswered = events == 0 ? "" : " \(events) events of customers stay without an answer."
            guard letters.count == 1, let letter = letters.first else {
                return "Drop \(letters.count) dead letters?\(unanswered)"
            }
            return "Drop the \(letter.kind) \(letter.id)?\(unanswered)"
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

    func letters(_ desk: any DeadLetterDesk) async throws -> [DeadLetterDocument] {
        var letters: [DeadLetterDocument] = []
        for id in ids { letters.append(try await desk.deadLetter(document: id)) }
        guard ids.isEmpty else { return letters }
        var request = filter.request(limit: 500)
        while letters.count < Self.lettersMax {
            let page = try await desk.deadLetters(request)
            letters += page.dead_letters.prefix(Self.lettersMax - letters.count)
            guard let cursor = page.next_cursor else { break }
            request.cursor = cursor
        }
        return letters
    }
}

/// What came of a retry, in words.
struct RetryReport {
    var done = 0
    var problems: [String] = []

    var lines: [String] {
        if done > 0 { return ["Retrying \(done)."] }
        return problems.isEmpty ? ["No dead letters like that."] : []
    }

    /// Refusals that say nothing about the others.
    static func concernsOne(_ error: DeskError) -> Bool {
        [.gone, .mayHaveArrived, .muted, .useless, .notFound].contains(error.code)
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
