import Foundation
import Integrations
import Testing

@Suite("WhatsApp envelope")
struct EnvelopeTests {
    @Test("every fixture of the reference is read without an odd item")
    func everyFixture() throws {
        for name in try Fixture.names(in: "in") where name != "odd-among-good" {
            let items = try Fixture.items(name)
            #expect(items.isEmpty == (name == "empty-entry"), "\(name)")
            for case .odd(let reason, _) in items { Issue.record("\(name): \(reason)") }
        }
    }

    @Test("several entries, changes, messages and business numbers in one body each keep their own number")
    func several() throws {
        let found = try Fixture.items("several").map { item in
            switch item {
            case .message(let message): "\(message.id) \(message.phoneNumberID.suffix(1)) \(message.profileName ?? "-")"
            case .status(let status): "\(status.messageID) \(status.phoneNumberID.suffix(1))"
            case .accountNotice(let field, let raw): "\(field) \(raw.filter { !$0.isWhitespace })"
            default: "\(item)"
            }
        }
        #expect(
            found == [
                "wamid.1 1 Ana", "wamid.2 1 Rui", "wamid.S 1", "wamid.3 2 Eva", #"account_alerts {"a":1}"#,
                "wamid.4 2 -",
            ]
        )
    }

    @Test("odd items cost nobody else and are kept as they were sent")
    func oddAmongGood() throws {
        let items = try Fixture.items("odd-among-good")
        let good = items.compactMap { item in
            switch item {
            case .message(let message): message.id
            case .status(let status): status.messageID
            default: nil
            }
        }
        #expect(good == ["wamid.1", "wamid.3", "wamid.8", "wamid.S", "wamid.T"])
        let odd = items.compactMap { item in
            if case .odd(let reason, let raw) = item { (reason, raw.filter { !$0.isWhitespace }) } else { nil }
        }
        #expect(odd.count == 16)
        #expect(odd.map(\.0).contains("text.body is not String"))
        #expect(odd.map(\.0).contains("timestamp is not a time"))
        #expect(odd.map(\.0).contains("text is missing"))
        #expect(odd.map(\.0).contains("nobody to answer: no from, from_user_id or matching contact"))
        #expect(odd.map(\.0).contains("metadata.phone_number_id is missing: whose customer is it?"))
        let raws = odd.map(\.1)
        #expect(raws.contains(#""astring""#))
        #expect(raws.contains("5"))
        #expect(raws.contains("null"))
        #expect(raws.contains(#"{"type":"text"}"#))
        #expect(raws.contains(#"{"id":"wamid.S","status":9.5}"#))
        #expect(raws.contains(#"{"a":1}"#))
        #expect(raws.contains("7"))
        #expect(raws.contains(#"{"field":"messages"}"#))
    }

    @Test("a batch of 1,000 with one odd item gives 999 messages in order")
    func batch() throws {
        let messages = (0..<1000).map { index in
            index == 500
                ? #"{"id":5,"type":[]}"#
                : #"{"from":"3519\#(index)","id":"wamid.\#(index)","timestamp":"1790000000","type":"text","text":{"body":"m\#(index)"}}"#
        }
        let items = try WhatsAppEnvelope.parse(envelope(messages: messages.joined(separator: ",")))
        #expect(items.count == 1000)
        for (index, item) in items.enumerated() where index != 500 {
            guard case .message(let message) = item else {
                Issue.record("\(index) is no message")
                continue
            }
            #expect(message.content == .text("m\(index)"))
        }
        #expect(items[500] == .odd(reason: "timestamp is missing", raw: #"{"id":5,"type":[]}"#))
    }

    @Test(
        "texts are kept to the byte",
        arguments: [
            "emoji 👩🏽‍💻 é e\u{301}", "rtl \u{202e}abc\u{202c} שלום", "ansi \u{1b}[31mred\u{1b}[0m", "nul \u{0} end",
            "\\\"/",
            String(repeating: "ã", count: 5000), " \n\t ",
        ]
    )
    func exactText(text: String) throws {
        for escaped in [try Self.quoted(text), Self.asciiQuoted(text)] {
            let items = try WhatsAppEnvelope.parse(envelope(text: escaped))
            guard case .message(let message) = items.first, case .text(let body) = message.content else {
                Issue.record("no text: \(items)")
                return
            }
            #expect(Array(body.utf8) == Array(text.utf8))
        }
    }

    @Test("half an emoji is mended instead of losing the message")
    func loneSurrogate() throws {
        let items = try WhatsAppEnvelope.parse(envelope(text: #""a\ud83d b\ude00 \ud83d\ude00 \\ud83d""#))
        guard case .message(let message) = items.first else {
            Issue.record("no message: \(items)")
            return
        }
        #expect(message.content == .text("a\u{fffd} b\u{fffd} 😀 \\ud83d"))
    }

    @Test(
        "what is not the documented envelope is refused with its reason",
        arguments: [
            ("", "not JSON"), ("nonsense", "not JSON"), ("{", "not JSON"), ("[]", "not the documented envelope"),
            ("{}", "object is not whatsapp_business_account"),
            (#"{"object":"page","entry":[]}"#, "object is not whatsapp_business_account"),
            (#"{"object":"whatsapp_business_account"}"#, "no entry"),
            (#"{"object":"whatsapp_business_account","entry":{}}"#, "not the documented envelope"),
            (#"{"object":5,"entry":[]}"#, "not the documented envelope"),
            ("{\"object\":\"whatsapp_business_account\",\"entry\":[]\u{0}}", "not JSON: a NUL byte"),
        ]
    )
    func malformed(body: String, reason: String) throws {
        let error = #expect(throws: WhatsAppEnvelope.Malformed.self) {
            try WhatsAppEnvelope.parse(Data(body.utf8))
        }
        #expect(error?.reason == reason)
    }

    @Test("bytes that are not UTF-8 are refused")
    func invalidUTF8() {
        for bytes: [UInt8] in [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98]] {
            let body = envelope(text: "\"").dropLast() + Data(bytes)
            #expect(throws: WhatsAppEnvelope.Malformed(reason: "not UTF-8")) { try WhatsAppEnvelope.parse(body) }
        }
    }

    @Test("nesting is refused above the bound, at any depth, and brackets in a text are no nesting")
    func deepNesting() throws {
        func nested(_ depth: Int) -> Data {
            let value = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            return envelope(messages: #"{"from":"1","id":"w","timestamp":"1","type":"new","new":\#(value)}"#)
        }
        // Eight levels of the envelope and the message stand around it.
        #expect(try WhatsAppEnvelope.parse(nested(56)).count == 1)
        for depth in [57, 1_000, 1_000_000] {
            #expect(throws: WhatsAppEnvelope.Malformed.self) { try WhatsAppEnvelope.parse(nested(depth)) }
        }
        let text = String(repeating: "[{", count: 500)
        #expect(try WhatsAppEnvelope.parse(envelope(text: "\"\(text)\"")).count == 1)
    }

    private func envelope(text: String) -> Data {
        envelope(messages: #"{"from":"1","id":"w","timestamp":"1","type":"text","text":{"body":\#(text)}}"#)
    }

    private func envelope(messages: String) -> Data {
        Data(
            #"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"9"},"messages":[\#(messages)]}}]}]}"#
                .utf8
        )
    }

    private static func quoted(_ text: String) throws -> String {
        String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }

    /// As Meta sends it: everything but ASCII escaped.
    private static func asciiQuoted(_ text: String) -> String {
        let escaped = text.utf16.map { unit in
            let hex = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
        return "\"\(escaped.joined())\""
    }
}
