import Testing

@testable import Sandbox

@Suite struct OpenAITests {
    static func request(_ extra: Payload = [:], schema: Payload? = nil) -> Payload {
        var request: Payload = ["model": "gpt-4.1-mini", "messages": [["role": "user", "content": "Olá"]]]
        if let schema {
            request["response_format"] = [
                "type": "json_schema", "json_schema": ["name": "reply", "strict": true, "schema": schema],
            ]
        }
        for member in extra.members ?? [] { request[member.key] = member.value }
        return request
    }

    static let wrong: [(Payload, Int, String?)] = [
        (request(["colour": "red"]), 400, "unknown_parameter"), (request(["messages": []]), 400, "empty_array"),
        (request(["model": "gpt-4"]), 404, "model_not_found"), (request(["temperature": 3]), 400, "invalid_value"),
        (request(["model": "gpt-6-luna", "max_tokens": 5]), 400, "unsupported_parameter"),
        (request(schema: ["type": "object", "properties": ["a": ["type": "string"]], "required": ["a"]]), 400, nil),
        (
            request(schema: [
                "type": "object", "additionalProperties": false, "properties": ["a": ["type": "string"]],
                "required": [],
            ]), 400, nil
        ),
    ]

    @Test("a wrong request gets its documented error", arguments: wrong)
    func validation(request: Payload, status: Int, code: String?) async throws {
        try await SandboxRig.with { rig in
            let answer = try await rig.chat(request)
            #expect(answer.status == status)
            #expect(answer.body["error"]?["code"]?.text == code)
        }
    }

    @Test("a wrong key is 401")
    func key() async throws {
        try await SandboxRig.with { rig in
            let refused1 = try await rig.chat(Self.request(), key: "x").body
            #expect(refused1["error"]?["code"]?.text == "invalid_api_key")
        }
    }

    @Test("any schema is filled with values of its types, in its order")
    func anySchema() async throws {
        let schema: Payload = [
            "type": "object", "additionalProperties": false, "required": ["z", "a", "list", "maybe"],
            "properties": [
                "z": ["type": "integer", "minimum": 3], "a": ["type": "string", "enum": ["x", "y"]],
                "list": ["type": "array", "items": ["type": "boolean"], "minItems": 1],
                "maybe": ["type": ["string", "null"]],
            ],
        ]
        try await SandboxRig.with { rig in
            let content = try await rig.chat(Self.request(schema: schema)).body["choices"]?[0]?["message"]?["content"]
            #expect(content?.text == #"{"z":3,"a":"x","list":[false],"maybe":null}"#)
        }
    }

    @Test("a repeated long prefix counts as cached in steps of 128")
    func caching() async throws {
        try await SandboxRig.with { rig in
            let long = Payload.string(String(repeating: "regras da casa ", count: 400))
            let request = Self.request([
                "messages": [["role": "system", "content": long], ["role": "user", "content": "a"]],
                "prompt_cache_key": "k",
            ])
            let first = try await rig.chat(request).body["usage"]?["prompt_tokens_details"]?["cached_tokens"]?.integer
            let second = try await rig.chat(request).body["usage"]?["prompt_tokens_details"]?["cached_tokens"]?.integer
            #expect(first == 0)
            #expect(second == 1_408)
        }
    }

    @Test("a script answers, and the faults of the model strike it")
    func scriptedAndFaults() async throws {
        try await SandboxRig.with { rig in
            rig.sandbox.setModel(.scripted { .json(["echo": .string($0.lastUserText)]) })
            func message() async throws -> Payload? { try await rig.chat(Self.request()).body["choices"]?[0] }
            #expect(try await message()?["message"]?["content"]?.text == #"{"echo":"Olá"}"#)
            rig.sandbox.inject(FaultRule(.chat, .refusal))
            #expect(try await message()?["message"]?["content"]?.isNull == true)
            rig.sandbox.inject(FaultRule(.chat, .length))
            #expect(try await message()?["finish_reason"]?.text == "length")
            rig.sandbox.inject(FaultRule(.chat, .failure(status: 429, code: "insufficient_quota")))
            let refused2 = try await rig.chat(Self.request()).body
            #expect(refused2["error"]?["type"]?.text == "insufficient_quota")
            rig.sandbox.inject(FaultRule(.chat, .garbage))
            #expect(try await rig.chat(Self.request()).body.text?.hasPrefix("<html>") == true)
            rig.sandbox.inject(FaultRule(.chat, .close(tookEffect: false)))
            await #expect(throws: (any Error).self) { try await rig.chat(Self.request()) }
            rig.sandbox.inject(FaultRule(.chat, .cutBody))
            await #expect(throws: (any Error).self) { try await rig.chat(Self.request()) }
        }
    }

    @Test("the same seed draws the same faults")
    func seeded() {
        func strikes(_ seed: UInt64) -> [Bool] {
            var plan = FaultPlan(seed: seed, rules: [FaultRule(.chat, .refusal, times: nil, probability: 0.5)])
            return (0..<64).map { _ in !plan.draw(.chat).isEmpty }
        }
        #expect(strikes(7) == strikes(7))
        #expect(strikes(7) != strikes(8))
    }
}
