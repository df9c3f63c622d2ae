import Conversation
import Foundation
import Integrations

/// The model: understands what the customers meant, since the simulation told it, and names in its reply the messages
/// that it answers. Now and then it hangs, fails, babbles or says what it must not.
final class SimulatedModel {
    /// When each question was put, by the number that the reply to it carries.
    private var asked: [Timestamp] = []

    func answer(_ call: HTTPCall, _ world: World) -> (HTTPAnswer, thinks: Int64) {
        if call.url.hasSuffix("/audio/transcriptions") {
            return (Self.ok(["text": "uma nota de voz"]), world.chance.milliseconds(200...1_500))
        }
        let weather = world.weather
        var thinks = world.chance.milliseconds(300...2_500)
        if world.chance.happens(weather.modelHangs) { thinks = 600_000 }
        if world.chance.happens(weather.modelSlow) { thinks += world.chance.milliseconds(2_000...14_000) }
        if world.chance.happens(weather.modelFails) { return (failure(world), min(thinks, 1_000)) }
        let json = call.body.flatMap { try? JSONValue(parsing: $0) }
        let tokens = newest(in: json, world)
        asked.append(world.now)
        world.note("the model is asked about \(tokens.joined(separator: " "))")
        if world.chance.happens(weather.modelTalksNonsense) { return (nonsense(world), thinks) }
        return (completion(reply(to: tokens, world).encodedText()), thinks)
    }

    /// When the question was put whose answer this text is.
    func askedAt(of text: String) -> Timestamp? {
        guard let mark = text.range(of: "(answer ") else { return nil }
        let number = Self.number(text[mark.upperBound...].prefix { $0.isLetter })
        return asked.indices.contains(number) ? asked[number] : nil
    }

    /// The tokens of what the customer wrote since the last message of ours.
    private func newest(in request: JSONValue?, _ world: World) -> [String] {
        var tokens: [String] = []
        for message in (request?["messages"]?.array ?? []).reversed() {
            switch message["role"]?.string {
            case "user": tokens = world.tokens(in: message["content"]?.string ?? "") + tokens
            case "assistant": return tokens
            default: continue
            }
        }
        return tokens
    }

    private func reply(to tokens: [String], _ world: World) -> JSONValue {
        let meanings = tokens.compactMap { token in world.meanings[token] }
        let buys = meanings.last { $0.intent == "buy" }
        let meaning = buys ?? meanings.last ?? Meaning()
        var fields: [JSONValue.Member] = []
        for (name, value) in meanings.flatMap(\.fields) {
            fields.removeAll { $0.name == name }
            fields.append(.init(name, value))
        }
        var words = "[model] Muito bem, \(tokens.joined(separator: ", ")). (answer \(Self.letters(asked.count - 1)))"
        if world.chance.happens(world.weather.modelMisbehaves) {
            words += world.chance.one(of: [
                " Custa 3 euros.", " Veja https://evil.example/pay.", " Ligue +351 912 345 678.",
            ])
        }
        return .object([
            .init("reply", .string(words)), .init("language", "pt-PT"), .init("intent", .string(meaning.intent)),
            .init("product", .optional(buys == nil ? nil : meaning.product)), .init("fields", .object(fields)),
        ])
    }

    // MARK: Trouble

    private func failure(_ world: World) -> HTTPAnswer {
        let (status, code) = world.chance.one(of: [
            (500, "server_error"), (503, "overloaded"), (429, "rate_limit_exceeded"), (429, "insufficient_quota"),
            (400, "invalid_prompt"), (404, "model_not_found"), (401, "invalid_api_key"),
        ])
        let body: JSONValue = ["error": ["message": "simulated", "type": .string(code), "code": .string(code)]]
        return HTTPAnswer(status: status, body: body.encoded())
    }

    private func nonsense(_ world: World) -> HTTPAnswer {
        switch world.chance.whole(0...4) {
        case 0: HTTPAnswer(status: 200, body: Data("<html>".utf8))
        case 1: completion("I think that")
        case 2: completion("{\"reply\":\"\"}")
        case 3: completion("{\"reply\":\"Olá\",\"language\":\"pt\",\"intent\":\"give_discount\"}")
        default: completion("", finish: "length")
        }
    }

    private func completion(_ content: String, finish: String = "stop") -> HTTPAnswer {
        Self.ok([
            "id": "chatcmpl-1", "object": "chat.completion", "model": "gpt-4.1-2025-04-14",
            "choices": [
                [
                    "index": 0, "finish_reason": .string(finish),
                    "message": ["role": "assistant", "content": .string(content), "refusal": .null],
                ]
            ],
            "usage": ["prompt_tokens": 1_000, "completion_tokens": 60],
        ])
    }

    private static func ok(_ json: JSONValue) -> HTTPAnswer { HTTPAnswer(status: 200, body: json.encoded()) }

    // MARK: Numbers without digits, which the guard would look at

    private static func letters(_ number: Int) -> String {
        var number = number
        var word = ""
        repeat {
            word.append(Character(UnicodeScalar(UInt8(97 + number % 26))))
            number /= 26
        } while number > 0
        return word
    }

    private static func number(_ word: Substring) -> Int {
        word.utf8.reversed().reduce(0) { $0 * 26 + Int($1) - 97 }
    }
}

/// What a customer means with a message.
struct Meaning {
    var intent = "answer"
    var product: String?
    var fields: [(String, JSONValue)] = []
}
