import Desk

/// What somebody who takes a conversation over reads.
struct HandOverView {
    var columns: Int
    var clock: StaffClock

    func lines(_ receipt: TakeoverReceipt) -> [String] {
        let lead = receipt.lead
        var lines = Terminal.wrapped("You have \(lead.name.map(Terminal.line) ?? lead.id); the bot is silent.", columns)
        if receipt.withdrawn > 0 { lines.append("Withdrawn: \(receipt.withdrawn) unsent of the bot.") }
        lines += Terminal.wrapped("Window \(WindowWords.text(receipt.window, clock)).", columns)
        let summary = receipt.summary
        lines += section("Why a person", summary.why)
        lines += section("Wants", summary.wants)
        lines += section("Known", summary.knows.map { "\($0.field): \($0.value)" })
        lines += section("Open", summary.open)
        lines += section("Promised", summary.promised)
        lines += section("Last words", summary.last_messages)
        let (reply, release) = ("crset reply \(lead.id) TEXT", "crset release \(lead.id)")
        let both = "\(reply)   ·   \(release)"
        return lines + [""] + (DisplayWidth.of(both) <= columns ? [both] : [reply, release])
    }

    private func section(_ title: String, _ items: [String]) -> [String] {
        if items.isEmpty { return [] }
        return ["", title] + items.flatMap { Terminal.hanging("  ", Terminal.line($0), columns) }
    }
}
