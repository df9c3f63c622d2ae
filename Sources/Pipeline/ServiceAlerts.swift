import Conversation
public import Logging
public import Storage
import Synchronization

/// Raises and settles trouble that isn't one conversation's. Logged once when it begins and once when it is over;
/// `/health` and `crset doctor` show what is open.
///
/// Cheap enough for every failure and every success: the store is asked once in a while, not each time.
public final class ServiceAlerts: Sendable {
    private struct State {
        /// As far as this process knows.
        var open: Set<ServiceAlert.Cause> = []
        /// Met since they were last written.
        var pending: [ServiceAlert.Cause: ServiceAlert] = [:]
        var writtenAt: [ServiceAlert.Cause: Timestamp] = [:]
        var lookedAt: Timestamp?
    }

    private let store: any Store
    private let surroundings: Surroundings
    private let log: Logger
    private let state = Mutex(State())

    /// Between two writes about the same trouble, and between two looks at what other processes raised.
    private static let pauseMilliseconds: Int64 = 30_000

    public init(store: any Store, surroundings: Surroundings, log: Logger) {
        self.store = store
        self.surroundings = surroundings
        self.log = log
    }

    /// The trouble is there. `problem` says what was heard, without a secret; `mend` what to do about it.
    public func raise(_ cause: ServiceAlert.Cause, problem: String, mend: String) async {
        let now = surroundings.now()
        let due = state.withLock { state -> (alert: ServiceAlert, wasOpen: Bool)? in
            let wasOpen = state.open.contains(cause)
            var alert =
                state.pending[cause]
                ?? ServiceAlert(cause: cause, problem: "", mend: "", firstAt: now, lastAt: now, count: 0)
            (alert.problem, alert.mend, alert.lastAt) = (problem, mend, now)
            alert.count += 1
            state.open.insert(cause)
            state.pending[cause] = alert
            if wasOpen, let written = state.writtenAt[cause], written.adding(milliseconds: Self.pauseMilliseconds) > now
            {
                return nil
            }
            state.writtenAt[cause] = now
            // A store that can't be written can't hold that it can't.
            if cause != .storage { state.pending[cause] = nil }
            return (alert, wasOpen)
        }
        guard let due else { return }
        if await write(due.alert) ?? !due.wasOpen {
            log.error("trouble", metadata: ["cause": "\(cause.rawValue)", "why": "\(problem)", "mend": "\(mend)"])
        }
    }

    /// Whether it is new to everybody; nil when it could not be written and stays here.
    private func write(_ alert: ServiceAlert) async -> Bool? {
        if alert.cause == .storage { return nil }
        do { return try await store.raise(alert) } catch {
            state.withLock { $0.pending[alert.cause] = $0.pending[alert.cause] ?? alert }
            return nil
        }
    }

    /// What these are about works.
    public func settle(_ causes: ServiceAlert.Cause...) async {
        await look()
        let here = state.withLock { state -> [ServiceAlert.Cause] in
            let here = causes.filter { state.open.remove($0) != nil }
            for cause in here { (state.pending[cause], state.writtenAt[cause]) = (nil, nil) }
            return here
        }
        let stored = here.filter { $0 != .storage }
        var settled = here.filter { $0 == .storage }
        if !stored.isEmpty {
            do { settled += try await store.settle(stored, now: surroundings.now()) } catch {
                // The next success tries again.
                state.withLock { $0.open.formUnion(stored) }
            }
        }
        for cause in settled { log.notice("trouble is over", metadata: ["cause": "\(cause.rawValue)"]) }
    }

    /// Everything that is open, oldest first, also what could not be written.
    public func open() async throws -> [ServiceAlert] {
        let stored = try await store.openServiceAlerts()
        let unwritten = state.withLock { state in
            state.pending.values.filter { alert in !stored.contains { $0.cause == alert.cause } }
        }
        return stored + unwritten.sorted { $0.firstAt < $1.firstAt }
    }

    /// Now and then: what another process, or this one before it was restarted, has raised.
    private func look() async {
        let now = surroundings.now()
        let isDue = state.withLock { state in
            if let looked = state.lookedAt, looked.adding(milliseconds: Self.pauseMilliseconds) > now { return false }
            state.lookedAt = now
            return true
        }
        guard isDue, let stored = try? await store.openServiceAlerts() else { return }
        state.withLock { $0.open.formUnion(stored.map(\.cause)) }
    }
}
