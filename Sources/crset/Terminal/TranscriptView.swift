import Desk
import Foundation

/// A conversation that reads like a chat: the customer left, the business to the right of its mark, notes between.
struct TranscriptView {
    var columns: Int
    var hasColour: Bool
    var explains: Bool
    var clock: StaffClock

    func heading(_ lead: LeadDocument) -> [String] {
        let name = lead.name.map(Terminal.line) ?? "(no name)"
        return Terminal.wrapped("\(name)  ·  \(lead.stage)  ·  \(lead.id)", columns) + [""]
    }

    /// A line before the first entry of each day. `day` is that of the entry before.
    func dayLine(_ entry: TranscriptDocument.Entry, after day: inout String) -> [String] {
        let today = clock.date(entry.at)
        if today == day { return [] }
        defer { day = today }
        return [paint("—— \(today) ——", "note")]
    }

    /// `number`: what the line is called by whoever judges the conversation.
    func lines(_ entry: TranscriptDocument.Entry, number: Int? = nil) -> [String] {
        if entry.author == "event", entry.text.isEmpty { return [] }
        let name = number.map { "bot \($0)" } ?? mark(entry.author)
        let head = Terminal.fitted("\(clock.time(entry.at)) \(name)", 16)
        var body = Terminal.printable(entry.text) + TranscriptWords.ticks(entry)
        for choice in entry.choices ?? [] { body += "\n[\(Terminal.printable(choice))]" }
        // On a narrow terminal the words get the whole width below their head.
        let isNarrow = columns < 50
        let width = max(16, isNarrow ? columns - 2 : columns - 18)
        let wrapped = body.split(separator: "\n", omittingEmptySubsequences: false).flatMap {
            Terminal.wrapped(String($0), width)
        }
        var result: [String]
        if isNarrow {
            result = [head.trimmingCharacters(in: .whitespaces)] + wrapped.map { "│ " + $0 }
        } else {
            result = wrapped.enumerated().map { index, text in
                (index == 0 ? head : String(repeating: " ", count: 16)) + "│ " + text
            }
        }
        if explains, let why = entry.explanation { result += explanation(why, isNarrow: isNarrow) }
        return result.map { paint($0, entry.author) }
    }

    private func mark(_ author: String) -> String {
        switch author {
        case "customer": "customer"
        case "bot": "    bot"
        case "staff": "  staff"
        case "note": "·"
        default: "›"
        }
    }

    private func explanation(_ why: ExplanationDocument, isNarrow: Bool) -> [String] {
        let margin = isNarrow ? "  " : String(repeating: " ", count: 20)
        return Terminal.wrapped(TranscriptWords.explanation(why), max(16, columns - margin.count)).map { margin + $0 }
    }

    private func paint(_ line: String, _ author: String) -> String {
        guard hasColour else { return line }
        switch author {
        case "customer": return "\u{1B}[36m\(line)\u{1B}[0m"
        case "note", "event": return "\u{1B}[2m\(line)\u{1B}[0m"
        case "staff": return "\u{1B}[33m\(line)\u{1B}[0m"
        default: return line
        }
    }
}

/// What every form of a transcript says alike.
enum TranscriptWords {
    static func ticks(_ entry: TranscriptDocument.Entry) -> String {
        switch (entry.send_state, entry.delivery) {
        case (nil, _): ""
        case ("dead", _), (_, "failed"): " ✗ \(Terminal.printable(entry.error ?? ""))"
        case (_, "read"), (_, "played"): " ✓✓ read"
        case (_, "delivered"): " ✓✓"
        case ("sent", _): " ✓"
        case ("uncertain", _): " ? (no answer from WhatsApp yet)"
        default: " …"
        }
    }

    static func explanation(_ why: ExplanationDocument) -> String {
        var parts = ["prompts \(why.prompt_version)"]
        parts.append(why.model.map { "\($0), \(why.prompt_tokens)+\(why.completion_tokens) tokens" } ?? "guided mode")
        if why.cost_micro_usd > 0 { parts.append(LeadCard.dollars(why.cost_micro_usd)) }
        if why.latency_ms > 0 { parts.append("\(why.latency_ms) ms") }
        parts.append("\(why.stage_before) → \(why.stage_after)")
        parts.append("score \(why.score_before) → \(why.score_after)")
        if let intent = why.intent { parts.append("intent \(intent)") }
        for (id, value) in (why.fields ?? [:]).sorted(by: { $0.key < $1.key }) {
            parts.append("\(id) = \(Terminal.printable(value))")
        }
        if let trouble = why.model_trouble { parts.append("no model: \(Terminal.printable(trouble))") }
        return parts.joined(separator: " · ")
    }
}
