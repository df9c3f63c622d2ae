import struct Foundation.Data
import class Foundation.JSONDecoder

/// Turns what came back, or did not, into an ``OutsideError``.
enum WhatsAppFailure {
    /// - Parameter isRepeatable: true for reads and read marks, where a second time does no harm.
    static func error(_ failure: HTTPFailure, isRepeatable: Bool) -> OutsideError {
        let unknown: OutsideError.Remedy = isRepeatable ? .retry(afterMilliseconds: nil) : .outcomeUnknown
        return switch failure {
        case .notSent(let why):
            OutsideError(
                service: .whatsapp,
                code: "connection",
                message: why,
                remedy: .retry(afterMilliseconds: nil)
            )
        case .noAnswer(let why):
            OutsideError(service: .whatsapp, code: "timeout", message: why, remedy: unknown)
        case .answerTooLong:
            OutsideError(
                service: .whatsapp,
                code: "too_long",
                message: "the answer is too long",
                remedy: isRepeatable ? .giveUp : .outcomeUnknown
            )
        }
    }

    /// For an answer that is no success.
    static func error(_ answer: HTTPAnswer, isRepeatable: Bool) -> OutsideError {
        guard let issue = (try? JSONDecoder().decode(WireFailure.self, from: answer.body))?.error else {
            return withoutCode(answer, isRepeatable: isRepeatable)
        }
        let row = WhatsAppErrorTable.row(issue.code)
        var remedy = row?.remedy ?? .giveUp
        var needsOperator = row?.needsOperator ?? true
        if row == nil {
            if issue.isTransient {
                (remedy, needsOperator) = (.retry(afterMilliseconds: nil), false)
            } else if answer.status == 429 {
                (remedy, needsOperator) = (.slowDown(afterMilliseconds: nil), false)
            } else if answer.status >= 500 {
                (remedy, needsOperator) = (unclear(isRepeatable), false)
            }
        }
        let words = [issue.message, issue.details].compactMap(\.self).joined(separator: ": ")
        return OutsideError(
            service: .whatsapp,
            status: answer.status,
            code: String(issue.code),
            message: redacted(words),
            remedy: remedy.no(soonerThan: retryAfter(answer)),
            needsOperator: needsOperator,
            requestID: issue.traceID
        )
    }

    /// For a 2xx whose body is not the documented one.
    static func unreadable(_ answer: HTTPAnswer, isRepeatable: Bool) -> OutsideError {
        OutsideError(
            service: .whatsapp,
            status: answer.status,
            code: "unreadable",
            message: "the answer can't be read",
            remedy: isRepeatable ? .retry(afterMilliseconds: nil) : .outcomeUnknown
        )
    }

    /// For a request that could not even be put together.
    static func unsendable(_ error: any Error) -> OutsideError {
        OutsideError(service: .whatsapp, code: "request", message: redacted(String(describing: error)), remedy: .giveUp)
    }

    /// A gateway answered, or something that is no Graph API at all.
    private static func withoutCode(_ answer: HTTPAnswer, isRepeatable: Bool) -> OutsideError {
        let remedy: OutsideError.Remedy =
            switch answer.status {
            case 408, 500...: unclear(isRepeatable)
            case 429: .slowDown(afterMilliseconds: nil)
            // No message can be sent then; a file that is gone is a matter of its own.
            case _ where pointsElsewhere(answer.status) && !isRepeatable: .halt
            default: .giveUp
            }
        return OutsideError(
            service: .whatsapp,
            status: answer.status,
            code: "http_\(answer.status)",
            message: "HTTP \(answer.status) without an error code",
            remedy: remedy.no(soonerThan: retryAfter(answer)),
            needsOperator: pointsElsewhere(answer.status)
        )
    }

    /// A redirect, a refusal or a missing page without a code points to a wrong API base or token.
    private static func pointsElsewhere(_ status: Int) -> Bool {
        [301, 302, 303, 307, 308, 401, 403, 404, 405].contains(status)
    }

    private static func unclear(_ isRepeatable: Bool) -> OutsideError.Remedy {
        isRepeatable ? .retry(afterMilliseconds: nil) : .outcomeUnknown
    }

    /// `Retry-After` in seconds, bounded to a day; Meta does not promise it.
    private static func retryAfter(_ answer: HTTPAnswer) -> Int? {
        answer.headers["retry-after"].flatMap { Int($0) }.map { min(max($0, 0), 86_400) * 1000 }
    }

    /// Without what may be a token, an id or a phone number, cut to 300 characters.
    static func redacted(_ text: String) -> String {
        let words = text.prefix(1000).split(separator: " ", omittingEmptySubsequences: false).map { word in
            let digits = word.utf8.filter { (0x30...0x39).contains($0) }.count
            return word.utf8.count > 40 || digits > 7 ? "[…]" : String(word)
        }
        return String(words.joined(separator: " ").prefix(300))
    }
}

extension OutsideError.Remedy {
    /// The same with the wait that the service asked for, if it is longer than ours.
    fileprivate func no(soonerThan milliseconds: Int?) -> Self {
        guard let milliseconds else { return self }
        return switch self {
        case .retry(let own): .retry(afterMilliseconds: max(own ?? 0, milliseconds))
        case .slowDown(let own): .slowDown(afterMilliseconds: max(own ?? 0, milliseconds))
        default: self
        }
    }
}

/// `{"error":{…}}`
private struct WireFailure: Decodable {
    let error: Issue

    enum CodingKeys: String, CodingKey { case error }

    struct Issue: Decodable {
        let code: Int
        let message: String?
        let details: String?
        let isTransient: Bool
        let traceID: String?

        enum CodingKeys: String, CodingKey {
            case code, message
            case data = "error_data"
            case isTransient = "is_transient"
            case traceID = "fbtrace_id"
        }

        enum DataKeys: String, CodingKey { case details }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            code = try fields.decode(Int.self, forKey: .code)
            message = try? fields.lenientString(.message)
            details = try? fields.nestedContainer(keyedBy: DataKeys.self, forKey: .data).lenientString(.details)
            isTransient = (try? fields.decodeIfPresent(Bool.self, forKey: .isTransient)) ?? false
            traceID = try? fields.lenientString(.traceID)
        }
    }
}
