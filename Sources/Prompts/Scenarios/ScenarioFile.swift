public import Conversation

/// A dialogue that must keep working: `Prompts/scenarios/*.yaml`.
public struct Scenario: Sendable, Equatable {
    /// The file's name without its ending.
    public var name: String
    public var about: String
    /// What the customer's WhatsApp says of the customer, until they write in another one.
    public var language: Language
    public var turns: [Turn]

    public struct Turn: Sendable, Equatable {
        public var say: String
        public var expect: [Expectation]
        public var line: Int?
    }
}

/// Reads the scenarios.
struct ScenarioFile {
    let files: PromptFiles
    let languages: [Language]
    /// What expectations may name; nil where that isn't known.
    let playbook: Playbook?
    let findings: Findings

    static let turnsMax = 40

    /// Only whether their form is right.
    static func check(_ files: PromptFiles, languages: [Language], findings: Findings) {
        let reader = ScenarioFile(files: files, languages: languages, playbook: nil, findings: findings)
        for name in files.names(in: "scenarios") { _ = reader.read(name) }
    }

    func read(_ name: String) -> Scenario? {
        let path = files.path(of: "scenarios/\(name)")
        guard let root = YAMLFile.read("scenarios/\(name)", of: files, findings: findings) else { return nil }
        let keys = ["about", "language", "turns"]
        let section = Section(root, file: path, path: "", keys: keys, findings: findings)
        guard let tag = section.requiredString("language") else { return nil }
        if !languages.contains(Language(tag)) {
            section.add(
                section.line(of: "language"),
                "there are no messages in `\(tag.prefix(20))`",
                mend: "use one of \(listed(languages.map(\.rawValue)))"
            )
        }
        let sections = section.sections("turns", keys: ["say", "expect"])
        if sections.isEmpty || sections.count > Self.turnsMax {
            section.add(
                section.line,
                sections.isEmpty ? "`turns` is missing" : "\(sections.count) turns are too many",
                mend: sections.isEmpty ? "add `- say: …` entries" : "split the dialogue; at most \(Self.turnsMax)"
            )
        }
        let turns = sections.compactMap(turn)
        return Scenario(
            name: String(name.dropLast(5)),
            about: section.string("about") ?? "",
            language: Language(tag),
            turns: turns
        )
    }

    private func turn(_ section: Section) -> Scenario.Turn? {
        guard let say = section.requiredString("say") else { return nil }
        let expectations = section.strings("expect").compactMap { text, line -> Expectation? in
            do throws(Expectation.Unreadable) {
                let expectation = try Expectation(text)
                if let playbook, let problem = expectation.problem(in: playbook) {
                    section.add(line, problem.reason, mend: problem.mend)
                }
                return expectation
            } catch {
                section.add(line, "\"\(text.prefix(60))\" is no expectation", mend: error.mend)
                return nil
            }
        }
        return Scenario.Turn(say: say, expect: expectations, line: section.line)
    }
}

extension PromptLibrary {
    /// The scenarios of a folder, checked against this version.
    public func scenarios(_ files: PromptFiles) throws(PromptProblems) -> [Scenario] {
        let findings = Findings()
        let reader = ScenarioFile(
            files: files,
            languages: playbook.phrasebook.languages.keys.sorted(),
            playbook: playbook,
            findings: findings
        )
        let scenarios = files.names(in: "scenarios").compactMap(reader.read)
        guard findings.items.isEmpty else { throw PromptProblems(items: findings.items) }
        return scenarios
    }
}
