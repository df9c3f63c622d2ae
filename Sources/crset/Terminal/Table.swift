/// Columns that fit the terminal: those that matter least are left out where it is narrow, and one takes what is left.
struct Table<Row> {
    struct Column {
        var title: String
        var width: Int
        /// The higher, the sooner it is left out. 0: never.
        var rank: Int
        var value: (Row) -> String

        init(_ title: String, _ width: Int, rank: Int = 0, _ value: @escaping (Row) -> String) {
            self.title = title
            self.width = width
            self.rank = rank
            self.value = value
        }
    }

    var columns: [Column]
    /// The title of the column that grows, up to `flexibleMax`.
    var flexible: String
    var flexibleMax = 40

    func lines(_ rows: [Row], width: Int) -> [String] {
        let shown = fitted(to: max(width, 20))
        let head = line(shown.map { ($0.title, $0.width) })
        return [head] + rows.map { row in line(shown.map { ($0.value(row), $0.width) }) }
    }

    private func fitted(to width: Int) -> [Column] {
        var shown = columns
        while total(shown) > width, let least = shown.filter({ $0.rank > 0 }).max(by: { $0.rank < $1.rank }) {
            shown.removeAll { $0.title == least.title }
        }
        if let index = shown.firstIndex(where: { $0.title == flexible }) {
            shown[index].width = min(flexibleMax, max(4, shown[index].width + width - total(shown)))
        }
        return shown
    }

    private func total(_ columns: [Column]) -> Int { columns.reduce(-1) { $0 + $1.width + 1 } }

    private func line(_ cells: [(text: String, width: Int)]) -> String {
        let line = cells.map { Terminal.fitted($0.text, $0.width) }.joined(separator: " ")
        return String(line.reversed().drop { $0 == " " }.reversed())
    }
}

/// Comma-separated values after RFC 4180.
enum CSV {
    static func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") }

    /// A text that a spreadsheet would take for a formula gets an apostrophe before it
    /// (https://owasp.org/www-community/attacks/CSV_Injection). Plain numbers stay.
    static func cell(_ text: String) -> String {
        // Line ends and tabs may stand in a cell; what steers a terminal may not.
        var text = text.replacing("\r\n", with: "\n")
        text.unicodeScalars.removeAll { scalar in
            !"\t\n\r".unicodeScalars.contains(scalar) && Terminal.printable(String(scalar)) != String(scalar)
        }
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r\n＝＋－＠".unicodeScalars.contains($0) } ?? false
        if isFormula, Double(text) == nil { text = "'" + text }
        let needsQuotes = text.unicodeScalars.contains { ",\"\n\r;\t'".unicodeScalars.contains($0) }
        guard needsQuotes else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
