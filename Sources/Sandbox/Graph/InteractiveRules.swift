/// The documented limits of interactive messages (whatsapp.md §8.2–8.9).
enum InteractiveRules {
    static func check(_ body: Payload) throws(GraphError) {
        guard let type = body["type"]?.text else { throw .missing("interactive.type") }
        try SendRules.length(body["body"]?["text"], "interactive.body.text", max: 1_024)
        if let footer = body["footer"] { try SendRules.length(footer["text"], "interactive.footer.text", max: 60) }
        if let header = body["header"] { try self.header(header, of: type) }
        guard let action = body["action"] else { throw .missing("interactive.action") }
        switch type {
        case "button": try buttons(action["buttons"])
        case "list": try list(action)
        case "cta_url":
            try named("cta_url", action)
            try SendRules.length(action["parameters"]?["display_text"], "parameters.display_text", max: 20)
            try SendRules.length(action["parameters"]?["url"], "parameters.url", max: 2_000)
            guard let url = action["parameters"]?["url"]?.text, url.hasPrefix("https://") || url.hasPrefix("http://")
            else { throw .invalid("parameters.url is not a valid URL") }
        case "location_request_message": try named("send_location", action)
        case "request_contact_info": try named("request_contact_info", action)
        case "flow": try SendRules.length(action["parameters"]?["flow_cta"], "parameters.flow_cta", max: 30)
        default:
            throw .parameter(
                "Param interactive.type must be one of {button, list, cta_url, location_request_message, "
                    + "request_contact_info, flow}"
            )
        }
    }

    private static func named(_ name: String, _ action: Payload) throws(GraphError) {
        guard action["name"]?.text == name else { throw .invalid("interactive.action.name must be \(name)") }
    }

    private static func header(_ header: Payload, of type: String) throws(GraphError) {
        guard let kind = header["type"]?.text else { throw .missing("interactive.header.type") }
        switch kind {
        case "text": try SendRules.length(header["text"], "interactive.header.text", max: 60)
        case "image", "video", "document":
            guard type != "list" else { throw .invalid("A list takes a text header only") }
            guard let media = header[kind] else { throw .missing("interactive.header.\(kind)") }
            try SendRules.media(media, "interactive.header.\(kind)")
        default: throw .parameter("Param interactive.header.type must be one of {text, image, video, document}")
        }
    }

    private static func buttons(_ buttons: Payload?) throws(GraphError) {
        guard let list = buttons?.list, (1...3).contains(list.count) else {
            throw .invalid("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
        }
        var ids: Set<String> = []
        var titles: Set<String> = []
        for button in list {
            guard button["type"]?.text == "reply" else { throw .parameter("button.type must be reply") }
            try SendRules.length(button["reply"]?["id"], "reply.id", max: 256)
            try SendRules.length(button["reply"]?["title"], "reply.title", max: 20)
            guard ids.insert(button["reply"]?["id"]?.text ?? "").inserted else {
                throw .invalid("Duplicated button ids")
            }
            guard titles.insert(button["reply"]?["title"]?.text ?? "").inserted else {
                throw .invalid("Duplicated title for buttons")
            }
        }
    }

    private static func list(_ action: Payload) throws(GraphError) {
        try SendRules.length(action["button"], "action.button", max: 20)
        guard let sections = action["sections"]?.list, (1...10).contains(sections.count) else {
            throw .invalid("action.sections takes 1 to 10 sections")
        }
        var ids: Set<String> = []
        for section in sections {
            if sections.count > 1 || section["title"] != nil {
                try SendRules.length(section["title"], "section.title", max: 24)
            }
            guard let rows = section["rows"]?.list, !rows.isEmpty else { throw .missing("section.rows") }
            for row in rows {
                try SendRules.length(row["id"], "row.id", max: 200)
                try SendRules.length(row["title"], "row.title", max: 24)
                if let text = row["description"] { try SendRules.length(text, "row.description", max: 72) }
                guard ids.insert(row["id"]?.text ?? "").inserted else { throw .invalid("Duplicated row ids") }
            }
        }
        guard ids.count <= 10 else { throw .invalid("Total row count exceed max allowed count: 10") }
    }
}
