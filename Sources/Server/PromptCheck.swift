import Conversation
import Integrations
public import Pipeline
public import Prompts

/// Everything that `crset prompts check` says about a set of prompt files.
public struct PromptCheck: Sendable {
    /// What keeps the files from being used.
    public var errors: [Problem]
    /// What works but is probably not meant.
    public var warnings: [Problem]
    /// Nil where the files can't be loaded.
    public var library: PromptLibrary?
    public var size: PromptSize?
    public var model: String
    /// What the model takes at once.
    public var contextTokens: Int
    /// What Stripe had to say, where it was asked.
    public var stripe: StripeSide?

    public init(_ settings: Settings) {
        let model = modelNamed(settings.openai.model, settings)
        self.model = model.name
        contextTokens = model.contextTokens
        errors = []
        warnings = []
        do throws(PromptProblems) {
            let files = PromptFiles(prompts: settings.promptsFolder, config: settings.configFolder)
            let library = try PromptLibrary.load(files, settings)
            self.library = library
            warnings = library.warnings
            let size = PromptSize(
                library,
                historyTokens: settings.conversation.historyTokens,
                outputTokens: settings.openai.maxOutputTokens
            )
            self.size = size
            judge(size, settings)
            _ = try library.scenarios(files)
        } catch {
            errors += error.items
        }
    }

    private mutating func judge(_ size: PromptSize, _ settings: Settings) {
        let file = "\(settings.promptsFolder)/system.md"
        if size.total > contextTokens {
            errors.append(
                Problem(
                    file: file,
                    line: nil,
                    reason: "a turn may take about \(size.total) tokens, and \(model) takes \(contextTokens)",
                    mend: "shorten it, lower conversation.history_tokens, or choose a model with a longer context"
                )
            )
        }
        if size.cacheable < PromptSize.cacheableMin {
            warnings.append(
                Problem(
                    file: file,
                    line: nil,
                    reason: "what never changes has about \(size.cacheable) tokens, too few for the provider's cache",
                    mend: "from \(PromptSize.cacheableMin) tokens on it costs less; add facts or examples"
                )
            )
        }
    }
}
