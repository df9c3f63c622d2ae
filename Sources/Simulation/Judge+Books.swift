import Conversation
import Storage

// Our own books, beside those of the outside.

extension Judge {
    /// Nothing is left open, and all that was answered with 200 stands in the journal once.
    mutating func audit(_ store: any Store) async throws {
        let counts = try await store.counts()
        if counts.openConversations > 0 { add("nothing open", "\(counts.openConversations) conversations") }
        if counts.outboxUncertain > 0 { add("nothing open", "\(counts.outboxUncertain) uncertain messages") }
        if counts.outboxPending > 0, ledger.shut.isEmpty, !world.isLong {
            add("nothing open", "\(counts.outboxPending) pending messages")
        }
        for letter in try await store.deadLetters(DeadLetterQuery(kinds: [.turn])) {
            add("nothing open", "the turn \(letter.id) is parked: \(letter.code) \(letter.reason)")
        }
        var times: [String: Int] = [:]
        var takenBack: [String: Int] = [:]
        for lead in try await store.leads(LeadQuery(limit: 1_000)) {
            for line in try await store.transcript(of: lead.state.id, after: 0, limit: 1_000) {
                switch line.entry.content {
                case .event(.messages(let messages)):
                    for message in messages { times[message.id, default: 0] += 1 }
                case .event(.payment(let news)) where news.kind == .refunded || news.kind == .disputed:
                    takenBack[news.paymentIntent ?? "", default: 0] += 1
                default: break
                }
            }
        }
        for end in ledger.takenBack where !ledger.erased.contains(where: { $0.customer == end.customer }) {
            let times = takenBack[end.paymentIntent] ?? 0
            if times != 1 {
                add("nothing lost", "the end of \(end.paymentIntent) stands \(times) times in the journal")
            }
        }
        for said in ledger.said where said.keptAt != nil && !isRight(times[said.id] ?? 0, said) {
            add(
                "nothing lost",
                "\(said.id) was answered with 200 and stands \(times[said.id] ?? 0) times in the journal"
            )
        }
    }

    /// Once, or not at all where it was there when its customer was forgotten.
    private func isRight(_ times: Int, _ said: Ledger.Said) -> Bool {
        guard let erased = ledger.erased.first(where: { $0.customer == said.customer && $0.until >= said.at }) else {
            return times == 1
        }
        let wasThere = said.keptAt.map { $0 < erased.from } ?? false
        return times == 0 || times == 1 && !wasThere
    }
}
