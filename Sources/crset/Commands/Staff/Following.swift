import Conversation
import Pipeline
import Server
import Storage

/// What a command that stays on asks for again and again. While the server or the database is away it says so once, asks
/// until there is an answer, and goes on where it was.
struct Following {
    /// Milliseconds between two tries while nobody answers.
    static let pause: Int64 = 3_000

    /// False: the command ends like any other.
    private let isPatient: Bool
    private let say: (String) -> Void
    private let sleep: (Int64) async throws -> Void
    private var hasBegun = false
    private var isAway = false

    init(
        isPatient: Bool,
        say: @escaping (String) -> Void = { Terminal.complain([$0]) },
        sleep: @escaping (Int64) async throws -> Void = Self.wait
    ) {
        self.isPatient = isPatient
        self.say = say
        self.sleep = sleep
    }

    /// Throws what waiting doesn't mend, and whatever came before the first answer: an address that never worked is wrong.
    mutating func answer<Answer>(_ ask: () async throws -> Answer) async throws -> Answer {
        while true {
            do {
                let answer = try await ask()
                if isAway { say("it is back") }
                (hasBegun, isAway) = (true, false)
                return answer
            } catch  where isPatient && hasBegun && Self.passes(error) {
                if !isAway { say("\(error); trying again until it is back (Ctrl-C ends)") }
                isAway = true
                try await sleep(Self.pause)
            }
        }
    }

    /// Whether the same question may be answered later.
    private static func passes(_ error: any Error) -> Bool {
        switch error {
        case let problem as StartProblem: problem.exitCode == Exit.unavailable
        case StoreError.unavailable, StoreError.overloaded: true
        default: false
        }
    }

    /// Between two looks or tries; ends the command when nobody reads what it writes.
    static func wait(_ milliseconds: Int64) async throws {
        Terminal.leaveIfUnread()
        try await Surroundings.live.sleep(Surroundings.live.now().adding(milliseconds: milliseconds))
    }
}
