import Conversation

/// Reads all the files of one version and checks them against each other.
struct PromptLoader {
    let settings: Settings
    let findings: Findings

    private var prompts: String { settings.promptsFolder }
    private var config: String { settings.configFolder }

    func load() -> PromptLibrary? {
        let languages = languages()
        let qualification = QualificationFile(languages: languages, findings: findings)
            .read("\(config)/qualification.yaml")
        let fields = qualification?.fields ?? []
        let catalog = CatalogFile(languages: languages, fields: fields, findings: findings)
            .read("\(config)/catalog.yaml")
        let messages = MessagesFile(
            fields: fields,
            products: catalog?.products.map(\.id) ?? [],
            findings: findings
        )
        // Without fields and products every text would be wrong, and the cause would be hidden in the list.
        guard let qualification, let catalog, !fields.isEmpty else { return nil }
        let phrases = languages.map { ($0, messages.read("\(prompts)/messages/\($0.rawValue).yaml")) }
        checkScenarios(languages)
        return library(qualification, catalog, Dictionary(phrases) { first, _ in first })
    }

    /// A language is there when its messages are.
    private func languages() -> [Language] {
        let tags = TextFile.names(in: "\(prompts)/messages", ending: "yaml").map { String($0.dropLast(5)) }
        let fallback = settings.business.identity.defaultLanguage
        if !tags.contains(fallback.rawValue) {
            findings.add(
                "\(prompts)/messages/\(fallback.rawValue).yaml",
                nil,
                "there are no messages in the default language \(fallback.rawValue)",
                mend: "write this file, or change business.default_language in crset.yaml"
            )
        }
        return tags.map { Language($0) }
    }

    private func library(
        _ qualification: Qualification,
        _ catalog: Catalog,
        _ phrases: [Language: Phrases]
    ) -> PromptLibrary? {
        let identity = settings.business.identity
        let prices = PromptText.prices(catalog)
        let shared = ["business"] + prices.keys.sorted()
        let factsFile = PromptTemplate.read("\(prompts)/facts.md", variables: shared, findings: findings)
        let systemFile = PromptTemplate.read(
            "\(prompts)/system.md",
            variables: shared + PromptText.systemVariables,
            findings: findings
        )
        let stages = stageTemplates(shared + PromptText.stageVariables)
        let turnFile = PromptTemplate.read(
            "\(prompts)/turn.md",
            variables: shared + PromptText.stageVariables,
            findings: findings
        )
        guard let (facts, _) = factsFile, let (system, source) = systemFile, let (situation, _) = turnFile else {
            return nil
        }
        for name in PromptText.neededInSystem where !source.contains("{{\(name)}}") {
            findings.add(
                "\(prompts)/system.md",
                nil,
                "`{{\(name)}}` stands nowhere",
                mend: "put it in where the model should read it"
            )
        }
        var playbook = Playbook(
            version: "",
            business: identity,
            qualification: qualification,
            catalog: catalog,
            phrasebook: Phrasebook(defaultLanguage: identity.defaultLanguage, languages: phrases),
            policy: settings.policy
        )
        let files = files(phrases.keys.sorted())
        playbook.version = PromptLibrary.version(of: files)
        playbook.confidential = PromptText.confidential(files)
        let factsText = facts.render(PromptText.shared(identity, prices))
        playbook.facts = factsText
        return PromptLibrary(
            playbook: playbook,
            facts: factsText,
            files: files,
            stages: stages,
            situation: situation,
            timezone: settings.business.timezone,
            constant: system.render(PromptText.system(playbook, facts: factsText, prices: prices))
        )
    }

    private func stageTemplates(_ variables: [String]) -> [Stage.Name: PromptTemplate] {
        let folder = "\(prompts)/stages"
        let speaking = PromptLibrary.speakingStages.map(\.rawValue)
        for name in TextFile.names(in: folder, ending: "md") where !speaking.contains(String(name.dropLast(3))) {
            findings.add(
                "\(folder)/\(name)",
                nil,
                "there is no stage of this name in which the bot speaks",
                mend: nearestWord(to: String(name.dropLast(3)), in: speaking).map { "did you mean \($0).md?" }
                    ?? "remove it; stages are \(listed(speaking))"
            )
        }
        return PromptLibrary.speakingStages.reduce(into: [:]) { templates, stage in
            let path = "\(folder)/\(stage.rawValue).md"
            templates[stage] = PromptTemplate.read(path, variables: variables, findings: findings)?.0
        }
    }

    /// Dialogues are run by `crset prompts test`; here only their form is checked.
    private func checkScenarios(_ languages: [Language]) {
        for name in TextFile.names(in: "\(prompts)/scenarios", ending: "yaml") {
            let path = "\(prompts)/scenarios/\(name)"
            guard let root = YAMLFile.read(path, findings: findings) else { continue }
            let keys = ["about", "language", "turns"]
            let section = Section(root, file: path, path: "", keys: keys, findings: findings)
            if let tag = section.requiredString("language"), !languages.contains(Language(tag)) {
                section.add(
                    section.line(of: "language"),
                    "there are no messages in `\(tag.prefix(20))`",
                    mend: "use one of \(listed(languages.map(\.rawValue)))"
                )
            }
            let turns = section.sections("turns", keys: ["say", "expect"])
            if turns.isEmpty { section.add(section.line, "`turns` is missing", mend: "add `- say: …` entries") }
            for turn in turns { _ = turn.requiredString("say") }
        }
    }

    /// What makes a version. Scenarios test it and ports don't touch it, so neither is part of it.
    private func files(_ languages: [Language]) -> [String: String] {
        var names = ["system.md", "facts.md", "turn.md"]
        names += PromptLibrary.speakingStages.map { "stages/\($0.rawValue).md" }
        names += languages.map { "messages/\($0.rawValue).yaml" }
        let paths =
            names.map { ($0, "\(prompts)/\($0)") }
            + ["qualification.yaml", "catalog.yaml"].map { ($0, "\(config)/\($0)") }
        // They were read a moment ago, so what went wrong then is already reported.
        let quiet = Findings()
        var files = paths.reduce(into: [:]) { $0[$1.0] = TextFile.read($1.1, findings: quiet) }
        files["business"] = PromptText.identity(settings.business.identity, timezone: settings.business.timezone)
        return files
    }
}
