import Conversation
import Logging
import Storage
import Synchronization

/// Tells the store every few seconds that this process serves it, and frees what dead processes held.
struct Heartbeat: Sendable {
    let store: any Store
    let settings: PipelineSettings
    let surroundings: Surroundings
    let pace: SendPace
    let clock: SharedClock
    let log: Logger
    private let last = Last()

    init(
        store: any Store,
        settings: PipelineSettings,
        surroundings: Surroundings,
        pace: SendPace,
        clock: SharedClock,
        log: Logger
    ) {
        self.store = store
        self.settings = settings
        self.surroundings = surroundings
        self.pace = pace
        self.clock = clock
        self.log = log
    }

    /// A quarter of ``Pulse/silence``, so that one or two that fail do no harm.
    static let interval: Int64 = Pulse.silence / 4

    private final class Last: Sendable {
        let beat = Atomic<Int64>(.min)
        let silences = Atomic(0)
    }

    /// Until cancelled. `afterBeat` is done each time that the store has heard it.
    func run(afterBeat: @Sendable () async throws -> Void) async {
        var isUnheard = false
        while !Task.isCancelled {
            do {
                try await beat()
                try await afterBeat()
                if isUnheard { log.notice("the store hears again that this process lives") }
                isUnheard = false
            } catch {
                if !isUnheard {
                    log.error("the store does not hear that this process lives", metadata: ["why": "\(error)"])
                }
                isUnheard = true
            }
            try? await surroundings.sleep(surroundings.now().adding(milliseconds: Self.interval))
        }
    }

    /// Unless it was told just now. Whoever concludes something from silence asks for this first: while the store was
    /// out of reach, no status could be heard.
    func beatIfDue() async throws {
        let last = last.beat.load(ordering: .acquiring)
        let now = surroundings.now().milliseconds
        // A clock that was put back counts as due.
        if last == .min || now - last >= Self.interval || now < last { try await beat() }
    }

    /// How often this process was silent for so long that others may have taken it for dead.
    var silences: Int { last.silences.load(ordering: .acquiring) }

    /// Whether what this process claimed when it had been silent so often is still its own. A machine that was suspended,
    /// or that has lost the store, may be taken for dead by others, who send again what it has in hand.
    func isHeard(since silences: Int) -> Bool {
        let last = last.beat.load(ordering: .acquiring)
        return silences == self.silences
            && (last == .min || surroundings.now().milliseconds - last < Pulse.silence)
    }

    func leave() async {
        do {
            try await store.leave(
                settings.owner,
                now: surroundings.now(),
                windowMilliseconds: settings.reconciliationWindow
            )
        } catch {
            // Others take it for dead in ``Pulse/silence``; a restore waits as long.
            log.warning("the store does not hear that this process ends", metadata: ["why": "\(error)"])
        }
    }

    private func beat() async throws {
        try await clock.follow(store)
        let now = surroundings.now()
        let pulse = try await store.beat(
            settings.owner,
            now: now,
            windowMilliseconds: settings.reconciliationWindow
        )
        let before = last.beat.load(ordering: .acquiring)
        if before != .min, now.milliseconds - before >= Pulse.silence {
            last.silences.add(1, ordering: .acquiringAndReleasing)
        }
        last.beat.store(now.milliseconds, ordering: .releasing)
        pace.share(among: pulse.processes)
        if pulse.freed > 0 {
            log.warning("took over from a process that died", metadata: ["pieces": "\(pulse.freed)"])
        }
    }
}
