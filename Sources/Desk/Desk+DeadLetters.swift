public import Conversation
public import Storage

extension Desk {
    /// Why a reference to a dead letter led nowhere.
    public enum DeadLetterMiss: Error, Sendable, Equatable, CustomStringConvertible {
        case unknown(String)
        case ambiguous(String, [String])

        public var description: String {
            switch self {
            case .unknown(let reference):
                "no dead letter is called “\(reference)”; `crset deadletters list` shows them"
            case .ambiguous(let reference, let ids):
                "“\(reference)” fits several dead letters (\(ids.joined(separator: ", "))); give more of the id"
            }
        }
    }

    /// Newest first.
    public func deadLetters(_ query: DeadLetterQuery) async throws -> [DeadLetter] {
        try await store.deadLetters(query)
    }

    /// By id or an unambiguous prefix of it. Throws ``DeadLetterMiss``.
    public func deadLetter(_ reference: String) async throws -> DeadLetter {
        let found = try await store.deadLetters(matching: reference, limit: 5)
        if let exact = found.first(where: { $0.id == reference }) { return exact }
        // A dropped one is out of the way of what still waits.
        let waiting = found.filter { $0.dropped == nil }
        let candidates = waiting.isEmpty ? found : waiting
        guard let first = candidates.first else { throw DeadLetterMiss.unknown(reference) }
        guard candidates.count == 1 else { throw DeadLetterMiss.ambiguous(reference, candidates.map(\.id)) }
        return first
    }

    public func retry(
        _ letter: DeadLetter,
        by who: String,
        evenTwice: Bool,
        now: Timestamp
    ) async throws -> DeadLetterRetry {
        let outcome = try await store.retry(letter, by: who, evenTwice: evenTwice, now: now)
        hasLeftWork()
        return outcome
    }

    /// False: it was no dead letter any more.
    public func drop(_ letter: DeadLetter, by who: String, now: Timestamp) async throws -> Bool {
        try await store.drop(letter, by: who, now: now)
    }

    /// Items that nobody could use.
    public func itemsWaiting() async throws -> Int { try await store.counts().unmatched }
}
