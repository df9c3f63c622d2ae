extension WhatsAppOutgoing: Codable {
    public init(from decoder: any Decoder) throws {
        let body = try WireOutgoing(from: decoder)
        guard let recipient = body.to.map(WhatsAppRecipient.phone) ?? body.recipient.map(WhatsAppRecipient.userID)
        else { throw OddItem("neither to nor recipient") }
        self.init(
            recipient: recipient,
            content: try body.content(),
            replyTo: body.context?.messageID,
            callbackData: body.callbackData
        )
    }

    public func encode(to encoder: any Encoder) throws {
        try WireOutgoing(self).encode(to: encoder)
    }
}

/// The body as the Graph API wants it, reference §7 and §8.
struct WireOutgoing: Codable {
    var product = "whatsapp"
    var recipientType: String? = "individual"
    var to: String?
    var recipient: String?
    var type: String
    var context: Quote?
    var callbackData: String?
    var text: Text?
    var interactive: WireInteractiveOut?
    var template: WireTemplate?
    var reaction: Reaction?
    var image: WireFile?
    var audio: WireFile?
    var video: WireFile?
    var document: WireFile?
    var sticker: WireFile?

    enum CodingKeys: String, CodingKey {
        case product = "messaging_product"
        case recipientType = "recipient_type"
        case callbackData = "biz_opaque_callback_data"
        case to, recipient, type, context, text, interactive, template, reaction
        case image, audio, video, document, sticker
    }

    struct Quote: Codable {
        var messageID: String

        enum CodingKeys: String, CodingKey { case messageID = "message_id" }
    }

    struct Text: Codable {
        var body: String
        var previewURL: Bool?

        enum CodingKeys: String, CodingKey {
            case body
            case previewURL = "preview_url"
        }
    }

    struct Reaction: Codable {
        var messageID: String
        var emoji: String

        enum CodingKeys: String, CodingKey {
            case messageID = "message_id"
            case emoji
        }
    }

    init(_ message: WhatsAppOutgoing) {
        type = ""
        switch message.recipient {
        case .phone(let phone): to = WireOutgoing.international(phone)
        case .userID(let id): recipient = id
        }
        context = message.replyTo.map(Quote.init)
        callbackData = message.callbackData
        set(message.content)
    }

    /// Without the leading `+` Meta may take the number for a national one.
    static func international(_ phone: String) -> String {
        phone.hasPrefix("+") ? phone : "+" + phone
    }

    private mutating func set(_ content: WhatsAppOutgoingContent) {
        switch content {
        case .text(let body, let previewURL):
            type = "text"
            text = Text(body: body, previewURL: previewURL)
        case .buttons, .list, .ctaURL:
            type = "interactive"
            interactive = WireInteractiveOut(content)
        case .template(let name, let language, let parameters, let buttons):
            type = "template"
            template = WireTemplate(name: name, language: language, parameters: parameters, buttons: buttons)
        case .reaction(let messageID, let emoji):
            type = "reaction"
            reaction = Reaction(messageID: messageID, emoji: emoji)
        case .media(let kind, let source, let caption, let filename):
            type = kind.rawValue
            let file = WireFile(source, caption: caption, filename: filename)
            switch kind {
            case .image: image = file
            case .audio: audio = file
            case .video: video = file
            case .document: document = file
            case .sticker: sticker = file
            }
        }
    }

    func content() throws -> WhatsAppOutgoingContent {
        if let text { return .text(body: text.body, previewURL: text.previewURL ?? false) }
        if let interactive { return try interactive.content() }
        if let template { return try template.content() }
        if let reaction { return .reaction(messageID: reaction.messageID, emoji: reaction.emoji) }
        let files: [(WhatsAppMediaKind, WireFile?)] = [
            (.image, image), (.audio, audio), (.video, video), (.document, document), (.sticker, sticker),
        ]
        for case (let kind, let file?) in files {
            return .media(kind: kind, source: try file.source(), caption: file.caption, filename: file.filename)
        }
        throw OddItem("no content that we send: \(type)")
    }
}

/// A file in a message or a header.
struct WireFile: Codable {
    var id: String?
    var link: String?
    var caption: String?
    var filename: String?

    enum CodingKeys: String, CodingKey { case id, link, caption, filename }

    init(_ source: WhatsAppMediaSource, caption: String? = nil, filename: String? = nil) {
        switch source {
        case .id(let id): self.id = id
        case .link(let link): self.link = link
        }
        self.caption = caption
        self.filename = filename
    }

    func source() throws -> WhatsAppMediaSource {
        guard let source = id.map(WhatsAppMediaSource.id) ?? link.map(WhatsAppMediaSource.link) else {
            throw OddItem("neither id nor link")
        }
        return source
    }
}
