/// Why a call to an outside service did not do what it should, and what to do about it.
///
/// Each client maps the service's own codes to a ``Remedy`` in one place, so that whoever calls decides by remedy alone.
public struct OutsideError: Error, Sendable, Equatable {
    public enum Service: String, Sendable, Codable {
        case whatsapp, openai, stripe
    }

    /// What the caller does next.
    public enum Remedy: Sendable, Equatable {
        /// The same request can never succeed.
        case giveUp
        /// Nothing happened there. Try again, no sooner than the service asked for (milliseconds), else with backoff.
        case retry(afterMilliseconds: Int?)
        /// A rate limit. Nothing happened there; slow down before the next try.
        case slowDown(afterMilliseconds: Int?)
        /// The request left and no answer came: it may or may not have taken effect.
        case outcomeUnknown
        /// WhatsApp: the 24-hour window is shut, only a template may go out.
        case useTemplate
        /// Nothing can be done for anybody before a person acts: a dead token, a locked account, no money.
        case halt
        /// OpenAI: this model can't be had; another one may.
        case useFallback
    }

    public var service: Service
    /// HTTP status, absent where no answer came.
    public var status: Int?
    /// The service's own code, e.g. `131047`, `insufficient_quota`, `resource_missing`, or `timeout`, `connection`.
    public var code: String
    /// The service's words, without secrets and without what a customer wrote.
    public var message: String
    public var remedy: Remedy
    /// True where a person has to act: a dead token, no money, a locked account.
    public var needsOperator: Bool
    /// The service's own id of the request (`fbtrace_id`, `x-request-id`, `Request-Id`).
    public var requestID: String?

    public init(
        service: Service,
        status: Int? = nil,
        code: String,
        message: String,
        remedy: Remedy,
        needsOperator: Bool = false,
        requestID: String? = nil
    ) {
        self.service = service
        self.status = status
        self.code = code
        self.message = message
        self.remedy = remedy
        self.needsOperator = needsOperator
        self.requestID = requestID
    }
}
