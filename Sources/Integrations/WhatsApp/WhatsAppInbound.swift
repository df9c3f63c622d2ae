/// A message from a customer (or, as an echo, from the owner's phone to a customer).
public struct WhatsAppInbound: Sendable, Equatable {
    /// The wamid, the key against doubles.
    public var id: String
    /// The business number it came to.
    public var phoneNumberID: String
    /// The same number as digits, for people.
    public var displayPhoneNumber: String?
    public var identity: WhatsAppIdentity
    /// Chosen by the customer, any text.
    public var profileName: String?
    public var timestampMilliseconds: Int64
    public var context: WhatsAppContext
    /// The advertisement that brought the customer, with the first message only.
    public var referral: WhatsAppReferral?
    public var groupID: String?
    public var content: WhatsAppContent
    /// What Meta has to say against it.
    public var errors: [WhatsAppIssue]

    public init(
        id: String,
        phoneNumberID: String,
        displayPhoneNumber: String? = nil,
        identity: WhatsAppIdentity,
        profileName: String? = nil,
        timestampMilliseconds: Int64,
        context: WhatsAppContext = WhatsAppContext(),
        referral: WhatsAppReferral? = nil,
        groupID: String? = nil,
        content: WhatsAppContent,
        errors: [WhatsAppIssue] = []
    ) {
        self.id = id
        self.phoneNumberID = phoneNumberID
        self.displayPhoneNumber = displayPhoneNumber
        self.identity = identity
        self.profileName = profileName
        self.timestampMilliseconds = timestampMilliseconds
        self.context = context
        self.referral = referral
        self.groupID = groupID
        self.content = content
        self.errors = errors
    }
}

/// What a message refers to.
public struct WhatsAppContext: Sendable, Equatable {
    /// The wamid that the customer quotes or answers; possibly unknown to us.
    public var repliedTo: String?
    public var forwarded: Bool
    /// Forwarded more than five times.
    public var frequentlyForwarded: Bool
    /// The catalogue product that the customer asks about.
    public var productID: String?

    public init(
        repliedTo: String? = nil,
        forwarded: Bool = false,
        frequentlyForwarded: Bool = false,
        productID: String? = nil
    ) {
        self.repliedTo = repliedTo
        self.forwarded = forwarded
        self.frequentlyForwarded = frequentlyForwarded
        self.productID = productID
    }
}

/// The click-to-WhatsApp advertisement that a customer came from.
public struct WhatsAppReferral: Sendable, Equatable, Codable {
    public var sourceURL: String?
    public var sourceID: String?
    /// `ad` or `post`.
    public var sourceType: String?
    public var headline: String?
    public var body: String?
    public var mediaType: String?
    public var imageURL: String?
    public var videoURL: String?
    public var thumbnailURL: String?
    /// Id of the click, to report conversions; absent for Status ads.
    public var ctwaClid: String?

    public init(
        sourceURL: String? = nil,
        sourceID: String? = nil,
        sourceType: String? = nil,
        headline: String? = nil,
        body: String? = nil,
        mediaType: String? = nil,
        imageURL: String? = nil,
        videoURL: String? = nil,
        thumbnailURL: String? = nil,
        ctwaClid: String? = nil
    ) {
        self.sourceURL = sourceURL
        self.sourceID = sourceID
        self.sourceType = sourceType
        self.headline = headline
        self.body = body
        self.mediaType = mediaType
        self.imageURL = imageURL
        self.videoURL = videoURL
        self.thumbnailURL = thumbnailURL
        self.ctwaClid = ctwaClid
    }

    enum CodingKeys: String, CodingKey {
        case sourceURL = "source_url"
        case sourceID = "source_id"
        case sourceType = "source_type"
        case headline, body
        case mediaType = "media_type"
        case imageURL = "image_url"
        case videoURL = "video_url"
        case thumbnailURL = "thumbnail_url"
        case ctwaClid = "ctwa_clid"
    }
}
