/// An error of the Stripe API (stripe.md §4).
struct StripeError: Error {
    var status = 400
    var type = "invalid_request_error"
    var code: String?
    var param: String?
    var message: String

    static func missing(_ param: String) -> StripeError {
        StripeError(code: "parameter_missing", param: param, message: "Missing required param: \(param).")
    }

    static func unknown(_ param: String) -> StripeError {
        StripeError(code: "parameter_unknown", param: param, message: "Received unknown parameter: \(param)")
    }

    static func invalid(_ param: String, _ message: String, code: String = "parameter_invalid") -> StripeError {
        StripeError(code: code, param: param, message: message)
    }

    static func noSuch(_ kind: String, _ id: String, param: String = "id") -> StripeError {
        StripeError(
            status: 404,
            code: "resource_missing",
            param: param,
            message: "No such \(kind): '\(id)'"
        )
    }

    var payload: Payload {
        var error: Payload = ["type": .string(type), "message": .string(message)]
        if let code {
            error["code"] = .string(code)
            error["doc_url"] = .string("https://stripe.com/docs/error-codes/\(code)")
        }
        if let param { error["param"] = .string(param) }
        return ["error": error]
    }
}
