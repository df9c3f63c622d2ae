import Yams

/// Parses YAML and turns the parser's errors into findings with a line.
enum YAMLFile {
    /// The root mapping; nil, with a finding, when the file holds something else.
    static func read(_ name: String, of files: PromptFiles, findings: Findings) -> Node.Mapping? {
        guard let text = files.text(name, findings: findings) else { return nil }
        return parse(text, path: files.path(of: name), findings: findings)
    }

    static func parse(_ text: String, path: String, findings: Findings) -> Node.Mapping? {
        do {
            guard let root = try Parser(yaml: text).singleRoot() else {
                findings.add(path, nil, "this file is empty", mend: "fill it in, or take it from the sample")
                return nil
            }
            guard let mapping = root.mapping else {
                findings.add(path, root.mark?.line, "this is not a list of keys", mend: "write `key: value` lines")
                return nil
            }
            return mapping
        } catch let error as YamlError {
            report(error, path: path, findings: findings)
        } catch {
            findings.add(path, nil, "this is not YAML: \(error)", mend: "check the indentation and the quotes")
        }
        return nil
    }

    private static func report(_ error: YamlError, path: String, findings: Findings) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            findings.add(
                path,
                mark.line,
                "this is not YAML: \(problem)",
                mend: "check the indentation, and put texts with `:` or `#` in quotes"
            )
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map { "`\($0)`" }.joined(separator: ", ")
            let line = context.mark.line > 0 ? context.mark.line : nil
            findings.add(path, line, "\(keys) stands here twice", mend: "remove one of them")
        default:
            findings.add(path, nil, "this is not YAML: \(error)", mend: "check the indentation and the quotes")
        }
    }
}
