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
        for id in ledger.takenBack where takenBack[id] != 1 {
            add("nothing lost", "the end of \(id) stands \(takenBack[id] ?? 0) times in the journal")
        }
        for said in ledger.said where said.keptAt != nil && times[said.id] != 1 {
            add(
                "nothing lost",
                "\(said.id) was answered with 200 and stands \(times[said.id] ?? 0) times in the journal"
            )
        }
    }
}
