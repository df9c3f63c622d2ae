/// The documented envelope, every part of it that can be odd on its own wrapped in ``Lossy``.
struct WireEnvelope: Decodable {
    let object: String?
    let entries: [Lossy<WireEntry>]?

    enum CodingKeys: String, CodingKey {
        case object
        case entries = "entry"
    }
}

struct WireEntry: Decodable {
    let changes: [Lossy<WireChange>]

    enum CodingKeys: String, CodingKey { case changes }
}

struct WireChange: Decodable {
    let field: String
    /// Nil for fields that we only pass on.
    let value: Lossy<WireValue>?

    enum CodingKeys: String, CodingKey { case field, value }

    /// The fields whose items we understand.
    static let fields: Set<String> = ["messages", "smb_message_echoes", "user_preferences", "user_id_update"]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        field = try container.requiredString(.field)
        value = WireChange.fields.contains(field) ? try container.decode(Lossy<WireValue>.self, forKey: .value) : nil
    }
}

struct WireValue: Decodable {
    typealias List<Element: Decodable & Sendable> = Lossy<[Lossy<Element>]>

    let metadata: WireMetadata?
    let contacts: [Lossy<WireContact>]?
    let messages: List<WireMessage>?
    let echoes: List<WireMessage>?
    let statuses: List<WireStatus>?
    let errors: List<WhatsAppIssue>?
    let preferences: List<WirePreference>?
    let userIDUpdates: List<WireUserIDUpdate>?

    enum CodingKeys: String, CodingKey {
        case metadata, contacts, messages, statuses, errors
        case echoes = "message_echoes"
        case preferences = "user_preferences"
        case userIDUpdates = "user_id_update"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        metadata = try fields.decodeIfPresent(Lossy<WireMetadata>.self, forKey: .metadata)?.value
        contacts = try fields.decodeIfPresent(List<WireContact>.self, forKey: .contacts)?.value
        messages = try fields.decodeIfPresent(List<WireMessage>.self, forKey: .messages)
        echoes = try fields.decodeIfPresent(List<WireMessage>.self, forKey: .echoes)
        statuses = try fields.decodeIfPresent(List<WireStatus>.self, forKey: .statuses)
        errors = try fields.decodeIfPresent(List<WhatsAppIssue>.self, forKey: .errors)
        preferences = try fields.decodeIfPresent(List<WirePreference>.self, forKey: .preferences)
        userIDUpdates = try fields.decodeIfPresent(List<WireUserIDUpdate>.self, forKey: .userIDUpdates)
    }
}

struct WireMetadata: Decodable {
    let phoneNumberID: String
    let displayPhoneNumber: String?

    enum CodingKeys: String, CodingKey {
        case phoneNumberID = "phone_number_id"
        case displayPhoneNumber = "display_phone_number"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        phoneNumberID = try fields.requiredString(.phoneNumberID)
        displayPhoneNumber = try fields.lenientString(.displayPhoneNumber)
    }
}

struct WireContact: Decodable {
    let identity: WhatsAppIdentity
    let name: String?

    enum CodingKeys: String, CodingKey {
        case profile
        case waID = "wa_id"
        case userID = "user_id"
        case parentUserID = "parent_user_id"
    }

    struct Profile: Decodable {
        let name: String?

        enum CodingKeys: String, CodingKey { case name }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        identity = WhatsAppIdentity(
            phone: try fields.lenientString(.waID),
            user: try fields.lenientString(.userID),
            parent: try fields.lenientString(.parentUserID)
        )
        // A name that can't be read is no reason to lose the identity.
        name = (try? fields.decodeIfPresent(Profile.self, forKey: .profile))?.name.nonEmpty
    }
}

struct WireStatus: Decodable {
    let id: String
    let state: WhatsAppStatus.State
    let timestampMilliseconds: Int64
    let recipient: WhatsAppIdentity
    let participantID: String?
    let callbackData: String?
    let errors: [WhatsAppIssue]
    let pricing: WhatsAppStatus.Pricing?

    enum CodingKeys: String, CodingKey {
        case id, status, timestamp, errors, pricing
        case recipientID = "recipient_id"
        case recipientType = "recipient_type"
        case recipientUserID = "recipient_user_id"
        case recipientParentUserID = "recipient_parent_user_id"
        case participantID = "recipient_participant_id"
        case callbackData = "biz_opaque_callback_data"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.requiredString(.id)
        state = WhatsAppStatus.State(try fields.requiredString(.status))
        timestampMilliseconds = try fields.milliseconds(.timestamp)
        recipient = WhatsAppIdentity(
            phone: try fields.lenientString(.recipientID),
            user: try fields.lenientString(.recipientUserID),
            parent: try fields.lenientString(.recipientParentUserID)
        )
        participantID = try fields.lenientString(.participantID)
        callbackData = try fields.lenientString(.callbackData)
        errors = try fields.decodeIfPresent([WhatsAppIssue].self, forKey: .errors) ?? []
        // Money is reported elsewhere too; an odd price must not cost the status.
        pricing = try? fields.decodeIfPresent(WhatsAppStatus.Pricing.self, forKey: .pricing)
    }
}

struct WirePreference: Decodable {
    let identity: WhatsAppIdentity
    let wish: WhatsAppPreference.Wish
    let category: String?
    let detail: String?
    let timestampMilliseconds: Int64

    enum CodingKeys: String, CodingKey {
        case category, detail, value, timestamp
        case waID = "wa_id"
        case userID = "user_id"
        case parentUserID = "parent_user_id"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        identity = WhatsAppIdentity(
            phone: try fields.lenientString(.waID),
            user: try fields.lenientString(.userID),
            parent: try fields.lenientString(.parentUserID)
        )
        let value = try fields.requiredString(.value)
        wish = value == "stop" ? .stop : value == "resume" ? .resume : .other(value)
        category = try fields.lenientString(.category)
        detail = try fields.lenientString(.detail)
        timestampMilliseconds = try fields.milliseconds(.timestamp)
    }
}

struct WireUserIDUpdate: Decodable {
    let waID: String?
    let userID: Pair
    let parentUserID: Pair?
    let timestampMilliseconds: Int64

    enum CodingKeys: String, CodingKey {
        case timestamp
        case waID = "wa_id"
        case userID = "user_id"
        case parentUserID = "parent_user_id"
    }

    struct Pair: Decodable {
        let previous: String
        let current: String

        enum CodingKeys: String, CodingKey { case previous, current }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        waID = try fields.lenientString(.waID)
        userID = try fields.decode(Pair.self, forKey: .userID)
        parentUserID = try? fields.decodeIfPresent(Pair.self, forKey: .parentUserID)
        timestampMilliseconds = try fields.milliseconds(.timestamp)
    }
}
