import Conversation

/// What a store remembers of a request that changes something.
struct KnownRequest {
    var fingerprint: String
    var begunAt: Int64
    /// Nil: not done yet.
    var status: Int?
    var contentType: String?
    var body: String?

    /// Nil: it is forgotten, or died with its process, and begins anew.
    func standing(of request: IdempotentRequest, now: Timestamp) -> IdempotentStanding? {
        let age = now.milliseconds - begunAt
        if age > StoreLimits.idempotencyMilliseconds { return nil }
        if fingerprint != request.fingerprint { return .otherRequest }
        if let status, let contentType, let body {
            return .done(StoredAnswer(status: status, contentType: contentType, body: body))
        }
        return age > StoreLimits.requestMilliseconds ? nil : .underWay
    }
}
