import Mustache

/// A Markdown file with `{{variables}}` and `{{#sections}}`, checked when it is loaded. It renders plain text.
struct PromptTemplate: Sendable {
    /// About a hundred thousand tokens.
    static let constantBytesMax = 400_000
    /// What changes with each turn is short: it is paid for in full every time.
    static let volatileBytesMax = 40_000
    static let tagsMax = 1_000

    private let template: MustacheTemplate

    /// Nil, with findings, when the file can't be used.
    static func read(
        _ name: String,
        of files: PromptFiles,
        variables: [String],
        findings: Findings
    ) -> (PromptTemplate, source: String)? {
        let path = files.path(of: name)
        guard let source = files.text(name, findings: findings) else { return nil }
        if source.trimmed.isEmpty {
            findings.add(path, nil, "this file is empty", mend: "say how the bot should speak here")
            return nil
        }
        if name != "system.md", name != "facts.md", source.utf8.count > volatileBytesMax {
            findings.add(
                path,
                nil,
                "this file has \(source.utf8.count / 1_000) kB, which every turn would send",
                mend: "shorten it to less than \(volatileBytesMax / 1_000) kB, or move what never changes to system.md"
            )
            return nil
        }
        let tags = source.count(of: "{{")
        guard tags <= tagsMax else {
            findings.add(path, nil, "this file has \(tags) variables", mend: "use at most \(tagsMax)")
            return nil
        }
        let before = findings.items.count
        check(source, path: path, variables: variables, findings: findings)
        guard findings.items.count == before else { return nil }
        do {
            // The first line switches Mustache's HTML escaping off.
            return (
                PromptTemplate(template: try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}\n" + source)), source
            )
        } catch let error as MustacheTemplate.ParserError {
            findings.add(
                path,
                max(1, error.context.lineNumber - 1),
                "the template can't be read: \(error.error)",
                mend: "close every {{#section}} with {{/section}}, in order"
            )
        } catch {
            findings.add(path, nil, "the template can't be read: \(error)", mend: "check its braces")
        }
        return nil
    }

    func render(_ values: [String: any Sendable]) -> String {
        String(template.render(values).trimmed)
    }

    /// Goes through the tags line by line: a misspelt one would render as nothing.
    private static func check(_ source: String, path: String, variables: [String], findings: Findings) {
        var open: [String] = []
        for (index, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for tag in tags(in: line) {
                if let name = tag.name, let sigil = tag.sigil {
                    if sigil == "#" {
                        // A list inside itself grows with every level beyond all bounds.
                        if open.contains(name) {
                            findings.add(
                                path,
                                index + 1,
                                "`{{#\(name.prefix(40))}}` stands inside itself",
                                mend: "close it before it begins again"
                            )
                        }
                        open.append(name)
                    } else if sigil == "/", let place = open.lastIndex(of: name) {
                        open.removeSubrange(place...)
                    }
                }
                guard let name = tag.name else {
                    findings.add(path, index + 1, "a tag isn't closed on its line", mend: "write it as {{name}}")
                    continue
                }
                if let sigil = tag.sigil, !"#^/&{!".contains(sigil) {
                    findings.add(
                        path,
                        index + 1,
                        "`{{\(sigil)` is not used in prompt files",
                        mend: "use {{name}}, {{#name}}…{{/name}} or {{^name}}…{{/name}}"
                    )
                } else if tag.sigil != "!", !variables.contains(name) {
                    findings.add(
                        path,
                        index + 1,
                        "`{{\(name.prefix(40))}}` is unknown",
                        mend: nearestWord(to: name, in: variables).map { "did you mean `{{\($0)}}`?" }
                            ?? "known are \(listed(variables))"
                    )
                }
            }
        }
    }

    private static func tags(in line: Substring) -> [(sigil: Character?, name: String?)] {
        var found: [(Character?, String?)] = []
        var rest = line
        while let open = rest.range(ofText: "{{") {
            rest = rest[open.upperBound...]
            guard let close = rest.range(ofText: "}}") else {
                found.append((nil, nil))
                break
            }
            let inner = rest[..<close.lowerBound].trimmed
            let sigil = inner.first.flatMap { "#^/&{!><$=%".contains($0) ? $0 : nil }
            found.append((sigil, String((sigil == nil ? inner : inner.dropFirst()).trimmed)))
            rest = rest[close.upperBound...]
        }
        return found
    }
}

extension Substring {
    fileprivate func range(ofText needle: String) -> Range<Index>? {
        indices.lazy.first { self[$0...].hasPrefix(needle) }.map { $0..<index($0, offsetBy: needle.count) }
    }
}
