public import Prompts
import Synchronization

/// The prompt files in force. A turn takes them once and uses them to its end.
public final class PlaybookSource: Sendable {
    private let state: Mutex<(PromptLibrary, AnswerSchema)>

    public init(_ library: PromptLibrary) {
        state = Mutex((library, AnswerSchema(library.playbook)))
    }

    func current() -> (PromptLibrary, AnswerSchema) { state.withLock { $0 } }
}
