import Conversation
public import Storage

extension DeadLetterDocument {
    /// - Parameter advice: what to do about it, from whoever knows the codes.
    public init(_ letter: DeadLetter, advice: String) {
        id = letter.id
        kind = letter.kind.rawValue
        lead_id = letter.conversation?.rawValue
        phone = letter.address?.waID.map { "+" + $0 }
        user_id = letter.address?.userID
        since = Moment(letter.since)
        created_at = Moment(letter.createdAt)
        code = letter.code
        reason = letter.reason
        self.advice = advice
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
        dropped_at = letter.dropped.map { Moment($0.at) }
        dropped_by = letter.dropped?.by
        history = letter.history.map {
            Trouble(at: Moment($0.at), attempt: $0.attempt, code: $0.code, reason: $0.reason)
        }
    }
}
