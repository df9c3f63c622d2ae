import Conversation

/// Leaves a service alone that keeps failing, and finds out with single probes whether it is back.
///
/// A pure state machine: whoever asks is told whether to, and tells what came of it.
struct CircuitBreaker: Equatable, Sendable {
    private enum State: Equatable, Sendable {
        case closed
        /// Nobody asks before then.
        case open(until: Timestamp)
        /// One asks. Should it never tell what came of it, the next one may after that time.
        case probing(until: Timestamp)
    }

    /// What an outcome changed, for the log.
    enum Change: Equatable, Sendable { case opened(until: Timestamp), closed }

    /// Failures one after the other that open it.
    static let failuresInRowMax = 5
    /// Of so many outcomes, half may be failures.
    static let outcomesMax = 20
    static let restMilliseconds: Int64 = 15_000
    static let restMillisecondsMax: Int64 = 120_000
    /// What a service may ask for itself (`Retry-After`).
    static let askedRestMillisecondsMax: Int64 = 600_000
    static let probeMilliseconds: Int64 = 60_000

    private var state = State.closed
    private var failuresInRow = 0
    /// The newest outcomes; true is a failure.
    private var outcomes: [Bool] = []
    /// In a row, without a success between them.
    private var openings = 0

    /// Whether ``admit(at:)`` would say yes.
    func wouldAdmit(at now: Timestamp) -> Bool {
        switch state {
        case .closed: true
        case .open(let until), .probing(let until): now >= until
        }
    }

    /// Whether to ask now. Who is admitted tells what came of it.
    mutating func admit(at now: Timestamp) -> Bool {
        guard wouldAdmit(at: now) else { return false }
        if state != .closed { state = .probing(until: now.adding(milliseconds: Self.probeMilliseconds)) }
        return true
    }

    mutating func succeeded() -> Change? {
        switch state {
        case .closed:
            failuresInRow = 0
            note(isFailure: false)
            return nil
        // Asked before it opened, and no proof against the failures since.
        case .open: return nil
        case .probing:
            self = CircuitBreaker()
            return .closed
        }
    }

    /// `restMilliseconds`: what the service asked for. `isCertain`: the next call would fail as well.
    mutating func failed(at now: Timestamp, restMilliseconds: Int64? = nil, isCertain: Bool = false) -> Change? {
        if case .open = state { return nil }
        failuresInRow += 1
        note(isFailure: true)
        let isProbe = state != .closed
        let isOften = outcomes.count == Self.outcomesMax && outcomes.count { $0 } * 2 >= Self.outcomesMax
        let asked = restMilliseconds.map { min($0, Self.askedRestMillisecondsMax) } ?? 0
        guard isProbe || isCertain || isOften || failuresInRow >= Self.failuresInRowMax || asked > Self.restMilliseconds
        else { return nil }
        let rest = max(asked, min(Self.restMilliseconds << Int64(min(openings, 10)), Self.restMillisecondsMax))
        openings += 1
        outcomes = []
        failuresInRow = 0
        let until = now.adding(milliseconds: rest)
        state = .open(until: until)
        return .opened(until: until)
    }

    /// Who was admitted never found out.
    mutating func abandoned(at now: Timestamp) {
        if case .probing = state { state = .open(until: now) }
    }

    private mutating func note(isFailure: Bool) {
        outcomes.append(isFailure)
        if outcomes.count > Self.outcomesMax { outcomes.removeFirst() }
    }
}
