import Conversation
import Integrations
import Logging
import Prompts
import Storage

/// One question to the model: the prompt, the tries, the check. The model advises, the conversation decides.
///
/// One bounded repeat, then the models that stand by, each only while its circuit breaker lets it; all of it within
/// the turn's time. What is left is guided mode.
struct ModelAdvice: Sendable {
    let client: OpenAIClient?
    /// The first is asked, the others stand by.
    let models: [OpenAIModel]
    let breakers: CircuitBreakers
    /// Nil where nobody is to be told: in a rehearsal.
    let alerts: ServiceAlerts?
    let settings: PipelineSettings
    let surroundings: Surroundings
    let log: Logger
    var meter = Meter.none

    /// With less time than this a call is of no use.
    private static let usefulMilliseconds = 1_000

    /// What was asked and what it cost, for the transcript.
    struct Trace: Sendable, Equatable {
        var model: String?
        var usage = ChatUsage()
        var costMicroUSD = 0
        var latencyMilliseconds = 0
        var trouble: String?
        /// All that was asked for, answered or not.
        var spend = Spend()
    }

    /// What every try has in common.
    private struct Question {
        var messages: [ChatMessage]
        var schema: AnswerSchema
        var conversation: ConversationID
        var version: String
        var answerBy: Timestamp
    }

    private enum Verdict {
        case answered(Understanding, reply: String)
        /// This model is no use now.
        case nextModel
        /// None is.
        case guided
    }

    func ask(
        _ state: ConversationState,
        history: [JournalEntry],
        library: PromptLibrary,
        schema: AnswerSchema,
        answerBy: Timestamp
    ) async -> (event: Event, trace: Trace) {
        guard client != nil, !models.isEmpty else {
            return (.modelUnavailable(reason: "no model is configured"), Trace())
        }
        let question = Question(
            messages: messages(state, history, library),
            schema: schema,
            conversation: state.id,
            version: library.playbook.version,
            answerBy: answerBy
        )
        let start = surroundings.now()
        var trace = Trace()
        let verdict = await ask(question, &trace)
        trace.latencyMilliseconds = start.milliseconds(until: surroundings.now())
        if case .answered(let understanding, let reply) = verdict {
            trace.trouble = nil
            return (.understood(understanding, reply: reply), trace)
        }
        return (.modelUnavailable(reason: trace.trouble ?? "no model could be asked"), trace)
    }

    private func ask(_ question: Question, _ trace: inout Trace) async -> Verdict {
        for (index, model) in models.enumerated() {
            // The first try has the whole time, however short; a later one needs enough to be of use.
            let left = surroundings.now().milliseconds(until: question.answerBy)
            guard left >= (trace.spend.calls == 0 ? 1 : Self.usefulMilliseconds) else {
                trace.trouble = trace.trouble ?? "no time was left for the model"
                break
            }
            guard breakers.admit(model.name) else {
                trace.trouble = trace.trouble ?? "\(model.name) is left alone for a while, because it kept failing"
                continue
            }
            let others = models[(index + 1)...]
            let verdict = await ask(model, question, hasNext: others.contains { breakers.wouldAdmit($0.name) }, &trace)
            if case .nextModel = verdict { continue }
            return verdict
        }
        return .guided
    }

    private func ask(
        _ model: OpenAIModel,
        _ question: Question,
        hasNext: Bool,
        _ trace: inout Trace
    ) async -> Verdict {
        var outputTokens = min(settings.maxOutputTokens, model.maxOutputTokens)
        for _ in 0..<2 {
            let left = surroundings.now().milliseconds(until: question.answerBy)
            // Another model must still have time to answer.
            let timeout = hasNext && left > 4 * Self.usefulMilliseconds ? left * 2 / 3 : left
            let trouble: OutsideError
            switch await attempt(model, question, outputTokens, timeout, &trace) {
            case .success(let answer):
                breakers.succeeded(model.name)
                await alerts?.works(.openai, model: model.name)
                return .answered(answer.understanding, reply: answer.reply)
            case .failure(let error): trouble = error
            }
            trace.trouble = "\(trouble.code): \(trouble.message)"
            if Task.isCancelled {
                // The stop of this process says nothing about the model.
                breakers.abandoned(model.name)
                return .guided
            }
            await report(trouble, model)
            guard case .again(let pause) = next(after: trouble, model, question, trace) else {
                return Self.isDecision(trouble) || Self.isForAllModels(trouble) ? .guided : .nextModel
            }
            try? await surroundings.sleep(surroundings.now().adding(milliseconds: Int64(pause)))
            if trouble.code == ChatTrouble.cutOff.rawValue {
                outputTokens = min(outputTokens * 2, model.maxOutputTokens)
            }
        }
        return .nextModel
    }

    // MARK: One try

    private func attempt(
        _ model: OpenAIModel,
        _ question: Question,
        _ outputTokens: Int,
        _ timeout: Int,
        _ trace: inout Trace
    ) async -> Result<(understanding: Understanding, reply: String), OutsideError> {
        guard let client else { return .failure(Self.violation("no model is configured")) }
        let request = ChatRequest(
            model: model,
            messages: question.messages,
            schemaName: AnswerSchema.name,
            schema: question.schema.json,
            maxOutputTokens: outputTokens,
            temperature: settings.temperature,
            promptCacheKey: "\(question.version):\(question.conversation.rawValue)",
            safetyIdentifier: fingerprint(question.conversation.rawValue)
        )
        trace.spend.calls += 1
        let start = surroundings.now()
        func measure(_ outcome: String) {
            let took = start.milliseconds(until: surroundings.now())
            meter.took(.model, ["model": model.name, "outcome": outcome], took)
        }
        do throws(OutsideError) {
            let answer = try await client.complete(request, timeout)
            measure("answered")
            add(answer, model, to: &trace)
            do throws(AnswerSchema.Violation) {
                return .success(try question.schema.read(answer.content))
            } catch {
                return .failure(Self.violation(error.reason))
            }
        } catch {
            measure("failed")
            trace.spend.tokens += Self.tokensCharged(error, question.messages, outputTokens)
            return .failure(error)
        }
    }

    private static func violation(_ reason: String) -> OutsideError {
        OutsideError(
            service: .openai,
            status: 200,
            code: "schema_violation",
            message: "the answer does not fit the schema: \(reason)",
            remedy: .retry(afterMilliseconds: nil)
        )
    }

    private func add(_ answer: ChatAnswer, _ model: OpenAIModel, to trace: inout Trace) {
        trace.model = answer.model
        trace.usage.prompt += answer.usage.prompt
        trace.usage.cached += answer.usage.cached
        trace.usage.completion += answer.usage.completion
        trace.costMicroUSD += answer.costMicroUSD(model) ?? 0
        trace.spend.tokens += answer.usage.prompt + answer.usage.completion
    }

    /// An estimate, where the service didn't say: what it took in is charged even if no answer came.
    private static func tokensCharged(_ error: OutsideError, _ messages: [ChatMessage], _ outputTokens: Int) -> Int {
        guard error.status == nil && error.code == "timeout" || error.status == 200 else { return 0 }
        let input = messages.reduce(0) { $0 + tokens($1.content) }
        return error.code == ChatTrouble.cutOff.rawValue ? input + outputTokens : input
    }

    // MARK: After a failure

    private enum Next { case again(afterMilliseconds: Int), leave }

    /// The failure in the books of the breaker, and whether this model is worth another try in the time that is left.
    private func next(after error: OutsideError, _ model: OpenAIModel, _ question: Question, _ trace: Trace) -> Next {
        switch error.remedy {
        case .giveUp where Self.isDecision(error):
            // It works; it won't answer this.
            breakers.succeeded(model.name)
            return .leave
        case .giveUp where Self.isForAllModels(error):
            for model in models { breakers.failed(model.name, isCertain: true) }
            return .leave
        case .giveUp, .halt, .useFallback, .useTemplate:
            breakers.failed(model.name, isCertain: error.needsOperator)
            return .leave
        case .retry(let wait), .slowDown(let wait):
            breakers.failed(model.name, restMilliseconds: wait.map(Int64.init))
            let pause = wait ?? 250
            let left = surroundings.now().milliseconds(until: question.answerBy)
            // One repeat in a turn. Who was silent once would be silent twice, and a probe is one call.
            guard trace.spend.calls == 1, error.code != "timeout", breakers.wouldAdmit(model.name),
                pause + Self.usefulMilliseconds <= left
            else { return .leave }
            return .again(afterMilliseconds: pause)
        case .outcomeUnknown:
            breakers.failed(model.name)
            return .leave
        }
    }

    /// A refusal, or a filter: another try brings the same.
    private static func isDecision(_ error: OutsideError) -> Bool {
        // Whoever is overloaded or broken, and asks for no repeat, has decided nothing.
        let isBroken = error.status.map { $0 == 429 || $0 >= 500 } ?? false
        return !error.needsOperator && error.remedy == .giveUp && !isBroken
    }

    /// No money, or a refused key: no model of this provider can be had.
    private static func isForAllModels(_ error: OutsideError) -> Bool {
        error.needsOperator && error.remedy == .giveUp && (error.status == 429 || error.status == 401)
    }

    private func report(_ error: OutsideError, _ model: OpenAIModel) async {
        if error.needsOperator {
            await alerts?.heard(error, model: model.name)
            return
        }
        log.warning(
            "the model gave no answer",
            metadata: ["model": "\(model.name)", "code": "\(error.code)", "why": "\(error.message)"]
        )
    }
}
