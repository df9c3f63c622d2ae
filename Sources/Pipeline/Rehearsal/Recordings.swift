import Foundation
public import Integrations
import Synchronization

/// What the model answered once, by what it was asked: played again it costs nothing and takes no time.
///
/// The answers lie in one JSON file beside the scenarios, so that they can be kept under version control with them. A
/// changed prompt asks other questions, for which there are no answers yet.
public final class Recordings: Sendable {
    public enum Mode: Sendable {
        /// What isn't there fails with `not_recorded`.
        case replay
        /// What isn't there is asked and kept.
        case fill
        /// Everything is asked anew.
        case record
    }

    private struct Entry: Codable {
        var content: String
        var model: String
        var prompt_tokens: Int
        var cached_tokens: Int
        var completion_tokens: Int
    }

    private struct State {
        var entries: [String: Entry]
        /// Asked or played in this run, so that what nobody asks any more can go.
        var used: Set<String> = []
        var hasChanged = false
    }

    /// More than any set of scenarios records.
    private static let entriesMax = 20_000
    private let path: String
    private let mode: Mode
    private let state: Mutex<State>

    /// A missing file is an empty one.
    public init(path: String, mode: Mode) throws {
        self.path = path
        self.mode = mode
        var entries: [String: Entry] = [:]
        if let data = FileManager.default.contents(atPath: path) {
            entries = try JSONDecoder().decode([String: Entry].self, from: data)
        }
        state = Mutex(State(entries: entries))
    }

    /// A model that plays what was recorded. `take` tells the repeats of one dialogue apart.
    public func playing(_ client: OpenAIClient, take: Int) -> OpenAIClient {
        var player = client
        player.complete = { [self] (request, timeout) async throws(OutsideError) in
            let key = "\(Self.key(request))#\(take)"
            if mode != .record, let entry = known(key) {
                return ChatAnswer(
                    content: entry.content,
                    model: entry.model,
                    usage: ChatUsage(
                        prompt: entry.prompt_tokens,
                        cached: entry.cached_tokens,
                        completion: entry.completion_tokens
                    )
                )
            }
            guard mode != .replay else {
                throw OutsideError(
                    service: .openai,
                    code: Self.missing,
                    message: "this question was not recorded; run with --record and OPENAI_API_KEY",
                    remedy: .giveUp
                )
            }
            let answer = try await client.complete(request, timeout)
            keep(answer, under: key)
            return answer
        }
        return player
    }

    public static let missing = "not_recorded"

    private func known(_ key: String) -> Entry? {
        state.withLock { state in
            guard let entry = state.entries[key] else { return nil }
            state.used.insert(key)
            return entry
        }
    }

    private func keep(_ answer: ChatAnswer, under key: String) {
        state.withLock { state in
            guard state.entries.count < Self.entriesMax else { return }
            state.entries[key] = Entry(
                content: answer.content,
                model: answer.model,
                prompt_tokens: answer.usage.prompt,
                cached_tokens: answer.usage.cached,
                completion_tokens: answer.usage.completion
            )
            state.used.insert(key)
            state.hasChanged = true
        }
    }

    /// Writes what is new. With `--record`, what no scenario asks any more goes.
    public func save() throws {
        let (entries, hasChanged) = state.withLock { state in
            let kept = mode == .record ? state.entries.filter { state.used.contains($0.key) } : state.entries
            return (kept, state.hasChanged)
        }
        guard hasChanged else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try encoder.encode(entries).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    /// Everything that the answer depends on.
    private static func key(_ request: ChatRequest) -> String {
        let messages = request.messages.map { "\($0.role):\($0.content.utf8.count):\($0.content)" }
        return fingerprint(
            ([request.model.name, "\(request.temperature)", request.schema.encodedText()] + messages)
                .joined(separator: "\n")
        )
    }
}
