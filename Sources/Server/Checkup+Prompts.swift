import Conversation
import Pipeline
import Prompts
import Storage

extension Checkup {
    /// The files as they are.
    func prompts() -> [Check] {
        let check = PromptCheck(settings)
        var checks = check.errors.map { Check("prompts", .failed(exitCode: 78), $0.description) }
        checks += check.warnings.map { Check("prompts", .warning, $0.description) }
        guard check.errors.isEmpty, let library = check.library, let size = check.size else { return checks }
        let languages = library.playbook.phrasebook.languages.keys.sorted().map(\.rawValue)
        checks.append(
            Check(
                "prompts",
                .ok,
                "version \(library.playbook.version), \(languages.joined(separator: ", ")), "
                    + "\(library.playbook.catalog.products.count) products, about \(size.constant) tokens"
            )
        )
        return checks
    }

    /// Whether the service uses the files as they are. It keeps the last good version when they are broken.
    func promptsInUse() async -> [Check] {
        guard let store = try? await openStore(settings, migrate: false) else { return [] }
        let versions = try? await store.promptVersions(limit: 1)
        let trial = try? await store.trials(limit: 1).first
        try? await store.close()
        guard let inUse = versions?.first, inUse.usedAt != nil else { return [] }
        var checks: [Check] = []
        if let library = try? PromptLibrary.load(settings) {
            let isSame = library.playbook.version == inUse.id
            checks.append(
                Check(
                    "prompts in use",
                    isSame ? .ok : .warning,
                    isSame
                        ? "version \(inUse.id)"
                        : "a service last took \(inUse.id) into use, and the files are \(library.playbook.version); it "
                            + "takes them within a second if it runs with these folders, and prompts.watch is on"
                )
            )
        } else {
            checks.append(
                Check(
                    "prompts in use",
                    .warning,
                    "the last good version, \(inUse.id), serves on until the files are mended"
                )
            )
        }
        if let trial, trial.endedAt == nil {
            checks.append(
                Check("prompts in use", .ok, "\(trial.id): \(trial.share) % of the new leads get \(trial.challenger)")
            )
        }
        return checks
    }
}
