import Yams

/// A mapping of a YAML file, read key by key. What is wrong becomes a finding with its line.
struct Section {
    let file: String
    /// Where the section is inside the file, such as `fields.budget`.
    let path: String
    let line: Int?
    let findings: Findings
    private let mapping: Node.Mapping

    /// - Parameter keys: every key that is allowed here; others are reported. Nil allows any.
    init(_ mapping: Node.Mapping, file: String, path: String, keys: [String]?, findings: Findings) {
        self.mapping = mapping
        self.file = file
        self.path = path
        self.findings = findings
        line = mapping.mark?.line
        guard let keys else { return }
        for (key, _) in mapping where !keys.contains(key.string ?? "") {
            let name = key.string ?? "?"
            let hint = nearestWord(to: name, in: keys).map { "did you mean `\($0)`?" }
            add(key.mark?.line, "`\(name)` is no key of \(place)", mend: hint ?? "known are \(listed(keys))")
        }
    }

    private var place: String { path.isEmpty ? "this file" : "`\(path)`" }

    func add(_ line: Int?, _ reason: String, mend: String) { findings.add(file, line ?? self.line, reason, mend: mend) }

    /// Every key with its line, in the order of the file.
    var keys: [(name: String, line: Int?)] { mapping.map { ($0.key.string ?? "?", $0.key.mark?.line) } }

    func line(of key: String) -> Int? { mapping.first { $0.key.string == key }?.key.mark?.line ?? line }

    /// The node, unless it is absent or empty.
    func node(_ key: String) -> Node? {
        guard let node = mapping[key] else { return nil }
        if let scalar = node.scalar, scalar.style == .plain, ["", "~", "null"].contains(scalar.string) { return nil }
        return node
    }

    /// The text of a key as it is, without findings.
    func scalarText(_ key: String) -> String? { node(key)?.scalar?.string }

    func string(_ key: String) -> String? {
        guard let node = node(key) else { return nil }
        guard let text = node.scalar?.string else {
            add(node.mark?.line, "`\(key)` holds a list or further keys", mend: "write one text")
            return nil
        }
        return text.isEmpty ? nil : text
    }

    func requiredString(_ key: String) -> String? {
        if let text = string(key) { return text }
        if node(key)?.scalar != nil || node(key) == nil {
            add(line, "`\(key)` is missing in \(place)", mend: "add `\(key): …`")
        }
        return nil
    }

    /// A whole number inside a range.
    func int(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = string(key) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            add(
                line(of: key),
                "`\(key)` is \"\(text.prefix(40))\"",
                mend: "write a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
            return nil
        }
        return number
    }

    func requiredInt(_ key: String, in range: ClosedRange<Int>) -> Int? {
        if node(key) == nil { add(line, "`\(key)` is missing in \(place)", mend: "add `\(key): …`, a whole number") }
        return int(key, in: range)
    }

    func bool(_ key: String) -> Bool? {
        guard let text = string(key) else { return nil }
        switch text {
        case "true", "yes": return true
        case "false", "no": return false
        default:
            add(line(of: key), "`\(key)` is \"\(text.prefix(40))\"", mend: "write true or false")
            return nil
        }
    }

    func strings(_ key: String) -> [(text: String, line: Int?)] {
        nodes(key).compactMap { node in
            guard let text = node.scalar?.string, !text.isEmpty else {
                add(
                    node.mark?.line,
                    "an entry of `\(key)` is no text",
                    mend: "write one text per entry, in quotes where it has a colon"
                )
                return nil
            }
            return (text, node.mark?.line)
        }
    }

    func section(_ key: String, keys: [String]?) -> Section? {
        guard let node = node(key) else { return nil }
        guard let mapping = node.mapping else {
            add(node.mark?.line, "`\(key)` holds no keys", mend: "write `key: value` lines under it")
            return nil
        }
        return Section(mapping, file: file, path: joined(key), keys: keys, findings: findings)
    }

    /// A list of mappings.
    func sections(_ key: String, keys: [String]) -> [Section] {
        nodes(key).compactMap { node in
            guard let mapping = node.mapping else {
                add(node.mark?.line, "an entry of `\(key)` holds no keys", mend: "write `- key: value` lines")
                return nil
            }
            return Section(mapping, file: file, path: joined(key), keys: keys, findings: findings)
        }
    }

    private func nodes(_ key: String) -> [Node] {
        guard let node = node(key) else { return [] }
        guard let sequence = node.sequence else {
            add(node.mark?.line, "`\(key)` is no list", mend: "write one `- …` line per entry")
            return []
        }
        return Array(sequence)
    }

    private func joined(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

/// Words for a message, in back-quotes.
func listed(_ words: some Sequence<String>) -> String { words.map { "`\($0)`" }.joined(separator: ", ") }
