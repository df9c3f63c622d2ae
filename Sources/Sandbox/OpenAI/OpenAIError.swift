/// An error of the OpenAI API (openai.md §5).
struct OpenAIError: Error {
    var status: Int
    var message: String
    var type = "invalid_request_error"
    var param: String?
    var code: String?

    static func invalid(_ message: String, param: String?, code: String? = nil) -> OpenAIError {
        OpenAIError(status: 400, message: message, param: param, code: code)
    }

    static let key = OpenAIError(
        status: 401,
        message: "Incorrect API key provided. You can find your API key at "
            + "https://platform.openai.com/account/api-keys.",
        code: "invalid_api_key"
    )

    static func model(_ name: String) -> OpenAIError {
        OpenAIError(
            status: 404,
            message: "The model `\(name)` does not exist or you do not have access to it.",
            code: "model_not_found"
        )
    }

    static func fault(status: Int, code: String) -> OpenAIError {
        let money = [
            "insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded", "organization_usage_limit_exceeded",
        ]
        let type =
            money.contains(code)
            ? "insufficient_quota"
            : status == 429 ? "requests" : status >= 500 ? "server_error" : "invalid_request_error"
        return OpenAIError(status: status, message: "Simulated \(code)", type: type, code: code)
    }

    func answer() -> Answer {
        var answer = Answer.json(
            [
                "error": [
                    "message": .string(message), "type": .string(type), "param": .optional(param),
                    "code": .optional(code),
                ]
            ],
            status: status
        )
        if status == 429, type != "insufficient_quota" { answer.headers.append(("retry-after-ms", "50")) }
        return answer
    }
}
