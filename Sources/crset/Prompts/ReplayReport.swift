import Conversation
import Foundation
import Pipeline

/// What would have been different.
struct ReplayReport {
    var version: String
    var conversations: Int
    var turns: [ReplayedTurn]

    var changed: Int { turns.count { $0.weight > 1 } }
    var costMicroUSD: Int { turns.reduce(0) { $0 + $1.costMicroUSD } }

    var summary: String {
        "version \(version): \(changed) of \(turns.count) turns in \(conversations) conversations decide otherwise, "
            + "\(turns.count { $0.weight == 1 }) only say it in other words; \(dollars(costMicroUSD))"
    }

    func lines(_ most: Int, _ paint: Paint) -> [String] {
        var lines: [String] = []
        for turn in turns.prefix(most) where turn.weight > 0 {
            lines.append(
                paint("\(turn.conversation.rawValue) turn \(turn.number)", .bold)
                    + "  \(Terminal.printable(turn.changes.joined(separator: ", ")))"
            )
            if let trouble = turn.trouble { lines.append("  no model: \(Terminal.printable(trouble))") }
            lines.append("  customer  " + Terminal.fitted(turn.said, 200).withoutPadding)
            lines.append(paint("  before    " + Terminal.fitted(turn.answeredBefore, 300).withoutPadding, .red))
            lines.append(paint("  now       " + Terminal.fitted(turn.answeredNow, 300).withoutPadding, .green))
        }
        return lines + [summary]
    }

    /// One page, with nothing loaded from elsewhere.
    var html: String {
        let rows = turns.map { turn in
            """
            <tr><td><code>\(escaped(turn.conversation.rawValue))</code><br>turn \(turn.number)</td>
            <td>\(turn.changes.map { "<div>\(escaped($0))</div>" }.joined())</td>
            <td>\(escaped(turn.said))</td><td>\(escaped(turn.answeredBefore))</td><td>\(escaped(turn.answeredNow))</td></tr>
            """
        }
        return """
            <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Replay of \(escaped(version))</title>
            <style>body{font:15px/1.4 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse;width:100%}
            td,th{border:1px solid #ccc;padding:.5rem;vertical-align:top;text-align:left;white-space:pre-wrap}</style>
            <h1>Replay</h1><p>\(escaped(summary))</p>
            <table><tr><th>Where</th><th>What differs</th><th>Customer</th><th>Before</th><th>Now</th></tr>
            \(rows.joined(separator: "\n"))
            </table></html>

            """
    }

    private func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
    }
}

extension String {
    fileprivate var withoutPadding: String {
        var text = Substring(self)
        while text.last == " " { text.removeLast() }
        return String(text)
    }
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
        var cost_micro_usd: Int
        var trouble: String?
    }

    var version: String
    var conversations: Int
    var turns_changed: Int
    var cost_micro_usd: Int
    /// Those that changed most first.
    var turns: [Turn]

    init(_ report: ReplayReport) {
        version = report.version
        conversations = report.conversations
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
                cost_micro_usd: $0.costMicroUSD,
                trouble: $0.trouble
            )
        }
    }
}
