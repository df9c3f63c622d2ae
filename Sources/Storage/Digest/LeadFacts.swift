import Conversation

/// What is counted of one lead, worked out from its lines one after the other.
struct LeadFacts: Sendable, Equatable {
    var id: String
    var language = ""
    var product: String?
    var source: String?
    var promptVersion: String?
    /// Milliseconds since 1970, or counts; by the name of their column.
    var numbers: [String: Int64] = [:]

    /// Moments: NULL until they come.
    static let moments = [
        "began_at", "engaged_at", "qualified_at", "offered_at", "link_at", "paid_at", "opted_out_at",
        "first_response_ms", "open_since", "last_turn", "person_at",
    ]
    /// Counts: 0 at first.
    static let counts =
        [
            "messages_in", "messages_bot", "messages_staff", "answers", "answer_ms", "failures", "guarded", "troubles",
            "model_answers", "cost_micro_usd", "prompt_tokens", "completion_tokens",
        ] + answerSteps.indices.map { "answers_\($0)" }
    /// Upper bounds in milliseconds; what took longer is in none.
    static let answerSteps: [Int64] = [2_000, 5_000, 15_000, 60_000, 600_000, 3_600_000]
    static let columns = moments + counts

    init(id: String) { self.id = id }

    private mutating func add(_ name: String, _ more: Int64 = 1) { numbers[name, default: 0] += more }
    private mutating func setOnce(_ name: String, _ value: Int64) { if numbers[name] == nil { numbers[name] = value } }

    /// Reasons why the conversation is worth reading that this line gave.
    mutating func take(_ line: DigestLine) -> [ReviewReason] {
        let at = line.at.milliseconds
        let reasons = takeExplanation(line)
        switch line.content {
        case .event(.messages(let messages)): return reasons + takeMessages(messages, at: at)
        case .event(.ownerAnswered):
            setOnce("person_at", at)
            add("messages_staff")
            answered(at: at)
        case .event(.undeliverable):
            add("failures")
            return reasons + [.failed]
        case .message(let message):
            answered(at: at)
            if message.author == .staff {
                setOnce("person_at", at)
                add("messages_staff")
            } else {
                add("messages_bot")
                if numbers["messages_bot"] == 1 { return reasons + [.new] }
            }
        case .note(let note): return reasons + takeNote(note, at: at)
        default: break
        }
        return reasons
    }

    private mutating func takeMessages(_ messages: [CustomerMessage], at: Int64) -> [ReviewReason] {
        let asking = messages.filter(\.needsAnswer)
        add("messages_in", Int64(asking.count))
        setOnce("began_at", at)
        if asking.isEmpty { return [] }
        if numbers["first_response_ms"] != nil { setOnce("engaged_at", at) }
        setOnce("open_since", at)
        return []
    }

    private mutating func answered(at: Int64) {
        guard let since = numbers.removeValue(forKey: "open_since") else { return }
        let took = max(0, at - since)
        setOnce("first_response_ms", took)
        add("answers")
        add("answer_ms", took)
        if let step = Self.answerSteps.firstIndex(where: { took <= $0 }) { add("answers_\(step)") }
    }

    private mutating func takeNote(_ note: Note, at: Int64) -> [ReviewReason] {
        switch note.kind {
        case .guarded:
            add("guarded")
            return [.guarded]
        case .stage:
            guard let stage = note.text.split(separator: " ").last.flatMap({ Stage.Name(rawValue: String($0)) }) else {
                return []
            }
            return reached(stage, at: at)
        case .payment where note.text == "the offer ended unpaid": return [.lost]
        default: return []
        }
    }

    private mutating func reached(_ stage: Stage.Name, at: Int64) -> [ReviewReason] {
        // Whoever got further has been here, too, also where a step was skipped within one turn.
        switch stage {
        case .qualified: setOnce("qualified_at", at)
        case .offered:
            for name in ["qualified_at", "offered_at"] { setOnce(name, at) }
        case .awaitingPayment:
            for name in ["qualified_at", "offered_at", "link_at"] { setOnce(name, at) }
        case .paid:
            for name in ["qualified_at", "offered_at", "link_at", "paid_at"] { setOnce(name, at) }
        case .optedOut:
            setOnce("opted_out_at", at)
            return [.lost]
        case .disqualified, .dormant: return isSample ? [.lost, .sample] : [.lost]
        case .new, .qualifying, .handedOff: break
        }
        return stage == .paid && isSample ? [.sample] : []
    }

    /// All messages of one turn carry the same explanation, which counts once.
    private mutating func takeExplanation(_ line: DigestLine) -> [ReviewReason] {
        guard let why = line.explanation else { return [] }
        let turn = line.turn ?? line.at.milliseconds
        guard numbers["last_turn"] != turn else { return [] }
        numbers["last_turn"] = turn
        if promptVersion == nil { promptVersion = why.promptVersion }
        add("cost_micro_usd", Int64(why.costMicroUSD))
        add("prompt_tokens", Int64(why.promptTokens))
        add("completion_tokens", Int64(why.completionTokens))
        if why.model != nil { add("model_answers") }
        var reasons: [ReviewReason] = []
        if why.modelTrouble != nil {
            add("troubles")
            reasons.append(.trouble)
        }
        if why.understood?.intent == .complaint { reasons.append(.complaint) }
        return reasons
    }

    /// One in twenty, always the same ones.
    private var isSample: Bool {
        let hash = id.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return (hash >> 20) % 20 == 0
    }
}

/// Why a conversation is worth reading, with what comes first.
public enum ReviewReason: String, Sendable, CaseIterable {
    case complaint
    case guarded
    case failed
    case trouble = "low_confidence"
    case lost
    case sample
    /// The bot answered, and nobody has read it yet.
    case new

    var priority: Int64 {
        switch self {
        case .complaint: 60
        case .guarded: 50
        case .failed: 40
        case .trouble: 30
        case .lost: 20
        case .sample: 10
        case .new: 5
        }
    }
}

/// A line of the journal on its way into index and statistics.
struct DigestLine: Sendable {
    var seq: Int64
    var conversation: String
    var at: Timestamp
    var content: JournalEntry.Content
    var explanation: Explanation?
    /// Number of the turn that wrote it.
    var turn: Int64?

    init(entry: RawEntry, conversation: String, outboxID: String?, explanation: String?) {
        let decoded = entry.decoded
        (seq, at, content) = (decoded.seq, decoded.at, decoded.content)
        self.conversation = conversation
        self.explanation = explanation.flatMap { try? StoredJSON.decode(text: $0) }
        turn = outboxID.flatMap { id in
            let parts = id.split(separator: "-")
            return parts.count > 2 ? Int64(parts[parts.count - 2]) : nil
        }
    }

    /// Whether a payment may stand in the conversation's state since this line.
    var tellsOfPayment: Bool {
        switch content {
        case .note(let note): note.kind == .payment || (note.kind == .stage && note.text.hasSuffix("paid"))
        default: false
        }
    }

    /// The session whose money went back.
    var refundedSession: String? {
        if case .event(.payment(let news)) = content, news.kind == .refunded { return news.sessionID }
        return nil
    }

    /// What is found by searching, folded.
    var words: [String] {
        let texts: [String] =
            switch content {
            case .event(.messages(let messages)): messages.compactMap(\.searchText)
            case .event(.ownerAnswered(let text)): [text]
            case .event(.staff(.setStage(_, let reason, _))): [reason]
            case .event(.remark(let text)): [text]
            case .message(let message): [message.text]
            case .note(let note) where [.staff, .delivery, .guarded].contains(note.kind): [note.text]
            default: []
            }
        return texts.flatMap { SearchWords.words(in: $0).map(\.folded) }
    }
}

extension CustomerMessage {
    /// The words by which staff finds it.
    var searchText: String? {
        switch content {
        case .contact(let name, let phone): [name, phone ?? ""].joined(separator: " ")
        case .location(_, _, let name): name
        default: text
        }
    }
}

/// Where a lead came from, in a word: `ad 120…`, `post 17…`, `direct`.
enum SourceWord {
    /// As WhatsApp names its parts.
    private struct Referral: Decodable {
        var sourceType: String?
        var sourceID: String?

        enum CodingKeys: String, CodingKey {
            case sourceType = "source_type"
            case sourceID = "source_id"
        }
    }

    static func word(_ json: String?) -> String {
        guard let json, let referral = try? StoredJSON.decode(Referral.self, json) else { return "direct" }
        let type = referral.sourceType ?? "ad"
        return referral.sourceID.map { "\(type) \($0)" } ?? type
    }
}
