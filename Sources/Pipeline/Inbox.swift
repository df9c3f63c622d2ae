import Logging
public import Storage

/// Everything that comes in is committed here before anybody is told that it arrived.
public struct Inbox: Sendable {
    private let store: any Store
    private let turns: Doorbell
    private let log: Logger

    init(store: any Store, turns: Doorbell, log: Logger) {
        self.store = store
        self.turns = turns
        self.log = log
    }

    /// Returns once all of it is on disk.
    @discardableResult
    public func accept(_ arrivals: [Arrival]) async throws -> [Acceptance] {
        guard !arrivals.isEmpty else { return [] }
        let acceptances = try await store.accept(arrivals)
        var hasWork = false
        for (arrival, acceptance) in zip(arrivals, acceptances) {
            switch acceptance {
            case .new: hasWork = true
            case .recorded, .duplicate: break
            }
            if case .unmatched(let reason) = arrival.content {
                log.warning(
                    "kept an item that has no use",
                    metadata: ["id": "\(arrival.outsideID)", "why": "\(reason)"]
                )
            }
        }
        if hasWork { turns.ring() }
        return acceptances
    }
}
