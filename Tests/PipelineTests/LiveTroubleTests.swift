import Conversation
import Desk
import Foundation
import Integrations
import Sandbox
import Storage
import Testing

@Suite("Trouble outside, over loopback", .serialized)
struct LiveTroubleTests {
    @Test(
        "A model, a transcription or a download that doesn't answer in the turn's time isn't waited for",
        arguments: [FaultRoute.chat, .transcription, .whatsAppMedia]
    )
    func silence(_ route: FaultRoute) async throws {
        try await Live.with(overrides: ["model.timeout_ms": "600"]) { (live) async throws in
            // Waited for, the answer would be another one.
            live.sandbox.setModel(.scripted { _ in .text(FakeOutside.good) })
            live.sandbox.inject(FaultRule(route, .delay(milliseconds: 3_000), times: nil))
            let chat = Chat(live, Customer(waID: "351915555501", userID: "PT.51", name: "Rita"))
            if route == .chat {
                #expect(try await chat.ask("Olá").text != "Olá! Qual é o seu nome?")
            } else {
                try await live.sandbox.write(.voice([79, 103, 103, 83]), as: chat.customer)
                #expect(try await chat.hear(1).text.contains("escrever"))
            }
        }
    }

    @Test("No money at the model's provider is shown by /health with what to do, and gone when it is there again")
    func money() async throws {
        try await Live.with { (live) async throws in
            live.sandbox.setModel(.scripted { _ in .error(status: 429, code: "insufficient_quota") })
            let chat = Chat(live, Customer(waID: "351915555502", userID: "PT.52", name: "Rui"))
            try await chat.ask("Olá")
            let (status, alerts) = try await Self.health(live)
            #expect(status == "degraded")
            #expect(alerts.compactMap { $0["cause"] as? String } == ["model_money"])
            #expect((alerts.first?["mend"] as? String)?.contains("credit") == true)
        }
    }

    @Test("A quick question is answered alone, and a greeting waits for what follows it")
    func burst() async throws {
        try await Live.with(overrides: ["conversation.burst_window_ms": "3000"]) { (live) async throws in
            let chat = Chat(live, Customer(waID: "351915555503", userID: "PT.53", name: "Zé"))
            try await chat.say("Olá")
            try await chat.say("quanto custa um site?")
            try await chat.hear(1)
            #expect(live.sandbox.chatCalls == 1 && chat.heard.count == 1)
            let lead = try await chat.lead()
            let lines = try await live.desk.transcript(of: lead.state.id)
            #expect(DoorTests.customerTexts(lines) == ["Olá", "quanto custa um site?"])
        }
    }

    private static func health(_ live: Live) async throws -> (status: String?, alerts: [[String: Any]]) {
        let body = try await live.get("/health").body
        let json = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
        return (json["status"] as? String, json["alerts"] as? [[String: Any]] ?? [])
    }
}
