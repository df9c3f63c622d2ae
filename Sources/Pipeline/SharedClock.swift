import Conversation
import Logging
import Storage
import Synchronization

/// One clock for all processes on a database: the database's own, where it has one. Machines whose clocks differ by more
/// than ``Pulse/silence`` would take each other for dead, and do each other's work early or late.
///
/// Every few seconds it is asked how far this machine's clock is off. In between this machine's clock counts.
struct SharedClock: Sendable {
    private let own: Surroundings
    private let log: Logger
    private let shift = Shift()

    private final class Shift: Sendable {
        /// Milliseconds that the database's clock is ahead of this machine's.
        let value = Atomic<Int64>(0)
    }

    /// Differences below are no more than the way to the database and back: time need not jump for them.
    static let tolerance: Int64 = 250
    /// A question that took longer says nothing.
    private static let wayMax: Int64 = 1_000

    init(_ own: Surroundings, log: Logger) {
        (self.own, self.log) = (own, log)
    }

    /// Time as all processes have it.
    var surroundings: Surroundings {
        var shared = own
        shared.now = { [own, shift] in own.now().adding(milliseconds: shift.value.load(ordering: .relaxed)) }
        shared.sleep = { [own, shift] until in
            try await own.sleep(until.adding(milliseconds: -shift.value.load(ordering: .relaxed)))
        }
        return shared
    }

    func follow(_ store: any ProcessStore) async throws {
        let asked = own.now()
        guard let theirs = try await store.clock() else { return }
        let answered = own.now()
        let way = answered.milliseconds - asked.milliseconds
        guard (0...Self.wayMax).contains(way) else { return }
        let ahead = theirs.milliseconds - (asked.milliseconds + way / 2)
        let before = shift.value.load(ordering: .relaxed)
        guard abs(ahead - before) > Self.tolerance else { return }
        shift.value.store(ahead, ordering: .relaxed)
        log.warning(
            "this machine's clock differs from the database's, which counts; let both follow a time server",
            metadata: ["milliseconds": "\(ahead)"]
        )
    }
}
