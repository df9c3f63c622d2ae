public import Conversation
import Crypto

/// The operators' files, loaded and checked: what the bot says, asks, sells and may claim.
///
/// One value is one version of the files. It is immutable; a reload makes another one.
public struct PromptLibrary: Sendable {
    /// Its policy may be completed by whoever knows which services are configured.
    public var playbook: Playbook
    /// `facts.md` with its prices filled in: all that the bot may claim.
    public let facts: String
    /// The files by their name inside their folder, such as `stages/new.md`, to keep and compare versions.
    public let files: [String: String]
    /// What works but is probably not meant.
    public let warnings: [Problem]
    let stages: [Stage.Name: PromptTemplate]
    /// `turn.md`: what is known, the language and the time.
    let situation: PromptTemplate
    let timezone: String
    /// The part of the prompt that is the same for every customer and every turn.
    let constant: String

    /// Stages in which the bot composes replies. In the others it is silent.
    public static let speakingStages: [Stage.Name] = Stage.Name.allCases.filter { $0 != .handedOff && $0 != .optedOut }

    /// Loads the files of two folders, with the business and the timers of `crset.yaml` alone.
    ///
    /// - Throws: everything that is wrong with any file, with its line and how to mend it.
    public static func load(prompts: String, config: String) throws(PromptProblems) -> PromptLibrary {
        let findings = Findings()
        let settings = Settings.read(
            overrides: ["crset.config": config, "crset.prompts": prompts],
            environment: [:],
            dotEnv: [:],
            workingDirectory: "",
            findings: findings
        )
        return try load(settings, findings: findings)
    }

    /// Loads the files that the settings name, with their business and timers.
    public static func load(_ settings: Settings) throws(PromptProblems) -> PromptLibrary {
        try load(settings, findings: Findings())
    }

    /// Makes a library of files that were read or kept before. The business is that of the settings, and so is, where the
    /// files were kept under another business, the version.
    public static func load(_ files: PromptFiles, _ settings: Settings) throws(PromptProblems) -> PromptLibrary {
        try load(settings, files, findings: Findings())
    }

    private static func load(
        _ settings: Settings,
        _ files: PromptFiles? = nil,
        findings: Findings
    ) throws(PromptProblems) -> PromptLibrary {
        let files = files ?? PromptFiles(prompts: settings.promptsFolder, config: settings.configFolder)
        let loader = PromptLoader(files: files, settings: settings, findings: findings)
        guard let library = loader.load(), findings.items.isEmpty else {
            throw PromptProblems(items: findings.items)
        }
        return library
    }

    /// The entry of a version that is no file: who speaks, from `crset.yaml`.
    public static let businessName = "business"

    /// A short name for exactly these files: twelve hexadecimal digits of their SHA-256.
    static func version(of files: [String: String]) -> String {
        var hash = SHA256()
        for (name, text) in files.sorted(by: { $0.key < $1.key }) {
            // Lengths first, so that no text can pass for the end of one file and the start of the next.
            hash.update(data: Array("\(name.utf8.count):\(name)\(text.utf8.count):\(text)".utf8))
        }
        let digits = Array("0123456789abcdef")
        return String(hash.finalize().prefix(6).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
