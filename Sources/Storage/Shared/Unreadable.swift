public import Conversation
import Logging

// What another version wrote and this one can't read. A newer version may read it, so it is tried again for a while;
// then it is a dead letter. Reasons name places, never values, because a customer wrote those.

extension Store {
    /// The turns that can be read. The others are given back, and parked in the end.
    func readable(_ rows: [RawTurn], owner: String, now: Timestamp, _ logger: Logger) async -> [ClaimedTurn] {
        var turns: [ClaimedTurn] = []
        for row in rows {
            if row.lostClaims >= StoreLimits.lostClaimsMax {
                await park(row, owner: owner, now: now, logger)
                continue
            }
            do { turns.append(try row.decoded()) } catch {
                let fault = row.fault(error)
                logger.error(
                    "a conversation can't be read",
                    metadata: ["conversation": "\(row.id)", "code": "\(fault.code)", "why": "\(fault.reason)"]
                )
                // Should this fail as well, its lease ends.
                _ = try? await failTurn(
                    ConversationID(row.id),
                    owner: owner,
                    fault: fault,
                    retryAt: TurnFault.retryAt(failures: row.failures, now: now),
                    now: now
                )
            }
        }
        return turns
    }

    /// A turn that may be what processes die of. Working on it once more could end this one, too.
    private func park(_ row: RawTurn, owner: String, now: Timestamp, _ logger: Logger) async {
        logger.error(
            "a conversation is parked",
            metadata: ["conversation": "\(row.id)", "code": "\(TurnFault.lostCode)"]
        )
        // Should this fail, its lease ends, and it is tried again.
        _ = try? await failTurn(
            ConversationID(row.id),
            owner: owner,
            fault: .lost(times: row.lostClaims),
            retryAt: now,
            now: now
        )
    }

    /// The rows that can be read. The others are tried again, and are dead letters in the end.
    func readable(_ rows: [RawOutboxRow], owner: String, now: Timestamp, _ logger: Logger) async -> [OutboxRow] {
        var readable: [OutboxRow] = []
        var failed: [SendResult] = []
        for row in rows {
            do { readable.append(try row.decoded()) } catch {
                logger.error("an outbox row can't be read", metadata: ["row": "\(row.id)"])
                let failure: SendResult.Failure =
                    row.attempt < StoreLimits.turnFaultsMax
                    ? .retry(at: TurnFault.retryAt(failures: row.attempt - 1, now: now)) : .dead
                let reason = "this version can't read the task\(DecodingPlace(error).words)"
                failed.append(
                    SendResult(
                        row: row.id,
                        owner: owner,
                        outcome: .failed(failure, code: "unreadable_task", reason: reason)
                    )
                )
            }
        }
        // Should this fail, their leases end.
        try? await record(failed, now: now)
        return readable
    }
}

extension RawTurn {
    fileprivate func fault(_ error: any Error) -> TurnFault {
        let isState = (try? StoredJSON.decode(ConversationState.self, state)) == nil
        let part = isState ? "state" : events.contains { (try? $0.openEvent) == nil } ? "event" : "timers"
        return TurnFault(
            code: "unreadable_\(part)",
            reason: "this version can't read the conversation's \(part)\(DecodingPlace(error).words)"
        )
    }
}

extension TurnFault {
    /// 1, 2, 4 … 256 s.
    public static func retryAt(failures: Int, now: Timestamp) -> Timestamp {
        now.adding(milliseconds: 1_000 << Int64(min(max(failures, 0), 8)))
    }
}

/// Where a JSON text stopped making sense.
private struct DecodingPlace {
    var words = ""

    init(_ error: any Error) {
        guard let error = error as? DecodingError else { return }
        let context: DecodingError.Context =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: .init(codingPath: [], debugDescription: "")
            }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        if !path.isEmpty { words = " at \(path)" }
    }
}
