import Foundation
import Testing

@testable import Integrations

@Suite("Errors of OpenAI")
struct OpenAIErrorTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var status: Int
        var error: String
        var code: String
        var remedy: OutsideError.Remedy
        var needsOperator = false
        var headers: [String: String] = [:]

        var testDescription: String { "\(status) \(code) \(headers)" }
    }

    static let rows: [Row] = [
        Row(status: 400, error: #""code":"context_length_exceeded""#, code: "context_length_exceeded", remedy: .giveUp),
        Row(status: 400, error: #""code":"invalid_prompt""#, code: "invalid_prompt", remedy: .giveUp),
        Row(status: 400, error: #""code":"content_filter""#, code: "content_filter", remedy: .giveUp),
        Row(
            status: 400,
            error: #""code":"unsupported_parameter""#,
            code: "unsupported_parameter",
            remedy: .useFallback,
            needsOperator: true
        ),
        Row(
            status: 400,
            error: #""type":"invalid_request_error","param":"response_format","code":null"#,
            code: "invalid_request_error",
            remedy: .useFallback,
            needsOperator: true
        ),
        Row(
            status: 400,
            error: #""code":"invalid_value""#,
            code: "invalid_value",
            remedy: .giveUp,
            needsOperator: true
        ),
        Row(
            status: 401,
            error: #""code":"invalid_api_key""#,
            code: "invalid_api_key",
            remedy: .giveUp,
            needsOperator: true
        ),
        Row(
            status: 403,
            error: #""code":"unsupported_country_region_territory""#,
            code: "unsupported_country_region_territory",
            remedy: .giveUp,
            needsOperator: true
        ),
        Row(
            status: 404,
            error: #""code":"model_not_found""#,
            code: "model_not_found",
            remedy: .useFallback,
            needsOperator: true
        ),
        Row(status: 408, error: "", code: "http_408", remedy: .retry(afterMilliseconds: nil)),
        Row(status: 409, error: "", code: "http_409", remedy: .retry(afterMilliseconds: nil)),
        Row(status: 413, error: "", code: "http_413", remedy: .giveUp),
        Row(status: 422, error: "", code: "http_422", remedy: .giveUp),
        Row(
            status: 429,
            error: #""type":"tokens","code":"rate_limit_exceeded""#,
            code: "rate_limit_exceeded",
            remedy: .slowDown(afterMilliseconds: 2_000),
            headers: ["retry-after": "2"]
        ),
        Row(
            status: 429,
            error: #""message":"Request too large for gpt-4o","code":"rate_limit_exceeded""#,
            code: "rate_limit_exceeded",
            remedy: .useFallback
        ),
        Row(
            status: 429,
            error: #""type":"insufficient_quota","code":"credit_balance_exhausted""#,
            code: "credit_balance_exhausted",
            remedy: .giveUp,
            needsOperator: true,
            headers: ["retry-after": "2", "x-should-retry": "true"]
        ),
        Row(
            status: 429,
            error: #""type":"insufficient_quota","code":"something_new""#,
            code: "something_new",
            remedy: .giveUp,
            needsOperator: true
        ),
        Row(
            status: 429,
            error: #""code":"project_spend_limit_exceeded""#,
            code: "project_spend_limit_exceeded",
            remedy: .giveUp,
            needsOperator: true
        ),
        Row(
            status: 500,
            error: #""type":"server_error","code":null"#,
            code: "server_error",
            remedy: .retry(afterMilliseconds: nil)
        ),
        Row(
            status: 502,
            error: "",
            code: "http_502",
            remedy: .retry(afterMilliseconds: 251),
            headers: ["retry-after-ms": "250.5", "retry-after": "9"]
        ),
        Row(
            status: 503,
            error: #""code":"server_is_overloaded""#,
            code: "server_is_overloaded",
            remedy: .slowDown(afterMilliseconds: 90_000),
            headers: [
                "retry-after": "Mon, 23 Nov 2026 20:01:30 GMT", "date": "Mon, 23 Nov 2026 20:00:00 GMT",
            ]
        ),
        Row(status: 504, error: "", code: "http_504", remedy: .retry(afterMilliseconds: nil)),
        Row(status: 500, error: "", code: "http_500", remedy: .giveUp, headers: ["x-should-retry": "false"]),
        Row(
            status: 422,
            error: "",
            code: "http_422",
            remedy: .retry(afterMilliseconds: nil),
            headers: ["x-should-retry": "true"]
        ),
        Row(status: 301, error: "", code: "http_301", remedy: .giveUp, needsOperator: true),
        Row(status: 400, error: #""code":400"#, code: "http_400", remedy: .giveUp, needsOperator: true),
    ]

    @Test("each status and code has its remedy", arguments: rows)
    func row(row: Row) {
        let body = row.error.isEmpty ? "<html>502 Bad Gateway</html>" : "{\"error\":{\(row.error)}}"
        var headers = row.headers
        headers["x-request-id"] = "req_1"
        let error = OpenAIErrors.error(HTTPAnswer(status: row.status, headers: headers, body: Data(body.utf8)))
        #expect(error.code == row.code)
        #expect(error.status == row.status)
        #expect(error.remedy == row.remedy)
        #expect(error.needsOperator == row.needsOperator)
        #expect(error.requestID == "req_1")
    }

    @Test(
        "no answer is worth another try, and a time-out has its own name",
        arguments: [
            (HTTPFailure.notSent("Connect timeout"), "timeout"), (.noAnswer("Deadline exceeded"), "timeout"),
            (.noAnswer("Read timeout"), "timeout"), (.noAnswer("connection broke"), "connection"),
            (.notSent("connection refused or host not found"), "connection"), (.answerTooLong, "answer_too_long"),
        ]
    )
    func noAnswer(failure: HTTPFailure, code: String) async {
        let service = ScriptedService([.failure(failure)])
        let client = OpenAIClient.live(transport: service.transport, settings: OpenAISettings(apiKey: "sk-x"))
        let error = await #expect(throws: OutsideError.self) { try await client.models() }
        #expect(error?.code == code)
        #expect(error?.remedy == .retry(afterMilliseconds: nil))
    }

    @Test("a message shows no key and stays short")
    func secrets() {
        let message = "Incorrect API key provided: sk-abcdef. See there. " + String(repeating: "x", count: 1000)
        let body: JSONValue = ["error": ["message": .string(message)]]
        let error = OpenAIErrors.error(HTTPAnswer(status: 401, body: body.encoded()))
        #expect(error.message.hasPrefix("Incorrect API key provided: [secret] See there. xxx"))
        #expect(error.message.count <= 300)
        #expect("\(OpenAISettings(apiKey: "sk-abcdef"))" == "OpenAISettings(https://api.openai.com/v1)")
    }
}
