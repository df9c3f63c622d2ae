import Conversation
import Desk
import Foundation
import Integrations
import Sandbox
import Storage
import Testing

@Suite("The door: what is let in and what is answered", .serialized)
struct DoorTests {
    static func envelope(_ messages: String) -> String {
        """
        {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"351210000000","phone_number_id":"1064"},"contacts":[{"profile":{"name":"Ana"},"wa_id":"351911111111","user_id":"PT.1"}],"messages":[\(messages)]}}]}]}
        """
    }

    static func text(_ id: String, _ body: String) -> String {
        #"{"from":"351911111111","from_user_id":"PT.1","id":"\#(id)","timestamp":"1790000000","type":"text","text":{"body":\#(body)}}"#
    }

    @Test("Meta's handshake answers the challenge as it is, and 403 to a wrong token")
    func handshake() async throws {
        try await Live.with(guided: true) { (live) async throws in
            let path = "/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
            let right = try await live.get(path + Live.verifyToken)
            #expect(right.status == 200)
            #expect(String(decoding: right.body, as: UTF8.self) == "1158201444")
            #expect(try await live.get(path + "wrong").status == 403)
        }
    }

    @Test("A wrong or missing signature is 401 and stores nothing")
    func signature() async throws {
        try await Live.with(guided: true) { (live) async throws in
            let body = Data(Self.envelope(Self.text("wamid.X", #""Olá""#)).utf8)
            #expect(try await live.post("/webhooks/whatsapp", body).status == 401)
            let wrong = ["X-Hub-Signature-256": "sha256=" + String(repeating: "0", count: 64)]
            #expect(try await live.post("/webhooks/whatsapp", body, headers: wrong).status == 401)
            #expect(try await live.desk.leads(LeadQuery()).isEmpty)
        }
    }

    @Test(
        "What is not the documented envelope is 400",
        arguments: ["", "not json", "[]", "{}", "\u{0}", "{\"object\":\"page\",\"entry\":[]}"]
    )
    func malformed(_ body: String) async throws {
        try await Live.with(guided: true) { (live) async throws in
            #expect(try await live.postSigned(body).status == 400)
        }
    }

    @Test("A body over 3 MiB is 413")
    func tooLarge() async throws {
        try await Live.with(guided: true) { (live) async throws in
            let answer = try await live.post("/webhooks/whatsapp", Data(count: 3 << 20 | 1))
            #expect(answer.status == 413)
        }
    }

    @Test("One odd item never costs its batch")
    func oddItem() async throws {
        try await Live.with(guided: true) { (live) async throws in
            let batch = [
                Self.text("wamid.1", #""Olá""#), #"{"id":7,"type":[]}"#, "null",
                Self.text("wamid.2", #""Chamo-me Ana""#),
            ].joined(separator: ",")
            #expect(try await live.postSigned(Self.envelope(batch)).status == 200)
            let lead = try await eventually("the lead") { try await live.desk.leads(LeadQuery()).first }
            let texts = try await eventually("both messages") {
                let lines = try await live.desk.transcript(of: lead.state.id)
                let texts = Self.customerTexts(lines)
                return texts.count == 2 ? texts : nil
            }
            #expect(texts == ["Olá", "Chamo-me Ana"])
        }
    }

    @Test("A thousand messages in one body are all kept")
    func thousand() async throws {
        try await Live.with(guided: true) { (live) async throws in
            let batch = (0..<1_000).map { Self.text("wamid.\($0)", "\"m\($0)\"") }.joined(separator: ",")
            #expect(try await live.postSigned(Self.envelope(batch)).status == 200)
            let lead = try #require(try await live.desk.leads(LeadQuery()).first)
            var texts: [String] = []
            var seq: Int64 = 0
            for _ in 0..<10 {
                let lines = try await live.desk.transcript(of: lead.state.id, after: seq, limit: 500)
                texts += Self.customerTexts(lines)
                seq = lines.last?.entry.seq ?? seq
            }
            #expect(texts == (0..<1_000).map { "m\($0)" })
        }
    }

    @Test(
        "Texts are stored to the byte",
        arguments: [
            "👩‍👩‍👧‍👦🏳️‍🌈", "\u{202E}abc\u{200F}", "\u{1B}[31mred\u{1B}[0m", "a\u{0}b", String(repeating: "ã", count: 4_096),
        ]
    )
    func bytes(_ text: String) async throws {
        try await Live.with(guided: true) { (live) async throws in
            let json = String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
            #expect(try await live.postSigned(Self.envelope(Self.text("wamid.B", json))).status == 200)
            let lead = try #require(try await live.desk.leads(LeadQuery()).first)
            let stored = Self.customerTexts(try await live.desk.transcript(of: lead.state.id))
            #expect(stored.map { Array($0.utf8) } == [Array(text.utf8)])
        }
    }

    @Test("Stripe: wrong signature, stale time and garbage are 400")
    func stripe() async throws {
        try await Live.with(guided: true) { (live) async throws in
            let body = Data(
                #"{"id":"evt_1","object":"event","type":"x","created":1,"livemode":false,"data":{"object":{}}}"#.utf8
            )
            let now = Int64(Date().timeIntervalSince1970)
            func post(_ header: String?) async throws -> Int {
                try await live.post("/webhooks/stripe", body, headers: header.map { ["Stripe-Signature": $0] } ?? [:])
                    .status
            }
            #expect(try await post(nil) == 400)
            #expect(try await post(StripeSignature.sign(body, secret: "whsec_other", timestamp: now)) == 400)
            #expect(
                try await post(StripeSignature.sign(body, secret: Live.stripeSecret, timestamp: now - 4_000)) == 400
            )
            #expect(try await post(StripeSignature.sign(body, secret: Live.stripeSecret, timestamp: now)) == 200)
        }
    }

    @Test("Health tells of each dependency")
    func health() async throws {
        try await Live.with(guided: true) { (live) async throws in
            let answer = try await live.get("/health")
            #expect(answer.status == 200)
            let json = try #require(try JSONSerialization.jsonObject(with: answer.body) as? [String: Any])
            #expect(json["status"] as? String == "ok")
            let dependencies = try #require(json["dependencies"] as? [String: Any])
            #expect(Set(dependencies.keys) == ["database", "whatsapp", "openai", "stripe"])
            #expect((json["alerts"] as? [Any])?.isEmpty == true)
            #expect(try await live.get("/health/live").status == 200)
        }
    }

    static func customerTexts(_ lines: [TranscriptEntry]) -> [String] {
        lines.flatMap { line -> [String] in
            if case .event(.messages(let messages)) = line.entry.content { messages.compactMap(\.text) } else { [] }
        }
    }
}
