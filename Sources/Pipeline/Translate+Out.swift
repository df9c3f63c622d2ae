public import Conversation
public import Integrations
import Prompts
public import Storage

extension Translate {
    /// Nil when the customer has no address at all, which no stored conversation can have.
    /// A file goes by the id that WhatsApp gave to it.
    public func outgoing(
        _ message: OutMessage,
        row: String,
        to address: Address,
        mediaID: String = ""
    ) -> WhatsAppOutgoing? {
        let identity = WhatsAppIdentity(userID: address.userID, waID: address.waID)
        guard let recipient = identity.recipient else { return nil }
        return WhatsAppOutgoing(
            recipient: recipient,
            content: content(of: message.content, mediaID),
            replyTo: message.quotes,
            callbackData: row
        )
    }

    /// The template that stands for a fixed text when only templates may go out. Nil: there is none, or a variable that
    /// it needs isn't known.
    func template(
        for message: OutMessage,
        row: String,
        to address: Address,
        _ templates: [Language: [PhraseKey: MessageTemplate]]
    ) -> WhatsAppOutgoing? {
        guard let text = message.fixedText, let key = PhraseKey(rawValue: text.key),
            let template = templates[text.language]?[key],
            let recipient = WhatsAppIdentity(userID: address.userID, waID: address.waID).recipient
        else { return nil }
        var parameters: [WhatsAppTemplateParameter] = []
        for parameter in template.parameters {
            let value = Self.oneLine(text.values[parameter.key] ?? "")
            guard let filled = value.isEmpty ? parameter.otherwise : value, !filled.isEmpty else { return nil }
            parameters.append(WhatsAppTemplateParameter(name: parameter.name, text: filled))
        }
        var buttons: [WhatsAppTemplateButton] = []
        if template.hasLinkButton {
            guard let suffix = text.values["url"].flatMap(Self.path(of:)), !suffix.isEmpty else { return nil }
            buttons = [.url(index: 0, suffix: suffix)]
        }
        return WhatsAppOutgoing(
            recipient: recipient,
            content: .template(
                name: template.name,
                language: template.language,
                bodyParameters: parameters,
                buttons: buttons
            ),
            callbackData: row
        )
    }

    /// Without breaks, tabs and runs of spaces, which WhatsApp refuses in a template's variables.
    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// What stands behind the host: `https://buy.stripe.com/abc` gives `abc`.
    private static func path(of url: String) -> String? {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count == 4 ? String(parts[3]) : nil
    }

    private func content(of content: OutMessage.Content, _ mediaID: String) -> WhatsAppOutgoingContent {
        switch content {
        case .text(let body):
            .text(body: body)
        case .buttons(let body, let choices):
            .buttons(body: body, buttons: choices.map { WhatsAppReplyButton(id: $0.id, title: $0.title) })
        case .list(let body, let button, let choices):
            .list(
                body: body,
                button: button,
                sections: [
                    WhatsAppListSection(rows: choices.map { WhatsAppListRow(id: $0.id, title: $0.title) })
                ]
            )
        case .link(let body, let label, let url):
            .ctaURL(body: body, displayText: label, url: url)
        case .file(let file, let caption):
            .media(
                kind: Self.kind(of: file),
                source: .id(mediaID),
                caption: caption,
                filename: file.kind == .document ? file.name : nil
            )
        case .template(let template):
            .template(
                name: template.name,
                language: template.language,
                bodyParameters: template.parameters.map { WhatsAppTemplateParameter(name: $0.name, text: $0.text) },
                buttons: template.linkSuffix.map { [.url(index: 0, suffix: $0)] } ?? []
            )
        }
    }

    private static func kind(of file: OutFile) -> WhatsAppMediaKind {
        switch file.kind {
        case .image: .image
        case .video: .video
        case .audio: .audio
        case .document: .document
        }
    }
}
