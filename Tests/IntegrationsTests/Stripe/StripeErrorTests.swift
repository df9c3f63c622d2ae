import Foundation
import Testing

@testable import Integrations

@Suite("Errors of Stripe")
struct StripeErrorTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var status: Int
        var error: String
        var code: String
        /// Of a POST, which may have taken effect.
        var write: OutsideError.Remedy
        /// Of a GET, which can't.
        var read: OutsideError.Remedy
        var needsOperator = false
        var headers: [String: String] = [:]

        var testDescription: String { "\(status) \(code) \(headers)" }
    }

    private static let retry = OutsideError.Remedy.retry(afterMilliseconds: nil)
    private static let slowDown = OutsideError.Remedy.slowDown(afterMilliseconds: nil)

    static let rows: [Row] = [
        Row(
            status: 400,
            error: #""type":"invalid_request_error","code":"parameter_missing""#,
            code: "parameter_missing",
            write: .giveUp,
            read: .giveUp,
            needsOperator: true
        ),
        Row(
            status: 400,
            error: #""type":"idempotency_error""#,
            code: "idempotency_error",
            write: .giveUp,
            read: .giveUp,
            needsOperator: true
        ),
        Row(
            status: 401,
            error: #""type":"invalid_request_error""#,
            code: "invalid_request_error",
            write: .halt,
            read: .halt,
            needsOperator: true,
            headers: ["stripe-should-retry": "true"]
        ),
        Row(
            status: 402,
            error: #""type":"card_error","code":"card_declined""#,
            code: "card_declined",
            write: .giveUp,
            read: .giveUp
        ),
        Row(status: 403, error: "", code: "http_403", write: .halt, read: .halt, needsOperator: true),
        Row(
            status: 404,
            error: #""code":"resource_missing""#,
            code: "resource_missing",
            write: .giveUp,
            read: .giveUp,
            needsOperator: true
        ),
        Row(
            status: 409,
            error: #""code":"idempotency_key_in_use""#,
            code: "idempotency_key_in_use",
            write: retry,
            read: retry
        ),
        Row(
            status: 409,
            error: "",
            code: "http_409",
            write: .giveUp,
            read: .giveUp,
            headers: ["stripe-should-retry": "false"]
        ),
        Row(
            status: 402,
            error: "",
            code: "http_402",
            write: retry,
            read: retry,
            headers: ["stripe-should-retry": "true"]
        ),
        Row(status: 424, error: "", code: "http_424", write: retry, read: retry),
        Row(status: 429, error: #""code":"rate_limit""#, code: "rate_limit", write: slowDown, read: slowDown),
        Row(status: 429, error: #""code":"lock_timeout""#, code: "lock_timeout", write: slowDown, read: slowDown),
        Row(status: 500, error: #""type":"api_error""#, code: "api_error", write: .outcomeUnknown, read: retry),
        Row(
            status: 500,
            error: #""type":"api_error""#,
            code: "api_error",
            write: .outcomeUnknown,
            read: retry,
            headers: ["stripe-should-retry": "false"]
        ),
        Row(
            status: 503,
            error: "",
            code: "http_503",
            write: retry,
            read: retry,
            headers: ["stripe-should-retry": "true"]
        ),
        Row(
            status: 500,
            error: #""type":"api_error""#,
            code: "replayed_error",
            write: .outcomeUnknown,
            read: retry,
            headers: ["idempotent-replayed": "true", "stripe-should-retry": "true"]
        ),
        Row(status: 302, error: "", code: "http_302", write: .giveUp, read: .giveUp, needsOperator: true),
    ]

    @Test("each status has its remedy, for writes and for reads", arguments: rows)
    func row(row: Row) {
        var headers = row.headers
        headers["request-id"] = "req_1"
        let body = row.error.isEmpty ? "<html></html>" : "{\"error\":{\(row.error)}}"
        let answer = HTTPAnswer(status: row.status, headers: headers, body: Data(body.utf8))
        let write = StripeErrors.error(answer, writes: true)
        #expect(write.code == row.code)
        #expect(write.remedy == row.write)
        #expect(write.needsOperator == row.needsOperator)
        #expect(write.requestID == "req_1")
        #expect(StripeErrors.error(answer, writes: false).remedy == row.read)
    }

    @Test(
        "without an answer a write may have happened, unless it never left",
        arguments: [
            (HTTPFailure.notSent("connection refused or host not found"), "connection", false),
            (.noAnswer("Deadline exceeded"), "timeout", true), (.noAnswer("connection broke"), "connection", true),
            (.answerTooLong, "answer_too_long", true),
        ]
    )
    func noAnswer(failure: HTTPFailure, code: String, isUnknown: Bool) {
        let write = StripeErrors.error(failure, writes: true)
        #expect(write.code == code)
        #expect(write.remedy == (isUnknown ? .outcomeUnknown : Self.retry))
        #expect(StripeErrors.error(failure, writes: false).remedy == Self.retry)
    }

    @Test("a message shows no key")
    func secrets() {
        let body: JSONValue = ["error": ["message": "Invalid API Key provided: sk_test_abc"]]
        let error = StripeErrors.error(HTTPAnswer(status: 401, body: body.encoded()), writes: true)
        #expect(error.message == "Invalid API Key provided: [secret]")
        #expect(!"\(StripeSettings(secretKey: "sk_test_abc"))".contains("sk_"))
    }
}
