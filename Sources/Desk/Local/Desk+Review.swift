import Conversation
import Storage

extension Desk {
    public func reviews(_ request: ReviewRequest) async throws -> ReviewPage {
        guard (1...200).contains(request.limit) else { throw DeskError(.invalid, "the limit has to be 1 to 200") }
        let reason = request.reason.flatMap(ReviewReason.init)
        if let word = request.reason, reason == nil {
            let reasons = ReviewReason.allCases.map(\.rawValue).joined(separator: ", ")
            throw DeskError(.invalid, "“\(word)” is no reason; there are \(reasons)")
        }
        try await catchUp()
        let found = try await store.reviews(
            ReviewQuery(
                reason: reason,
                areJudged: request.judged ?? false,
                after: try request.cursor.map(ReviewQuery.Position.init),
                limit: request.limit
            )
        )
        var items: [ReviewItem] = []
        for record in found {
            guard let lead = try await store.lead(record.conversation) else { continue }
            items.append(ReviewItem(record, lead))
        }
        let next = found.count == request.limit ? found.last?.position.cursor : nil
        return ReviewPage(items: items, next_cursor: next)
    }

    public func judge(_ reference: String, _ judgement: Judgement, by who: String) async throws -> ReviewItem {
        let record = try await lead(reference)
        let limits = [judgement.comment, judgement.better].compactMap(\.self) + judgement.tags
        guard limits.allSatisfy({ $0.count <= 10_000 }), judgement.tags.count <= 50 else {
            throw DeskError(.invalid, "a comment has at most 10000 characters, and there are at most 50 tags")
        }
        let pointed = try await pointed(judgement, at: record.state.id)
        let isStored = try await store.judge(record.state.id, Verdict(pointed), by: who, at: now())
        guard isStored, let review = try await store.review(of: record.state.id) else {
            throw DeskError(.unknownLead, "the lead \(record.state.id.rawValue) is gone")
        }
        return ReviewItem(review, record)
    }

    /// At the answer that should have been better: where none is named, the last.
    private func pointed(_ judgement: Judgement, at id: ConversationID) async throws -> Judgement {
        var judgement = judgement
        if let seq = judgement.better_seq {
            let line = seq > 0 ? try await store.transcript(of: id, after: seq - 1, limit: 1).first : nil
            let isOfBot = line.map { $0.entry.seq == seq && Self.isOfBot($0) } ?? false
            guard isOfBot else {
                throw DeskError(.invalid, "\(seq) is no answer of the bot in this conversation")
            }
        } else if judgement.rating != .good {
            var after: Int64 = 0
            while true {
                let page = try await store.transcript(of: id, after: after, limit: Self.page)
                judgement.better_seq = page.last(where: Self.isOfBot)?.entry.seq ?? judgement.better_seq
                guard page.count == Self.page, let last = page.last else { break }
                after = last.entry.seq
            }
        }
        return judgement
    }

    private static func isOfBot(_ line: TranscriptEntry) -> Bool {
        TranscriptDocument.Entry.list(line).contains { $0.author == "bot" }
    }

    public func scenario(_ reference: String) async throws -> ScenarioFile {
        let record = try await lead(reference)
        let review = try await store.review(of: record.state.id)
        var lines: [TranscriptEntry] = []
        var seq: Int64 = 0
        // Longer than any scenario may be.
        for _ in 0..<4 {
            let page = try await store.transcript(of: record.state.id, after: seq, limit: Self.page)
            lines += page
            seq = page.last?.entry.seq ?? seq
            if page.count < Self.page { break }
        }
        return ScenarioWriter(record: record, review: review, lines: lines).file
    }
}

extension ReviewQuery.Position {
    init(cursor: String) throws {
        let parts = cursor.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let priority = Int64(parts[0]), let at = Int64(parts[1]) else {
            throw DeskError(.invalid, "the cursor is of another list; leave it out to begin anew")
        }
        self.init(
            priority: priority,
            at: Timestamp(milliseconds: at),
            id: ConversationID(String(parts[2]))
        )
    }

    var cursor: String { "\(priority).\(at.milliseconds).\(id.rawValue)" }
}

extension ReviewItem {
    init(_ review: ReviewRecord, _ lead: LeadRecord) {
        self.init(
            lead: LeadDocument(lead),
            reasons: review.reasons,
            judgement: review.verdict.map(Judgement.init),
            judged_by: review.judgedBy,
            judged_at: review.judgedAt.map(Moment.init)
        )
    }
}

extension Verdict {
    init(_ judgement: Judgement) {
        self.init(
            rating: judgement.rating.rawValue,
            tags: judgement.tags,
            comment: judgement.comment,
            betterSeq: judgement.better_seq,
            better: judgement.better
        )
    }
}

extension Judgement {
    init(_ verdict: Verdict) {
        self.init(
            rating: Rating(rawValue: verdict.rating) ?? .acceptable,
            tags: verdict.tags,
            comment: verdict.comment,
            better_seq: verdict.betterSeq,
            better: verdict.better
        )
    }
}

/// Turns a conversation into a scenario: what the customer said, and what has to hold after each turn.
struct ScenarioWriter {
    var record: LeadRecord
    var review: ReviewRecord?
    var lines: [TranscriptEntry]

    /// As many as a scenario file may have.
    private static let turnsMax = 40

    private struct Turn {
        var say: [String] = []
        var explanation: Explanation?
        var expects: [String] = []
    }

    var file: ScenarioFile {
        var yaml = "about: \(quoted(about))\n"
        yaml += "language: \(record.state.language.rawValue)\nturns:\n"
        for turn in turns {
            yaml += "  - say: \(quoted(turn.say.joined(separator: "\n")))\n"
            if !turn.expects.isEmpty {
                yaml += "    expect: [\(turn.expects.map(quoted).joined(separator: ", "))]\n"
            }
        }
        return ScenarioFile(name: "review-\(record.state.id.rawValue)", yaml: yaml)
    }

    private var about: String {
        guard let verdict = review?.verdict else { return "From a conversation, not judged yet." }
        var parts = ["Judged \(verdict.rating)"]
        if !verdict.tags.isEmpty { parts[0] += " (" + verdict.tags.joined(separator: ", ") + ")" }
        if let comment = verdict.comment { parts[0] += ": " + comment }
        if let better = verdict.better { parts.append("Better: " + better) }
        return parts.joined(separator: " | ")
    }

    private var turns: [Turn] {
        var turns: [Turn] = []
        var isAnswered = true
        for line in lines {
            switch line.entry.content {
            case .event(.messages(let messages)):
                let words = messages.compactMap(\.text)
                if words.isEmpty { continue }
                if isAnswered { turns.append(Turn()) }
                isAnswered = false
                turns[turns.count - 1].say += words
            case .message(let message) where message.author == .bot:
                guard !turns.isEmpty else { continue }
                isAnswered = true
                if let why = line.explanation { expect(why, &turns[turns.count - 1]) }
                if let verdict = review?.verdict, verdict.betterSeq == line.entry.seq, verdict.rating == "bad" {
                    // The words that were bad must not come again.
                    turns[turns.count - 1].expects.append("does not say \"\(plain(message.text))\"")
                }
            default: continue
            }
        }
        return Array(turns.filter { !$0.say.isEmpty }.prefix(Self.turnsMax))
    }

    private func expect(_ why: Explanation, _ turn: inout Turn) {
        guard turn.explanation == nil else { return }
        turn.explanation = why
        for (id, value) in (why.understood?.fields ?? [:]).sorted(by: { $0.key < $1.key }) {
            turn.expects.append("field \(id) = \(value.plainText)")
        }
        if why.stageBefore != why.stageAfter { turn.expects.append("stage \(why.stageAfter.rawValue)") }
        turn.expects += ["no price except catalog", "at most 600 characters"]
    }

    private func plain(_ text: String) -> String {
        String(text.prefix(200).map { "\"\n\r".contains($0) ? " " : $0 })
    }

    /// A double-quoted scalar of YAML, which takes JSON's escapes.
    private func quoted(_ text: String) -> String { (try? DeskJSON.text(text)) ?? "\"\"" }
}
