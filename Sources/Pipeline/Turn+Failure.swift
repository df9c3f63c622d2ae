import Conversation
import Logging
import Storage

extension Turn {
    /// After a failure the turn is tried again later. A failure that is ours is counted: a conversation whose turn
    /// keeps failing is parked in the end, and staff is alerted. A store that can't answer is no fault of the turn's.
    func giveBack(_ claimed: ClaimedTurn, after error: any Error) async {
        let id = claimed.state.id
        let now = surroundings.now()
        let retryAt = TurnFault.retryAt(failures: claimed.failures, now: now)
        log.error("a turn failed", metadata: ["conversation": "\(id.rawValue)", "why": "\(error)"])
        // Should the store fail here as well, the lease ends.
        guard let fault = Self.fault(error) else {
            try? await store.abandonTurn(id, owner: settings.owner, retryAt: retryAt)
            return
        }
        let isParked = try? await store.failTurn(id, owner: settings.owner, fault: fault, retryAt: retryAt, now: now)
        if isParked == true {
            log.error(
                "a conversation is parked",
                metadata: ["conversation": "\(id.rawValue)", "code": "\(fault.code)"]
            )
        }
    }

    /// Nil: the store's trouble, which passes.
    static func fault(_ error: any Error) -> TurnFault? {
        switch error {
        case is CancellationError, StoreError.unavailable, StoreError.overloaded, StoreError.closed: nil
        case let error as StoreError: TurnFault(code: "store_defect", reason: error.description)
        default: TurnFault(code: "turn_failed", reason: "the turn ended with \(type(of: error))")
        }
    }
}
