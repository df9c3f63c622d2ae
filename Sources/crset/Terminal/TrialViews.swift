import Conversation
import Desk

/// `crset stats --by trial` and `crset prompts trial`: the funnels of both versions under one another, step by step.
struct TrialView {
    var columns: Int
    var paint: Paint
    var clock: StaffClock

    func lines(_ stats: TrialStatsDocument) -> [String] {
        let trial = stats.trial
        let ended = trial.ended_at.map { ", \(trial.outcome ?? "ended") \(clock.long($0))" } ?? ""
        var lines = wrapped("\(trial.id) since \(clock.long(trial.started_at))\(ended)")
        lines += wrapped("\(label(.old)) \(trial.champion)")
        lines += wrapped("\(label(.new)) \(trial.challenger), for \(trial.share_percent) % of the new leads")
        lines.append("")
        lines += Self.steps(stats).flatMap { step in [row(step, .old, stats), row(step, .new, stats)] }
        lines += money(stats)
        lines.append("")
        lines += wrapped(stats.verdict).map { paint($0, colour(stats.decision)) }
        if stats.behind > 0 { lines += wrapped("\(stats.behind) lines are not counted yet; the service works on it.") }
        return lines
    }

    // MARK: Steps

    struct Step {
        var name: String
        var old: TrialStatsDocument.Share
        var new: TrialStatsDocument.Share
    }

    static func steps(_ stats: TrialStatsDocument) -> [Step] {
        let (old, new) = (stats.champion, stats.challenger)
        return [
            Step(name: "engaged", old: old.engaged, new: new.engaged),
            Step(name: "qualified", old: old.qualified, new: new.qualified),
            Step(name: "offered", old: old.offered, new: new.offered),
            Step(name: "link", old: old.link, new: new.link), Step(name: "paid", old: old.paid, new: new.paid),
        ]
    }

    private enum Arm { case old, new }

    private var isNarrow: Bool { columns < 64 }

    private func label(_ arm: Arm) -> String {
        switch arm {
        case .old: isNarrow ? "old" : "in use"
        case .new: isNarrow ? "new" : "new   "
        }
    }

    /// `paid      new       17 ████▎        17.0 %  10.9–25.5`
    private func row(_ step: Step, _ arm: Arm, _ stats: TrialStatsDocument) -> String {
        let share = arm == .old ? step.old : step.new
        let leads = arm == .old ? stats.champion.leads : stats.challenger.leads
        let name = Terminal.fitted(arm == .old ? step.name : "", isNarrow ? 9 : 10)
        let head = name + " " + label(arm) + padded("\(share.count)", isNarrow ? 5 : 7) + " "
        let figures = self.figures(share, leads)
        let room = max(4, columns - head.count - figures.count)
        let bar = Bars.bar(Int((share.share * 1_000).rounded()), of: 1_000, width: room)
        return head + paint(bar, arm == .old ? .dim : .green) + String(repeating: " ", count: room - bar.count)
            + figures
    }

    /// The share and its range.
    private func figures(_ share: TrialStatsDocument.Share, _ leads: Int) -> String {
        guard leads > 0 else { return padded("–", isNarrow ? 13 : 20) }
        if isNarrow {
            return padded("\(whole(share.share)) %", 6) + padded("\(whole(share.low))–\(whole(share.high))", 7)
        }
        return padded("\(Self.tenths(share.share)) %", 8)
            + padded("\(Self.tenths(share.low))–\(Self.tenths(share.high))", 12)
    }

    private func money(_ stats: TrialStatsDocument) -> [String] {
        [(Arm.old, stats.champion), (.new, stats.challenger)].flatMap { arm, figures -> [String] in
            let cost = figures.leads > 0 ? LeadCard.dollars(figures.cost.micro_usd / figures.leads) : "–"
            return wrapped(
                "\(label(arm)) \(figures.leads) leads, revenue \(StatsView.money(figures.revenue)), "
                    + "model cost per lead \(cost)"
            )
        }
    }

    // MARK: Words

    private func colour(_ decision: TrialStatsDocument.Decision) -> Paint.Colour {
        switch decision {
        case .better: .green
        case .worse: .red
        case .open, .tooEarly: .bold
        }
    }

    private func wrapped(_ text: String) -> [String] { Terminal.wrapped(Terminal.printable(text), columns) }
    private func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
    private func whole(_ share: Double) -> Int { Int((share * 100).rounded()) }

    /// `12.3`
    static func tenths(_ share: Double) -> String {
        let tenths = Int((share * 1_000).rounded())
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}

/// `crset stats --by trial --csv`: a line for each version and step.
enum TrialCSV {
    static func lines(_ stats: TrialStatsDocument) -> [String] {
        let head = ["trial", "role", "version", "leads", "step", "count", "share", "low", "high"]
        let rows = TrialView.steps(stats).flatMap { step in
            [("champion", stats.champion, step.old), ("challenger", stats.challenger, step.new)].map {
                role,
                arm,
                share in
                [
                    stats.trial.id, role, arm.version, "\(arm.leads)", step.name, "\(share.count)",
                    "\(rounded(share.share))", "\(rounded(share.low))", "\(rounded(share.high))",
                ]
            }
        }
        return ([head] + rows).map(CSV.line)
    }

    private static func rounded(_ share: Double) -> Double { (share * 10_000).rounded() / 10_000 }
}

/// `crset stats --by trial --html`: bars with the range that each share may really have.
struct TrialPage {
    private let stats: TrialStatsDocument

    init(_ stats: TrialStatsDocument) { self.stats = stats }

    var html: String {
        let trial = stats.trial
        var body = "<h1>\(HTML.escaped(trial.id))</h1>"
        body += "<p>Since \(HTML.escaped(trial.started_at.description)). <b>In use</b> "
        body += "\(HTML.escaped(trial.champion)), \(stats.champion.leads) leads. <b>New</b> "
        body += "\(HTML.escaped(trial.challenger)), \(stats.challenger.leads) leads "
        body += "(\(trial.share_percent) % of the new ones).</p>"
        body += "<p><b>\(HTML.escaped(stats.verdict))</b></p>" + chart + table
        body += "<p>Ranges hold with 95 per cent certainty for one look (Wilson; Newcombe for the difference).</p>"
        return HTML.page(title: "CRSET trial", style: Self.style, body: body)
    }

    private var chart: String {
        let rows = TrialView.steps(stats).enumerated().map { index, step in
            bar(step.old, y: index * 52, "old", step.name) + bar(step.new, y: index * 52 + 20, "new", "")
        }
        return "<svg viewBox=\"0 0 660 \(rows.count * 52)\" role=\"img\">\(rows.joined())</svg>"
    }

    private func bar(_ share: TrialStatsDocument.Share, y: Int, _ kind: String, _ name: String) -> String {
        func x(_ share: Double) -> Int { 110 + Int((share * 460).rounded()) }
        return """
            <text x="100" y="\(y + 16)" text-anchor="end">\(HTML.escaped(name))</text>\
            <rect class="\(kind)" x="110" y="\(y + 4)" width="\(x(share.share) - 110)" height="14"/>\
            <line x1="\(x(share.low))" x2="\(x(share.high))" y1="\(y + 11)" y2="\(y + 11)"/>\
            <text x="580" y="\(y + 16)">\(share.count) (\(TrialView.tenths(share.share)) %)</text>
            """
    }

    private var table: String {
        let head = ["Step", "In use", "Range", "New", "Range"].map { "<th>\($0)</th>" }.joined()
        let rows = TrialView.steps(stats).map { step in
            let cells = [step.old, step.new].map { share in
                "<td>\(share.count) (\(TrialView.tenths(share.share)) %)</td>"
                    + "<td>\(TrialView.tenths(share.low))–\(TrialView.tenths(share.high)) %</td>"
            }
            return "<tr><td>\(step.name)</td>\(cells.joined())</tr>"
        }
        return "<table><tr>\(head)</tr>\(rows.joined())</table>"
    }

    private static let style = """
        body{font:15px/1.45 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1c1e21;\
        background:#fff}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .5rem;\
        border-bottom:1px solid #ddd}svg{width:100%}.old{fill:#9aa5ad}.new{fill:#128c7e}line{stroke:#1c1e21;\
        stroke-width:2}text{font-size:13px}@media(prefers-color-scheme:dark){body{background:#111;color:#eee}\
        th,td{border-color:#333}text{fill:#eee}line{stroke:#eee}}
        """
}
