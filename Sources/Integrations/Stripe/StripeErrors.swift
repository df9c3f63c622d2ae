/// What each error answer of Stripe means for us. The one place that knows.
enum StripeErrors {
    /// `writes` tells a POST, which may have taken effect, from a read, which can't.
    static func error(_ answer: HTTPAnswer, writes: Bool) -> OutsideError {
        let status = answer.status
        let said = (try? JSONValue(parsing: answer.body))?["error"]
        let replayed = answer.headers["idempotent-replayed"]?.lowercased() == "true" && status >= 500
        let code = replayed ? "replayed_error" : said?["code"]?.string ?? said?["type"]?.string ?? "http_\(status)"
        let message = said?["message"]?.string ?? "status \(status) without an error object"
        return OutsideError(
            service: .stripe,
            status: status,
            code: code,
            message: withoutSecrets(message),
            remedy: remedy(status, answer, writes: writes, replayed: replayed),
            needsOperator: needsOperator(status),
            requestID: answer.headers["request-id"]
        )
    }

    static func error(_ failure: HTTPFailure, writes: Bool) -> OutsideError {
        var remedy = OutsideError.Remedy.retry(afterMilliseconds: nil)
        if writes {
            if case .notSent = failure {} else { remedy = .outcomeUnknown }
        }
        return OutsideError(service: .stripe, code: failure.code, message: failure.words, remedy: remedy)
    }

    /// A 200 whose body is not what was asked for. After a POST the thing exists all the same.
    static func malformed(_ trouble: StripePayloadTrouble, writes: Bool, requestID: String?) -> OutsideError {
        let what =
            switch trouble {
            case .notJSON: "the answer is not JSON"
            case .missing(let field): "the answer lacks \(field)"
            }
        return OutsideError(
            service: .stripe,
            status: 200,
            code: "malformed_answer",
            message: what,
            remedy: writes ? .outcomeUnknown : .retry(afterMilliseconds: nil),
            requestID: requestID
        )
    }

    private static func remedy(
        _ status: Int,
        _ answer: HTTPAnswer,
        writes: Bool,
        replayed: Bool
    ) -> OutsideError.Remedy {
        let wait = answer.retryAfterMilliseconds
        let shouldRetry = answer.headers["stripe-should-retry"]?.lowercased()
        switch status {
        case 401, 403:
            // Nobody gets anything with this key before a person acts.
            return .halt
        case 500...:
            // The stored answer of a write comes again whatever is repeated, so the header doesn't help there.
            if !writes || (shouldRetry == "true" && !replayed) { return .retry(afterMilliseconds: wait) }
            return .outcomeUnknown
        case 429:
            // Also where Stripe tells its libraries not to repeat it at once: ours comes later, and slower each time.
            return .slowDown(afterMilliseconds: wait)
        case _ where shouldRetry == "false":
            return .giveUp
        case 409, 424:
            return .retry(afterMilliseconds: wait)
        default:
            return shouldRetry == "true" ? .retry(afterMilliseconds: wait) : .giveUp
        }
    }

    /// 400 and 404 mean a wrong price, a wrong mode or a fault of ours; 401 and 403 a key; 3xx a wrong base URL.
    private static func needsOperator(_ status: Int) -> Bool {
        switch status {
        case 300..<400, 400, 401, 403, 404: true
        default: false
        }
    }
}
