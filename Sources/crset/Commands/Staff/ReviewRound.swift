import Desk

/// A person reads and judges, one conversation after the other.
struct ReviewRound {
    /// A page of what waits, behind a cursor.
    var waiting: (String?) async throws -> ReviewPage
    /// A page of a conversation, behind a seq.
    var transcript: (_ lead: String, _ after: Int64) async throws -> TranscriptPage
    var judge: (_ lead: String, Judgement) async throws -> Void
    var view: TranscriptView
    var keyboard = Keyboard.terminal
    var write: (String) -> Void = Terminal.write

    private enum Answer {
        case judged(Judgement)
        case skipped
        case end
    }

    /// Shows the whole conversation and returns the seqs of what the bot said, whose numbers stand beside them.
    @discardableResult
    func show(_ lead: String, numbers: Bool) async throws -> [Int64] {
        var answers: [Int64] = []
        var (seq, day, isFirst) = (Int64(0), "", true)
        try await TranscriptReading.all(after: &seq) {
            try await transcript(lead, $0)
        } show: { page in
            if isFirst { view.heading(page.lead).forEach(write) }
            isFirst = false
            for entry in page.entries {
                if entry.author == "bot" { answers.append(entry.seq) }
                let lines = view.lines(entry, number: numbers && entry.author == "bot" ? answers.count : nil)
                if !lines.isEmpty { (view.dayLine(entry, after: &day) + lines).forEach(write) }
            }
        }
        return answers
    }

    /// Until nothing waits or the person ends it.
    func go() async throws {
        var cursor: String?
        var (judged, skipped) = (0, 0)
        round: while true {
            let page = try await waiting(cursor)
            for item in page.items {
                switch try await ask(about: item) {
                case .judged(let judgement):
                    try await judge(item.lead.id, judgement)
                    judged += 1
                    if judgement.rating == .bad { write(Self.hint(item.lead.id)) }
                case .skipped: skipped += 1
                case .end: break round
                }
            }
            cursor = page.next_cursor
            if cursor == nil { break }
        }
        write(judged + skipped == 0 ? "Nothing was judged." : "Judged \(judged), skipped \(skipped).")
    }

    private func ask(about item: ReviewItem) async throws -> Answer {
        write("")
        write("Why: \(item.reasons.joined(separator: ", "))" + before(item))
        let answers: [Int64]
        do { answers = try await show(item.lead.id, numbers: true) } catch let error as DeskError
            where error.code == .unknownLead
        {
            // Erased while the person read the ones before.
            write("\(error)")
            return .skipped
        }
        write("")
        while let key = keyboard.key("g good · a acceptable · b bad · s skip · q quit: ") {
            switch key.lowercased() {
            case "g": return answer(.good, answers)
            case "a": return answer(.acceptable, answers)
            case "b": return answer(.bad, answers)
            case "s": return .skipped
            case "q": return .end
            default: write("That key is none of them.")
            }
        }
        return .end
    }

    /// Of one that comes again, since something happened after it was judged.
    private func before(_ item: ReviewItem) -> String {
        guard let judgement = item.judgement else { return "" }
        let who = item.judged_by.map { " by \(Terminal.line($0))" } ?? ""
        return "  (judged \(judgement.rating.rawValue)\(who) before)"
    }

    private func answer(_ rating: Judgement.Rating, _ answers: [Int64]) -> Answer {
        judgement(rating, answers).map(Answer.judged) ?? .end
    }

    /// Nil: the person wants to end, and has not judged.
    private func judgement(_ rating: Judgement.Rating, _ answers: [Int64]) -> Judgement? {
        guard let tags = keyboard.line("tags, with spaces between (Enter: none): "),
            let comment = keyboard.line("comment (Enter: none): ")
        else { return nil }
        var judgement = Judgement(
            rating: rating,
            tags: tags.split(separator: " ").map(String.init),
            comment: comment.isEmpty ? nil : comment
        )
        if rating == .good { return judgement }
        if !answers.isEmpty {
            guard let number = number(answers.count) else { return nil }
            judgement.better_seq = answers[number - 1]
        }
        guard let better = keyboard.line("better answer (Enter: none): ") else { return nil }
        judgement.better = better.isEmpty ? nil : better
        return judgement
    }

    /// Of the answer that should have been better.
    private func number(_ last: Int) -> Int? {
        if last == 1 { return 1 }
        while let words = keyboard.line("which answer of the bot, 1 to \(last) (Enter: the last): ") {
            if words.isEmpty { return last }
            if let number = Int(words), (1...last).contains(number) { return number }
            write("Give a number from 1 to \(last), as it stands beside “bot”.")
        }
        return nil
    }

    private static func hint(_ lead: String) -> String {
        "So that it is checked for ever: crset review \(lead) --export > Prompts/scenarios/NAME.yaml"
    }
}
