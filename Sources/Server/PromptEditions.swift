import Conversation
import Logging
import Pipeline
public import Prompts
public import Storage

/// The version that was loaded at the start, and older ones from the store for leads that keep theirs.
func playbookSource(_ library: PromptLibrary, _ settings: Settings, _ store: any Store) -> PlaybookSource {
    PlaybookSource(
        library.serving(settings),
        pinsConversations: settings.prompts.pinsConversations
    ) { version in
        try? await keptLibrary(version, settings, store)
    }
}

/// A version from the store, as this configuration would serve it. It keeps its id also where the business has changed.
public func keptLibrary(_ version: String, _ settings: Settings, _ store: any Store) async throws -> PromptLibrary? {
    guard let kept = try await store.promptVersions(matching: version, limit: 1).first else { return nil }
    var library = try PromptLibrary.load(PromptFiles(version: kept.id, files: kept.files), settings)
    library.playbook.version = kept.id
    return library.serving(settings)
}

func promptWatch(
    _ playbooks: PlaybookSource,
    _ settings: Settings,
    _ store: any Store,
    _ log: Logger
) -> PromptWatch {
    PromptWatch(
        source: playbooks,
        store: store,
        prompts: settings.promptsFolder,
        config: settings.configFolder,
        load: { (files) throws(PromptProblems) in try PromptLibrary.load(files, settings).serving(settings) },
        surroundings: .live,
        log: log
    )
}
