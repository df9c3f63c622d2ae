/// What each error answer of OpenAI means for us. The one place that knows.
enum OpenAIErrors {
    /// Codes of a 429 that no waiting mends.
    static let moneyCodes: Set<String> = [
        "insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded", "organization_usage_limit_exceeded", "billing_hard_limit_reached",
    ]

    /// Codes of a 400 that say what this model can't take; another model may.
    static let unsupportedCodes: Set<String> = ["unknown_parameter", "unsupported_parameter", "unsupported_value"]

    /// Codes of a 400 over what the customer wrote; nothing for an operator to mend.
    static let contentCodes: Set<String> = [
        "content_policy_violation", "invalid_prompt", "content_filter", "context_length_exceeded",
    ]

    static func error(_ answer: HTTPAnswer) -> OutsideError {
        error(status: answer.status, answer)
    }

    static func error(status: Int, _ answer: HTTPAnswer) -> OutsideError {
        let said = (try? JSONValue(parsing: answer.body))?["error"]
        // Compatible servers give the code as a number, or the whole error as a text.
        let code = said?["code"]?.string ?? said?["type"]?.string ?? "http_\(status)"
        let message = said?["message"]?.string ?? said?.string ?? "status \(status) without an error object"
        let verdict = verdict(status, code: code, said: said, answer)
        return OutsideError(
            service: .openai,
            status: status,
            code: code,
            message: withoutSecrets(message),
            remedy: verdict.remedy,
            needsOperator: verdict.needsOperator,
            requestID: answer.headers["x-request-id"]
        )
    }

    /// No answer. A repeat has no side effect but, at worst, a second bill.
    static func error(_ failure: HTTPFailure) -> OutsideError {
        OutsideError(
            service: .openai,
            code: failure.code,
            message: failure.words,
            remedy: .retry(afterMilliseconds: nil)
        )
    }

    private typealias Verdict = (remedy: OutsideError.Remedy, needsOperator: Bool)

    private static func verdict(_ status: Int, code: String, said: JSONValue?, _ answer: HTTPAnswer) -> Verdict {
        let wait = answer.retryAfterMilliseconds
        if status == 429, moneyCodes.contains(code) || said?["type"]?.string.map(moneyCodes.contains) == true {
            return (.giveUp, true)
        }
        let verdict = verdict(status, code: code, said: said, wait: wait)
        switch (answer.headers["x-should-retry"], verdict.remedy) {
        case ("true", .giveUp): return (.retry(afterMilliseconds: wait), verdict.needsOperator)
        case ("false", .retry), ("false", .slowDown): return (.giveUp, verdict.needsOperator)
        default: return verdict
        }
    }

    private static func verdict(_ status: Int, code: String, said: JSONValue?, wait: Int?) -> Verdict {
        let message = said?["message"]?.string ?? ""
        switch status {
        case 400 where contentCodes.contains(code):
            return (.giveUp, false)
        case 400 where unsupportedCodes.contains(code) || said?["param"]?.string?.hasPrefix("response_format") == true:
            return (.useFallback, true)
        case 404:
            // Not existing, no access, or switched off.
            return (.useFallback, true)
        case 408, 409:
            return (.retry(afterMilliseconds: wait), false)
        case 413, 422:
            return (.giveUp, false)
        case 429 where message.contains("Request too large"):
            // Larger than this model's tokens a minute: waiting doesn't help, limits are per model.
            return (.useFallback, false)
        case 429, 503:
            return (.slowDown(afterMilliseconds: wait), false)
        case 500...:
            return (.retry(afterMilliseconds: wait), false)
        default:
            // 400: our request is wrong. 401, 403: key, organisation, country. 3xx: wrong base URL.
            return (.giveUp, true)
        }
    }
}
