import Foundation
import Testing

@testable import Integrations

@Suite("What comes back from the model")
struct ChatAnswerTests {
    private func ask(_ service: ScriptedService, _ model: String = "gpt-4.1-mini") async throws -> ChatAnswer {
        let client = OpenAIClient.live(
            transport: service.transport,
            settings: OpenAISettings(apiKey: "sk-test", baseURL: "https://api.openai.com/v1/", organization: "org-1")
        )
        return try await client.complete(ChatRequestTests.request(model), timeoutMilliseconds: 20_000)
    }

    @Test("a full answer is read, with its cost")
    func answer() async throws {
        let service = try ScriptedService(headers: ["x-request-id": "req_1"], fixture: "openai/answer.json")
        let answer = try await ask(service)
        #expect(
            answer
                == ChatAnswer(
                    content: #"{"reply":"Olá","intent":null}"#,
                    model: "gpt-4.1-mini-2025-04-14",
                    usage: ChatUsage(prompt: 1200, cached: 1024, completion: 30, reasoning: 7),
                    requestID: "req_1"
                )
        )
        // 176 × 0.40 + 1024 × 0.10 + 30 × 1.60 USD per million.
        #expect(answer.costMicroUSD(.named("gpt-4.1-mini")) == 221)
        #expect(answer.costMicroUSD(.named("llama3.1")) == nil)
    }

    @Test("the call carries the key, the organisation and the time limit")
    func call() async throws {
        let service = try ScriptedService(fixture: "openai/answer.json")
        _ = try await ask(service)
        let call = try #require(service.calls.first)
        #expect(call.method == .post)
        #expect(call.url == "https://api.openai.com/v1/chat/completions")
        #expect(
            call.headers == [
                "Authorization": "Bearer sk-test", "Content-Type": "application/json", "OpenAI-Organization": "org-1",
            ]
        )
        #expect(call.timeoutMilliseconds == 20_000)
        #expect(call.body == ChatRequestTests.request("gpt-4.1-mini").body.encoded())
    }

    @Test("a compatible server may leave out nearly everything and wrap JSON in a code block")
    func compatible() async throws {
        let answer = try await ask(try ScriptedService(fixture: "openai/answer-compatible.json"), "llama3.1")
        #expect(answer == ChatAnswer(content: #"{"reply":"Olá","intent":null}"#, model: "llama3.1"))
    }

    @Test(
        "an answer that can't be used is an error that says why",
        arguments: [
            ("trouble-refusal", ChatTrouble.refusal), ("trouble-cut_off", .cutOff),
            ("trouble-content_filter", .contentFilter), ("trouble-empty_answer", .emptyAnswer),
            ("trouble-empty_answer-no-choice", .emptyAnswer), ("trouble-malformed_answer", .malformedAnswer),
            ("trouble-malformed_answer-no-choices", .malformedAnswer),
            ("trouble-malformed_answer-html", .malformedAnswer),
        ]
    )
    func trouble(fixture: String, trouble: ChatTrouble) async throws {
        let service = try ScriptedService(fixture: "openai/\(fixture).json")
        let error = await #expect(throws: OutsideError.self) { try await ask(service) }
        #expect(error?.code == trouble.rawValue)
        #expect(error?.remedy == trouble.remedy)
    }

    @Test("what a proxy reports as an error inside a 200 is one")
    func errorInside() async throws {
        let body = Data(#"{"error":{"message":"Provider overloaded","code":503}}"#.utf8)
        let service = ScriptedService([.success(HTTPAnswer(status: 200, body: body))])
        let error = await #expect(throws: OutsideError.self) { try await ask(service) }
        #expect(error?.status == 503)
        #expect(error?.remedy == .slowDown(afterMilliseconds: nil))
    }

    @Test("cost counts cached and written tokens at their own price, each once")
    func cost() {
        let prices = OpenAIModel.Prices(input: 100_000, cachedInput: 10_000, cacheWrite: 125_000, output: 500_000)
        let usage = ChatUsage(prompt: 10_000, cached: 4_000, cacheWrite: 2_000, completion: 1_000)
        #expect(usage.costMicroUSD(prices) == 400 + 40 + 250 + 500)
        // A server that counts more cached tokens than there are can't make money.
        #expect(ChatUsage(prompt: 10, cached: 1_000, cacheWrite: 1_000).costMicroUSD(prices) == 0)
    }

    @Test("models come with the day of their end")
    func models() async throws {
        let service = try ScriptedService(fixture: "openai/models.json")
        let client = OpenAIClient.live(transport: service.transport, settings: OpenAISettings(apiKey: ""))
        #expect(
            try await client.models() == [
                ModelInfo(id: "gpt-4.1-mini", shutdownDate: "2027-01-14"), ModelInfo(id: "gpt-6-luna"),
                ModelInfo(id: "llama"),
            ]
        )
        #expect(service.calls.first?.url == "https://api.openai.com/v1/models")
        #expect(service.calls.first?.headers == [:])
    }
}
