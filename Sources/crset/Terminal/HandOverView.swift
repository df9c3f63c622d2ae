import Desk

/// What somebody who takes a conversation over reads.
struct HandOverView {
    var clock: StaffClock

    func lines(_ receipt: TakeoverReceipt) -> [String] {
        let lead = receipt.lead
        var lines = ["You have \(lead.name.map(Terminal.printable) ?? lead.id); the bot is silent."]
        if receipt.withdrawn > 0 { lines.append("Withdrawn: \(receipt.withdrawn) unsent of the bot.") }
        lines.append("Window \(WindowWords.text(receipt.window, clock)).")
        let summary = receipt.summary
        lines += section("Why a person", summary.why)
        lines += section("Wants", summary.wants)
        lines += section("Known", summary.knows.map { "\($0.field): \($0.value)" })
        lines += section("Open", summary.open)
        lines += section("Promised", summary.promised)
        lines += section("Last words", summary.last_messages)
        lines += ["", "crset reply \(lead.id) TEXT   ·   crset release \(lead.id)"]
        return lines
    }

    private func section(_ title: String, _ items: [String]) -> [String] {
        if items.isEmpty { return [] }
        return ["", title] + items.map { "  " + Terminal.printable($0).split(separator: "\n").joined(separator: " ") }
    }
}
