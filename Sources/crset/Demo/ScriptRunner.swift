import Conversation

/// Holds a dialogue step by step, prints it plainly, and stops at the first thing that doesn't come.
struct ScriptRunner {
    /// What was expected and didn't come.
    struct Missed: Error, Equatable, CustomStringConvertible {
        var line: Int
        var what: String

        var description: String { "line \(line): \(what)" }
    }

    struct Interrupted: Error {}

    private(set) var session: DemoSession
    private let backend: DemoBackend
    private let patienceSeconds: Int
    private let signals: DemoSignals
    private let show: (String) -> Void
    private var iterator: AsyncStream<DemoSignal>.Iterator
    private var linesShown = 0
    private var waits = 0
    /// Lines of the chat when the customer last did something: the answer comes after them.
    private var answersFrom = 0
    /// The step that the bot still owes an answer.
    private var owesAnswerTo: Int?
    private var bytes: [UInt8] = []
    private var inputHasEnded = false

    init(
        session: DemoSession,
        backend: DemoBackend,
        signals: DemoSignals,
        patienceSeconds: Int,
        show: @escaping (String) -> Void
    ) {
        self.session = session
        self.backend = backend
        self.signals = signals
        self.patienceSeconds = patienceSeconds
        self.show = show
        iterator = signals.stream.makeAsyncIterator()
    }

    /// A whole script.
    mutating func run(_ script: DemoScript) async throws {
        for step in script.steps {
            guard try await take(step) else { return }
        }
        try await settleAnswer()
    }

    /// Lines from standard input as they come, until it ends.
    mutating func runInput() async throws {
        var number = 0
        while let line = try await nextInputLine() {
            number += 1
            guard let step = try DemoScript.step(line, number: number) else { continue }
            guard try await take(step) else { return }
        }
        try await settleAnswer()
    }

    /// False: the customer leaves.
    private mutating func take(_ step: DemoScript.Step) async throws -> Bool {
        switch step.action {
        case .expect(let wanted):
            try await wait(step.line, "the bot did not say “\(wanted)”") { runner in
                runner.answers.contains { $0.says(wanted) }
            }
            owesAnswerTo = nil
        case .expectStage(let wanted): try await wait(forStage: wanted, step.line)
        case .say(let text): return try await act(text, step.line, owesAnswer: true)
        case .command(let command):
            let owes = if case .pay(let method) = command { method != .fail } else { command == .voice }
            return try await act(command.typed, step.line, owesAnswer: owes)
        }
        return true
    }

    private mutating func act(_ text: String, _ line: Int, owesAnswer: Bool) async throws -> Bool {
        // What came in while nobody waited, and the answer to the step before: a customer reads before writing.
        if owesAnswer { try await settleAnswer() }
        guard let job = session.begin(text, backend) else {
            print()
            return true
        }
        print()
        if job == .quit { return false }
        if owesAnswer {
            answersFrom = session.chat.count
            owesAnswerTo = line
        }
        let outcome = await job.run(backend, session.words)
        session.apply(outcome)
        print()
        if let failure = outcome.failure { throw Missed(line: line, what: failure) }
        return true
    }

    private mutating func settleAnswer() async throws {
        guard let line = owesAnswerTo else { return }
        try await wait(line, "the bot did not answer") { !$0.answers.isEmpty }
        owesAnswerTo = nil
    }

    private mutating func wait(forStage wanted: Stage.Name, _ line: Int) async throws {
        let deadline = startWait()
        defer { deadline.cancel() }
        while true {
            let stage = try await backend.stage()
            if stage == wanted { return }
            guard try await next() else {
                throw Missed(
                    line: line,
                    what: "the stage is \(stage?.rawValue ?? "unknown") after \(patienceSeconds) s, "
                        + "not \(wanted.rawValue)\(lastWords)"
                )
            }
        }
    }

    private mutating func wait(
        _ line: Int,
        _ complaint: String,
        until isThere: (ScriptRunner) -> Bool
    ) async throws {
        let deadline = startWait()
        defer { deadline.cancel() }
        while !isThere(self) {
            guard try await next() else {
                throw Missed(line: line, what: "\(complaint) within \(patienceSeconds) s\(lastWords)")
            }
        }
    }

    private mutating func startWait() -> Task<Void, Never> {
        waits += 1
        return signals.deadline(waits, after: patienceSeconds)
    }

    /// Takes one signal. False: the wait under way has lasted long enough.
    private mutating func next() async throws -> Bool {
        switch await iterator.next(isolation: #isolation) {
        case .happening(let happening):
            session.apply(happening)
            print()
        case .deadline(waits): return false
        case .input(let more): bytes += more
        case .endOfInput: inputHasEnded = true
        case .interrupt, nil: throw Interrupted()
        case .deadline, .outcome, .tick: break
        }
        return true
    }

    private mutating func nextInputLine() async throws -> String? {
        while true {
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: bytes[..<end], as: UTF8.self)
                bytes.removeFirst(end + 1)
                return line
            }
            if inputHasEnded {
                defer { bytes = [] }
                return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
            }
            if bytes.count > DemoScript.lineCharactersMax * 4 {
                throw Missed(
                    line: 0,
                    what: "a line of the input is longer than \(DemoScript.lineCharactersMax) characters"
                )
            }
            _ = try await next()
        }
    }

    private var answers: [Chat.Message] {
        session.chat.lines(from: answersFrom).compactMap(\.message).filter { $0.author == .business }
    }

    private var lastWords: String {
        guard let last = session.chat.newestFromBusiness else { return "; it said nothing at all" }
        return "; it said last: “\(SafeText.line(last.text).prefix(120))”"
    }

    private mutating func print() {
        let view = PlainView(business: backend.business, words: session.words)
        for line in session.chat.lines(from: linesShown) { view.lines(of: line).forEach(show) }
        linesShown = session.chat.count
    }
}

extension Chat.Message {
    /// In its text or on something that can be tapped, in whatever case.
    func says(_ wanted: String) -> Bool {
        let all = ([text] + choices.map(\.title) + [link?.label, link?.url].compactMap { $0 }).joined(separator: "\n")
        return all.lowercased().contains(wanted.lowercased())
    }
}
