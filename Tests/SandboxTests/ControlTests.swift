import NIOHTTP1
import Testing

@testable import Sandbox

@Suite struct ControlTests {
    @Test("another process writes as a customer, reads the answers and the books")
    func driven() async throws {
        try await SandboxRig.with { rig in
            let base = "\(rig.sandbox.baseURL)/sandbox"
            let written = try await rig.call(
                .POST,
                "\(base)/customers/351911111111/messages",
                [:],
                #"{"text":"Olá","name":"Ana"}"#
            )
            #expect(written.body["id"]?.text?.hasPrefix("wamid.") == true)
            _ = try await rig.send(rig.text("Bom dia"))
            let messages = try await rig.call(.GET, "\(base)/customers/351911111111/messages", [:])
            #expect(messages.body["messages"]?[0]?["text"]?.text == "Bom dia")
            let books = try await rig.call(.GET, "\(base)/books", [:])
            #expect(books.body["counts"]?["messages_sent"]?.integer == 1)
            #expect(try await rig.call(.GET, "\(base)", [:]).body.text?.contains("WHATSAPP_API_BASE") == true)
        }
    }

    @Test("faults are set over HTTP; a wrong one is refused with what would be right")
    func faults() async throws {
        try await SandboxRig.with { rig in
            let url = "\(rig.sandbox.baseURL)/sandbox/faults"
            let wrong = try await rig.call(.POST, url, [:], #"{"route":"openai_chat","fault":"fire"}"#)
            #expect(wrong.status == 400)
            let body = #"{"route":"whatsapp_messages","fault":"failure","status":429,"code":"130429","next":1}"#
            #expect(try await rig.call(.POST, url, [:], body).status == 200)
            let refused = try await rig.send(rig.text("a"))
            #expect(refused.status == 429)
            #expect(refused.body["error"]?["code"]?.integer == 130429)
            #expect(try await rig.send(rig.text("a")).status == 200)
        }
    }

    @Test("a message taken before the connection broke is in the books; a webhook comes twice on request")
    func uncertain() async throws {
        try await SandboxRig.with { rig in
            rig.sandbox.inject(FaultRule(.whatsAppWebhook, .duplicate(times: 2)))
            let wamid = try await rig.sandbox.write(.text("Olá"), as: Customer(waID: "351911111111"))
            let twice = await rig.webhooks(2)
            #expect(twice[0].body == twice[1].body)
            #expect(String(decoding: twice[0].body, as: UTF8.self).contains(wamid))
            rig.sandbox.inject(FaultRule(.whatsAppMessages, .close(tookEffect: true)))
            await #expect(throws: (any Error).self) { try await rig.send(rig.text("b", data: "row-1")) }
            #expect(await rig.statuses(1).first?["biz_opaque_callback_data"]?.text == "row-1")
            #expect(rig.sandbox.sent(to: "351911111111").map(\.text) == ["b"])
        }
    }

    @Test("a webhook that one process of the service doesn't take goes to the next one")
    func severalProcesses() async throws {
        try await SandboxRig.with { rig in
            let body = #"{"whatsapp_url":["http://127.0.0.1:1/wa","\#(rig.service)/wa"]}"#
            #expect(try await rig.call(.POST, "\(rig.sandbox.baseURL)/sandbox/webhooks", [:], body).status == 200)
            for _ in 0..<3 { try await rig.sandbox.write(.text("Olá"), as: Customer(waID: "351911111111")) }
            #expect(await rig.webhooks(3).count == 3)
            #expect(rig.sandbox.courier.counts.repeated == 0)
        }
    }
}
