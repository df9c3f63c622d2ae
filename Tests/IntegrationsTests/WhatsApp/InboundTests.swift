import Foundation
import Integrations
import Testing

/// What a fixture's message says.
struct ContentRow: Sendable, CustomTestStringConvertible {
    let fixture: String
    let content: WhatsAppContent

    init(_ fixture: String, _ content: WhatsAppContent) {
        self.fixture = fixture
        self.content = content
    }

    var testDescription: String { fixture }

    static let media: [ContentRow] = [
        .init(
            "image",
            .media(
                kind: .image,
                WhatsAppMedia(id: "9001", mimeType: "image/jpeg", sha256: "b64=", caption: "foto")
            )
        ),
        .init(
            "audio",
            .media(kind: .audio, WhatsAppMedia(id: "9002", mimeType: "audio/ogg", sha256: "b64=", voice: true))
        ),
        .init(
            "voice-old",
            .media(kind: .audio, WhatsAppMedia(id: "9002", mimeType: "audio/ogg", sha256: "b64=", voice: true))
        ),
        .init(
            "video",
            .media(kind: .video, WhatsAppMedia(id: "9003", mimeType: "video/mp4", sha256: "b64=", caption: "x"))
        ),
        .init(
            "document",
            .media(
                kind: .document,
                WhatsAppMedia(
                    id: "9004",
                    mimeType: "application/pdf",
                    sha256: "b64=",
                    caption: "x",
                    filename: "a.pdf"
                )
            )
        ),
        .init("sticker", .media(kind: .sticker, WhatsAppMedia(id: "9005", mimeType: "image/webp", sha256: "b64="))),
        .init("image-too-large", .unsupported(reason: "too large")),
    ]

    static let plain: [ContentRow] = [
        .init("text", .text("Olá")),
        .init(
            "location",
            .location(
                WhatsAppLocation(
                    latitude: 38.72,
                    longitude: -9.14,
                    name: "Loja",
                    address: "Rua 1",
                    url: "https://loja.pt"
                )
            )
        ),
        .init("location-bare", .location(WhatsAppLocation(latitude: 38, longitude: -9.5))),
        .init(
            "contacts",
            .contacts([
                WhatsAppContactCard(
                    name: "Ana B",
                    phones: [.init(phone: "+351 911 111 111", waID: "351911111111", type: "CELL")],
                    emails: ["ana@example.pt"]
                )
            ])
        ),
        .init(
            "contacts-request",
            .contacts([WhatsAppContactCard(phones: [.init(phone: "+351911111111")], origin: "contact_request")])
        ),
        .init(
            "order",
            .order(
                WhatsAppOrder(
                    catalogID: "35",
                    text: "",
                    lines: [.init(productID: "SKU1", quantity: 2, price: 10.5, currency: "EUR")]
                )
            )
        ),
        .init("request-welcome", .unknown(type: "request_welcome")),
        .init("new-type", .unknown(type: "hologram")),
    ]

    static let answers: [ContentRow] = [
        .init("button-reply", .buttonReply(id: "slot_1", title: "10:00")),
        .init("list-reply", .listReply(id: "row_1", title: "Corte", description: "30 min")),
        .init("flow-reply", .flowReply(name: "flow", responseJSON: #"{"flow_token":"t","a":"b"}"#)),
        .init(
            "call-permission",
            .callPermission(
                WhatsAppCallPermission(response: "accept", expiresAtMilliseconds: 1_790_600_000_000)
            )
        ),
        .init("interactive-new", .unknown(type: "interactive.star_reply")),
        .init("template-button", .templateButton(payload: "CONFIRM", text: "Confirmar")),
        .init("template-button-bare", .templateButton(payload: nil, text: "Confirmar")),
        .init("reaction", .reaction(messageID: "wamid.OURS", emoji: "👍")),
        .init("reaction-removed", .reaction(messageID: "wamid.OURS", emoji: nil)),
        .init("reaction-absent", .reaction(messageID: "wamid.OURS", emoji: nil)),
    ]

    static let news: [ContentRow] = [
        .init(
            "system-number",
            .system(
                kind: "user_changed_number",
                body: "User A changed",
                newWaID: "351922222222",
                newUserID: nil
            )
        ),
        .init(
            "system-user-id",
            .system(kind: "user_changed_user_id", body: "User A changed", newWaID: nil, newUserID: "PT.99")
        ),
        .init(
            "system-old",
            .system(kind: "customer_changed_number", body: "c", newWaID: "351922222222", newUserID: nil)
        ),
        .init(
            "system-identity",
            .system(kind: "customer_identity_changed", body: "c", newWaID: nil, newUserID: nil)
        ),
        .init("unsupported", .unsupported(reason: "poll")),
        .init("unsupported-old", .unsupported(reason: "Message type is currently not supported.")),
        .init("edit", .edit(originalID: "wamid.OLD", text: "novo")),
        .init("edit-caption", .edit(originalID: "wamid.OLD", text: "nova")),
        .init("revoke", .revoke(originalID: "wamid.OLD")),
    ]
}

@Suite("WhatsApp inbound messages")
struct InboundTests {
    private func message(_ fixture: String) throws -> WhatsAppInbound {
        let items = try Fixture.items(fixture)
        guard items.count == 1, case .message(let message) = items[0] else { throw NotAMessage(items: items) }
        return message
    }

    struct NotAMessage: Error {
        let items: [WhatsAppItem]
    }

    @Test(
        "every documented type says what it says",
        arguments: ContentRow.plain + ContentRow.media + ContentRow.answers + ContentRow.news
    )
    func content(row: ContentRow) throws {
        let message = try message(row.fixture)
        #expect(message.content == row.content)
        #expect(message.id == "wamid.A")
        #expect(message.phoneNumberID == "106400000000001")
        #expect(message.identity.waID == "351911111111")
        #expect(message.identity.userID == "PT.13491208655302741918")
        #expect(message.timestampMilliseconds == 1_790_000_000_000)
    }

    @Test("name, number and identity come from the contact and the metadata")
    func sender() throws {
        let message = try message("text")
        #expect(message.profileName == "Ana")
        #expect(message.displayPhoneNumber == "351210000000")
        #expect(message.identity.parentUserID == "PT.ENT.1181")
        #expect(message.identity.key == "PT.13491208655302741918")
        #expect(message.identity.recipient == .phone("351911111111"))
    }

    @Test("context, group and both units of time are kept")
    func surroundings() throws {
        #expect(try message("text-reply").context == WhatsAppContext(repliedTo: "wamid.OURS"))
        #expect(try message("text-forwarded").context == WhatsAppContext(forwarded: true))
        #expect(
            try message("text-frequently-forwarded").context
                == WhatsAppContext(forwarded: true, frequentlyForwarded: true)
        )
        #expect(try message("text-product").context == WhatsAppContext(repliedTo: "wamid.OURS", productID: "SKU1"))
        #expect(try message("text-group").groupID == "G1")
        #expect(try message("milliseconds").timestampMilliseconds == 1_790_000_000_123)
        #expect(try message("numeric-timestamp").timestampMilliseconds == 1_790_000_000_000)
    }

    @Test("the advertisement is kept")
    func referral() throws {
        #expect(
            try message("referral").referral
                == WhatsAppReferral(
                    sourceURL: "https://fb.me/1",
                    sourceID: "120",
                    sourceType: "ad",
                    headline: "H",
                    body: "B",
                    mediaType: "video",
                    videoURL: "https://v",
                    thumbnailURL: "https://t",
                    ctwaClid: "clid"
                )
        )
        let post = try message("referral-image").referral
        #expect(post?.imageURL == "https://i")
        #expect(post?.ctwaClid == nil)
    }

    @Test(
        "a sender is known with and without a phone number",
        arguments: [
            ("identity-username", WhatsAppIdentity(userID: "PT.1349"), "Ana"),
            ("identity-bsuid-in-from", WhatsAppIdentity(userID: "PT.1349"), "Ana"),
            ("identity-parent-in-from", WhatsAppIdentity(userID: "PT.7", parentUserID: "PT.ENT.1349"), "Ana"),
            ("identity-only-in-contact", WhatsAppIdentity(waID: "351911111111"), "Ana"),
            ("identity-several-contacts", WhatsAppIdentity(userID: "PT.2", waID: "351922222222"), "Rui"),
            ("identity-other-contact", WhatsAppIdentity(waID: "351922222222"), nil),
            ("identity-old", WhatsAppIdentity(waID: "351911111111"), nil),
        ] as [(String, WhatsAppIdentity, String?)]
    )
    func identity(fixture: String, identity: WhatsAppIdentity, name: String?) throws {
        let message = try message(fixture)
        #expect(message.identity == identity)
        #expect(message.profileName == name)
    }

    @Test(
        "user ids are told from phone numbers by their form",
        arguments: [
            ("PT.1349", true), ("PT.ENT.a1B2", true), ("US." + String(repeating: "9", count: 128), true),
            ("US." + String(repeating: "9", count: 129), false), ("351911111111", false), ("pt.1349", false),
            ("PT.", false), ("PTX.1", false), ("PT.ENT.", false), ("PT.EN.1", false), ("PT.ENT.1.2", false),
            ("PT.1 2", false), ("PT.é", false), ("PT.@", false), ("", false), ("PT.[", false), ("PT.`", false),
        ]
    )
    func userID(text: String, isUserID: Bool) {
        #expect(WhatsAppIdentity.isUserID(text) == isUserID)
    }

    @Test("an interactive message without an inner object is kept next to the error that explains it")
    func emptyInteractive() throws {
        let items = try Fixture.items("interactive-empty")
        guard case .message(let message) = items.first else { throw NotAMessage(items: items) }
        #expect(message.content == .unsupported(reason: "no content"))
        guard case .accountNotice("errors", _) = items.last else { throw NotAMessage(items: items) }
    }
}
