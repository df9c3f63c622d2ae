import Conversation
import Foundation
import Pipeline

/// What would have been different.
struct ReplayReport {
    var version: String
    var conversations: Int
    /// What was said before; nil in guided mode.
    var estimate: Replay.Estimate?
    /// Those that changed most first.
    var turns: [ReplayedTurn]

    var changed: Int { turns.count { $0.weight > 1 } }
    var costMicroUSD: Int { turns.reduce(0) { $0 + $1.costMicroUSD } }

    var summary: String {
        "version \(version): \(changed) of \(turns.count) turns in \(conversations) conversations decide otherwise, "
            + "\(turns.count { $0.weight == 1 }) only say it in other words; \(dollars(costMicroUSD))"
    }

    /// What it will cost at most, before it begins.
    static func line(_ estimate: Replay.Estimate) -> String {
        let cost = estimate.microUSD.map { "at most about \(dollars($0))" } ?? "at prices that are not known here"
        let basis =
            estimate.turnsReported > 0
            ? "by what \(estimate.turnsReported) of these turns took" : "estimated to within about a tenth"
        return "\(estimate.conversations) conversations, \(estimate.turns) turns, about \(estimate.tokens) tokens of "
            + "\(estimate.model ?? "the model") (\(basis)), \(cost)"
    }

    func lines(_ most: Int, columns: Int, _ paint: Paint) -> [String] {
        var lines: [String] = []
        for turn in turns.prefix(most) where turn.weight > 0 {
            let head = "\(turn.conversation.rawValue) turn \(turn.number): " + turn.changes.joined(separator: ", ")
            lines += Terminal.wrapped(Terminal.printable(head), columns).map { paint($0, .bold) }
            if let trouble = turn.trouble { lines += said("no model", trouble, columns) }
            lines += said("customer", turn.said, columns)
            lines += said("before", turn.answeredBefore, columns).map { paint($0, .red) }
            lines += said("now", turn.answeredNow, columns).map { paint($0, .green) }
            lines.append("")
        }
        return lines + Terminal.wrapped(summary, columns)
    }

    private static let linesMax = 6

    /// A few lines with their name before the first of them.
    private func said(_ name: String, _ text: String, _ columns: Int) -> [String] {
        let margin = "  " + Terminal.fitted(name, 9)
        let all = Terminal.wrapped(SafeText.plain(text), max(20, columns - margin.count))
        var shown = Array(all.prefix(Self.linesMax))
        if all.count > shown.count { shown[shown.count - 1] = "… (\(all.count - shown.count + 1) more lines; --html)" }
        return shown.enumerated().map { index, line in
            (index == 0 ? margin : String(repeating: " ", count: margin.count)) + line
        }
    }

    /// One page, with nothing loaded from elsewhere.
    var html: String {
        let rows = turns.map { turn in
            """
            <tr><td><code>\(HTML.escaped(turn.conversation.rawValue))</code><br>turn \(turn.number)</td>\
            <td>\(turn.changes.map { "<div>\(HTML.escaped($0))</div>" }.joined())</td>\
            <td>\(HTML.escaped(turn.said))</td><td>\(HTML.escaped(turn.answeredBefore))</td>\
            <td>\(HTML.escaped(turn.answeredNow))</td></tr>
            """
        }
        let costs = estimate.map { "<p>Said before: \(HTML.escaped(Self.line($0))).</p>" } ?? ""
        let body = """
            <h1>Replay</h1><p>\(HTML.escaped(summary))</p>\(costs)
            <table><tr><th>Where</th><th>What differs</th><th>Customer</th><th>Before</th><th>Now</th></tr>
            \(rows.joined(separator: "\n"))
            </table>
            """
        return HTML.page(title: "Replay of \(version)", style: Self.style, body: body)
    }

    private static let style = """
        body{font:15px/1.4 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse;width:100%}\
        td,th{border:1px solid #ccc;padding:.5rem;vertical-align:top;text-align:left;white-space:pre-wrap}\
        @media(prefers-color-scheme:dark){body{background:#111;color:#eee}td,th{border-color:#444}}
        """
}

struct ReplayDocument: Encodable {
    struct Turn: Encodable {
        var lead: String
        var turn: Int
        var at: String
        var customer: String
        var before: String
        var now: String
        var version_before: String?
        var changes: [String]
        var weight: Int
        /// Share of the words that are others, 0 to 1.
        var words_changed: Double
        var cost_micro_usd: Int
        var trouble: String?
    }

    struct Estimate: Encodable {
        var turns: Int
        var tokens: Int
        /// So many of the turns correct the estimate by what the provider reported of them.
        var turns_reported: Int
        var model: String?
        var cost_micro_usd: Int?
    }

    var version: String
    var conversations: Int
    /// Made before anything was asked; null in guided mode.
    var estimate: Estimate?
    var turns_changed: Int
    var cost_micro_usd: Int
    /// Those that changed most first.
    var turns: [Turn]

    init(_ report: ReplayReport) {
        version = report.version
        conversations = report.conversations
        estimate = report.estimate.map {
            Estimate(
                turns: $0.turns,
                tokens: $0.tokens,
                turns_reported: $0.turnsReported,
                model: $0.model,
                cost_micro_usd: $0.microUSD
            )
        }
        turns_changed = report.changed
        cost_micro_usd = report.costMicroUSD
        turns = report.turns.map {
            Turn(
                lead: $0.conversation.rawValue,
                turn: $0.number,
                at: JSON.time($0.at),
                customer: $0.said,
                before: $0.answeredBefore,
                now: $0.answeredNow,
                version_before: $0.versionBefore,
                changes: $0.changes,
                weight: $0.weight,
                words_changed: ($0.wordsChanged * 1_000).rounded() / 1_000,
                cost_micro_usd: $0.costMicroUSD,
                trouble: $0.trouble
            )
        }
    }
}
