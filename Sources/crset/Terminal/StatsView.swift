import Conversation
import Desk

/// `crset stats` in a terminal: bars for the funnel, sparklines over time.
struct StatsView {
    var columns: Int
    var paint: Paint

    func lines(_ stats: StatsDocument) -> [String] {
        let total = stats.total
        guard total.funnel.leads > 0 else { return ["No leads in this time."] + behind(stats) }
        var lines = funnel(total.funnel)
        lines.append("")
        lines += Self.figures(total).flatMap { Terminal.field($0.0, 25, $0.1, columns) }
        if let by = stats.by, !stats.groups.isEmpty { lines += [""] + groups(stats.groups, by) }
        return lines + behind(stats)
    }

    private func behind(_ stats: StatsDocument) -> [String] {
        stats.behind > 0 ? ["\(stats.behind) lines are not counted yet; the service works on it."] : []
    }

    // MARK: Funnel

    static func steps(_ funnel: StatsRow.Funnel) -> [(name: String, count: Int)] {
        [
            ("leads", funnel.leads), ("engaged", funnel.engaged), ("qualified", funnel.qualified),
            ("offered", funnel.offered), ("link", funnel.link), ("paid", funnel.paid),
        ]
    }

    private func funnel(_ funnel: StatsRow.Funnel) -> [String] {
        let steps = Self.steps(funnel)
        let room = max(8, min(60, columns - 34))
        return steps.enumerated().map { index, step in
            let before = index == 0 ? step.count : steps[index - 1].count
            let bar = Bars.bar(step.count, of: funnel.leads, width: room)
            let count = String(repeating: " ", count: max(0, 8 - String(step.count).count)) + String(step.count)
            let share = index == 0 ? "" : "  \(Bars.percent(step.count, of: before))"
            return Terminal.fitted(step.name, 10) + count + " " + paint(bar, .green)
                + String(repeating: " ", count: room - bar.count) + share
        }
    }

    // MARK: Figures

    static func figures(_ row: StatsRow) -> [(String, String)] {
        let leads = row.funnel.leads
        var figures: [(String, String)] = [
            ("first response", spread(row.first_response_ms)),
            ("answer", spread(row.answer_ms)),
            ("without a person", "\(Bars.percent(row.without_person, of: leads)) (\(row.without_person))"),
            ("messages in / bot / staff", "\(row.messages_in) / \(row.messages_bot) / \(row.messages_staff)"),
        ]
        if let messages = row.messages_per_sale { figures.append(("messages per sale", decimal(messages))) }
        figures.append(("revenue", money(row.revenue)))
        figures.append(("model cost", LeadCard.dollars(row.cost.micro_usd)))
        if let cost = row.cost_micro_usd_per_lead { figures.append(("  per lead", LeadCard.dollars(Int(cost)))) }
        if let cost = row.cost_micro_usd_per_sale { figures.append(("  per sale", LeadCard.dollars(Int(cost)))) }
        figures.append(("opt-outs", "\(row.opted_out) (\(Bars.percent(row.opted_out, of: leads)))"))
        figures.append(("not delivered", String(row.failures)))
        return figures
    }

    static func spread(_ spread: StatsRow.Spread) -> String {
        guard let mean = spread.mean else { return "–" }
        let bound = { (value: Int?) in value.map { "≤ " + duration($0) } ?? "> 1 h" }
        return "mean \(duration(mean)), half \(bound(spread.p50)), nine in ten \(bound(spread.p90))"
    }

    static func duration(_ milliseconds: Int) -> String {
        switch milliseconds {
        case ..<1_000: "\(milliseconds) ms"
        case ..<60_000: decimal(Double(milliseconds) / 1_000) + " s"
        case ..<3_600_000: decimal(Double(milliseconds) / 60_000) + " min"
        default: decimal(Double(milliseconds) / 3_600_000) + " h"
        }
    }

    /// One place, and none where it is 0.
    static func decimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(tenths % 10)"
    }

    static func money(_ amounts: [MoneyDocument]) -> String {
        amounts.isEmpty ? "–" : amounts.map { MoneyFormat.text($0.money, in: .en) }.joined(separator: " + ")
    }

    // MARK: Groups

    private func groups(_ rows: [StatsRow], _ by: String) -> [String] {
        let table = Table<StatsRow>(
            columns: [
                .init(by.uppercased(), 12) { $0.key.isEmpty ? "–" : $0.key },
                .init("LEADS", 6) { String($0.funnel.leads) },
                .init("QUALIF", 6, rank: 3) { String($0.funnel.qualified) },
                .init("LINK", 5, rank: 4) { String($0.funnel.link) },
                .init("PAID", 5) { String($0.funnel.paid) },
                .init("CONV", 6, rank: 1) { Bars.percent($0.funnel.paid, of: $0.funnel.leads) },
                .init("REVENUE", 12, rank: 2) { Self.money($0.revenue) },
                .init("ANSWER", 8, rank: 5) { $0.answer_ms.mean.map(Self.duration) ?? "–" },
                .init("COST", 8, rank: 6) { LeadCard.dollars($0.cost.micro_usd) },
            ],
            flexible: by.uppercased(),
            flexibleMax: 30
        )
        var lines = table.lines(rows, width: columns)
        lines[0] = paint(lines[0], .dim)
        if ["day", "week", "month"].contains(by), rows.count > 1 {
            let shown = Array(rows.suffix(max(8, columns - 8)))
            lines += [
                "", "leads  " + Bars.spark(shown.map(\.funnel.leads)), "paid   " + Bars.spark(shown.map(\.funnel.paid)),
            ]
        }
        return lines
    }
}

/// Small drawings out of block characters.
enum Bars {
    static func bar(_ value: Int, of whole: Int, width: Int) -> String {
        guard whole > 0, value > 0 else { return "" }
        let eighths = min(width * 8, max(1, value * width * 8 / whole))
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    }

    static func spark(_ values: [Int]) -> String {
        guard let most = values.max(), most > 0 else { return String(repeating: "▁", count: values.count) }
        let steps = Array("▁▂▃▄▅▆▇█")
        return String(values.map { steps[$0 * 7 / most] })
    }

    static func percent(_ part: Int, of whole: Int) -> String {
        whole > 0 ? StatsView.decimal(Double(part) * 100 / Double(whole)) + " %" : "–"
    }
}

/// `crset stats --csv`
enum StatsCSV {
    static func lines(_ stats: StatsDocument) -> [String] {
        let head = [
            stats.by ?? "key", "leads", "engaged", "qualified", "offered", "link", "paid", "first_response_ms_mean",
            "answer_ms_mean", "without_person", "messages_in", "messages_bot", "messages_staff", "opted_out",
            "failures", "revenue_amount", "revenue_currency", "cost_micro_usd",
        ]
        let rows = stats.groups.isEmpty ? [stats.total] : stats.groups
        return [CSV.line(head)]
            + rows.flatMap { row -> [String] in
                // A line for each currency: amounts of different ones can't be added.
                let amounts: [MoneyDocument?] = row.revenue.isEmpty ? [nil] : row.revenue
                return amounts.map { amount in CSV.line(cells(row, amount)) }
            }
    }

    private static func cells(_ row: StatsRow, _ amount: MoneyDocument?) -> [String] {
        let numbers: [Int?] = [
            row.funnel.leads, row.funnel.engaged, row.funnel.qualified, row.funnel.offered, row.funnel.link,
            row.funnel.paid, row.first_response_ms.mean, row.answer_ms.mean, row.without_person, row.messages_in,
            row.messages_bot, row.messages_staff, row.opted_out, row.failures,
        ]
        var cells: [String] = [row.key]
        for number in numbers { cells.append(number.map { String($0) } ?? "") }
        cells.append(amount.map { String($0.amount) } ?? "")
        cells += [amount?.currency ?? "", String(row.cost.micro_usd)]
        return cells
    }
}
