/// The documented limits of a message body (whatsapp.md §8). Lengths are in characters.
enum SendRules {
    static let types: Set<String> = [
        "text", "interactive", "image", "audio", "video", "document", "sticker", "location", "contacts", "template",
        "reaction",
    ]

    /// Checks everything but the recipient.
    static func check(_ message: Payload, templates: Set<String>) throws(GraphError) {
        guard message["messaging_product"] != nil else { throw .missing("messaging_product") }
        guard message["messaging_product"]?.text == "whatsapp" else {
            throw .parameter("Param messaging_product must be one of {WHATSAPP}")
        }
        if let kind = message["recipient_type"], kind.text != "individual", kind.text != "group" {
            throw .parameter("Param recipient_type must be one of {INDIVIDUAL, GROUP}")
        }
        if let data = message["biz_opaque_callback_data"] { try length(data, "biz_opaque_callback_data", max: 512) }
        if let context = message["context"] {
            guard context["message_id"]?.text?.isEmpty == false else { throw .missing("context.message_id") }
        }
        let type = message["type"]?.text ?? "text"
        guard types.contains(type) else {
            throw .parameter("Param type must be one of {\(types.sorted().joined(separator: ", "))}")
        }
        guard let body = message[type] else { throw .missing(type) }
        switch type {
        case "text": try length(body["body"], "text.body", max: 4_096)
        case "interactive": try InteractiveRules.check(body)
        case "image", "video", "document", "audio", "sticker": try media(body, type)
        case "location":
            guard body["latitude"]?.number != nil else { throw .missing("location.latitude") }
            guard body["longitude"]?.number != nil else { throw .missing("location.longitude") }
        case "contacts": try contacts(body)
        case "template": try template(body, known: templates)
        case "reaction":
            guard body["message_id"]?.text?.isEmpty == false else { throw .missing("reaction.message_id") }
            guard body["emoji"]?.text != nil else { throw .missing("reaction.emoji") }
        default: return
        }
    }

    /// A required text of 1 to `max` characters.
    static func length(_ value: Payload?, _ name: String, max: Int) throws(GraphError) {
        guard let value, !value.isNull else { throw .missing(name) }
        guard let text = value.text else { throw .parameter("\(name) must be a string") }
        guard !text.isEmpty else { throw .missing(name) }
        // Counted in UTF-8 first: most texts are far below the limit and need no character count.
        guard text.utf8.count <= max || text.count <= max else {
            throw .invalid("Param \(name) must be at most \(max) characters long.")
        }
    }

    static func media(_ body: Payload, _ name: String) throws(GraphError) {
        let id = body["id"]?.text
        let link = body["link"]?.text
        guard id != nil || link != nil else { throw .parameter("\(name) needs one of id and link") }
        guard id == nil || link == nil else { throw .parameter("\(name) takes either id or link, not both") }
        if let link, !link.hasPrefix("https://"), !link.hasPrefix("http://") {
            throw .invalid("\(name).link is not a valid URL")
        }
        if let caption = body["caption"] {
            guard ["image", "video", "document"].contains(name.split(separator: ".").last.map(String.init) ?? name)
            else {
                throw .parameter("Unexpected key caption on param \(name)")
            }
            try length(caption, "\(name).caption", max: 1_024)
        }
    }

    private static func contacts(_ body: Payload) throws(GraphError) {
        guard let list = body.list, (1...257).contains(list.count) else {
            throw .invalid("contacts takes 1 to 257 entries")
        }
        for contact in list {
            guard contact["name"]?["formatted_name"]?.text != nil else {
                throw .missing("contacts.name.formatted_name")
            }
        }
    }

    private static func template(_ body: Payload, known: Set<String>) throws(GraphError) {
        guard let name = body["name"]?.text, !name.isEmpty else { throw .missing("template.name") }
        guard let language = body["language"]?["code"]?.text else { throw .missing("template.language.code") }
        guard known.contains("\(name)/\(language)") else {
            throw GraphError(
                code: 132001,
                title: "Template name does not exist in the translation",
                details: "template name (\(name)) does not exist in \(language)",
                status: 404
            )
        }
        for component in body["components"]?.list ?? [] {
            guard let type = component["type"]?.text, ["header", "body", "button"].contains(type) else {
                throw .parameter("template.components.type must be one of {header, body, button}")
            }
            for parameter in component["parameters"]?.list ?? [] where parameter["type"]?.text == "text" {
                guard let text = parameter["text"]?.text, !text.isEmpty else { throw .missing("parameter.text") }
                guard !text.contains(where: { $0 == "\n" || $0 == "\t" }), !text.contains("     ") else {
                    throw GraphError(
                        code: 132018,
                        title: "Template parameter format mismatch",
                        details: "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
                    )
                }
            }
        }
    }
}
