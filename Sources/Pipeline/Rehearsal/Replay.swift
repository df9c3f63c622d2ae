public import Conversation
public import Integrations
public import Logging
public import Prompts
public import Storage

/// A conversation that was really held, taken apart into turns.
public struct PastConversation: Sendable {
    public struct Turn: Sendable {
        public var at: Timestamp
        public var messages: [CustomerMessage]
        /// Everything before it.
        public var past: [JournalEntry]
        /// What the bot said, and why.
        public var answered: [OutMessage]
        public var explanation: Explanation?
    }

    public var id: ConversationID
    public var language: Language
    public var turns: [Turn] = []
    public var transcripts: [MessageID: String] = [:]

    /// Only as far as the bot spoke alone: what a person or a payment changed can't be rehearsed.
    public init(_ lead: LeadRecord, _ transcript: [TranscriptEntry]) {
        id = lead.state.id
        language = lead.state.language
        var past: [JournalEntry] = []
        var open: Turn?
        for line in transcript {
            switch line.entry.content {
            case .event(.messages(let messages)):
                if var turn = open, turn.answered.isEmpty {
                    turn.messages += messages
                    open = turn
                } else {
                    close(&open)
                    open = Turn(at: line.entry.at, messages: messages, past: past, answered: [])
                }
            case .event(.staff), .event(.ownerAnswered), .event(.payment):
                close(&open)
                return
            case .message(let message):
                if message.author == .bot, var turn = open {
                    turn.answered.append(message)
                    turn.explanation = turn.explanation ?? line.explanation
                    open = turn
                }
            case .note(let note):
                if note.kind == .understood, note.text.hasPrefix("voice note: "),
                    let voice = open?.messages.last(where: \.isVoice)
                {
                    transcripts[voice.id] = String(note.text.dropFirst(12))
                }
            case .event: break
            }
            past.append(line.entry)
        }
        close(&open)
    }

    private mutating func close(_ turn: inout Turn?) {
        if let turn, !turn.answered.isEmpty, turn.messages.contains(where: \.needsAnswer) { turns.append(turn) }
        turn = nil
    }
}

extension CustomerMessage {
    fileprivate var isVoice: Bool { if case .voice = content { true } else { false } }
}

/// One turn then and now.
public struct ReplayedTurn: Sendable {
    public var conversation: ConversationID
    public var number: Int
    public var at: Timestamp
    public var said: String
    public var answeredBefore: String
    public var answeredNow: String
    public var versionBefore: String?
    /// What differs, in words.
    public var changes: [String]
    /// How much: decisions weigh more than words.
    public var weight: Int
    /// Share of the words of both answers that the other one doesn't have, 0 to 1.
    public var wordsChanged: Double
    public var costMicroUSD: Int
    public var trouble: String?
}

/// Holds past conversations again with another version. Nothing is sent to anyone.
public struct Replay: Sendable {
    let library: PromptLibrary
    private let client: OpenAIClient?
    let models: [OpenAIModel]
    let settings: PipelineSettings
    private let log: Logger

    private static let atOnce = 4

    public init(
        _ library: PromptLibrary,
        client: OpenAIClient?,
        models: [OpenAIModel],
        settings: PipelineSettings,
        log: Logger
    ) {
        self.library = library
        self.client = client
        self.models = models
        self.settings = settings
        self.log = log
    }

    /// The turns that changed most first.
    public func run(_ conversations: [PastConversation]) async -> [ReplayedTurn] {
        let turns = await withTaskGroup(of: [ReplayedTurn].self) { group in
            var turns: [ReplayedTurn] = []
            var waiting = conversations.makeIterator()
            func start() {
                guard let conversation = waiting.next() else { return }
                group.addTask { await hold(conversation) }
            }
            for _ in 0..<Self.atOnce { start() }
            while let held = await group.next() {
                turns += held
                start()
            }
            return turns
        }
        return turns.sorted {
            ($0.weight, $0.wordsChanged, $1.conversation, $1.number)
                > ($1.weight, $1.wordsChanged, $0.conversation, $0.number)
        }
    }

    private func hold(_ conversation: PastConversation) async -> [ReplayedTurn] {
        var rehearsal = Rehearsal(
            library,
            language: conversation.language,
            client: client,
            models: models,
            settings: settings,
            log: log
        )
        var turns: [ReplayedTurn] = []
        for (index, turn) in conversation.turns.enumerated() {
            let outcome = await rehearsal.turn(
                turn.messages,
                past: turn.past,
                transcripts: conversation.transcripts
            )
            let changes = Self.changes(turn, outcome)
            turns.append(
                ReplayedTurn(
                    conversation: conversation.id,
                    number: index + 1,
                    at: turn.at,
                    said: turn.messages.map { $0.text ?? "[…]" }.joined(separator: "\n"),
                    answeredBefore: turn.answered.map(\.text).joined(separator: "\n\n"),
                    answeredNow: outcome.words,
                    versionBefore: turn.explanation?.promptVersion,
                    changes: changes.map(\.0),
                    weight: changes.reduce(0) { $0 + $1.1 },
                    wordsChanged: Self.wordsChanged(turn.answered.map(\.text).joined(separator: " "), outcome.words),
                    costMicroUSD: outcome.costMicroUSD,
                    trouble: outcome.trouble
                )
            )
        }
        return turns
    }

    /// By words as they are heard: case, accents and marks don't count.
    static func wordsChanged(_ before: String, _ now: String) -> Double {
        func words(_ text: String) -> [String: Int] {
            FoldedText(text, charactersMax: 8_192).words.reduce(into: [:]) { $0[$1.text, default: 0] += 1 }
        }
        let (old, new) = (words(before), words(now))
        let total = old.values.reduce(0, +) + new.values.reduce(0, +)
        let common = old.reduce(0) { $0 + min($1.value, new[$1.key] ?? 0) }
        return total == 0 ? 0 : Double(total - 2 * common) / Double(total)
    }

    private static func changes(_ turn: PastConversation.Turn, _ now: Rehearsal.Outcome) -> [(String, Int)] {
        var changes: [(String, Int)] = []
        if let before = turn.explanation {
            if before.stageAfter != now.stage {
                changes.append(("stage \(before.stageAfter.rawValue) → \(now.stage.rawValue)", 8))
            }
            if before.scoreAfter != now.score { changes.append(("score \(before.scoreAfter) → \(now.score)", 3)) }
            if let old = before.understood, let new = now.understood {
                if old.intent != new.intent {
                    changes.append(("intent \(old.intent.rawValue) → \(new.intent.rawValue)", 4))
                }
                for id in Set(old.fields.keys).union(new.fields.keys).sorted() where old.fields[id] != new.fields[id] {
                    let (was, isNow) = (old.fields[id]?.plainText ?? "unknown", new.fields[id]?.plainText ?? "unknown")
                    changes.append(("\(id) \(was) → \(isNow)", 4))
                }
            }
        }
        let hadLink = turn.answered.contains { if case .link = $0.content { true } else { false } }
        if hadLink != now.hasLink { changes.append((now.hasLink ? "an offer is made" : "no offer is made", 10)) }
        if !now.heldBack.isEmpty { changes.append(("a reply is held back", 6)) }
        if turn.answered.map(\.text).joined(separator: "\n\n") != now.words { changes.append(("other words", 1)) }
        return changes
    }
}
