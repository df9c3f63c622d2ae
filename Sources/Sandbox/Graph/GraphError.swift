/// An error of the Graph API with its documented code (whatsapp.md §9).
struct GraphError: Error, Sendable {
    var code: Int
    var title: String
    var details: String
    var status = 400
    var subcode: Int?

    static func missing(_ name: String) -> GraphError {
        GraphError(
            code: name == "messaging_product" ? 100 : 131008,
            title: "Required parameter is missing",
            details: "The parameter \(name) is required."
        )
    }

    static func invalid(_ details: String) -> GraphError {
        GraphError(code: 131009, title: "Parameter value is not valid", details: details)
    }

    static func parameter(_ details: String) -> GraphError {
        GraphError(code: 100, title: "Invalid parameter", details: details)
    }

    static let token = GraphError(
        code: 190,
        title: "Invalid OAuth access token - Cannot parse access token",
        details: "",
        status: 401
    )

    static func unknownObject(_ id: String) -> GraphError {
        GraphError(
            code: 100,
            title: "Unsupported request. Object with ID '\(id)' does not exist, cannot be loaded due to missing "
                + "permissions, or does not support this operation",
            details: "",
            subcode: 33
        )
    }

    static let unknownPath = GraphError(code: 2500, title: "Unknown path components", details: "", status: 404)
    static let window = GraphError(
        code: 131047,
        title: "Re-engagement message",
        details: "Message failed to send because more than 24 hours have passed since the customer last replied to "
            + "this number."
    )
    static let pair = GraphError(
        code: 131056,
        title: "(Business Account, Consumer Account) pair rate limit hit",
        details: "Message failed to send because there were too many messages sent from this phone number to the same "
            + "phone number in a short period of time."
    )

    /// The titles of the codes that a fault may ask for.
    static func titled(_ code: Int, status: Int) -> GraphError {
        let titles = [
            2: "Service temporarily unavailable", 4: "Application request limit reached",
            80007: "Rate limit issues", 130429: "Rate limit hit", 131000: "Something went wrong",
            131016: "Service unavailable", 131026: "Message undeliverable", 131048: "Spam rate limit hit",
            131053: "Media upload error", 131057: "Account in maintenance mode",
        ]
        switch code {
        case 190: return token
        case 131047: return window
        case 131056: return pair
        default:
            let title = titles[code] ?? "Something went wrong"
            return GraphError(code: code, title: title, details: title, status: status)
        }
    }

    func answer(trace: String) -> Answer {
        var error: Payload = ["message": "(#\(code)) \(title)", "type": "OAuthException", "code": .int(code)]
        if let subcode { error["error_subcode"] = .int(subcode) }
        if !details.isEmpty {
            error["error_data"] = ["messaging_product": "whatsapp", "details": .string(details)]
        }
        error["fbtrace_id"] = .string(trace)
        return .json(["error": error], status: status)
    }

    /// As in the `errors` of a failed status.
    var statusPayload: Payload {
        [
            "code": .int(code), "title": .string(title), "message": .string(title),
            "error_data": ["details": .string(details)],
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        ]
    }
}
