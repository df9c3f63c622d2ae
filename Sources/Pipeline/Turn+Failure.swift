import Conversation
import Logging
import Storage

extension Turn {
    /// After a failure the turn is tried again later. A failure that is ours is counted: a conversation whose turn
    /// keeps failing is parked in the end, and staff is alerted. A store that can't answer is no fault of the turn's.
    func giveBack(_ claimed: ClaimedTurn, after error: any Error) async {
        let id = claimed.state.id
        let now = surroundings.now()
        log.error("a turn failed", metadata: ["conversation": "\(id.rawValue)", "why": "\(error)"])
        guard let fault = Self.fault(error) else {
            // As soon as the store can be reached again: nobody else has the conversation before the lease ends.
            // In this order: once the turn is given back, the same row may be on its way.
            try? await surroundings.untilStored(limit: settings.turnLease) {
                try await releaseFirstMessage(of: claimed)
            }
            try? await surroundings.untilStored(limit: settings.turnLease) {
                let retryAt = surroundings.now().adding(milliseconds: 1_000)
                try await store.abandonTurn(id, owner: settings.owner, retryAt: retryAt)
            }
            return
        }
        let retryAt = TurnFault.retryAt(failures: claimed.failures, now: now)
        // Should the store fail here as well, the lease ends.
        let isParked = try? await store.failTurn(id, owner: settings.owner, fault: fault, retryAt: retryAt, now: now)
        if isParked == true {
            log.error(
                "a conversation is parked",
                metadata: ["conversation": "\(id.rawValue)", "code": "\(fault.code)"]
            )
        }
    }

    /// The turn may be committed all the same, when only the answer was lost. Then its first message is claimed for this
    /// process, and it certainly didn't leave.
    private func releaseFirstMessage(of claimed: ClaimedTurn) async throws {
        let now = surroundings.now()
        let unsent = SendResult(
            row: OutboxRow.id(claimed.state.id, turn: claimed.turn + 1, index: 0),
            owner: settings.owner,
            attempt: 1,
            outcome: .failed(.retry(at: now), code: "not_sent", reason: "the database's answer to the turn was lost")
        )
        try await store.record([unsent], now: now)
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
