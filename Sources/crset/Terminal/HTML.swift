import Desk

/// Pages that need nothing but themselves: no script, no picture, no address.
enum HTML {
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in SafeText.plain(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static func page(title: String, style: String, body: String) -> String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(title))</title>
        <style>\(style)</style></head>
        <body>
        \(body)
        </body></html>
        """
    }
}

/// `crset stats --html`
struct StatsPage {
    private let stats: StatsDocument
    private let clock: StaffClock

    init(_ stats: StatsDocument, clock: StaffClock) { (self.stats, self.clock) = (stats, clock) }

    var html: String {
        let total = stats.total
        var body = "<h1>Figures</h1>"
        body += "<p>\(time)</p><h2>Funnel</h2>" + bars(StatsView.steps(total.funnel))
        body += "<table>"
        for (name, value) in StatsView.figures(total) {
            body += "<tr><th>\(HTML.escaped(name))</th><td>\(HTML.escaped(value))</td></tr>"
        }
        body += "</table>"
        if let by = stats.by, !stats.groups.isEmpty {
            body += "<h2>Leads by \(HTML.escaped(by))</h2>" + bars(stats.groups.map { (name($0), $0.funnel.leads) })
            body += "<h2>Paid by \(HTML.escaped(by))</h2>" + bars(stats.groups.map { (name($0), $0.funnel.paid) })
            body += groups(by)
        }
        return HTML.page(title: "CRSET figures", style: Self.style, body: body)
    }

    private var time: String {
        let from = stats.from.map { "from \(clock.long($0))" } ?? "from the beginning"
        return HTML.escaped(from + (stats.until.map { " until \(clock.long($0))" } ?? ""))
    }

    private func name(_ row: StatsRow) -> String { row.key.isEmpty ? "–" : row.key }

    private func bars(_ rows: [(String, Int)]) -> String {
        let most = max(1, rows.map(\.1).max() ?? 1)
        let lines = rows.enumerated().map { index, row in
            let y = index * 24
            let width = row.1 * 420 / most
            return """
                <text x="150" y="\(y + 16)" text-anchor="end">\(HTML.escaped(String(row.0.prefix(22))))</text>\
                <rect x="158" y="\(y + 4)" width="\(width)" height="16"/>\
                <text x="\(164 + width)" y="\(y + 16)">\(row.1)</text>
                """
        }
        return "<svg viewBox=\"0 0 660 \(rows.count * 24)\" role=\"img\">\(lines.joined())</svg>"
    }

    private func groups(_ by: String) -> String {
        let head = [by, "Leads", "Qualified", "Link", "Paid", "Conversion", "Revenue", "Answer", "Cost"]
        var table = "<table><tr>" + head.map { "<th>\(HTML.escaped($0))</th>" }.joined() + "</tr>"
        for row in stats.groups {
            let funnel = row.funnel
            let answer: String = row.answer_ms.mean.map(StatsView.duration) ?? "–"
            let counts: [String] = [funnel.leads, funnel.qualified, funnel.link, funnel.paid].map(String.init)
            var cells: [String] = [name(row)] + counts
            cells.append(Bars.percent(funnel.paid, of: funnel.leads))
            cells += [StatsView.money(row.revenue), answer, LeadCard.dollars(row.cost.micro_usd)]
            table += "<tr>" + cells.map { "<td>\(HTML.escaped($0))</td>" }.joined() + "</tr>"
        }
        return table + "</table>"
    }

    private static let style = """
        body{font:15px/1.45 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1c1e21;\
        background:#fff}table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{text-align:left;\
        padding:.25rem .5rem;border-bottom:1px solid #ddd}svg{width:100%}rect{fill:#128c7e}text{font-size:13px}\
        @media(prefers-color-scheme:dark){body{background:#111;color:#eee}th,td{border-color:#333}text{fill:#eee}}
        """
}
