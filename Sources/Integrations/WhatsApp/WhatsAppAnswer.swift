/// What a send returned. Accepted, not delivered: that comes as a status.
public struct WhatsAppReceipt: Sendable, Equatable {
    /// The wamid.
    public var messageID: String
    /// May differ from the number that was sent to.
    public var waID: String?
    public var userID: String?
    /// Templates: `accepted`, `held_for_quality_assessment` or `paused`.
    public var messageStatus: String?

    public init(messageID: String, waID: String? = nil, userID: String? = nil, messageStatus: String? = nil) {
        self.messageID = messageID
        self.waID = waID
        self.userID = userID
        self.messageStatus = messageStatus
    }
}

/// A file that waits for its download.
public struct WhatsAppMediaInfo: Sendable, Equatable {
    /// Lives 5 minutes; needs the token.
    public var url: String
    /// Without parameters.
    public var mimeType: String?
    /// Hex or base64 (Meta is not clear about it).
    public var sha256: String?
    public var bytes: Int?

    public init(url: String, mimeType: String? = nil, sha256: String? = nil, bytes: Int? = nil) {
        self.url = url
        self.mimeType = mimeType
        self.sha256 = sha256
        self.bytes = bytes
    }
}

/// The business number as Meta sees it.
public struct WhatsAppPhoneNumber: Sendable, Equatable {
    public var id: String
    public var displayPhoneNumber: String?
    public var verifiedName: String?
    /// E.g. `GREEN`.
    public var qualityRating: String?

    public init(
        id: String,
        displayPhoneNumber: String? = nil,
        verifiedName: String? = nil,
        qualityRating: String? = nil
    ) {
        self.id = id
        self.displayPhoneNumber = displayPhoneNumber
        self.verifiedName = verifiedName
        self.qualityRating = qualityRating
    }
}

extension WhatsAppReceipt: Decodable {
    enum CodingKeys: String, CodingKey { case contacts, messages }

    private struct Message: Decodable {
        let id: String
        let status: String?

        enum CodingKeys: String, CodingKey {
            case id
            case status = "message_status"
        }
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        guard let message = try fields.decode([Message].self, forKey: .messages).first else { throw OddItem("no id") }
        let contact = try? fields.decodeIfPresent([WhatsAppIdentity].self, forKey: .contacts)?.first
        self.init(
            messageID: message.id,
            waID: contact?.waID,
            userID: contact?.userID,
            messageStatus: message.status
        )
    }
}

extension WhatsAppMediaInfo: Decodable {
    enum CodingKeys: String, CodingKey {
        case url, sha256
        case mimeType = "mime_type"
        case bytes = "file_size"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            url: try fields.requiredString(.url),
            mimeType: try fields.lenientString(.mimeType).map(bareMimeType),
            sha256: try fields.lenientString(.sha256),
            bytes: try fields.lenientString(.bytes).flatMap { Int($0) }
        )
    }
}

extension WhatsAppPhoneNumber: Decodable {
    enum CodingKeys: String, CodingKey {
        case id
        case displayPhoneNumber = "display_phone_number"
        case verifiedName = "verified_name"
        case qualityRating = "quality_rating"
    }
}

/// `{"id":"…"}` of an upload.
struct WireUpload: Decodable {
    let id: String

    enum CodingKeys: String, CodingKey { case id }
}

/// `{"success":true}` of a read mark.
struct WireSuccess: Decodable {
    let success: Bool

    enum CodingKeys: String, CodingKey { case success }
}
