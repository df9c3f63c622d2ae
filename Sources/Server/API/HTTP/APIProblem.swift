import Desk
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat
import Storage

import class Foundation.JSONEncoder

/// Why the API refused: RFC 9457.
struct APIProblem: Codable, Error, Sendable, Equatable {
    var type: String
    var title: String
    var status: Int
    var detail: String
    /// Stable, for programs.
    var code: String
    /// Ids that fit an ambiguous reference; the first few.
    var candidates: [String]?
    /// Who has the conversation.
    var holder: String?
    /// What is wrong with a request, field by field.
    var errors: [Fault]?

    struct Fault: Codable, Sendable, Equatable {
        /// A property of the body, or a parameter.
        var field: String
        var detail: String
    }

    init(_ status: HTTPResponse.Status, _ code: String, _ detail: String, errors: [Fault]? = nil) {
        type = "urn:crset:problem:\(code)"
        title = status.reasonPhrase
        self.status = status.code
        self.detail = detail
        self.code = code
        self.errors = errors
    }

    /// Which status belongs to which refusal of the desk.
    init(_ error: DeskError) {
        let status: HTTPResponse.Status =
            switch error.code {
            case .unknownLead, .notFound: .notFound
            case .ambiguousLead, .heldByOther, .windowClosed, .optedOut, .notHeld, .gone, .mayHaveArrived, .muted,
                .useless:
                .conflict
            case .invalid, .requestIDUsed: .unprocessableContent
            case .changed: .preconditionFailed
            case .tooLarge: .contentTooLarge
            case .unsupportedFile: .unsupportedMediaType
            }
        self.init(status, error.code.rawValue, error.detail)
        candidates = error.candidates
        holder = error.holder
    }

    /// What to say of any error; nil: a defect of ours, which isn't shown.
    init?(_ error: any Error) {
        switch error {
        case let error as APIProblem: self = error
        case let error as DeskError: self.init(error)
        case let error as StoreError:
            switch error {
            case .unavailable, .overloaded, .closed:
                self.init(.serviceUnavailable, "store_unavailable", "the database can't be used now; try again soon")
            case .cannotOpen, .defect: return nil
            }
        case let error as HTTPError where error.status == .contentTooLarge: self = .tooLarge
        case let error as HTTPError:
            self.init(error.status, "http_\(error.status.code)", error.body ?? error.status.reasonPhrase)
        default: return nil
        }
    }

    static let tooLarge = APIProblem(
        .contentTooLarge,
        "too_large",
        "the body is larger than \(Exchange.bodyBytesMax) bytes"
    )
    static let unauthorized = APIProblem(
        .unauthorized,
        "unauthorized",
        "a valid token is needed: Authorization: Bearer …; `crset token issue` makes one"
    )
    static let changed = APIProblem(
        .preconditionFailed,
        "changed",
        "the lead was changed since you read it; read it again, then decide"
    )
    static let failed = APIProblem(.internalServerError, "failed", "the server failed; its log says why")

    /// - Parameter headers: what belongs to this status, such as `Retry-After`.
    func response(_ headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        switch status {
        case 401: headers[.wwwAuthenticate] = "Bearer realm=\"crset\""
        case 503 where headers[.retryAfter] == nil: headers[.retryAfter] = "5"
        default: break
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Nothing in it can't be encoded.
        let body = (try? encoder.encode(self)).map { ByteBuffer(data: $0) } ?? ByteBuffer()
        return Response(
            status: HTTPResponse.Status(code: status),
            headers: headers,
            body: ResponseBody(byteBuffer: body)
        )
    }
}
