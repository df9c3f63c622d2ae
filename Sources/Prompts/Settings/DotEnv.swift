/// Reads `.env`: `NAME=value` lines, `#` comments, an optional `export`, values with or without quotes.
enum DotEnv {
    static func parse(_ text: String, path: String, findings: Findings) -> [String: String] {
        var values: [String: String] = [:]
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = raw.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            let assignment = line.hasPrefix("export ") ? line.dropFirst(7).trimmed : line
            guard let equals = assignment.firstIndex(of: "="),
                case let name = assignment[..<equals].trimmed, isName(name)
            else {
                // The line itself may be half a secret, so it isn't shown.
                findings.add(
                    path,
                    index + 1,
                    "this line is no setting",
                    mend: "write NAME=value, or # before a comment"
                )
                continue
            }
            values[String(name)] = unquoted(assignment[assignment.index(after: equals)...].trimmed)
        }
        return values
    }

    /// Without its quotes; an unquoted value ends at ` #`.
    private static func unquoted(_ value: Substring) -> String {
        if let quote = value.first, quote == "\"" || quote == "'", let end = value.dropFirst().firstIndex(of: quote) {
            return String(value[value.index(after: value.startIndex)..<end])
        }
        var previous: Character = " "
        let end = value.indices.first { index in
            defer { previous = value[index] }
            return value[index] == "#" && (previous == " " || previous == "\t")
        }
        return String(value[..<(end ?? value.endIndex)].trimmed)
    }

    private static func isName(_ name: Substring) -> Bool {
        !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}
