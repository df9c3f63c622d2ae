public import Conversation
public import Integrations
public import Logging
public import Prompts
public import Storage

/// A conversation as the service would hold it with one version of the prompt files, with no store and nobody to send
/// to: the same decisions, the same prompt, the same guard. Links are made up, and nothing leaves but questions to the
/// model.
///
/// The clock stands still, so that the same dialogue asks the model the same questions: what it answered once can be
/// played again.
public struct Rehearsal: Sendable {
    public private(set) var state: ConversationState
    private let library: PromptLibrary
    private let schema: AnswerSchema
    private let advice: ModelAdvice
    private let now: Timestamp
    /// The clock stands still, so each question has the whole time.
    private let answerBy: Timestamp
    private var history: [JournalEntry] = []
    private var messages = 0

    /// What one turn came to.
    public struct Outcome: Sendable {
        /// Nil where no model and no plain reading was needed, as after a tap or a plain wish for a person.
        public var understood: Understanding?
        /// What the customer would have got, in order.
        public var sent: [OutMessage] = []
        /// What the guard held back.
        public var heldBack: [String] = []
        public var stageBefore: Stage.Name
        public var stage: Stage.Name
        public var score = 0
        public var model: String?
        public var usage = ChatUsage()
        public var costMicroUSD = 0
        /// Why no model answered, where one was asked.
        public var trouble: String?

        public var words: String { sent.map(\.text).joined(separator: "\n\n") }
        public var hasLink: Bool { sent.contains { if case .link = $0.content { true } else { false } } }
    }

    /// 2026-11-23 10:00 UTC, a Monday.
    public static let defaultNow = Timestamp(milliseconds: 1_795_428_000_000)
    private static let stepsMax = 64

    public init(
        _ library: PromptLibrary,
        language: Language? = nil,
        client: OpenAIClient?,
        models: [OpenAIModel],
        settings: PipelineSettings,
        now: Timestamp = Rehearsal.defaultNow,
        log: Logger
    ) {
        self.library = library
        self.now = now
        answerBy = now.adding(milliseconds: Int64(settings.modelTimeout))
        schema = AnswerSchema(library.playbook)
        state = ConversationState(
            id: ConversationID("rehearsal"),
            language: language ?? library.playbook.business.defaultLanguage
        )
        // Only the model may take its time; its pauses between tries are real ones.
        var surroundings = Surroundings.live
        surroundings.now = { now }
        surroundings.sleep = { _ in try await Surroundings.live.sleep(Surroundings.live.now().adding(milliseconds: 250))
        }
        advice = ModelAdvice(
            client: client,
            models: models,
            breakers: CircuitBreakers(surroundings: surroundings, log: log),
            alerts: nil,
            settings: settings,
            surroundings: surroundings,
            log: log
        )
    }

    /// The customer writes a text.
    public mutating func say(_ text: String) async -> Outcome {
        messages += 1
        return await turn(
            [CustomerMessage(id: MessageID("said-\(messages)"), at: now, content: .text(text))]
        )
    }

    /// A turn over messages.
    ///
    /// - Parameters:
    ///   - past: what was really said before, instead of what was rehearsed.
    ///   - transcripts: what voice notes were understood as.
    public mutating func turn(
        _ messages: [CustomerMessage],
        past: [JournalEntry]? = nil,
        transcripts: [MessageID: String] = [:]
    ) async -> Outcome {
        var outcome = Outcome(stageBefore: state.stage.name, stage: state.stage.name)
        let event = Event.messages(messages)
        history.append(JournalEntry(seq: Int64(history.count + 1), at: now, content: .event(event)))
        var queue = [event]
        var steps = 0
        while !queue.isEmpty, steps < Self.stepsMax {
            steps += 1
            let (next, effects) = advance(state, queue.removeFirst(), at: now, by: library.playbook)
            state = next
            for effect in effects {
                if let answer = await perform(effect, &outcome, past ?? history, transcripts) { queue.append(answer) }
            }
        }
        for message in outcome.sent {
            history.append(JournalEntry(seq: Int64(history.count + 1), at: now, content: .message(message)))
        }
        outcome.stage = state.stage.name
        outcome.score = state.score
        return outcome
    }

    private func perform(
        _ effect: Effect,
        _ outcome: inout Outcome,
        _ past: [JournalEntry],
        _ transcripts: [MessageID: String]
    ) async -> Event? {
        switch effect {
        case .askModel:
            let (event, trace) = await advice.ask(
                state,
                history: past,
                library: library,
                schema: schema,
                answerBy: answerBy
            )
            outcome.model = trace.model
            outcome.usage = trace.usage
            outcome.costMicroUSD = trace.costMicroUSD
            outcome.trouble = trace.trouble
            if case .understood(let understanding, _) = event { outcome.understood = understanding }
            return event
        case .createLink(let offer):
            let id = "rehearsal-\(offer.id)"
            return .linkCreated(offer.id, Conversation.PaymentLink(id: id, url: "https://buy.stripe.com/\(id)"))
        case .transcribe(let id, _, _): return .transcribed(id, text: transcripts[id])
        case .send(let message): outcome.sent.append(message)
        case .note(let note) where note.kind == .guarded: outcome.heldBack.append(note.text)
        case .note, .alertStaff, .schedule, .cancel, .deactivateLink: break
        }
        return nil
    }
}
