public import Conversation
public import Desk
import Pipeline
import Storage

/// Dead letters as documents, straight on the store.
public struct DeadLetterCounter: DeadLetterDesk {
    let desk: Desk
    let now: @Sendable () -> Timestamp

    public init(desk: Desk, now: @escaping @Sendable () -> Timestamp) {
        self.desk = desk
        self.now = now
    }

    public func deadLetters(_ request: DeadLetterListRequest) async throws -> DeadLetterPage {
        var query = DeadLetterQuery(code: request.code, areDropped: request.dropped ?? false, limit: request.limit)
        let kinds = Set((request.kinds ?? []).compactMap { DeadLetter.Kind(rawValue: $0.rawValue) })
        if !kinds.isEmpty { query.kinds = kinds }
        if let cursor = request.cursor { query.after = try await letter(cursor) }
        let letters = try await desk.deadLetters(query)
        return DeadLetterPage(
            dead_letters: letters.map(document),
            items: try await desk.itemsWaiting(),
            next_cursor: letters.count == request.limit ? letters.last?.id : nil
        )
    }

    public func deadLetter(document reference: String) async throws -> DeadLetterDocument {
        document(try await letter(reference))
    }

    public func retry(
        _ reference: String,
        _ request: DeadLetterRetryRequest,
        by who: String
    ) async throws -> DeadLetterReceipt {
        let letter = try await letter(reference)
        switch try await desk.retry(letter, by: who, evenTwice: request.even_twice ?? false, now: now()) {
        case .done: return DeadLetterReceipt(id: letter.id, outcome: "retrying")
        case .gone: throw DeskError(.gone, "\(letter.id) is no dead letter any more; nothing was done")
        case .mayHaveArrived:
            throw DeskError(
                .mayHaveArrived,
                "\(letter.id) may have arrived; look into the chat, then add --even-twice (even_twice) to send it again"
            )
        case .muted(let stage):
            throw DeskError(
                .muted,
                stage == .optedOut
                    ? "\(letter.id) stays: the customer wants no messages; drop it"
                    : "\(letter.id) stays: a person has the conversation; retry when it is released, or drop it"
            )
        case .useless where letter.kind == .item:
            throw DeskError(.useless, "\(letter.id) is an item, which can't be tried again; read it, then drop it")
        case .useless: throw DeskError(.useless, "\(letter.id) can't be read by this version; install a newer one")
        }
    }

    public func drop(_ reference: String, by who: String) async throws -> DeadLetterReceipt {
        let letter = try await letter(reference)
        guard try await desk.drop(letter, by: who, now: now()) else {
            throw DeskError(.gone, "\(letter.id) is no dead letter any more; nothing was done")
        }
        return DeadLetterReceipt(id: letter.id, outcome: "dropped")
    }

    private func letter(_ reference: String) async throws -> DeadLetter {
        do { return try await desk.deadLetter(reference) } catch let miss as Desk.DeadLetterMiss {
            switch miss {
            case .unknown: throw DeskError(.notFound, miss.description)
            case .ambiguous(_, let ids): throw DeskError(.ambiguousLead, miss.description, candidates: ids)
            }
        }
    }

    private func document(_ letter: DeadLetter) -> DeadLetterDocument {
        DeadLetterDocument(letter, advice: DeadLetterAdvice.advice(on: letter))
    }
}
