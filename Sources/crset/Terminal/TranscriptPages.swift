import Desk

/// `crset transcript --markdown`
struct TranscriptMarkdown {
    var clock: StaffClock
    var explains: Bool

    func heading(_ lead: LeadDocument) -> [String] {
        ["# \(escaped(lead.name.map(SafeText.line) ?? "(no name)"))", "", "\(lead.stage) · \(lead.id)", ""]
    }

    func lines(_ entry: TranscriptDocument.Entry) -> [String] {
        if entry.author == "event", entry.text.isEmpty { return [] }
        let text = SafeText.plain(entry.text).split(separator: "\n", omittingEmptySubsequences: false)
            .map { escaped(String($0)) }
        let head = "**\(entry.author)** \(clock.long(entry.at))" + escaped(TranscriptWords.ticks(entry))
        if ["note", "event"].contains(entry.author) {
            return ["> \(clock.long(entry.at)) \(entry.kind): " + text.joined(separator: " "), ""]
        }
        var lines = [head, ""] + text.map { $0.isEmpty ? "" : $0 + "  " }
        lines += (entry.choices ?? []).map { "- \(escaped(SafeText.line($0)))" }
        if explains, let why = entry.explanation {
            lines += ["", "<!-- \(comment(TranscriptWords.explanation(why))) -->"]
        }
        return lines + [""]
    }

    /// What would be markup is shown as it was written.
    private func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            if "\\`*_{}[]()<>#+-=.!|~&:".contains(character) { result.append("\\") }
            result.append(character)
        }
    }

    private func comment(_ text: String) -> String { text.split(separator: "-").joined(separator: "–") }
}

/// `crset transcript --html`
struct TranscriptHTML {
    var clock: StaffClock
    var explains: Bool

    /// Everything before the first line; the end is ``tail``.
    func head(_ lead: LeadDocument) -> String {
        let name = lead.name ?? "(no name)"
        let page = HTML.page(title: name, style: Self.style, body: "\u{0}")
        let start = String(page.split(separator: "\u{0}", omittingEmptySubsequences: false)[0])
        return start
            + "<h1>\(HTML.escaped(name))</h1><p class=\"i\">\(HTML.escaped(lead.stage)) · \(HTML.escaped(lead.id))</p>"
    }

    var tail: String { "</body></html>" }

    func block(_ entry: TranscriptDocument.Entry) -> String? {
        if entry.author == "event", entry.text.isEmpty { return nil }
        let time = HTML.escaped(clock.long(entry.at))
        let text = HTML.escaped(entry.text)
        if ["note", "event"].contains(entry.author) { return "<p class=\"i\">\(time) · \(text)</p>" }
        let side = entry.author == "customer" ? "c" : entry.author == "staff" ? "b s" : "b"
        var block = "<div class=\"m \(side)\"><p>\(text)</p>"
        for choice in entry.choices ?? [] { block += "<p class=\"k\">\(HTML.escaped(choice))</p>" }
        if explains, let why = entry.explanation {
            block += "<p class=\"i\">\(HTML.escaped(TranscriptWords.explanation(why)))</p>"
        }
        let who = entry.author == "staff" ? "staff · " : ""
        return block + "<p class=\"t\">\(who)\(time)\(HTML.escaped(TranscriptWords.ticks(entry)))</p></div>"
    }

    private static let style = """
        body{font:15px/1.4 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;background:#efeae2;\
        color:#111}.m{max-width:75%;margin:.4rem 0;padding:.5rem .7rem;border-radius:.6rem;background:#fff;\
        white-space:pre-wrap;overflow-wrap:anywhere}.m p{margin:0}.b{margin-left:auto;background:#d9fdd3}\
        .s{background:#fff3c4}.t,.i{color:#667;font-size:12px}.i{text-align:center}.t{text-align:right}\
        .k{border-top:1px solid #0002;color:#027eb5;text-align:center;padding:.2rem}
        """
}
