import Conversation
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Sandbox

/// Counts what was lost and what came twice, from the sandbox's books and the service's own.
struct Verdict {
    /// What a customer hears whom nothing disturbs, by the name of the script.
    let calm: [String: [String]]
    /// Who followed a script, and the ids of what they wrote.
    let visits: [(visitor: Visitor, written: [String])]

    private(set) var lost: [String] = []
    private(set) var doubled: [String] = []
    private(set) var disordered: [String] = []

    init(calm: [String: [String]], visits: [(visitor: Visitor, written: [String])]) {
        self.calm = calm
        self.visits = visits
    }

    mutating func examine(_ sandbox: Sandbox, _ store: any Store) async throws {
        examineBooks(sandbox)
        let leads = try await store.leads(LeadQuery(limit: 1_000))
        for (visitor, written) in visits {
            let key = visitor.customer.key
            let found = leads.filter { $0.address.userID == visitor.customer.userID }
            guard let lead = found.first else {
                lost.append("the conversation of \(key)")
                continue
            }
            if found.count > 1 { doubled.append("\(found.count) conversations of \(key)") }
            let lines = try await store.transcript(of: lead.state.id, after: 0, limit: 1_000)
            examine(visitor, written, lines)
        }
    }

    /// One send for each row of the outbox, one link for each offer.
    private mutating func examineBooks(_ sandbox: Sandbox) {
        let rows = Dictionary(grouping: sandbox.everythingSent) { $0.callbackData ?? "none" }
        for (row, sends) in rows where sends.count > 1 {
            doubled.append("\(row) was sent \(sends.count) times, at \(sends.map { "\($0.at) (\($0.status))" })")
        }
        let links = sandbox.stripe.state.withLock { $0.all("payment_links") }
        let offers = Dictionary(grouping: links) { $0["metadata"]?["offer_id"]?.text ?? "none" }
        for (offer, links) in offers where links.count > 1 { doubled.append("\(links.count) links of offer \(offer)") }
        // One came before the trouble.
        let buyers =
            (calm[Script.buyer.name] == nil ? 0 : 1) + visits.count { $0.visitor.script.name == Script.buyer.name }
        if links.count != buyers { lost.append("\(links.count) payment links for \(buyers) buyers") }
    }

    private mutating func examine(_ visitor: Visitor, _ written: [String], _ lines: [TranscriptEntry]) {
        let key = visitor.customer.key
        let heard = visitor.heard
        // A word on the way, such as that the link is coming, is no part of it.
        if let calm = calm[visitor.script.name], heard.map(\.text).filter(calm.contains) != calm {
            let words = "\(key) (\(visitor.script.name)) heard \(heard.map(\.text)) instead of \(calm)"
            if heard.count < calm.count { lost.append(words) } else { doubled.append(words) }
        }
        let arrived = lines.flatMap { line -> [String] in
            if case .event(.messages(let messages)) = line.entry.content { messages.map(\.id) } else { [] }
        }
        if Set(arrived) != Set(written) { lost.append("of \(written) of \(key) the journal has \(arrived)") }
        if arrived.count != Set(arrived).count { doubled.append("messages of \(key) in the journal: \(arrived)") }
        let own = lines.compactMap(\.outboxID)
        if own != heard.compactMap(\.callbackData) {
            disordered.append("\(key) heard \(heard.map { $0.callbackData ?? "" }), the journal has \(own)")
        }
        for line in lines where line.outboxID != nil && line.sendState != .sent {
            lost.append("\(line.outboxID ?? "") is \(line.sendState?.rawValue ?? "nothing")")
        }
        if case .event(.messages) = lines.last(where: { $0.entry.isSpoken })?.entry.content {
            lost.append("the answer to the last message of \(key)")
        }
    }
}

extension JournalEntry {
    fileprivate var isSpoken: Bool {
        switch content {
        case .message, .event(.messages): true
        default: false
        }
    }
}
