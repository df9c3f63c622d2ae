import Conversation

/// Makes one version of the files that were read, and checks them against each other.
struct PromptLoader {
    let files: PromptFiles
    let settings: Settings
    let findings: Findings
    /// What works but is probably not meant.
    let warnings = Findings()

    func load() -> PromptLibrary? {
        guard !files.hasNoPrompts else {
            findings.add(
                files.prompts,
                nil,
                "this folder is missing or holds no prompt files",
                mend: "put it back, with `crset prompts rollback` or from the sample"
            )
            return nil
        }
        let languages = languages()
        let qualification = QualificationFile(languages: languages, findings: findings).read(files)
        let fields = qualification?.fields ?? []
        let catalog = CatalogFile(languages: languages, fields: fields, findings: findings).read(files)
        // Without fields and products every text would be wrong, and the cause would be hidden in the list.
        guard let qualification, let catalog, !fields.isEmpty else { return nil }
        let messages = MessagesFile(
            fields: fields,
            catalog: catalog,
            business: settings.business.identity.name,
            findings: findings
        )
        let phrases = languages.map { ($0, messages.read("messages/\($0.rawValue).yaml", of: files, in: $0)) }
        ScenarioFile.check(files, languages: languages, findings: findings)
        return library(qualification, catalog, Dictionary(phrases) { first, _ in first })
    }

    /// A language is there when its messages are.
    private func languages() -> [Language] {
        let tags = files.names(in: "messages").map { String($0.dropLast(5)) }
        let fallback = settings.business.identity.defaultLanguage
        if !tags.contains(fallback.rawValue) {
            findings.add(
                files.path(of: "messages/\(fallback.rawValue).yaml"),
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
        let factsFile = template("facts.md", shared)
        let systemFile = template("system.md", shared + PromptText.systemVariables)
        let stages = stageTemplates(shared + PromptText.stageVariables)
        let turnFile = template("turn.md", shared + PromptText.stageVariables)
        guard let (facts, _) = factsFile, let (system, source) = systemFile, let (situation, _) = turnFile else {
            return nil
        }
        for name in PromptText.neededInSystem where !source.contains("{{\(name)}}") {
            findings.add(
                files.path(of: "system.md"),
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
        let kept = kept(phrases.keys.sorted())
        playbook.version = PromptLibrary.version(of: kept)
        playbook.confidential = PromptText.confidential(kept)
        let factsText = facts.render(PromptText.shared(identity, prices))
        playbook.facts = factsText
        let values = PromptText.system(playbook, facts: factsText, prices: prices)
        guard fits(source, values) else { return nil }
        ClaimCheck(files: files, playbook: playbook, findings: findings, warnings: warnings).run()
        return PromptLibrary(
            playbook: playbook,
            facts: factsText,
            files: kept,
            warnings: warnings.items,
            stages: stages,
            situation: situation,
            timezone: settings.business.timezone,
            constant: system.render(values)
        )
    }

    private func template(_ name: String, _ variables: [String]) -> (PromptTemplate, source: String)? {
        PromptTemplate.read(name, of: files, variables: variables, findings: findings)
    }

    /// A variable that stands thousands of times makes a small file a huge prompt: that is seen before it is rendered.
    private func fits(_ source: String, _ values: [String: any Sendable]) -> Bool {
        var size = source.utf8.count
        for (name, value) in values {
            guard let text = value as? String else { continue }
            size += (source.count(of: "{{\(name)}}") + source.count(of: "{{{\(name)}}}")) * text.utf8.count
        }
        guard size > PromptTemplate.constantBytesMax else { return true }
        findings.add(
            files.path(of: "system.md"),
            nil,
            "with its variables filled in, the prompt has \(size / 1_000) kB",
            mend: "no model reads so much; shorten it to less than \(PromptTemplate.constantBytesMax / 1_000) kB"
        )
        return false
    }

    private func stageTemplates(_ variables: [String]) -> [Stage.Name: PromptTemplate] {
        let speaking = PromptLibrary.speakingStages.map(\.rawValue)
        for name in files.names(in: "stages") where !speaking.contains(String(name.dropLast(3))) {
            findings.add(
                files.path(of: "stages/\(name)"),
                nil,
                "there is no stage of this name in which the bot speaks",
                mend: nearestWord(to: String(name.dropLast(3)), in: speaking).map { "did you mean \($0).md?" }
                    ?? "remove it; stages are \(listed(speaking))"
            )
        }
        return PromptLibrary.speakingStages.reduce(into: [:]) { templates, stage in
            templates[stage] = template("stages/\(stage.rawValue).md", variables)?.0
        }
    }

    /// What makes a version. Scenarios test it and ports don't touch it, so neither is part of it.
    private func kept(_ languages: [Language]) -> [String: String] {
        var names = PromptFiles.plainNames + PromptFiles.configNames
        names += PromptLibrary.speakingStages.map { "stages/\($0.rawValue).md" }
        names += languages.map { "messages/\($0.rawValue).yaml" }
        var kept = names.reduce(into: [:]) { $0[$1] = files.text($1) }
        kept[PromptLibrary.businessName] = PromptText.identity(
            settings.business.identity,
            timezone: settings.business.timezone
        )
        return kept
    }
}

extension String {
    /// How often a text stands in this one.
    func count(of needle: String) -> Int {
        let needle = Array(needle.utf8)
        let hay = Array(utf8)
        guard let head = needle.first, hay.count >= needle.count else { return 0 }
        var count = 0
        var index = 0
        while index + needle.count <= hay.count {
            if hay[index] == head, hay[index..<index + needle.count].elementsEqual(needle) {
                count += 1
                index += needle.count
            } else {
                index += 1
            }
        }
        return count
    }
}
