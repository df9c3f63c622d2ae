import Conversation
import Desk
import Integrations
import Pipeline
import Prompts

import struct Foundation.CharacterSet
import struct Foundation.Data
import class Foundation.JSONDecoder

/// Asks a server over its API.
struct RemoteCall: Sendable {
    let transport: HTTPTransport
    /// Without a slash at the end.
    let base: String
    let token: Secret
    let surroundings: Surroundings

    private static let timeoutMilliseconds = 30_000
    private static let answerBytesMax = 64 << 20
    private static let triesMax = 3
    private static let pauseMilliseconds: Int64 = 200
    private static let waitMillisecondsMax: Int64 = 5_000

    func get<Answer: Decodable>(
        _ path: [String],
        _ query: (some Encodable)? = Optional<Route.Nothing>.none
    ) async throws -> Answer {
        let query = try query.map { try Self.text($0) } ?? ""
        return try await send(.get, path, query, body: nil, key: nil)
    }

    /// - Parameter id: the same for each repeat of one request, so that it is done once.
    func write<Answer: Decodable>(
        _ method: HTTPCall.Method,
        _ path: [String],
        _ body: some Encodable,
        id: String? = nil
    ) async throws -> Answer {
        let data = try DeskJSON.data(body, isPretty: false)
        return try await send(method, path, "", body: data, key: id ?? surroundings.newID())
    }

    func upload<Answer: Decodable>(_ path: [String], _ query: some Encodable, _ file: Data) async throws -> Answer {
        try await send(
            .post,
            path,
            try Self.text(query),
            body: file,
            key: surroundings.newID(),
            type: "application/octet-stream"
        )
    }

    /// What failed on the way is asked again: reads change nothing, and writes carry a key.
    private func send<Answer: Decodable>(
        _ method: HTTPCall.Method,
        _ path: [String],
        _ query: String,
        body: Data?,
        key: String?,
        type: String = "application/json"
    ) async throws -> Answer {
        // It would be another route's path.
        guard !path.contains("") else { throw DeskError(.invalid, "an id is missing; give one") }
        var headers = ["Authorization": "Bearer \(token.value)", "Accept": "application/json"]
        if body != nil { headers["Content-Type"] = type }
        if let key { headers["Idempotency-Key"] = key }
        let call = HTTPCall(
            method,
            base + "/v1/" + path.map(Self.escaped).joined(separator: "/") + query,
            headers: headers,
            body: body,
            // A slow line brings 250 kB a second.
            timeoutMilliseconds: Self.timeoutMilliseconds + (body?.count ?? 0) / 250,
            answerBytesMax: Self.answerBytesMax
        )
        var attempt = 1
        while true {
            let result = await perform(call)
            switch result {
            case .success(let answer):
                guard attempt < Self.triesMax, let wait = Self.wait(answer) else { return try read(answer) }
                try await surroundings.sleep(surroundings.now().adding(milliseconds: wait))
            case .failure(let failure):
                guard attempt < Self.triesMax, failure != .answerTooLong else { throw unreachable(failure) }
                try await surroundings.sleep(surroundings.now().adding(milliseconds: Self.pauseMilliseconds))
            }
            attempt += 1
        }
    }

    private func perform(_ call: HTTPCall) async -> Result<HTTPAnswer, HTTPFailure> {
        do throws(HTTPFailure) { return .success(try await transport.perform(call)) } catch { return .failure(error) }
    }

    /// Nil: the answer stands.
    private static func wait(_ answer: HTTPAnswer) -> Int64? {
        guard
            answer.status == 429 || answer.status == 503
                || (answer.status == 409 && problem(answer)?.code == "under_way")
        else { return nil }
        guard problem(answer)?.code != "not_configured" else { return nil }
        let seconds = answer.headers["retry-after"].flatMap { Int64($0) } ?? 1
        return seconds * 1_000 <= waitMillisecondsMax ? seconds * 1_000 : nil
    }

    private static func problem(_ answer: HTTPAnswer) -> APIProblem? {
        try? JSONDecoder().decode(APIProblem.self, from: answer.body)
    }

    private func read<Answer: Decodable>(_ answer: HTTPAnswer) throws -> Answer {
        if (200..<300).contains(answer.status) {
            do { return try DeskJSON.decode(Answer.self, answer.body) } catch {
                throw StartProblem("\(base) speaks another version of the API; update this program", exitCode: 1)
            }
        }
        guard let problem = Self.problem(answer) else {
            throw StartProblem(
                "\(base) answered HTTP \(answer.status) and is no CRSET; check CRSET_SERVER",
                exitCode: 69
            )
        }
        if let code = DeskError.Code(rawValue: problem.code) {
            let faults = (problem.errors ?? []).map { "\($0.field): \($0.detail)" }.joined(separator: "; ")
            throw DeskError(
                code,
                faults.isEmpty ? problem.detail : faults,
                candidates: problem.candidates,
                holder: problem.holder
            )
        }
        switch problem.status {
        case 401:
            throw StartProblem(
                "the server takes no such token; ask for a new one (`crset token issue`) and set CRSET_TOKEN to it",
                exitCode: 1
            )
        case 503: throw StartProblem("\(base): \(problem.detail)", exitCode: 69)
        default: throw StartProblem(problem.detail, exitCode: 1)
        }
    }

    private func unreachable(_ failure: HTTPFailure) -> StartProblem {
        let why =
            switch failure {
            case .answerTooLong: "its answer is longer than \(Self.answerBytesMax >> 20) MiB"
            case .notSent, .noAnswer: "it doesn't answer"
            }
        return StartProblem("\(base) can't be used: \(why); check CRSET_SERVER", exitCode: 69)
    }

    static func text(_ query: some Encodable) throws -> String {
        let items = try JSONValue.of(query).members.sorted { $0.key < $1.key }.flatMap { name, value in
            (value.items.isEmpty ? [value] : value.items).compactMap { word($0).map { "\(name)=\(escaped($0))" } }
        }
        return items.isEmpty ? "" : "?" + items.joined(separator: "&")
    }

    private static func word(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .bool(let flag): String(flag)
        case .null, .array, .object: nil
        }
    }

    /// For a part of a path or of a query.
    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )
}
