/// `interactive` of an outgoing message.
struct WireInteractiveOut: Codable {
    var type: String
    var header: WireHeader?
    var body: Words
    var footer: Words?
    var action: Action

    enum CodingKeys: String, CodingKey { case type, header, body, footer, action }

    struct Words: Codable {
        var text: String

        enum CodingKeys: String, CodingKey { case text }
    }

    struct Action: Codable {
        var buttons: [Button]?
        var button: String?
        var sections: [WhatsAppListSection]?
        var name: String?
        var parameters: Parameters?

        enum CodingKeys: String, CodingKey { case buttons, button, sections, name, parameters }
    }

    struct Button: Codable {
        var type = "reply"
        var reply: WhatsAppReplyButton

        enum CodingKeys: String, CodingKey { case type, reply }
    }

    struct Parameters: Codable {
        var displayText: String
        var url: String

        enum CodingKeys: String, CodingKey {
            case displayText = "display_text"
            case url
        }
    }

    /// Nil for content that is not interactive.
    init?(_ content: WhatsAppOutgoingContent) {
        switch content {
        case .buttons(let body, let buttons, let header, let footer):
            self.init("button", body, header, footer, Action(buttons: buttons.map { Button(reply: $0) }))
        case .list(let body, let button, let sections):
            self.init("list", body, nil, nil, Action(button: button, sections: sections))
        case .ctaURL(let body, let displayText, let url, let header, let footer):
            let parameters = Parameters(displayText: displayText, url: url)
            self.init("cta_url", body, header, footer, Action(name: "cta_url", parameters: parameters))
        default:
            return nil
        }
    }

    private init(_ type: String, _ body: String, _ header: WhatsAppHeader?, _ footer: String?, _ action: Action) {
        self.type = type
        self.header = header.map(WireHeader.init)
        self.body = Words(text: body)
        self.footer = footer.map(Words.init)
        self.action = action
    }

    func content() throws -> WhatsAppOutgoingContent {
        if let buttons = action.buttons {
            return .buttons(
                body: body.text,
                buttons: buttons.map(\.reply),
                header: try header?.header(),
                footer: footer?.text
            )
        }
        if let sections = action.sections {
            return .list(body: body.text, button: action.button ?? "", sections: sections)
        }
        guard let parameters = action.parameters else { throw OddItem("no action that we send: \(type)") }
        return .ctaURL(
            body: body.text,
            displayText: parameters.displayText,
            url: parameters.url,
            header: try header?.header(),
            footer: footer?.text
        )
    }
}

struct WireHeader: Codable {
    var type: String
    var text: String?
    var image: WireFile?
    var video: WireFile?
    var document: WireFile?

    enum CodingKeys: String, CodingKey { case type, text, image, video, document }

    init(_ header: WhatsAppHeader) {
        switch header {
        case .text(let text):
            type = "text"
            self.text = text
        case .media(let kind, let source):
            type = kind.rawValue
            let file = WireFile(source)
            switch kind {
            case .video: video = file
            case .document: document = file
            // A header has no sound and no sticker: refused by `problems()`.
            case .image, .audio, .sticker: image = file
            }
        }
    }

    func header() throws -> WhatsAppHeader {
        if let text { return .text(text) }
        if let image { return .media(kind: .image, source: try image.source()) }
        if let video { return .media(kind: .video, source: try video.source()) }
        if let document { return .media(kind: .document, source: try document.source()) }
        throw OddItem("no header that we send: \(type)")
    }
}

/// `template` of an outgoing message.
struct WireTemplate: Codable {
    var name: String
    var language: Language
    var components: [Component]?

    enum CodingKeys: String, CodingKey { case name, language, components }

    struct Language: Codable {
        var code: String

        enum CodingKeys: String, CodingKey { case code }
    }

    struct Component: Codable {
        var type: String
        var kind: String?
        var index: String?
        var parameters: [Parameter]

        enum CodingKeys: String, CodingKey {
            case type, index, parameters
            case kind = "sub_type"
        }
    }

    struct Parameter: Codable {
        var type: String
        var name: String?
        var text: String?
        var payload: String?

        enum CodingKeys: String, CodingKey {
            case type, text, payload
            case name = "parameter_name"
        }
    }

    init(
        name: String,
        language: String,
        parameters: [WhatsAppTemplateParameter],
        buttons: [WhatsAppTemplateButton]
    ) {
        self.name = name
        self.language = Language(code: language)
        var components: [Component] = []
        if !parameters.isEmpty {
            let texts = parameters.map { Parameter(type: "text", name: $0.name, text: $0.text) }
            components.append(Component(type: "body", parameters: texts))
        }
        components += buttons.map { button in
            switch button {
            case .quickReply(let index, let payload):
                let parameter = Parameter(type: "payload", payload: payload)
                return Component(type: "button", kind: "quick_reply", index: String(index), parameters: [parameter])
            case .url(let index, let suffix):
                let parameter = Parameter(type: "text", text: suffix)
                return Component(type: "button", kind: "url", index: String(index), parameters: [parameter])
            }
        }
        self.components = components.isEmpty ? nil : components
    }

    func content() throws -> WhatsAppOutgoingContent {
        var parameters: [WhatsAppTemplateParameter] = []
        var buttons: [WhatsAppTemplateButton] = []
        for component in components ?? [] {
            let index = component.index.flatMap { Int($0) } ?? 0
            switch (component.type, component.kind) {
            case ("body", _):
                parameters += component.parameters.map { WhatsAppTemplateParameter(name: $0.name, text: $0.text ?? "") }
            case ("button", "quick_reply"):
                buttons.append(.quickReply(index: index, payload: component.parameters.first?.payload ?? ""))
            case ("button", "url"):
                buttons.append(.url(index: index, suffix: component.parameters.first?.text ?? ""))
            default: throw OddItem("no template component that we send: \(component.type)")
            }
        }
        return .template(name: name, language: language.code, bodyParameters: parameters, buttons: buttons)
    }
}
