import Foundation
import Integrations
import Testing

struct OutgoingRow: Sendable, CustomTestStringConvertible {
    let fixture: String
    let message: WhatsAppOutgoing

    init(
        _ fixture: String,
        _ content: WhatsAppOutgoingContent,
        to recipient: WhatsAppRecipient = .phone("+351911111111")
    ) {
        self.fixture = fixture
        self.message = WhatsAppOutgoing(recipient: recipient, content: content)
    }

    init(_ fixture: String, _ message: WhatsAppOutgoing) {
        self.fixture = fixture
        self.message = message
    }

    var testDescription: String { fixture }

    static let button = WhatsAppReplyButton(id: "a", title: "A")
    static let link = WhatsAppMediaSource.link("https://crset.pt/x")

    static let interactive: [OutgoingRow] = [
        .init(
            "buttons",
            .buttons(body: "B", buttons: [button, .init(id: "b", title: "B")], header: .text("H"), footer: "F")
        ),
        .init("buttons-image", .buttons(body: "B", buttons: [button], header: .media(kind: .image, source: link))),
        .init("buttons-video", .buttons(body: "B", buttons: [button], header: .media(kind: .video, source: link))),
        .init(
            "buttons-document",
            .buttons(body: "B", buttons: [button], header: .media(kind: .document, source: link))
        ),
        .init(
            "list",
            .list(
                body: "B",
                button: "Escolher",
                sections: [
                    .init(
                        title: "S",
                        rows: [.init(id: "r1", title: "R1", description: "D"), .init(id: "r2", title: "R2")]
                    )
                ]
            )
        ),
        .init(
            "cta-url",
            .ctaURL(
                body: "B",
                displayText: "Pagar",
                url: "https://buy.stripe.com/x",
                header: .media(kind: .image, source: .id("9001")),
                footer: "F"
            )
        ),
    ]

    static let others: [OutgoingRow] = [
        .init(
            "text",
            WhatsAppOutgoing(
                recipient: .phone("+351911111111"),
                content: .text(body: "Olá 👋"),
                replyTo: "wamid.USER",
                callbackData: "outbox-42"
            )
        ),
        .init("text-user-id", .text(body: "https://crset.pt", previewURL: true), to: .userID("PT.1349")),
        .init(
            "template",
            .template(
                name: "reminder",
                language: "pt_PT",
                bodyParameters: [.init(name: "name", text: "Ana")],
                buttons: [.quickReply(index: 0, payload: "CONFIRM"), .url(index: 1, suffix: "suffix")]
            )
        ),
        .init(
            "template-positional",
            .template(
                name: "reminder",
                language: "pt_PT",
                bodyParameters: [.init(text: "Ana"), .init(text: "10:00")]
            )
        ),
        .init("template-bare", .template(name: "hello", language: "en")),
        .init("reaction", .reaction(messageID: "wamid.USER", emoji: "👍")),
        .init("image", .media(kind: .image, source: .id("9001"), caption: "C")),
        .init("audio", .media(kind: .audio, source: .id("9002"))),
        .init("video", .media(kind: .video, source: .link("https://crset.pt/v.mp4"))),
        .init("document", .media(kind: .document, source: .id("9004"), caption: "C", filename: "a.pdf")),
        .init("sticker", .media(kind: .sticker, source: .id("9005"))),
    ]
}

@Suite("WhatsApp outgoing messages")
struct OutgoingTests {
    let settings = WhatsAppSettings(accessToken: "TOKEN")

    @Test(
        "the body is exactly the documented one, and reads back",
        arguments: OutgoingRow.interactive + OutgoingRow.others
    )
    func body(row: OutgoingRow) throws {
        let expected = try Fixture.data("out/" + row.fixture)
        let call = try WhatsAppRequest.send(row.message, phoneNumberID: "1064", settings: settings)
        #expect(try Fixture.json(call.body ?? Data()) == Fixture.json(expected))
        #expect(try JSONDecoder().decode(WhatsAppOutgoing.self, from: expected) == row.message)
        #expect(row.message.problems() == [])
    }

    @Test("a send goes to the number's messages with the token")
    func envelope() throws {
        let message = WhatsAppOutgoing(recipient: .phone("351911111111"), content: .text(body: "Olá"))
        let call = try WhatsAppRequest.send(message, phoneNumberID: "1064", settings: settings)
        #expect(call.method == .post)
        #expect(call.url == "https://graph.facebook.com/v25.0/1064/messages")
        #expect(call.headers["Authorization"] == "Bearer TOKEN")
        #expect(call.headers["Content-Type"] == "application/json")
        #expect(
            String(decoding: call.body ?? Data(), as: UTF8.self)
                == #"{"messaging_product":"whatsapp","recipient_type":"individual","text":{"body":"Olá","preview_url":false},"to":"+351911111111","type":"text"}"#
        )
    }

    @Test("a read mark goes with and without the typing indicator")
    func readMark() throws {
        for (fixture, typing) in [("out/read", false), ("out/read-typing", true)] {
            let call = try WhatsAppRequest.markRead(
                messageID: "wamid.USER",
                typing: typing,
                phoneNumberID: "1064",
                settings: settings
            )
            #expect(try Fixture.json(call.body ?? Data()) == Fixture.json(Fixture.data(fixture)))
        }
    }

    @Test("an upload is a form with the file, its type and a boundary that is not in it")
    func upload() throws {
        let call = try WhatsAppRequest.upload(
            Data("abc".utf8),
            mimeType: "text/plain; charset=utf-8",
            filename: "a\"\r\n.txt",
            phoneNumberID: "1064",
            settings: settings
        )
        let boundary = "crset-ba7816bf8f01cfea414140de5dae2223"
        #expect(call.headers["Content-Type"] == "multipart/form-data; boundary=\(boundary)")
        let expected = [
            "--\(boundary)", #"Content-Disposition: form-data; name="messaging_product""#, "", "whatsapp",
            "--\(boundary)", #"Content-Disposition: form-data; name="type""#, "", "text/plain",
            "--\(boundary)", #"Content-Disposition: form-data; name="file"; filename="a.txt""#,
            "Content-Type: text/plain", "", "abc", "--\(boundary)--", "",
        ].joined(separator: "\r\n")
        #expect(String(decoding: call.body ?? Data(), as: UTF8.self) == expected)
    }

    @Test("an id that would be another path is refused", arguments: ["", "../me", "1/2", "1?x", "é", "1 2"])
    func foreignID(id: String) {
        #expect(throws: (any Error).self) { try WhatsAppRequest.mediaInfo(id: id, settings: settings) }
    }

    @Test(
        "the token is taken to hosts of Meta only",
        arguments: [
            ("https://lookaside.fbsbx.com/whatsapp/1?x=2", true), ("https://scontent.xx.fbcdn.net/1", true),
            ("http://lookaside.fbsbx.com/1", false), ("https://evil.com/1", false),
            ("https://lookaside.fbsbx.com@evil.com/1", false), ("https://lookaside.fbsbx.com.evil.com/", false),
            ("https://evilfbsbx.com/", false), ("https://lookaside.fbsbx.com:8443/1", false), ("nonsense", false),
            ("http://127.0.0.1:9000/media/1", true), ("http://127.0.0.1:9001/media/1", false),
            ("http://localhost:9000/media/1", false), ("file:///etc/passwd", false),
        ]
    )
    func mediaHosts(url: String, isAllowed: Bool) {
        let settings = WhatsAppSettings(accessToken: "TOKEN", apiBase: "http://127.0.0.1:9000")
        let call = try? WhatsAppRequest.download(url: url, bytesMax: 10, settings: settings)
        #expect((call != nil) == isAllowed)
    }
}

/// A content that fits with a text of this length, and not with one more.
private let limitEdges: [(Int, @Sendable (String) -> WhatsAppOutgoingContent)] = [
    (4096, { .text(body: $0) }), (1024, { .buttons(body: $0, buttons: [OutgoingRow.button]) }),
    (60, { .buttons(body: "B", buttons: [OutgoingRow.button], header: .text($0)) }),
    (60, { .buttons(body: "B", buttons: [OutgoingRow.button], footer: $0) }),
    (256, { .buttons(body: "B", buttons: [.init(id: $0, title: "A")]) }),
    (20, { .buttons(body: "B", buttons: [.init(id: "a", title: $0)]) }),
    (20, { .ctaURL(body: "B", displayText: $0, url: "https://x") }),
    (20, { .list(body: "B", button: $0, sections: [.init(rows: [.init(id: "1", title: "1")])]) }),
    (24, { .list(body: "B", button: "b", sections: [.init(title: $0, rows: [.init(id: "1", title: "1")])]) }),
    (200, { .list(body: "B", button: "b", sections: [.init(rows: [.init(id: $0, title: "1")])]) }),
    (24, { .list(body: "B", button: "b", sections: [.init(rows: [.init(id: "1", title: $0)])]) }),
    (
        72,
        { .list(body: "B", button: "b", sections: [.init(rows: [.init(id: "1", title: "1", description: $0)])]) }
    ),
    (1024, { .media(kind: .image, source: .id("1"), caption: $0) }),
]

@Suite("WhatsApp limits")
struct LimitTests {
    private func problems(_ content: WhatsAppOutgoingContent) -> [String] {
        WhatsAppOutgoing(recipient: .phone("351911111111"), content: content).problems()
    }

    private func long(_ count: Int) -> String { String(repeating: "é", count: count) }

    @Test("each limit holds at its edge", arguments: limitEdges)
    func edges(limit: Int, content: @Sendable (String) -> WhatsAppOutgoingContent) {
        #expect(problems(content(long(limit))) == [])
        #expect(problems(content(long(limit + 1))).count == 1)
    }

    @Test("counts and doubles are refused")
    func counts() {
        let four = (1...4).map { WhatsAppReplyButton(id: "\($0)", title: "\($0)") }
        #expect(problems(.buttons(body: "B", buttons: four)) == ["4 buttons, 1 to 3 fit"])
        #expect(problems(.buttons(body: "B", buttons: [])) == ["0 buttons, 1 to 3 fit"])
        let twins = [OutgoingRow.button, OutgoingRow.button]
        #expect(problems(.buttons(body: "B", buttons: twins)).count == 2)
        let rows = (1...11).map { WhatsAppListRow(id: "\($0)", title: "R") }
        #expect(problems(.list(body: "B", button: "b", sections: [.init(rows: rows)])) == ["11 rows, 1 to 10 fit"])
        #expect(
            problems(
                .list(body: "B", button: "b", sections: [.init(rows: [rows[0]]), .init(title: "S", rows: [rows[0]])])
            )
                == ["a section has no title", "two rows have the same id"]
        )
    }

    @Test("what has no place is refused")
    func forms() {
        #expect(problems(.text(body: "")) == ["text is empty"])
        #expect(problems(.media(kind: .audio, source: .id("1"), caption: "C")) == ["audio has no caption"])
        #expect(problems(.media(kind: .image, source: .link("http://x"))) == ["the media link is not https"])
        #expect(problems(.ctaURL(body: "B", displayText: "D", url: "javascript:1")).count == 1)
        #expect(
            problems(
                .template(name: "t", language: "en", bodyParameters: [.init(text: "a\nb"), .init(text: "a     b")])
            )
                == ["a parameter has a line break or a tab", "a parameter has five spaces in a row"]
        )
        let noOne = WhatsAppOutgoing(recipient: .phone("PT.1349"), content: .text(body: "x"))
        #expect(noOne.problems().count == 1)
        let noUser = WhatsAppOutgoing(recipient: .userID("351911111111"), content: .text(body: "x"))
        #expect(noUser.problems().count == 1)
        let tooMuch = WhatsAppOutgoing(
            recipient: .phone("351911111111"),
            content: .text(body: "x"),
            callbackData: long(513)
        )
        #expect(tooMuch.problems().count == 1)
    }
}
