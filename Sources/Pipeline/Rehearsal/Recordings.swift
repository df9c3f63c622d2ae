import Foundation
public import Integrations
import Synchronization

/// What the model answered once, by what it was asked: played again it costs nothing and takes no time.
///
/// The answers lie in one JSON file beside the scenarios, so that they can be kept under version control with them. A
/// changed prompt asks other questions, for which there are no answers yet: what was answered to the same dialogue
/// before is then told to be stale.
public final class Recordings: Sendable {
    public enum Mode: Sendable {
        /// What isn't there fails with `not_recorded`, or `recording_is_stale` where the same dialogue was answered
        /// with another prompt or model.
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
        /// What was said, whatever the prompt around it; absent in older files.
        var dialogue: String?
        /// Of the prompt files; absent in older files.
        var version: String?
    }

    /// What came of this run.
    public struct Tally: Sendable, Equatable {
        public var played = 0
        /// Asked for the first time.
        public var new = 0
        /// Asked anew, or to be, because the prompt or the model is another one than when they were recorded.
        public var stale = 0
        /// Versions of the prompt files that the stale ones were recorded with.
        public var staleVersions: Set<String> = []
    }

    private struct State {
        var entries: [String: Entry]
        /// Asked or played in this run, so that what nobody asks any more can go.
        var used: Set<String> = []
        var hasChanged = false
        /// Version by dialogue.
        var dialogues: [String: String]
        var tally = Tally()
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
        let dialogues = entries.values.compactMap { entry in entry.dialogue.map { ($0, entry.version ?? "") } }
        state = Mutex(State(entries: entries, dialogues: Dictionary(dialogues) { max($0, $1) }))
    }

    public var tally: Tally { state.withLock { $0.tally } }

    /// A model that plays what was recorded. `take` tells the repeats of one dialogue apart, `version` is of the prompt
    /// files that ask.
    public func playing(_ client: OpenAIClient, take: Int, version: String = "") -> OpenAIClient {
        var player = client
        player.complete = { [self] (request, timeout) async throws(OutsideError) in
            let key = "\(Self.key(request))#\(take)"
            let dialogue = "\(Self.dialogue(request))#\(take)"
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
            let before = missed(dialogue)
            guard mode != .replay else {
                let (code, what) =
                    before.map { (Self.stale, "this was recorded with another prompt or model\(Self.named($0))") }
                    ?? (Self.missing, "this question was not recorded")
                throw OutsideError(
                    service: .openai,
                    code: code,
                    message: what + "; run with --record and OPENAI_API_KEY",
                    remedy: .giveUp
                )
            }
            let answer = try await client.complete(request, timeout)
            keep(answer, under: key, dialogue: dialogue, version: version)
            return answer
        }
        return player
    }

    public static let missing = "not_recorded"
    public static let stale = "recording_is_stale"

    private static func named(_ version: String) -> String { version.isEmpty ? "" : " (version \(version))" }

    /// The version that the same dialogue was recorded with, if it was.
    private func missed(_ dialogue: String) -> String? {
        state.withLock { state in
            guard let version = state.dialogues[dialogue] else {
                state.tally.new += 1
                return nil
            }
            state.tally.stale += 1
            if !version.isEmpty { state.tally.staleVersions.insert(version) }
            return version
        }
    }

    private func known(_ key: String) -> Entry? {
        state.withLock { state in
            guard let entry = state.entries[key] else { return nil }
            state.used.insert(key)
            state.tally.played += 1
            return entry
        }
    }

    private func keep(_ answer: ChatAnswer, under key: String, dialogue: String, version: String) {
        state.withLock { state in
            guard state.entries.count < Self.entriesMax else { return }
            state.entries[key] = Entry(
                content: answer.content,
                model: answer.model,
                prompt_tokens: answer.usage.prompt,
                cached_tokens: answer.usage.cached,
                completion_tokens: answer.usage.completion,
                dialogue: dialogue,
                version: version.isEmpty ? nil : version
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

    /// What was said so far, without the prompt around it.
    private static func dialogue(_ request: ChatRequest) -> String {
        let said = request.messages.filter { $0.role == .user || $0.role == .assistant }
        return fingerprint(said.map { "\($0.role):\($0.content.utf8.count):\($0.content)" }.joined(separator: "\n"))
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
