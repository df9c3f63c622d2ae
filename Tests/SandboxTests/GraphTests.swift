import NIOHTTP1
import Testing

@testable import Sandbox

@Suite struct GraphTests {
    let ana = Customer(waID: "351911111111", userID: "PT.13491208655302741918", name: "Ana")

    @Test("a customer's message arrives signed, in Meta's envelope")
    func inbound() async throws {
        try await SandboxRig.with { rig in
            let wamid = try await rig.sandbox.write(.text("Olá, é a Ana"), as: ana)
            let delivery = try #require(await rig.webhooks(1).first)
            #expect(delivery.signature == WebhookSignature.meta(delivery.body, secret: "app-secret-for-tests"))
            #expect(String(decoding: delivery.body, as: UTF8.self).contains("Ol\\u00e1"))
            let value = delivery.payload["entry"]?[0]?["changes"]?[0]?["value"]
            #expect(value?["messages"]?[0]?["id"]?.text == wamid)
            #expect(value?["messages"]?[0]?["from"]?.text == "351911111111")
            #expect(value?["contacts"]?[0]?["user_id"]?.text == "PT.13491208655302741918")
        }
    }

    @Test("the signatures match the reference's vectors")
    func vectors() {
        let meta = WebhookSignature.meta(
            Array(#"{"object":"whatsapp_business_account","entry":[]}"#.utf8),
            secret: "app-secret-for-tests"
        )
        #expect(meta == "sha256=1ca363dab318df784e1963b29dca91e2098e6cf2fbf0d3c14e09580a90684a61")
        let stripe = WebhookSignature.stripe(
            Array(#"{"id":"evt_test_1","object":"event"}"#.utf8),
            secret: "whsec_test_secret",
            time: 1_700_000_000
        )
        #expect(stripe == "t=1700000000,v1=29ab30b7065c11b28e53ac114fac5d6c492ed811a12d11ed2c2aad5bb4cf9809")
    }

    @Test("a webhook that is refused comes again")
    func retries() async throws {
        try await SandboxRig.with(answers: [503, 500]) { rig in
            try await rig.sandbox.write(.text("Olá"), as: ana)
            #expect(await rig.webhooks(1).count == 1)
            #expect(rig.sandbox.courier.counts.repeated == 2)
        }
    }

    @Test("sent and delivered come back with the callback data and the price")
    func statuses() async throws {
        try await SandboxRig.with { rig in
            try await rig.sandbox.write(.text("Olá"), as: ana)
            let answer = try await rig.send(rig.text("Bom dia", data: "outbox-42"))
            #expect(answer.status == 200)
            let statuses = await rig.statuses(2)
            #expect(statuses.compactMap { $0["status"]?.text } == ["sent", "delivered"])
            #expect(statuses.allSatisfy { $0["biz_opaque_callback_data"]?.text == "outbox-42" })
            #expect(statuses.allSatisfy { $0["id"] == answer.body["messages"]?[0]?["id"] })
            #expect(statuses[0]["pricing"]?["pricing_model"]?.text == "PMP")
            #expect(rig.sandbox.sent(to: "351911111111").map(\.text) == ["Bom dia"])
        }
    }

    @Test("outside the window a message is taken and fails later with 131047")
    func window() async throws {
        try await SandboxRig.with { rig in
            #expect(try await rig.send(rig.text("Bom dia")).status == 200)
            let status = try #require(await rig.statuses(1).first)
            #expect(status["status"]?.text == "failed")
            #expect(status["errors"]?[0]?["code"]?.integer == 131047)
        }
    }

    @Test("a user id in `to` is taken and lost; in `recipient` it arrives")
    func userID() async throws {
        try await SandboxRig.with { rig in
            let user = "PT.13491208655302741918"
            try await rig.sandbox.write(.text("Olá"), as: Customer(userID: user, name: "Ana"))
            #expect(try await rig.send(rig.text("a", to: user)).status == 200)
            var right = rig.text("b")
            right["to"] = nil
            right["recipient"] = .string(user)
            #expect(try await rig.send(right).body["contacts"]?[0]?["user_id"]?.text == user)
            #expect(rig.sandbox.counts.dropped == 1)
            #expect(rig.sandbox.sent(to: user).map(\.text) == ["b"])
        }
    }

    @Test("wrong credentials and ids get their documented codes")
    func access() async throws {
        try await SandboxRig.with { rig in
            let refused1 = try await rig.send(rig.text("a"), token: "wrong").body
            #expect(refused1["error"]?["code"]?.integer == 190)
            let other = try await rig.send(rig.text("a"), from: "1").body["error"]
            #expect(other?["code"]?.integer == 100)
            #expect(other?["error_subcode"]?.integer == 33)
        }
    }

    static let wrong: [(Int, Payload)] = [
        (131008, ["type": "text", "text": [:]]),
        (131009, ["type": "text", "text": ["body": .string(String(repeating: "a", count: 4_097))]]),
        (100, ["type": "dance", "dance": [:]]),
        (132001, ["type": "template", "template": ["name": "follow_up", "language": ["code": "pt"]]]),
        (
            131009,
            [
                "type": "interactive",
                "interactive": [
                    "type": "button", "body": ["text": "x"],
                    "action": [
                        "buttons": [["type": "reply", "reply": ["id": "1", "title": "Um título longo demais"]]]
                    ],
                ],
            ]
        ),
        (131008, ["type": "interactive", "interactive": ["type": "list", "body": ["text": "x"], "action": [:]]]),
    ]

    @Test("a body beyond the limits is refused with its code", arguments: wrong)
    func limits(code: Int, body: Payload) async throws {
        try await SandboxRig.with { rig in
            var message: Payload = ["messaging_product": "whatsapp", "to": "351911111111"]
            for member in body.members ?? [] { message[member.key] = member.value }
            let refused2 = try await rig.send(message).body
            #expect(refused2["error"]?["code"]?.integer == code)
        }
    }

    @Test("a voice note can be looked up and downloaded with the token")
    func media() async throws {
        try await SandboxRig.with { rig in
            try await rig.sandbox.write(.voice([1, 2, 3]), as: ana)
            let delivery = try #require(await rig.webhooks(1).first)
            let audio = delivery.payload["entry"]?[0]?["changes"]?[0]?["value"]?["messages"]?[0]?["audio"]
            let id = try #require(audio?["id"]?.text)
            let found = try await rig.call(
                .GET,
                "\(rig.sandbox.graphBase)/v25.0/\(id)",
                ["Authorization": "Bearer \(SandboxRig.token)"]
            )
            #expect(found.body["file_size"]?.integer == 3)
            let url = try #require(found.body["url"]?.text)
            #expect(try await rig.call(.GET, url, [:]).status == 401)
            let bytes = try await rig.call(.GET, url, ["Authorization": "Bearer \(SandboxRig.token)"])
            #expect(bytes.body.text == "\u{1}\u{2}\u{3}")
        }
    }
}
