/// An element of `value.messages[]` or `value.message_echoes[]`.
struct WireMessage: Decodable, Sendable {
    let id: String
    let timestampMilliseconds: Int64
    /// Empty where the message names no sender.
    let sender: WhatsAppIdentity
    /// Of an echo; empty otherwise.
    let addressee: WhatsAppIdentity
    let context: WhatsAppContext
    let referral: WhatsAppReferral?
    let groupID: String?
    let errors: [WhatsAppIssue]
    let content: WhatsAppContent

    enum CodingKeys: String, CodingKey {
        case id, timestamp, type, from, to, context, referral, errors
        case fromUserID = "from_user_id"
        case fromParentUserID = "from_parent_user_id"
        case toUserID = "to_user_id"
        case toParentUserID = "to_parent_user_id"
        case groupID = "group_id"
        // The payload stands under the name of the type.
        case text, image, audio, voice, video, document, sticker, location, contacts, interactive, button, reaction
        case order, system, unsupported, edit, revoke
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.requiredString(.id)
        guard !id.isEmpty else { throw OddItem("id is empty") }
        timestampMilliseconds = try fields.milliseconds(.timestamp)
        sender = WhatsAppIdentity(
            phone: try fields.lenientString(.from),
            user: try fields.lenientString(.fromUserID),
            parent: try fields.lenientString(.fromParentUserID)
        )
        addressee = WhatsAppIdentity(
            phone: try fields.lenientString(.to),
            user: try fields.lenientString(.toUserID),
            parent: try fields.lenientString(.toParentUserID)
        )
        context = try fields.decodeIfPresent(WireContext.self, forKey: .context)?.context ?? WhatsAppContext()
        referral = try fields.decodeIfPresent(WhatsAppReferral.self, forKey: .referral)
        groupID = try fields.lenientString(.groupID)
        errors = try fields.decodeIfPresent([WhatsAppIssue].self, forKey: .errors) ?? []
        content = try WhatsAppContent(type: fields.requiredString(.type), fields: fields, errors: errors)
    }
}

/// `context` of a message.
private struct WireContext: Decodable {
    let context: WhatsAppContext

    enum CodingKeys: String, CodingKey {
        case id, forwarded
        case frequentlyForwarded = "frequently_forwarded"
        case product = "referred_product"
    }

    enum ProductKeys: String, CodingKey {
        case id = "product_retailer_id"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let frequently = try fields.decodeIfPresent(Bool.self, forKey: .frequentlyForwarded) ?? false
        var context = WhatsAppContext(
            repliedTo: try fields.lenientString(.id).nonEmpty,
            forwarded: try fields.decodeIfPresent(Bool.self, forKey: .forwarded) ?? frequently,
            frequentlyForwarded: frequently
        )
        if fields.contains(.product) {
            context.productID = try fields.nestedContainer(keyedBy: ProductKeys.self, forKey: .product)
                .lenientString(.id)
        }
        self.context = context
    }
}

extension WhatsAppIssue: Decodable {
    enum CodingKeys: String, CodingKey {
        case code, title, message
        case data = "error_data"
    }

    enum DataKeys: String, CodingKey {
        case details
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        guard let code = Int(try fields.requiredString(.code)) else { throw OddItem("code is not a number") }
        let details = try? fields.nestedContainer(keyedBy: DataKeys.self, forKey: .data).lenientString(.details)
        self.init(
            code: code,
            title: try fields.lenientString(.title) ?? fields.lenientString(.message),
            details: details
        )
    }
}
