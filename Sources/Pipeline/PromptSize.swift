import Conversation
import Integrations
public import Prompts

/// How long the prompt of a version is, in tokens. An estimate: of the shipped files it was between 11 per cent too few
/// (`qualification.yaml`) and 11 per cent too many (`facts.md`) against the tokenizer of GPT-4.1 (o200k_base). What the
/// provider reports is exact; where it is known, it is gone by.
public struct PromptSize: Sendable, Equatable {
    /// `system.md` with everything filled in: the same for every turn, so the provider's cache serves it.
    public var constant: Int
    /// The JSON Schema of the answer, which stands before the messages and never changes either.
    public var schema: Int
    /// The longest stage with `turn.md`: sent last and paid for in full every time.
    public var volatile: Int
    /// Most of the conversation that is sent along.
    public var history: Int
    /// Most of what the model may answer.
    public var output: Int

    public var total: Int { schema + constant + history + volatile + output }
    /// Everything up to the end of `system.md`.
    public var cacheable: Int { schema + constant }

    /// Providers cache nothing shorter (OpenAI's prompt caching guide).
    public static let cacheableMin = 1_024

    public init(_ library: PromptLibrary, historyTokens: Int, outputTokens: Int) {
        var state = ConversationState(id: ConversationID("size"), language: library.playbook.business.defaultLanguage)
        for field in library.playbook.qualification.fields {
            state.fields[field.id] = .text(String(repeating: "x", count: 20))
        }
        let prompts = PromptLibrary.speakingStages.map { stage in
            library.render(
                PromptTurn(
                    stage: stage,
                    language: state.language,
                    state: state,
                    now: Timestamp(milliseconds: 0),
                    recommended: library.playbook.catalog.products.first?.id
                )
            )
        }
        constant = Self.tokens(prompts.first?.constant ?? "")
        volatile = prompts.map { Self.tokens($0.volatile) }.max() ?? 0
        schema = Self.tokens(String(decoding: AnswerSchema(library.playbook).json.encoded(), as: UTF8.self))
        history = historyTokens
        output = outputTokens
    }

    /// With o200k_base, chat in English runs at 4.1 bytes a token, in Portuguese at 4.0 to 4.1 and in Spanish at 4.1; prose
    /// of the shipped prompts at 4.3 to 4.5, dense YAML at 3.6.
    public static func tokens(_ text: String) -> Int { (text.utf8.count + 3) / 4 }
}
