import Desk
import Foundation

/// `crset deadletters list`, fitted to the terminal.
struct DeadLetterTable {
    var columns: Int
    var clock: StaffClock
    var hasMore = false
    /// Items that are not listed.
    var itemsBeside = 0

    private static let idWidth = 26

    func lines(_ letters: [DeadLetterDocument]) -> [String] {
        var lines: [String] = []
        if letters.isEmpty {
            lines.append("No dead letters.")
        } else {
            let rows = table.lines(letters, width: columns)
            lines.append(rows[0])
            for (letter, row) in zip(letters, rows.dropFirst()) {
                // An id is there to be copied, so it is never cut.
                if letter.id.count > Self.idWidth { lines.append(Terminal.line(letter.id)) }
                lines.append(row)
            }
        }
        if hasMore { lines.append("There are more; --limit shows up to 1000.") }
        if itemsBeside > 0 {
            let items = itemsBeside == 1 ? "one item that fitted" : "\(itemsBeside) items that fitted"
            lines.append("Beside them \(items) nothing; --kind item lists what there is.")
        }
        return lines
    }

    private var table: Table<DeadLetterDocument> {
        Table(
            columns: [
                .init("ID", Self.idWidth) { $0.id.count > Self.idWidth ? "" : $0.id },
                .init("KIND", 7, rank: 2) { $0.kind },
                .init("CODE", 12) { $0.code },
                .init("SINCE", 11, rank: 3) { clock.short($0.since) },
                .init("WHY", 8, rank: 1) { ($0.may_have_arrived ? "? " : "") + $0.reason },
            ],
            flexible: "WHY",
            flexibleMax: .max
        )
    }
}

/// `crset deadletters show`.
struct DeadLetterCard {
    var columns: Int
    var clock: StaffClock

    func lines(_ letter: DeadLetterDocument) -> [String] {
        var lines = heading(letter)
        lines.append("")
        lines += letter.history.flatMap { trouble in
            let number = trouble.attempt > 0 ? "try \(trouble.attempt)" : ""
            return entry(
                clock.short(trouble.at) + " " + number,
                "\(trouble.code): \(trouble.reason)",
                width: 19
            )
        }
        let content = words(letter)
        if !content.isEmpty { lines += [""] + content }
        let warnings = warnings(letter)
        if !warnings.isEmpty { lines += [""] + warnings.flatMap { entry("!", $0, width: 1) } }
        if letter.dropped_at == nil {
            lines += [""] + entry("to do", letter.advice)
            let evenTwice = letter.may_have_arrived ? " --even-twice" : ""
            if letter.kind != "item" { lines.append("          crset deadletters retry \(letter.id)\(evenTwice)") }
            lines.append("          crset deadletters drop \(letter.id)")
        }
        return lines
    }

    private func heading(_ letter: DeadLetterDocument) -> [String] {
        var lines = [letter.kind + "  " + Terminal.printable(letter.id)]
        lines += entry("since", clock.short(letter.since) + made(letter))
        if let lead = letter.lead_id { lines += entry("lead", lead + (letter.phone.map { "  " + $0 } ?? "")) }
        if let at = letter.dropped_at {
            lines += entry("dropped", "\(clock.short(at)) by \(letter.dropped_by ?? "")")
        }
        return lines
    }

    private func made(_ letter: DeadLetterDocument) -> String {
        letter.kind == "item" || letter.created_at == letter.since
            ? "" : "   written \(clock.short(letter.created_at))"
    }

    private func words(_ letter: DeadLetterDocument) -> [String] {
        if let text = letter.text { return entry(letter.author ?? "", text) }
        if let url = letter.url {
            return entry("link", "\(url)\n\(letter.link_id ?? ""), offer \(letter.offer_id ?? "")")
        }
        if let raw = letter.raw { return entry("raw", raw) }
        guard letter.kind == "turn" else { return [] }
        return entry("waiting", "\(letter.open_events) events; `crset transcript` shows them")
    }

    private func warnings(_ letter: DeadLetterDocument) -> [String] {
        var warnings: [String] = []
        if letter.may_have_arrived {
            warnings.append(
                "It may have arrived: a try ended without an answer, and no status told. Look into the chat on a phone before "
                    + "it is sent again."
            )
        }
        if letter.kind == "message", letter.messages_since > 0 {
            let count = letter.messages_since == 1 ? "One message was" : "\(letter.messages_since) messages were"
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
