import Conversation
import Integrations
import Synchronization

/// How fast this process may send for the business's number, and whether it may send at all.
///
/// A pure machine, so that its rules can be read and tested. ``SendPace`` shares one among the senders.
struct SendPaceState: Sendable, Equatable {
    /// Messages a second that Meta allows the number; 0: no pacing.
    let perSecond: Int
    /// Processes that send for the number, each of which takes its share.
    var processes = 1
    /// 1 is full speed; halved whenever Meta complains.
    private(set) var slowness = 1
    /// When all that was let through is paid for.
    private var paidUntil: Double = 0
    private var complainedAt: Int64 = .min
    /// The latest moment that it was asked about.
    private var seen: Int64 = .min
    private(set) var halt: Halt?

    init(perSecond: Int) { self.perSecond = perSecond }

    /// Meta refuses everything until a person acts. A single message tries now and then whether they did.
    struct Halt: Sendable, Equatable {
        var code: String
        var reason: String
        var until: Int64
        var tries: Int
        var isProbing: Bool
    }

    /// Messages are taken up so many milliseconds before their place comes.
    private static let ahead: Double = 100
    /// 1/16 of full speed at the slowest.
    private static let slownessMax = 16
    /// Full speed comes back by half after each minute without a complaint.
    private static let recovery: Int64 = 60_000

    /// Milliseconds between messages: 7/8 of the limit, since the clocks on the way differ.
    private var interval: Double {
        perSecond == 0 ? 0 : 1_000 / (Double(perSecond) * 7 / 8) * Double(processes * slowness)
    }

    /// The last eighth, which may go at once after a pause.
    private var burst: Double { max(1, Double(perSecond) / 8 / Double(processes * slowness)) }

    // MARK: Questions

    /// How many messages may be taken up now: those whose place comes within a tenth of a second.
    mutating func room(at now: Int64) -> Int {
        follow(now)
        if let halt { return halt.isProbing || now < halt.until ? 0 : 1 }
        if perSecond == 0 { return .max }
        recover(at: now)
        let first = max(paidUntil, Double(now)) - burst * interval
        let rest = Double(now) + Self.ahead - first
        return rest < 0 ? 0 : Int(rest / interval) + 1
    }

    /// When there is room again.
    func opensAt(_ now: Int64) -> Int64 {
        if let halt { return halt.isProbing ? now + 1_000 : halt.until }
        return max(now, Int64((paidUntil - burst * interval - Self.ahead).rounded(.up)))
    }

    /// A place for one message. Nil: none while sending is halted.
    mutating func place(at now: Int64) -> Int64? {
        follow(now)
        if halt != nil {
            guard room(at: now) > 0 else { return nil }
            halt?.isProbing = true
            return now
        }
        if perSecond == 0 { return now }
        recover(at: now)
        let place = max(paidUntil - burst * interval, Double(now))
        paidUntil = max(paidUntil, Double(now)) + interval
        return Int64(place.rounded(.up))
    }

    // MARK: What Meta says

    /// It took a message, or refused one for its own sake: the account is in order. Says whether a halt ended, which only
    /// the probe can tell: other answers belong to messages that left before.
    mutating func answered() -> Bool {
        guard let halt, halt.isProbing else { return false }
        self.halt = nil
        return true
    }

    /// Nothing came back, or Meta is down: whoever probes tries again.
    mutating func stayedUnclear(at now: Int64) {
        guard let halt, halt.isProbing else { return }
        self.halt?.isProbing = false
        self.halt?.until = now + 5_000
    }

    /// Says whether it is a new halt.
    mutating func refused(code: String, reason: String, at now: Int64) -> Bool {
        follow(now)
        let isNew = halt == nil
        // Those that were under way when the first was refused are no probes.
        if let halt, !halt.isProbing { return false }
        let tries = (halt?.tries ?? 0) + 1
        halt = Halt(
            code: code,
            reason: reason,
            until: now + min(60_000 * Int64(tries), 300_000),
            tries: tries,
            isProbing: false
        )
        return isNew
    }

    /// The number sends too fast: half as fast from now on, and not at all for the moment.
    mutating func tooFast(at now: Int64, waitMilliseconds: Int64) {
        // One complaint for all that was under way.
        if now - 1_000 < complainedAt, complainedAt <= now { return }
        recover(at: now)
        if slowness < Self.slownessMax { slowness *= 2 }
        complainedAt = now
        paidUntil = max(paidUntil, Double(now) + Double(max(waitMilliseconds, 1_000)) + burst * interval)
    }

    /// A clock that is put back must not stop the number for as long.
    private mutating func follow(_ now: Int64) {
        if seen != .min, now < seen - 1_000 {
            paidUntil -= Double(seen - now)
            halt?.until -= seen - now
            complainedAt = min(complainedAt, now)
        }
        seen = now
    }

    private mutating func recover(at now: Int64) {
        while slowness > 1, now - complainedAt >= Self.recovery {
            slowness /= 2
            complainedAt += Self.recovery
        }
    }
}

/// One ``SendPaceState`` for all senders of this process.
final class SendPace: Sendable {
    private let state: Mutex<SendPaceState>

    init(perSecond: Int) { state = Mutex(SendPaceState(perSecond: perSecond)) }

    func share(among processes: Int) { state.withLock { $0.processes = max(1, processes) } }

    func room(at now: Timestamp) -> Int { state.withLock { $0.room(at: now.milliseconds) } }

    /// Whether a message may go at once, without being somebody's probe.
    func isOpen(at now: Timestamp) -> Bool {
        state.withLock { $0.halt == nil && $0.room(at: now.milliseconds) > 0 }
    }

    func opensAt(_ now: Timestamp) -> Timestamp {
        Timestamp(milliseconds: state.withLock { $0.opensAt(now.milliseconds) })
    }

    func place(at now: Timestamp) -> Timestamp? {
        state.withLock { $0.place(at: now.milliseconds) }.map { Timestamp(milliseconds: $0) }
    }

    /// Why nothing is sent at present.
    var halt: SendPaceState.Halt? { state.withLock(\.halt) }

    enum News: Equatable {
        case halted, resumed
        /// A message was taken while nothing was halted here.
        case taken
    }

    /// Learns from what came of a try.
    func learn(_ error: OutsideError?, at now: Timestamp) -> News? {
        let now = now.milliseconds
        return state.withLock { state in
            guard let error else { return state.answered() ? .resumed : state.halt == nil ? .taken : nil }
            switch error.remedy {
            case .halt:
                return state.refused(code: error.code, reason: error.message, at: now) ? .halted : nil
            case .slowDown(let wait) where WhatsAppErrorTable.isOfNumber(error.code):
                state.tooFast(at: now, waitMilliseconds: Int64(wait ?? 0))
                // Whose number is too fast may send: for a probe that is the answer.
                return state.answered() ? .resumed : nil
            case .retry, .outcomeUnknown:
                state.stayedUnclear(at: now)
                return nil
            case .giveUp, .slowDown, .useTemplate, .useFallback:
                return state.answered() ? .resumed : nil
            }
        }
    }
}
