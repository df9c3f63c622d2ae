import Synchronization

extension OpenAIService {
    /// The documented response around a reply (openai.md §3).
    func completion(
        _ call: ChatCall,
        _ model: ModelEntry,
        _ reply: ChatReply,
        _ known: KnownSchema?,
        cutShort: Bool
    ) throws(OpenAIError) -> Answer {
        var content: String?
        var refusal: String?
        var finish = "stop"
        switch reply {
        case .json(let payload): content = payload.jsonText
        case .text(let text): content = text
        case .refusal(let text): refusal = text
        case .cut(let text):
            content = text
            finish = "length"
        case .error(let status, let code): throw .fault(status: status, code: code)
        }
        if cutShort, let whole = content {
            content = String(whole.prefix(whole.count / 2))
            finish = "length"
        }
        let usage = self.usage(call, known, completionBytes: (content ?? refusal ?? "").utf8.count)
        let message: Payload = [
            "role": "assistant", "content": .optional(content), "refusal": .optional(refusal), "annotations": [],
        ]
        var answer = Answer.json([
            "id": .string("chatcmpl-sandbox\(call.number)"), "object": "chat.completion",
            "created": .int(settings.now() / 1_000), "model": .string(model.snapshot), "service_tier": "default",
            "system_fingerprint": "fp_sandbox",
            "choices": [["index": 0, "finish_reason": .string(finish), "logprobs": .null, "message": message]],
            "usage": usage,
        ])
        answer.headers = [
            ("x-request-id", "req_sandbox\(call.number)"), ("openai-processing-ms", "1"),
            ("x-ratelimit-limit-requests", "10000"), ("x-ratelimit-remaining-requests", "9999"),
            ("x-ratelimit-reset-requests", "6ms"),
        ]
        return answer
    }

    /// Four bytes a token; what the last prompt under the same key began with counts as cached, in steps of 128.
    private func usage(_ call: ChatCall, _ known: KnownSchema?, completionBytes: Int) -> Payload {
        var prompt: [UInt8] = []
        prompt.reserveCapacity(call.messages.reduce(0) { $0 + $1.text.utf8.count + 8 })
        for message in call.messages {
            prompt.append(contentsOf: message.role.utf8)
            prompt.append(contentsOf: message.text.utf8)
        }
        let schemaTokens = known?.tokens ?? 0
        let promptTokens = schemaTokens + prompt.count / 4 + 4 * call.messages.count
        let key = "\(call.model)/\(call.request["prompt_cache_key"]?.text ?? "")"
        let before = state.withLock { state in
            if state.prompts.count >= Self.promptsMax, state.prompts[key] == nil { state.prompts.removeAll() }
            return state.prompts.updateValue(prompt, forKey: key)
        }
        var cached = 0
        if let before {
            let same = zip(before, prompt).prefix { $0 == $1 }.reduce(0) { count, _ in count + 1 }
            cached = min(schemaTokens + same / 4, promptTokens) / 128 * 128
        }
        let completion = max(1, completionBytes / 4)
        return [
            "prompt_tokens": .int(promptTokens), "completion_tokens": .int(completion),
            "total_tokens": .int(promptTokens + completion),
            "prompt_tokens_details": ["cached_tokens": .int(cached >= 1_024 ? cached : 0), "audio_tokens": 0],
            "completion_tokens_details": ["reasoning_tokens": 0, "audio_tokens": 0],
        ]
    }

    func transcribe(_ ask: Ask) throws(OpenAIError) -> Answer {
        guard let form = MultipartBody(contentType: ask.header("Content-Type"), body: ask.body) else {
            throw .invalid("Could not parse multipart form", param: nil)
        }
        guard let name = form["model"]?.text else {
            throw .invalid("you must provide a model parameter", param: "model")
        }
        _ = try model(name)
        guard let file = form["file"], let filename = file.filename else {
            throw .invalid("Missing required parameter: 'file'.", param: "file")
        }
        let formats = ["flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "wav", "webm"]
        guard let ending = filename.split(separator: ".").last, formats.contains(ending.lowercased()) else {
            throw .invalid(
                "Unrecognized file format. Supported formats: \(formats.joined(separator: ", "))",
                param: "file",
                code: "unsupported_value"
            )
        }
        guard file.body.count <= 25 << 20 else {
            throw OpenAIError(status: 413, message: "Maximum content size limit (26214400) exceeded")
        }
        let text = state.withLock { $0.transcript }
        if form["response_format"]?.text == "text" {
            return Answer(status: 200, contentType: "text/plain", body: Array((text + "\n").utf8))
        }
        return .json(["text": .string(text), "usage": ["type": "duration", "seconds": 4]])
    }

    func moderate(_ ask: Ask) throws(OpenAIError) -> Answer {
        guard let input = Payload.parse(ask.body)?["input"] else {
            throw .invalid("Missing required parameter: 'input'.", param: "input")
        }
        let count = input.list.map { $0.allSatisfy { $0.text != nil } ? $0.count : 1 } ?? 1
        let result: Payload = ["flagged": false, "categories": [:], "category_scores": [:]]
        return .json([
            "id": "modr-sandbox", "model": "omni-moderation-latest",
            "results": .array(Array(repeating: result, count: count)),
        ])
    }
}
