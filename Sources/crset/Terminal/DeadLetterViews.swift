import Conversation
import Foundation
import Pipeline
import Storage

/// `crset deadletters list`, fitted to the terminal.
struct DeadLetterTable {
    var columns: Int
    var hasMore = false
    /// Items that are not listed.
    var itemsBeside = 0

    private static let idWidth = 26

    /// `11-25 14:02`, in UTC.
    static func day(_ moment: Timestamp) -> String {
        JSON.time(moment).dropFirst(5).prefix(11).replacingOccurrences(of: "T", with: " ")
    }

    func lines(_ letters: [DeadLetter]) -> [String] {
        var lines: [String] = []
        if letters.isEmpty {
            lines.append("No dead letters.")
        } else {
            lines.append(row("ID", "KIND", "CODE", "SINCE", "WHY"))
            lines += letters.flatMap(rows)
        }
        if hasMore { lines.append("There are more; --limit shows up to 1000.") }
        if itemsBeside > 0 {
            let items = itemsBeside == 1 ? "one item that fitted" : "\(itemsBeside) items that fitted"
            lines.append("Beside them \(items) nothing; --kind item lists what there is.")
        }
        return lines
    }

    private func rows(_ letter: DeadLetter) -> [String] {
        let mark = letter.mayHaveArrived ? "? " : ""
        let rest = (letter.kind.rawValue, letter.code, DeadLetterTable.day(letter.since), mark + letter.reason)
        let id = Terminal.printable(letter.id)
        // An id is there to be copied, so it is never cut.
        if id.count <= Self.idWidth { return [row(id, rest.0, rest.1, rest.2, rest.3)] }
        return [id, row("", rest.0, rest.1, rest.2, rest.3)]
    }

    private func row(_ id: String, _ kind: String, _ code: String, _ since: String, _ why: String) -> String {
        let fixed = [
            Terminal.fitted(id, Self.idWidth), Terminal.fitted(kind, 7), Terminal.fitted(code, 12),
            Terminal.fitted(since, 11),
        ].joined(separator: " ")
        let line = fixed + " " + Terminal.fitted(why, max(8, columns - fixed.count - 1))
        return String(line.prefix(max(20, columns))).trimmingEnd()
    }
}

/// `crset deadletters show`.
struct DeadLetterCard {
    var columns: Int

    func lines(_ letter: DeadLetter) -> [String] {
        var lines = heading(letter)
        lines.append("")
        lines += letter.history.flatMap { trouble in
            let number = trouble.attempt > 0 ? "try \(trouble.attempt)" : ""
            return entry(
                DeadLetterTable.day(trouble.at) + " " + number,
                "\(trouble.code): \(trouble.reason)",
                width: 19
            )
        }
        let content = words(letter)
        if !content.isEmpty { lines += [""] + content }
        let warnings = warnings(letter)
        if !warnings.isEmpty { lines += [""] + warnings.flatMap { entry("!", $0, width: 1) } }
        if letter.dropped == nil {
            lines += [""] + entry("to do", DeadLetterAdvice.advice(on: letter))
            let evenTwice = letter.mayHaveArrived ? " --even-twice" : ""
            if letter.kind != .item { lines.append("          crset deadletters retry \(letter.id)\(evenTwice)") }
            lines.append("          crset deadletters drop \(letter.id)")
        }
        return lines
    }

    private func heading(_ letter: DeadLetter) -> [String] {
        var lines = [letter.kind.rawValue + "  " + Terminal.printable(letter.id)]
        lines += entry("since", DeadLetterTable.day(letter.since) + made(letter))
        if let conversation = letter.conversation {
            let phone = letter.address?.waID.map { "  +" + $0 } ?? ""
            lines += entry("lead", conversation.rawValue + phone)
        }
        if let dropped = letter.dropped {
            lines += entry("dropped", "\(DeadLetterTable.day(dropped.at)) by \(dropped.by)")
        }
        return lines
    }

    private func made(_ letter: DeadLetter) -> String {
        letter.kind == .item || letter.createdAt == letter.since
            ? "" : "   written \(DeadLetterTable.day(letter.createdAt))"
    }

    private func words(_ letter: DeadLetter) -> [String] {
        switch (letter.kind, letter.task) {
        case (_, .message(let message)): entry(message.author.rawValue, message.text)
        case (_, .deactivateLink(let link, let offer)): entry("link", "\(link.url)\n\(link.id), offer \(offer)")
        case (.turn, _): entry("waiting", "\(letter.openEvents) events; `crset transcript` shows them")
        case (.item, _): letter.raw.map { entry("raw", $0) } ?? []
        default: []
        }
    }

    private func warnings(_ letter: DeadLetter) -> [String] {
        var warnings: [String] = []
        if letter.mayHaveArrived {
            warnings.append(
                "It may have arrived: a try ended without an answer, and no status told. Look into the chat on a phone before "
                    + "it is sent again."
            )
        }
        if letter.kind == .message, letter.writtenSince > 0 {
            let count = letter.writtenSince == 1 ? "One message was" : "\(letter.writtenSince) messages were"
            warnings.append("\(count) written to this customer since; it would come after them.")
        }
        return warnings
    }

    private func entry(_ name: String, _ text: String, width: Int = 9) -> [String] {
        let room = max(20, columns - width - 1)
        let lines = Terminal.printable(text).split(separator: "\n", omittingEmptySubsequences: false)
            .flatMap { Terminal.wrapped(String($0), room) }
        return lines.enumerated().map { index, line in
            ((index == 0 ? Terminal.fitted(name, width) : String(repeating: " ", count: width)) + " " + line)
                .trimmingEnd()
        }
    }
}
