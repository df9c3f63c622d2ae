import Conversation
import Integrations
import Logging
import Prompts
import Storage

/// One question to the model: the prompt, the tries, the check. The model advises, the conversation decides.
struct ModelAdvice: Sendable {
    let client: OpenAIClient?
    /// The first is asked, the others stand by.
    let models: [OpenAIModel]
    let settings: PipelineSettings
    let surroundings: Surroundings
    let log: Logger

    /// What was asked and what it cost, for the transcript.
    struct Trace: Sendable, Equatable {
        var model: String?
        var usage = ChatUsage()
        var costMicroUSD = 0
        var latencyMilliseconds = 0
        var trouble: String?
    }

    func ask(
        _ state: ConversationState,
        history: [JournalEntry],
        library: PromptLibrary,
        schema: AnswerSchema
    ) async -> (event: Event, trace: Trace) {
        guard let client, !models.isEmpty else { return (.modelUnavailable(reason: "no model is configured"), Trace()) }
        let messages = messages(state, history, library)
        let start = surroundings.now()
        var trace = Trace()
        for (index, model) in models.enumerated() {
            // One bounded repeat on the first model only: a customer waits.
            for _ in 0..<(index == 0 ? 2 : 1) {
                let spent = Int(surroundings.now().milliseconds - start.milliseconds)
                // The first try has the whole time, however short; a later one needs enough to be of use.
                guard spent == 0 || settings.modelTimeout - spent > 500 else { break }
                let request = request(model, messages, schema, state.id, version: library.playbook.version)
                do {
                    let answer = try await client.complete(request, settings.modelTimeout - spent)
                    add(answer, model, to: &trace)
                    trace.latencyMilliseconds = Int(surroundings.now().milliseconds - start.milliseconds)
                    let (understanding, reply) = try schema.read(answer.content)
                    trace.trouble = nil
                    return (.understood(understanding, reply: reply), trace)
                } catch let violation as AnswerSchema.Violation {
                    trace.trouble = "the answer does not fit the schema: \(violation.reason)"
                } catch let error as OutsideError {
                    trace.trouble = "\(error.code): \(error.message)"
                    report(error, model)
                    guard isWorthRepeating(error) else { break }
                    try? await surroundings.sleep(surroundings.now().adding(milliseconds: wait(error)))
                } catch {
                    trace.trouble = String(describing: type(of: error))
                }
            }
        }
        trace.latencyMilliseconds = Int(surroundings.now().milliseconds - start.milliseconds)
        return (.modelUnavailable(reason: trace.trouble ?? "no time left"), trace)
    }

    private func add(_ answer: ChatAnswer, _ model: OpenAIModel, to trace: inout Trace) {
        trace.model = answer.model
        trace.usage.prompt += answer.usage.prompt
        trace.usage.cached += answer.usage.cached
        trace.usage.completion += answer.usage.completion
        trace.costMicroUSD += answer.costMicroUSD(model) ?? 0
    }

    private func isWorthRepeating(_ error: OutsideError) -> Bool {
        switch error.remedy {
        case .retry, .slowDown, .outcomeUnknown: true
        case .giveUp, .halt, .useFallback, .useTemplate: false
        }
    }

    private func wait(_ error: OutsideError) -> Int64 {
        switch error.remedy {
        case .retry(let milliseconds?), .slowDown(let milliseconds?): Int64(min(milliseconds, 3_000))
        default: 250
        }
    }

    private func report(_ error: OutsideError, _ model: OpenAIModel) {
        let metadata: Logger.Metadata = ["model": "\(model.name)", "code": "\(error.code)", "why": "\(error.message)"]
        if error.needsOperator {
            log.error("the model can't be had until somebody acts", metadata: metadata)
        } else {
            log.warning("the model gave no answer", metadata: metadata)
        }
    }

    // MARK: The prompt

    private func request(
        _ model: OpenAIModel,
        _ messages: [ChatMessage],
        _ schema: AnswerSchema,
        _ id: ConversationID,
        version: String
    ) -> ChatRequest {
        ChatRequest(
            model: model,
            messages: messages,
            schemaName: AnswerSchema.name,
            schema: schema.json,
            maxOutputTokens: min(settings.maxOutputTokens, model.maxOutputTokens),
            temperature: settings.temperature,
            promptCacheKey: "\(version):\(id.rawValue)",
            safetyIdentifier: fingerprint(id.rawValue)
        )
    }

    /// What never changes first, so that the provider's cache works; what changes most last.
    private func messages(
        _ state: ConversationState,
        _ history: [JournalEntry],
        _ library: PromptLibrary
    ) -> [ChatMessage] {
        let next = library.playbook.qualification.fields.first { state.fields[$0.id] == nil }?.id
        let offer: Offer? =
            switch state.stage {
            case .offered(let offered): offered.offer
            case .awaitingPayment(let current, _, _): current
            case .paid(let payment): payment.offer
            default: nil
            }
        let prompt = library.render(
            PromptTurn(
                stage: state.stage.name,
                language: state.language,
                state: state,
                nextField: next,
                now: surroundings.now(),
                recommended: library.playbook.catalog.recommended(for: state.fields)?.id,
                offer: offer
            )
        )
        let newest = (state.answering?.messages ?? []).compactMap(Self.words).map { ChatMessage(.user, $0) }
        let newestIDs = Set((state.answering?.messages ?? []).map(\.id))
        var earlier: [ChatMessage] = []
        var budget = settings.historyTokens
        for entry in history.reversed() {
            for message in Self.messages(of: entry, without: newestIDs).reversed() {
                budget -= Self.tokens(message.content)
                guard budget > 0 else { break }
                earlier.append(message)
            }
            if budget <= 0 { break }
        }
        return [ChatMessage(.instructions, prompt.constant)] + earlier.reversed() + newest
            + [ChatMessage(.instructions, prompt.volatile)]
    }

    private static func messages(of entry: JournalEntry, without newest: Set<MessageID>) -> [ChatMessage] {
        switch entry.content {
        case .event(.messages(let messages)):
            messages.filter { !newest.contains($0.id) }.compactMap(words).map { ChatMessage(.user, $0) }
        case .message(let message): [ChatMessage(.assistant, message.text)]
        // The owner spoke for the business, from the phone.
        case .event(.ownerAnswered(let text)): text.isEmpty ? [] : [ChatMessage(.assistant, text)]
        case .event, .note: []
        }
    }

    /// Cut to a length that no honest customer needs, so that one message can't crowd out the rest.
    private static func words(_ message: CustomerMessage) -> String? {
        if let text = message.text { return String(text.prefix(4_096)) }
        switch message.content {
        case .voice: return "[voice note]"
        case .media(let kind, _, _): return "[\(kind)]"
        case .location(_, _, let name): return "[location\(name.map { ": \($0)" } ?? "")]"
        case .contact(let name, _): return "[contact: \(name)]"
        case .unreadable: return "[something that can't be read]"
        default: return nil
        }
    }

    /// A cautious estimate: Portuguese runs at about 3.5 characters a token.
    private static func tokens(_ text: String) -> Int { text.utf8.count / 3 + 4 }
}
