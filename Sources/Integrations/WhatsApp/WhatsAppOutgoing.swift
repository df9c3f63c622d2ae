/// A message to a customer. Encodes to the body of `POST /{phone_number_id}/messages` and decodes from it.
public struct WhatsAppOutgoing: Sendable, Equatable {
    public var recipient: WhatsAppRecipient
    public var content: WhatsAppOutgoingContent
    /// The wamid to quote. Not shown on templates and reactions.
    public var replyTo: String?
    /// Comes back in every status of this message; at most ``WhatsAppLimits/callbackData`` characters.
    public var callbackData: String?

    public init(
        recipient: WhatsAppRecipient,
        content: WhatsAppOutgoingContent,
        replyTo: String? = nil,
        callbackData: String? = nil
    ) {
        self.recipient = recipient
        self.content = content
        self.replyTo = replyTo
        self.callbackData = callbackData
    }
}

public enum WhatsAppRecipient: Sendable, Equatable, Hashable {
    /// International number or `wa_id`, with or without `+`; goes out as `to` with `+`.
    case phone(String)
    /// Business-scoped user id; goes out as `recipient`, never as `to`.
    case userID(String)
}

public enum WhatsAppOutgoingContent: Sendable, Equatable {
    case text(body: String, previewURL: Bool = false)
    /// One to three reply buttons.
    case buttons(
        body: String,
        buttons: [WhatsAppReplyButton],
        header: WhatsAppHeader? = nil,
        footer: String? = nil
    )
    case list(body: String, button: String, sections: [WhatsAppListSection])
    /// One button that opens a URL.
    case ctaURL(body: String, displayText: String, url: String, header: WhatsAppHeader? = nil, footer: String? = nil)
    /// The only content allowed outside the 24-hour window.
    case template(
        name: String,
        language: String,
        bodyParameters: [WhatsAppTemplateParameter] = [],
        buttons: [WhatsAppTemplateButton] = []
    )
    /// An empty emoji takes the reaction away.
    case reaction(messageID: String, emoji: String)
    case media(kind: WhatsAppMediaKind, source: WhatsAppMediaSource, caption: String? = nil, filename: String? = nil)
}

public struct WhatsAppReplyButton: Sendable, Equatable, Codable {
    public var id: String
    public var title: String

    public init(id: String, title: String) {
        self.id = id
        self.title = title
    }

    enum CodingKeys: String, CodingKey {
        case id, title
    }
}

public struct WhatsAppListSection: Sendable, Equatable, Codable {
    /// Required with more than one section.
    public var title: String?
    public var rows: [WhatsAppListRow]

    public init(title: String? = nil, rows: [WhatsAppListRow]) {
        self.title = title
        self.rows = rows
    }

    enum CodingKeys: String, CodingKey {
        case title, rows
    }
}

public struct WhatsAppListRow: Sendable, Equatable, Codable {
    public var id: String
    public var title: String
    public var description: String?

    public init(id: String, title: String, description: String? = nil) {
        self.id = id
        self.title = title
        self.description = description
    }

    enum CodingKeys: String, CodingKey {
        case id, title, description
    }
}

/// Above the body of buttons.
public enum WhatsAppHeader: Sendable, Equatable {
    case text(String)
    /// An image, a video or a document.
    case media(kind: WhatsAppMediaKind, source: WhatsAppMediaSource)
}

public enum WhatsAppMediaSource: Sendable, Equatable {
    /// From an upload; lives 30 days.
    case id(String)
    /// Public HTTPS.
    case link(String)
}

/// A text put into a template.
public struct WhatsAppTemplateParameter: Sendable, Equatable {
    /// Only for templates made with named parameters; the others go by order.
    public var name: String?
    public var text: String

    public init(name: String? = nil, text: String) {
        self.name = name
        self.text = text
    }
}

public enum WhatsAppTemplateButton: Sendable, Equatable {
    /// `index` counts the template's buttons from 0.
    case quickReply(index: Int, payload: String)
    /// The variable end of the button's URL.
    case url(index: Int, suffix: String)
}
