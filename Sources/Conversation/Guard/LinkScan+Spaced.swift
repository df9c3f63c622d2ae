extension LinkScan {
    /// `e v i l . c o m`: letters one by one, with a dot among them and a common ending.
    func spaced() -> [Guard.Finding] {
        var findings: [Guard.Finding] = []
        var run = ""
        var previousEnd: Int?
        func close() {
            let labels = run.split(separator: ".")
            if run.utf8.count >= 6, labels.count >= 2, let last = labels.last, TopLevelDomains.contains(String(last)) {
                findings.append(.link(run))
            }
            run = ""
        }
        for word in text.words {
            guard word.range.count == 1 else {
                close()
                previousEnd = nil
                continue
            }
            if let previousEnd {
                let gap = text.bytes[previousEnd..<word.range.lowerBound]
                if gap.count <= 4, gap.allSatisfy({ $0 == Ascii.space || $0 == Ascii.dot || $0 == Ascii.dash }) {
                    if gap.contains(Ascii.dot) { run += "." }
                } else {
                    close()
                }
            }
            run += word.text
            previousEnd = word.range.upperBound
        }
        close()
        return findings
    }
}
