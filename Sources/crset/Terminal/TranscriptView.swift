import Conversation
import Foundation
import Storage

/// A conversation that reads like a chat: the customer left, the business to the right of its mark, notes between.
struct TranscriptView {
    var columns: Int
    var hasColour: Bool
    var explains: Bool

    func heading(_ record: LeadRecord) -> [String] {
        let name = LeadCard.name(record).map(Terminal.printable) ?? "(no name)"
        return ["\(name)  ·  \(record.state.stage.name.rawValue)  ·  \(record.state.id.rawValue)", ""]
    }

    func lines(_ entry: TranscriptEntry) -> [String] {
        TranscriptLine.lines(of: entry).flatMap { lines($0, entry) }
    }

    private func lines(_ line: TranscriptLine, _ entry: TranscriptEntry) -> [String] {
        if line.author == .event, line.text.isEmpty { return [] }
        let time = String(JSON.time(entry.entry.at).dropFirst(11).prefix(5))
        let head = "\(time) \(mark(line.author))"
        var body = Terminal.printable(line.text) + ticks(entry)
        for choice in line.choices { body += "\n[\(Terminal.printable(choice))]" }
        let width = max(16, columns - 18)
        let wrapped = body.split(separator: "\n", omittingEmptySubsequences: false).flatMap {
            Terminal.wrapped(String($0), width)
        }
        var result = wrapped.enumerated().map { index, text in
            (index == 0 ? head.padding(toLength: 16, withPad: " ", startingAt: 0) : String(repeating: " ", count: 16))
                + "│ " + text
        }
        if explains, let why = entry.explanation { result += explanation(why) }
        return result.map { paint($0, line.author) }
    }

    private func mark(_ author: TranscriptLine.Author) -> String {
        switch author {
        case .customer: "customer"
        case .bot: "    bot"
        case .staff: "  staff"
        case .note: "·"
        case .event: "›"
        }
    }

    private func ticks(_ entry: TranscriptEntry) -> String {
        switch (entry.sendState, entry.delivery) {
        case (nil, _): ""
        case (.dead, _), (_, .failed): " ✗ \(entry.error ?? "")"
        case (_, .read), (_, .played): " ✓✓"
        case (_, .delivered): " ✓✓"
        case (.sent, _): " ✓"
        case (.uncertain, _): " ?"
        default: " …"
        }
    }

    private func explanation(_ why: Explanation) -> [String] {
        var parts = ["prompts \(why.promptVersion)"]
        parts.append(why.model.map { "\($0), \(why.promptTokens)+\(why.completionTokens) tokens" } ?? "guided mode")
        if why.costMicroUSD > 0 { parts.append("\(Double(why.costMicroUSD) / 1_000_000) USD") }
        if why.latencyMilliseconds > 0 { parts.append("\(why.latencyMilliseconds) ms") }
        parts.append("\(why.stageBefore.rawValue) → \(why.stageAfter.rawValue)")
        parts.append("score \(why.scoreBefore) → \(why.scoreAfter)")
        if let understood = why.understood { parts.append("intent \(understood.intent.rawValue)") }
        if let trouble = why.modelTrouble { parts.append("no model: \(Terminal.printable(trouble))") }
        return Terminal.wrapped(parts.joined(separator: " · "), max(16, columns - 20)).map {
            String(repeating: " ", count: 18) + "  " + $0
        }
    }

    private func paint(_ line: String, _ author: TranscriptLine.Author) -> String {
        guard hasColour else { return line }
        switch author {
        case .customer: return "\u{1B}[36m\(line)\u{1B}[0m"
        case .note, .event: return "\u{1B}[2m\(line)\u{1B}[0m"
        case .staff: return "\u{1B}[33m\(line)\u{1B}[0m"
        case .bot: return line
        }
    }
}
