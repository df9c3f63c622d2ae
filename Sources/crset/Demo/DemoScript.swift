import Conversation

/// A dialogue to hold, one step a line: what the customer writes, slash commands, and what is expected.
///
///     # greet
///     Olá
///     > CRSET
///     1
///     /pay mbway
///     ? stage paid
struct DemoScript: Equatable, Sendable {
    enum Action: Equatable, Sendable {
        /// A message, or the number of something to tap.
        case say(String)
        case command(SlashCommand)
        /// Text that must occur in what the bot says next, in whatever case.
        case expect(String)
        case expectStage(Stage.Name)
    }

    struct Step: Equatable, Sendable {
        /// From 1.
        var line: Int
        var action: Action
    }

    struct Mistake: Error, Equatable, CustomStringConvertible {
        var line: Int
        var problem: String

        var description: String { "line \(line): \(problem)" }
    }

    /// Longer lines are no customer's.
    static let lineCharactersMax = 8_192

    var steps: [Step]

    init(_ text: String) throws(Mistake) {
        var steps: [Step] = []
        // `\r\n` is one character.
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if let step = try Self.step(String(line), number: index + 1) { steps.append(step) }
        }
        self.steps = steps
    }

    /// Nil for comments and empty lines.
    static func step(_ text: String, number: Int) throws(Mistake) -> Step? {
        guard text.utf8.count <= lineCharactersMax * 4, text.count <= lineCharactersMax else {
            throw Mistake(line: number, problem: "longer than \(lineCharactersMax) characters")
        }
        let trimmed = trim(text)
        switch trimmed.first {
        case nil, "#": return nil
        case ">":
            let wanted = trim(trimmed.dropFirst())
            guard !wanted.isEmpty else { throw Mistake(line: number, problem: "“>” needs a text to look for") }
            return Step(line: number, action: .expect(wanted))
        case "?":
            let words = trimmed.dropFirst().split(whereSeparator: \.isWhitespace)
            guard words.count == 2, words[0] == "stage", let stage = Stage.Name(rawValue: String(words[1])) else {
                let stages = Stage.Name.allCases.map(\.rawValue).joined(separator: ", ")
                throw Mistake(line: number, problem: "write “? stage NAME”, with one of \(stages)")
            }
            return Step(line: number, action: .expectStage(stage))
        case "/":
            guard let command = SlashCommand(trimmed) else { return nil }
            if case .unknown = command { throw Mistake(line: number, problem: "there is no command \(trimmed)") }
            return Step(line: number, action: .command(command))
        default:
            return Step(line: number, action: .say(trimmed))
        }
    }

    private static func trim(_ text: some StringProtocol) -> String {
        let start = text.drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}
