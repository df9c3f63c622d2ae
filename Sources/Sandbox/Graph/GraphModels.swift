/// A simulated customer. At least one of the two ids is there: with a username there may be no phone number.
public struct Customer: Sendable, Hashable {
    /// Digits only.
    public var waID: String?
    /// Business-scoped user id, e.g. `PT.1349…`.
    public var userID: String?
    public var name: String
    public var username: String?

    public init(waID: String? = nil, userID: String? = nil, name: String = "", username: String? = nil) {
        self.waID = waID
        self.userID = userID
        self.name = name
        self.username = username
    }

    /// What the books are kept under.
    public var key: String { userID ?? waID ?? "" }
}

/// A message that the business sent, as the customer sees it.
public struct SentMessage: Sendable {
    public var wamid: String
    /// The customer's ``Customer/key``.
    public var customer: String
    public var type: String
    /// What can be read in the bubble.
    public var text: String
    /// Reply buttons or list rows.
    public var choices: [Choice]
    /// Link and label of a `cta_url` button.
    public var url: String?
    public var urlTitle: String?
    public var quoted: String?
    public var callbackData: String?
    public var templateName: String?
    /// Milliseconds since 1970.
    public var at: Int
    /// `accepted`, `sent`, `delivered`, `read`, `failed`.
    public var status: String
    /// The request body.
    public var content: Payload

    public struct Choice: Sendable, Equatable {
        public var id: String
        public var title: String
        public var isRow: Bool
    }

    init(_ message: Payload, wamid: String, customer: String, at: Int) {
        self.wamid = wamid
        self.customer = customer
        self.at = at
        type = message["type"]?.text ?? "text"
        status = "accepted"
        quoted = message["context"]?["message_id"]?.text
        callbackData = message["biz_opaque_callback_data"]?.text
        templateName = message["template"]?["name"]?.text
        content = message
        let body = message[type] ?? .null
        text =
            body["body"]?.text ?? body["body"]?["text"]?.text ?? Self.shown(file: body, type) ?? body["emoji"]?.text
            ?? Self.shown(template: body) ?? ""
        let action = body["action"]
        url = action?["parameters"]?["url"]?.text
        urlTitle = action?["parameters"]?["display_text"]?.text
        let buttons = (action?["buttons"]?.list ?? []).map {
            Choice(id: $0["reply"]?["id"]?.text ?? "", title: $0["reply"]?["title"]?.text ?? "", isRow: false)
        }
        let rows = (action?["sections"]?.list ?? []).flatMap { $0["rows"]?.list ?? [] }.map {
            Choice(id: $0["id"]?.text ?? "", title: $0["title"]?.text ?? "", isRow: true)
        }
        choices = buttons + rows
    }

    /// `[document proposta.pdf] Here it is`
    private static func shown(file body: Payload, _ type: String) -> String? {
        guard ["image", "video", "audio", "document", "sticker"].contains(type) else { return nil }
        let name = body["filename"]?.text.map { " " + $0 } ?? ""
        return "[\(type)\(name)]" + (body["caption"]?.text.map { " " + $0 } ?? "")
    }

    /// Its words are Meta's; here its name and what was filled in.
    private static func shown(template body: Payload) -> String? {
        guard let name = body["name"]?.text else { return nil }
        let parameters = (body["components"]?.list ?? []).filter { $0["type"]?.text == "body" }
            .flatMap { $0["parameters"]?.list ?? [] }.compactMap { $0["text"]?.text }
        return ([name] + parameters).joined(separator: " ")
    }

    var payload: Payload {
        [
            "id": .string(wamid), "customer": .string(customer), "type": .string(type), "text": .string(text),
            "url": .optional(url), "status": .string(status), "at_ms": .int(at), "quoted": .optional(quoted),
            "biz_opaque_callback_data": .optional(callbackData),
            "choices": .array(choices.map { ["id": .string($0.id), "title": .string($0.title)] }), "content": content,
        ]
    }
}

/// What just happened between the business and its customers, for whoever shows it live.
public enum Happening: Sendable {
    case message(SentMessage)
    /// The business shows that it is typing, up to 25 s or until its next message.
    case typing(customer: String, messageID: String)
    case read(customer: String, messageID: String)
    case status(customer: String, wamid: String, status: String, errorCode: Int?)
    case customerWrote(customer: String, wamid: String, type: String, text: String)
    case paid(link: String, session: String, status: String)
}

/// Sums since the start.
public struct GraphCounts: Sendable, Equatable {
    public var sent = 0
    public var refused = 0
    /// Accepted and silently lost: a business-scoped id in `to`.
    public var dropped = 0
    public var read = 0
    public var typing = 0
    public var statuses = 0
    public var received = 0
}
