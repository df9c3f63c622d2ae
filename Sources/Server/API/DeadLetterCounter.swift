import Conversation
import Desk
import HTTPTypes
import Pipeline
import Storage

/// Dead letters as documents, straight on the store.
struct DeadLetterCounter: DeadLetterDesk {
    let desk: Desk
    let now: @Sendable () -> Timestamp

    func deadLetters(_ request: DeadLetterListRequest) async throws -> DeadLetterPage {
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

    func deadLetter(document reference: String) async throws -> DeadLetterDocument {
        document(try await letter(reference))
    }

    func retry(
        _ reference: String,
        _ request: DeadLetterRetryRequest,
        by who: String
    ) async throws -> DeadLetterReceipt {
        let letter = try await letter(reference)
        switch try await desk.retry(letter, by: who, evenTwice: request.even_twice ?? false, now: now()) {
        case .done: return DeadLetterReceipt(id: letter.id, outcome: "retrying")
        case .gone: throw APIProblem(.conflict, "gone", "\(letter.id) is no dead letter any more; nothing was done")
        case .mayHaveArrived:
            throw APIProblem(
                .conflict,
                "may_have_arrived",
                "the customer may have it; look into the chat, then send even_twice to send it again"
            )
        case .muted(let stage):
            throw APIProblem(
                .conflict,
                "muted",
                stage == .optedOut
                    ? "the customer wants no messages; drop it"
                    : "a person has the conversation; retry when it is released, or drop it"
            )
        case .useless: throw APIProblem(.conflict, "useless", "this can't be tried again; read it, then drop it")
        }
    }

    func drop(_ reference: String, by who: String) async throws -> DeadLetterReceipt {
        let letter = try await letter(reference)
        guard try await desk.drop(letter, by: who, now: now()) else {
            throw APIProblem(.conflict, "gone", "\(letter.id) is no dead letter any more; nothing was done")
        }
        return DeadLetterReceipt(id: letter.id, outcome: "dropped")
    }

    private func letter(_ reference: String) async throws -> DeadLetter {
        do { return try await desk.deadLetter(reference) } catch let miss as Desk.DeadLetterMiss {
            switch miss {
            case .unknown: throw DeskError(.notFound, "no dead letter is called “\(reference)”")
            case .ambiguous(_, let ids):
                throw DeskError(.ambiguousLead, "“\(reference)” fits several dead letters", candidates: ids)
            }
        }
    }

    private func document(_ letter: DeadLetter) -> DeadLetterDocument {
        DeadLetterDocument(letter, advice: DeadLetterAdvice.advice(on: letter))
    }
}
