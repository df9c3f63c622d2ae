import Conversation
import Pipeline
import Storage

/// `crset deadletters list --json`
struct DeadLetterList: Encodable {
    var dead_letters: [DeadLetterDocument]
    /// Whether the limit cut the list.
    var more: Bool
    /// Items that wait, listed or not.
    var items: Int

    init(_ letters: [DeadLetter], hasMore: Bool, items: Int) {
        dead_letters = letters.map(DeadLetterDocument.init)
        more = hasMore
        self.items = items
    }
}

struct DeadLetterDocument: Encodable {
    var id: String
    /// `message`, `link`, `turn` or `item`
    var kind: String
    var lead_id: String?
    var phone: String?
    var user_id: String?
    var since: String
    var created_at: String
    var code: String
    var reason: String
    var advice: String
    var attempts: Int
    var may_have_arrived: Bool
    var messages_since: Int
    var open_events: Int
    /// `bot` or `staff`
    var author: String?
    var text: String?
    var link_id: String?
    var url: String?
    var offer_id: String?
    var raw: String?
    var dropped_at: String?
    var dropped_by: String?
    var history: [Trouble]

    struct Trouble: Encodable {
        var at: String
        var attempt: Int
        var code: String
        var reason: String
    }

    init(_ letter: DeadLetter) {
        id = letter.id
        kind = letter.kind.rawValue
        lead_id = letter.conversation?.rawValue
        phone = letter.address?.waID.map { "+" + $0 }
        user_id = letter.address?.userID
        since = JSON.time(letter.since)
        created_at = JSON.time(letter.createdAt)
        code = letter.code
        reason = letter.reason
        advice = DeadLetterAdvice.advice(on: letter)
        attempts = letter.attempts
        may_have_arrived = letter.mayHaveArrived
        messages_since = letter.writtenSince
        open_events = letter.openEvents
        switch letter.task {
        case .message(let message): (author, text) = (message.author.rawValue, message.text)
        case .deactivateLink(let link, let offer): (link_id, url, offer_id) = (link.id, link.url, offer)
        case nil: break
        }
        raw = letter.raw
        dropped_at = letter.dropped.map { JSON.time($0.at) }
        dropped_by = letter.dropped?.by
        history = letter.history.map {
            Trouble(at: JSON.time($0.at), attempt: $0.attempt, code: $0.code, reason: $0.reason)
        }
    }
}
