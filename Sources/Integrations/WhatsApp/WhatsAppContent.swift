public import struct Foundation.Decimal

/// What a message says.
public enum WhatsAppContent: Sendable, Equatable {
    case text(String)
    case media(kind: WhatsAppMediaKind, WhatsAppMedia)
    case location(WhatsAppLocation)
    case contacts([WhatsAppContactCard])
    /// A tap on one of our reply buttons.
    case buttonReply(id: String, title: String)
    /// A choice from one of our lists.
    case listReply(id: String, title: String, description: String?)
    /// An answered flow; the JSON is the customer's.
    case flowReply(name: String?, responseJSON: String)
    /// A tap on a quick reply of a template.
    case templateButton(payload: String?, text: String?)
    /// An emoji on a message; nil takes it away.
    case reaction(messageID: String, emoji: String?)
    case order(WhatsAppOrder)
    /// E.g. `user_changed_number`, `user_changed_user_id`.
    case system(kind: String, body: String?, newWaID: String?, newUserID: String?)
    /// The customer changed an earlier message; nil where the new content has no text.
    case edit(originalID: String, text: String?)
    /// The customer took back an earlier message.
    case revoke(originalID: String)
    /// WhatsApp can't pass it on (a poll, view-once media…).
    case unsupported(reason: String)
    case callPermission(WhatsAppCallPermission)
    /// A type that came after this was written.
    case unknown(type: String)
}

public enum WhatsAppMediaKind: String, Sendable, Equatable, Codable, CaseIterable {
    case image, audio, video, document, sticker
}

/// A file that a customer sent. It has to be fetched within 7 days, see ``WhatsAppClient/mediaInfo``.
public struct WhatsAppMedia: Sendable, Equatable {
    public var id: String
    /// In lower case, without parameters such as `; codecs=opus`.
    public var mimeType: String?
    /// Base64 of the digest.
    public var sha256: String?
    public var caption: String?
    public var filename: String?
    /// True for a voice note.
    public var voice: Bool

    public init(
        id: String,
        mimeType: String? = nil,
        sha256: String? = nil,
        caption: String? = nil,
        filename: String? = nil,
        voice: Bool = false
    ) {
        self.id = id
        self.mimeType = mimeType
        self.sha256 = sha256
        self.caption = caption
        self.filename = filename
        self.voice = voice
    }
}

public struct WhatsAppLocation: Sendable, Equatable, Codable {
    /// Degrees.
    public var latitude: Double
    /// Degrees.
    public var longitude: Double
    /// With a chosen place only, like the address and the URL.
    public var name: String?
    public var address: String?
    public var url: String?

    public init(
        latitude: Double,
        longitude: Double,
        name: String? = nil,
        address: String? = nil,
        url: String? = nil
    ) {
        self.latitude = latitude
        self.longitude = longitude
        self.name = name
        self.address = address
        self.url = url
    }

    enum CodingKeys: String, CodingKey {
        case latitude, longitude, name, address, url
    }
}

/// A shared contact, or the customer's own number on request.
public struct WhatsAppContactCard: Sendable, Equatable {
    public struct Phone: Sendable, Equatable, Codable {
        /// In any notation.
        public var phone: String?
        public var waID: String?
        public var type: String?

        public init(phone: String? = nil, waID: String? = nil, type: String? = nil) {
            self.phone = phone
            self.waID = waID
            self.type = type
        }

        enum CodingKeys: String, CodingKey {
            case phone, type
            case waID = "wa_id"
        }
    }

    public var name: String?
    public var phones: [Phone]
    public var emails: [String]
    /// `contact_request` if it answers our request for the number.
    public var origin: String?

    public init(name: String? = nil, phones: [Phone] = [], emails: [String] = [], origin: String? = nil) {
        self.name = name
        self.phones = phones
        self.emails = emails
        self.origin = origin
    }
}

/// A cart from the catalogue.
public struct WhatsAppOrder: Sendable, Equatable, Codable {
    public struct Line: Sendable, Equatable, Codable {
        public var productID: String
        public var quantity: Int
        /// For one, in major units, as the customer's phone saw it.
        public var price: Decimal?
        /// ISO 4217.
        public var currency: String?

        public init(productID: String, quantity: Int, price: Decimal? = nil, currency: String? = nil) {
            self.productID = productID
            self.quantity = quantity
            self.price = price
            self.currency = currency
        }

        enum CodingKeys: String, CodingKey {
            case productID = "product_retailer_id"
            case price = "item_price"
            case quantity, currency
        }
    }

    public var catalogID: String?
    public var text: String?
    public var lines: [Line]

    public init(catalogID: String? = nil, text: String? = nil, lines: [Line]) {
        self.catalogID = catalogID
        self.text = text
        self.lines = lines
    }

    enum CodingKeys: String, CodingKey {
        case catalogID = "catalog_id"
        case text
        case lines = "product_items"
    }
}

/// The answer to a request to call.
public struct WhatsAppCallPermission: Sendable, Equatable {
    /// `accept` or `reject`.
    public var response: String
    public var isPermanent: Bool
    public var expiresAtMilliseconds: Int64?

    public init(response: String, isPermanent: Bool = false, expiresAtMilliseconds: Int64? = nil) {
        self.response = response
        self.isPermanent = isPermanent
        self.expiresAtMilliseconds = expiresAtMilliseconds
    }
}
