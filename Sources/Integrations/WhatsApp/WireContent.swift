// The payload of a message by its type, see reference §5.

extension WhatsAppContent {
    /// - Parameter errors: those of the message; with them the payload may be missing.
    init(type: String, fields: KeyedDecodingContainer<WireMessage.CodingKeys>, errors: [WhatsAppIssue]) throws {
        func payload<Payload: Decodable>(_ payload: Payload.Type) throws -> Payload? {
            guard let key = WireMessage.CodingKeys(stringValue: type) else { return nil }
            guard try !fields.contains(key) || fields.decodeNil(forKey: key) else {
                return try fields.decode(payload, forKey: key)
            }
            if errors.isEmpty { throw OddItem("\(type) is missing") }
            return nil
        }
        let content: WhatsAppContent? =
            switch type {
            case "text": try payload(WireText.self).map { .text($0.body) }
            case "image", "audio", "video", "document", "sticker", "voice":
                try payload(WireMedia.self).map { $0.content(type: type) }
            case "location": try payload(WhatsAppLocation.self).map(WhatsAppContent.location)
            case "contacts": try payload([WireContactCard].self).map { .contacts($0.map(\.card)) }
            case "interactive": try payload(WireInteractive.self)?.content
            case "button":
                try payload(WireTemplateButton.self).map { .templateButton(payload: $0.payload, text: $0.text) }
            case "reaction":
                try payload(WireReaction.self).map { .reaction(messageID: $0.messageID, emoji: $0.emoji.nonEmpty) }
            case "order": try payload(WhatsAppOrder.self).map(WhatsAppContent.order)
            case "system": try payload(WireSystem.self)?.content
            case "edit": try payload(WireEdit.self)?.content
            case "revoke": try payload(WireEdit.self).map { .revoke(originalID: $0.originalID) }
            case "unsupported", "unknown":
                .unsupported(reason: (try? fields.decode(WireKind.self, forKey: .unsupported).type) ?? reason(errors))
            default: .unknown(type: type)
            }
        self = content ?? .unsupported(reason: reason(errors))
    }
}

private func reason(_ errors: [WhatsAppIssue]) -> String {
    errors.first.map { $0.details ?? $0.title ?? String($0.code) } ?? "no content"
}

private struct WireText: Decodable {
    let body: String

    enum CodingKeys: String, CodingKey { case body }
}

private struct WireKind: Decodable {
    let type: String

    enum CodingKeys: String, CodingKey { case type }
}

private struct WireMedia: Decodable {
    let media: WhatsAppMedia

    enum CodingKeys: String, CodingKey {
        case id, sha256, caption, filename, voice
        case mimeType = "mime_type"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        media = WhatsAppMedia(
            id: try fields.requiredString(.id),
            mimeType: try fields.lenientString(.mimeType).map(bareMimeType),
            sha256: try fields.lenientString(.sha256),
            caption: try fields.lenientString(.caption),
            filename: try fields.lenientString(.filename),
            voice: try fields.decodeIfPresent(Bool.self, forKey: .voice) ?? false
        )
    }

    /// `voice` is an old name of a voice note.
    func content(type: String) -> WhatsAppContent {
        var media = media
        if type == "voice" { media.voice = true }
        return .media(kind: WhatsAppMediaKind(rawValue: type) ?? .audio, media)
    }
}

/// In lower case, without parameters: `audio/ogg; codecs=opus` is `audio/ogg`.
func bareMimeType(_ text: String) -> String {
    let bare = text.utf8.prefix { $0 != UInt8(ascii: ";") }.filter { $0 > 0x20 }
    return String(decoding: bare, as: UTF8.self).lowercased()
}

private struct WireContactCard: Decodable {
    let card: WhatsAppContactCard

    enum CodingKeys: String, CodingKey { case name, phones, emails, origin }

    enum NameKeys: String, CodingKey {
        case formatted = "formatted_name"
        case first = "first_name"
        case last = "last_name"
    }

    struct Email: Decodable {
        let email: String?

        enum CodingKeys: String, CodingKey { case email }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        var card = WhatsAppContactCard(
            phones: try fields.decodeIfPresent([WhatsAppContactCard.Phone].self, forKey: .phones) ?? [],
            emails: try fields.decodeIfPresent([Email].self, forKey: .emails)?.compactMap(\.email) ?? [],
            origin: try fields.lenientString(.origin)
        )
        if fields.contains(.name) {
            let name = try fields.nestedContainer(keyedBy: NameKeys.self, forKey: .name)
            let parts = [try name.lenientString(.first), try name.lenientString(.last)].compactMap(\.self)
            card.name = try name.lenientString(.formatted) ?? parts.joined(separator: " ")
        }
        self.card = card
    }
}

private struct WireInteractive: Decodable {
    /// Nil where there is no inner object (seen together with `value.errors[131000]`).
    let content: WhatsAppContent?

    enum CodingKeys: String, CodingKey {
        case type
        case button = "button_reply"
        case list = "list_reply"
        case flow = "nfm_reply"
        case call = "call_permission_reply"
    }

    struct Choice: Decodable {
        let id: String
        let title: String?
        let description: String?

        enum CodingKeys: String, CodingKey { case id, title, description }
    }

    struct Flow: Decodable {
        let name: String?
        let responseJSON: String

        enum CodingKeys: String, CodingKey {
            case name
            case responseJSON = "response_json"
        }
    }

    struct Call: Decodable {
        let permission: WhatsAppCallPermission

        enum CodingKeys: String, CodingKey {
            case response
            case isPermanent = "is_permanent"
            case expiration = "expiration_timestamp"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            permission = WhatsAppCallPermission(
                response: try fields.requiredString(.response),
                isPermanent: try fields.decodeIfPresent(Bool.self, forKey: .isPermanent) ?? false,
                expiresAtMilliseconds: fields.contains(.expiration) ? try? fields.milliseconds(.expiration) : nil
            )
        }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        if let tap = try fields.decodeIfPresent(Choice.self, forKey: .button) {
            content = .buttonReply(id: tap.id, title: tap.title ?? "")
        } else if let choice = try fields.decodeIfPresent(Choice.self, forKey: .list) {
            content = .listReply(id: choice.id, title: choice.title ?? "", description: choice.description)
        } else if let flow = try fields.decodeIfPresent(Flow.self, forKey: .flow) {
            content = .flowReply(name: flow.name, responseJSON: flow.responseJSON)
        } else if let call = try fields.decodeIfPresent(Call.self, forKey: .call) {
            content = .callPermission(call.permission)
        } else {
            content = try fields.lenientString(.type).nonEmpty.map { .unknown(type: "interactive.\($0)") }
        }
    }
}

private struct WireTemplateButton: Decodable {
    let payload: String?
    let text: String?

    enum CodingKeys: String, CodingKey { case payload, text }
}

private struct WireReaction: Decodable {
    let messageID: String
    let emoji: String?

    enum CodingKeys: String, CodingKey {
        case messageID = "message_id"
        case emoji
    }
}

private struct WireSystem: Decodable {
    let content: WhatsAppContent

    enum CodingKeys: String, CodingKey {
        case type, body
        case waID = "wa_id"
        case newWaID = "new_wa_id"
        case userID = "user_id"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let identity = WhatsAppIdentity(
            phone: try fields.lenientString(.waID) ?? fields.lenientString(.newWaID),
            user: try fields.lenientString(.userID),
            parent: nil
        )
        content = .system(
            kind: try fields.lenientString(.type) ?? "",
            body: try fields.lenientString(.body),
            newWaID: identity.waID,
            newUserID: identity.userID
        )
    }
}

private struct WireEdit: Decodable {
    let originalID: String
    let message: Message?

    enum CodingKeys: String, CodingKey {
        case originalID = "original_message_id"
        case message
    }

    struct Message: Decodable {
        let text: WireText?
        let image: Caption?
        let video: Caption?
        let document: Caption?

        enum CodingKeys: String, CodingKey { case text, image, video, document }
    }

    struct Caption: Decodable {
        let caption: String?

        enum CodingKeys: String, CodingKey { case caption }
    }

    var content: WhatsAppContent {
        let captions = [message?.image?.caption, message?.video?.caption, message?.document?.caption]
        return .edit(originalID: originalID, text: message?.text?.body ?? captions.lazy.compactMap(\.self).first)
    }
}
