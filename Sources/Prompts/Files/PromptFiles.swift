import Foundation

/// The operators' files as they were at one moment, read once: loading, checking and the version see the same bytes.
public struct PromptFiles: Sendable {
    /// How the two folders are called in messages.
    let prompts: String
    let config: String
    private var contents: [String: Content] = [:]

    private enum Content: Sendable {
        case text(String)
        case problem(Problem)
    }

    /// Of `config/`; everything else is of `Prompts/`.
    public static let configNames = ["qualification.yaml", "catalog.yaml"]
    /// Folders inside `Prompts/`, and the ending of their files.
    public static let folders = [("stages", "md"), ("messages", "yaml"), ("scenarios", "yaml")]
    public static let plainNames = ["system.md", "facts.md", "turn.md"]

    /// Reads two folders. What can't be read is reported when it is asked for.
    public init(prompts: String, config: String) {
        self.prompts = prompts
        self.config = config
        for name in Self.names(prompts: prompts) {
            let findings = Findings()
            let text = TextFile.read(path(of: name), findings: findings)
            if let text {
                contents[name] = .text(text)
            } else if let problem = findings.items.first {
                contents[name] = .problem(problem)
            }
        }
    }

    /// A version that was kept: its files by name.
    public init(version: String, files: [String: String]) {
        prompts = "version \(version)"
        config = "version \(version)"
        contents = files.mapValues { .text($0) }
    }

    /// The names of everything that a folder of prompts and a folder of configuration hold, or should hold.
    static func names(prompts: String) -> [String] {
        plainNames + configNames
            + folders.flatMap { folder, ending in
                TextFile.names(in: "\(prompts)/\(folder)", ending: ending).map { "\(folder)/\($0)" }
            }
    }

    func path(of name: String) -> String {
        Self.configNames.contains(name) ? "\(config)/\(name)" : "\(prompts)/\(name)"
    }

    /// The text of a file; nil, with a finding, when there is none.
    func text(_ name: String, findings: Findings) -> String? {
        switch contents[name] {
        case .text(let text): return text
        case .problem(let problem):
            findings.items.append(problem)
            return nil
        case nil:
            findings.add(path(of: name), nil, "this file is missing", mend: "create it, or take it from the sample")
            return nil
        }
    }

    /// Without a finding.
    func text(_ name: String) -> String? { if case .text(let text) = contents[name] { text } else { nil } }

    /// Nothing but the configuration could be read.
    var hasNoPrompts: Bool {
        !contents.contains { name, content in
            if case .text = content { !Self.configNames.contains(name) } else { false }
        }
    }

    /// Names of the files in a folder, without the folder, sorted.
    func names(in folder: String) -> [String] {
        contents.keys.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }.sorted()
    }

    /// The line, counted from 1, of the first line of a file that holds a text.
    public func line(of text: some StringProtocol, in name: String) -> Int? {
        guard let source = self.text(name) else { return nil }
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.firstIndex { $0.contains(text) }.map { $0 + 1 }
    }
}

extension PromptFiles {
    /// Sizes and times of the files, to see without reading whether anything changed.
    public struct Fingerprint: Sendable, Equatable {
        private var marks: [String: [Int]] = [:]

        /// Blocks for a few system calls per file.
        public init(prompts: String, config: String) {
            for name in PromptFiles.names(prompts: prompts) {
                let path = PromptFiles.configNames.contains(name) ? "\(config)/\(name)" : "\(prompts)/\(name)"
                var status = stat()
                guard stat(path, &status) == 0 else { continue }
                // A file that was put in the place of another one has another number, though time and size be the same.
                marks[name] = [
                    Int(status.st_size), Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec), Int(status.st_ino),
                ]
            }
        }
    }
}
