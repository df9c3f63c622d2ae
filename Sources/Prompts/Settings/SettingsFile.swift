import Configuration
import Yams

/// `crset.yaml`, flattened to dotted paths.
struct SettingsFile {
    struct Value {
        var content: ConfigContent
        var line: Int?
    }

    /// Parts whose keys are names that operators choose, so that they are kept whole.
    static let treePaths = ["model.capabilities", "whatsapp.templates"]

    let path: String
    private(set) var values: [String: Value] = [:]
    private(set) var trees: [String: Section] = [:]

    /// A missing file is an empty one: every setting has a default.
    init(path: String, findings: Findings) {
        self.path = path
        guard TextFile.exists(path), let text = TextFile.read(path, findings: findings) else { return }
        // A file of comments only is fine.
        let isBlank = text.split(separator: "\n").allSatisfy {
            let line = $0.drop(while: \.isWhitespace)
            return line.isEmpty || line.hasPrefix("#")
        }
        guard !isBlank, let root = YAMLFile.parse(text, path: path, findings: findings) else { return }
        flatten(root, under: "", depth: 0, findings: findings)
    }

    private mutating func flatten(_ mapping: Node.Mapping, under prefix: String, depth: Int, findings: Findings) {
        for (keyNode, node) in mapping {
            guard let key = keyNode.string, !key.isEmpty else {
                findings.add(path, keyNode.mark?.line, "a key here is no word", mend: "write `key: value`")
                continue
            }
            let name = prefix.isEmpty ? key : "\(prefix).\(key)"
            let line = keyNode.mark?.line
            if let inner = node.mapping {
                if Self.treePaths.contains(name) {
                    trees[name] = Section(inner, file: path, path: name, keys: nil, findings: findings)
                } else if depth < 4 {
                    flatten(inner, under: name, depth: depth + 1, findings: findings)
                } else {
                    findings.add(path, line, "`\(name)` lies too deep", mend: "the sample crset.yaml shows every key")
                }
            } else if let sequence = node.sequence {
                let items = sequence.map { $0.scalar?.string }
                if items.contains(nil) {
                    findings.add(
                        path,
                        line,
                        "an entry of `\(name)` is no text",
                        mend: "write one text per entry, in quotes where it has a colon"
                    )
                }
                values[name] = Value(content: .stringArray(items.compactMap(\.self)), line: line)
            } else if let scalar = node.scalar {
                let isNull = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
                values[name] = Value(content: .string(isNull ? "" : scalar.string), line: line)
            }
        }
    }
}
