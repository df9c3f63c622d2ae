public import Conversation

/// Which processes serve this store, and whether anybody was there to hear what came from outside.
public protocol ProcessStore: Sendable {
    /// Says that `owner` serves this store. Every process says so every few seconds.
    ///
    /// What a process still holds that has said nothing for ``Pulse/silence`` is free again. And where no process at all
    /// was there for so long, no status could be heard: uncertain sends then wait for a whole window from `now` on.
    func beat(_ owner: String, now: Timestamp, windowMilliseconds: Int64) async throws -> Pulse

    /// The time of the database's own machine, nil where it is this one. For what a process tells the others.
    func clock() async throws -> Timestamp?

    /// Processes that serve this store at `now`.
    func livingProcesses(now: Timestamp) async throws -> Int

    /// `owner` stopped in good order. What it could not give back is free at once, and counts as no loss.
    func leave(_ owner: String, now: Timestamp, windowMilliseconds: Int64) async throws
}

/// What a process learns when it says that it lives.
public struct Pulse: Sendable, Equatable {
    /// Processes that serve this store, this one included.
    public var processes: Int
    /// Turns and sends of dead processes that are free again.
    public var freed: Int

    /// A process that says nothing for so many milliseconds is taken for dead. What it did after all does no harm:
    /// its turns are refused, and its sends prove themselves by their statuses.
    public static let silence: Int64 = 12_000

    public init(processes: Int, freed: Int) {
        self.processes = processes
        self.freed = freed
    }
}

/// The same rules for every engine.
struct ProcessList {
    struct Entry {
        var owner: String
        var heardAt: Timestamp
        var hasLeft: Bool
    }

    private let entries: [Entry]
    private let latest: Timestamp

    init(_ entries: [Entry], now: Timestamp) {
        self.entries = entries
        latest = now.adding(milliseconds: -Pulse.silence)
    }

    /// Whether nobody was there to hear a status.
    var wasDeaf: Bool { !entries.contains { $0.heardAt >= latest } }

    func dead(besides owner: String) -> [String] {
        entries.filter { $0.owner != owner && !$0.hasLeft && $0.heardAt < latest }.map(\.owner)
    }

    func living(with owner: String) -> Int {
        1 + entries.count { $0.owner != owner && !$0.hasLeft && $0.heardAt >= latest }
    }

    /// Processes that ended before this are forgotten.
    static func oldest(_ now: Timestamp) -> Timestamp { now.adding(milliseconds: -86_400_000) }
}
