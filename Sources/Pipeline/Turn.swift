import Conversation
import Integrations
import Logging
import Prompts
import Storage

/// One turn of one conversation: from its open events to one commit.
struct Turn: Sendable {
    let store: any Store
    let effects: Effects
    let whatsApp: WhatsAppClient
    let playbooks: PlaybookSource
    let settings: PipelineSettings
    let surroundings: Surroundings
    let pace: SendPace
    let log: Logger
    var meter = Meter.none

    /// Newer messages join the turn this often; then what is worked out goes out, and they wait for the next turn.
    private static let joinsMax = 4
    /// And for so long since the customer waits: who goes on writing has waited for an answer as well.
    private static let joinsMillisecondsMax = 15_000
    /// More steps than any sound conversation takes in one turn.
    private static let stepsMax = 64

    /// What came of a turn: a row that may be sent at once.
    func run(_ claimed: ClaimedTurn) async throws -> OutboxRow? {
        var claimed = claimed
        let start = surroundings.now()
        var memory = TurnMemory(time: TurnTime(from: start, now: start, milliseconds: settings.modelTimeout))
        var typing = showTyping(claimed)
        defer { typing?.cancel() }
        // What a timer had to do before the customer wrote is no time that they waited.
        var waitingSince = Self.hasMessages(claimed) ? start : nil
        for joins in 0...Self.joinsMax {
            var commit = await work(claimed, &memory)
            let waited = waitingSince?.milliseconds(until: surroundings.now()) ?? 0
            commit.mayBeSuperseded = joins < Self.joinsMax && waited < Self.joinsMillisecondsMax
            memory.closeUnusedLinks(in: &commit)
            // Cut off in the middle, the model's silence says nothing: the next process takes the turn from the start.
            try Task.checkCancellation()
            switch try await store.commit(commit) {
            case .committed(let row):
                measure("committed", since: start)
                if let since = claimed.openSince, !commit.messages.isEmpty {
                    meter.took(.answer, [:], since.milliseconds(until: surroundings.now()))
                }
                return row
            case .superseded(let more):
                // The customer wrote again: the answer in hand ignores it, so it is not sent.
                claimed.events += more
                waitingSince = waitingSince ?? surroundings.now()
                // Also a timer's turn is a live one now, whose answer takes its place before all bulk.
                claimed.openSince = claimed.openSince ?? waitingSince
                if !memory.hadTrouble {
                    let now = surroundings.now()
                    let heard = more.map(\.at).max() ?? now
                    memory.time = TurnTime(from: min(heard, now), now: now, milliseconds: settings.modelTimeout)
                }
                typing?.cancel()
                typing = showTyping(claimed)
            case .lostLease:
                measure("lost", since: start)
                log.warning("lost the lease", metadata: ["conversation": "\(claimed.state.id.rawValue)"])
                await effects.spending.keep(memory, of: claimed.state.id)
                return nil
            }
        }
        measure("abandoned", since: start)
        await effects.spending.keep(memory, of: claimed.state.id)
        let retry = surroundings.now().adding(milliseconds: 1_000)
        try await store.abandonTurn(claimed.state.id, owner: settings.owner, retryAt: retry)
        return nil
    }

    private func measure(_ outcome: String, since start: Timestamp) {
        meter.took(.turn, ["outcome": outcome], start.milliseconds(until: surroundings.now()))
    }

    private static func hasMessages(_ claimed: ClaimedTurn) -> Bool {
        claimed.events.contains {
            if case .messages(let messages) = $0.event { messages.contains(where: \.needsAnswer) } else { false }
        }
    }

    // MARK: Working it out

    /// Everything that the turn wants, gathered while effects that ask are run.
    private struct Gathering {
        var state: ConversationState
        var timers: [TimerKind: Timestamp]
        var messages: [OutMessage] = []
        var tasks: [OutboxTask] = []
        var notes: [Note] = []
        var alerts: [Alert] = []
        var trace = ModelAdvice.Trace()
        var understood: Understanding?
    }

    func work(_ claimed: ClaimedTurn, _ memory: inout TurnMemory) async -> TurnCommit {
        let now = surroundings.now()
        var turn = Gathering(state: claimed.state, timers: claimed.timers)
        // One edition from here to the end, whatever happens to the files meanwhile.
        let edition = await playbooks.edition(for: &turn.state)
        let (library, schema) = (edition.library, edition.schema)
        // A turn that died in the middle begins again from nothing.
        turn.state.answering = nil
        let through = claimed.events.last?.seq
        let events = Self.joined(claimed.events)
        let customerWrites = Self.hasMessages(claimed)
        let due = Timers.order(
            Timers.takeDue(&turn.timers, at: now, customerWrites: customerWrites),
            with: events,
            customerWrites: customerWrites
        )
        for event in due {
            // What happened before it in this turn has set it anew.
            if case .timer(let kind) = event, turn.timers[kind] != nil { continue }
            await follow(event, &turn, &memory, through: through ?? 0, library, schema)
        }
        if let alert = effects.spending.alert(memory) { turn.alerts.append(alert) }

        // A bulk turn's messages take their place behind those of live conversations.
        let isBulk = claimed.isBulk(at: now)
        let explanation = explanation(turn, before: claimed.state, library.playbook.version)
        return TurnCommit(
            state: turn.state,
            address: claimed.address,
            owner: settings.owner,
            now: surroundings.now(),
            turn: claimed.turn + 1,
            handledThrough: through,
            timers: turn.timers,
            messages: turn.messages.map { NewMessage($0, explanation: $0.author == .bot ? explanation : nil) },
            tasks: turn.tasks,
            notes: turn.notes,
            alerts: turn.alerts,
            sendLeaseUntil: isBulk || !pace.isOpen(at: surroundings.now())
                ? nil : surroundings.now().adding(milliseconds: settings.sendLease),
            undoFrom: mayBeUndone(turn, claimed, hasTimers: due.count > events.count)
                ? claimed.events.first?.seq : nil,
            isBulk: isBulk,
            spend: effects.spending.entry(memory)
        )
    }

    /// Whether a newer message may take the turn back while its answer has not left: only where it did nothing but
    /// answer messages.
    private func mayBeUndone(_ turn: Gathering, _ claimed: ClaimedTurn, hasTimers: Bool) -> Bool {
        let isOfMessages = claimed.events.allSatisfy { if case .messages = $0.event { true } else { false } }
        let saysMore = turn.messages.contains { if case .link = $0.content { true } else { $0.author != .bot } }
        return isOfMessages && !hasTimers && !saysMore && !turn.messages.isEmpty && turn.tasks.isEmpty
            // Staff may have read them.
            && turn.alerts.isEmpty
            && !turn.state.stage.isMuted && turn.state.offersMade == claimed.state.offersMade
            && turn.state.payments == claimed.state.payments
    }

    /// Messages that came in one burst are one thought, at the place of the last of them.
    static func joined(_ events: [OpenEvent]) -> [Event] {
        var messages: [CustomerMessage] = []
        var rest: [Event] = []
        for open in events {
            if case .messages(let more) = open.event { messages += more } else { rest.append(open.event) }
        }
        if messages.isEmpty { return rest }
        // A person gives the conversation back to be answered: one answer to all that waits.
        if let last = rest.lastIndex(where: \.isOfPerson),
            case .staff(.release(let name, let waiting?)) = rest[last]
        {
            rest.remove(at: last)
            return rest + [.staff(.release(by: name, answering: waiting + messages))]
        }
        return rest + [.messages(messages)]
    }

    /// Advances over an event and over all that its effects bring back.
    private func follow(
        _ event: Event,
        _ turn: inout Gathering,
        _ memory: inout TurnMemory,
        through seq: Int64,
        _ library: PromptLibrary,
        _ schema: AnswerSchema
    ) async {
        var queue = [event]
        var steps = 0
        while !queue.isEmpty {
            steps += 1
            guard steps <= Self.stepsMax else {
                log.error("a turn without end was cut", metadata: ["conversation": "\(turn.state.id.rawValue)"])
                return
            }
            let (state, effects) = advance(
                turn.state,
                queue.removeFirst(),
                at: surroundings.now(),
                by: library.playbook
            )
            turn.state = state
            var notes: [Effects.VoiceNote] = []
            for effect in effects {
                if case .transcribe(let id, let mediaID, let mimeType) = effect {
                    notes.append(Effects.VoiceNote(message: id, mediaID: mediaID, mimeType: mimeType))
                } else if let answer = await perform(effect, &turn, &memory, through: seq, library, schema) {
                    queue.append(answer)
                }
            }
            if !notes.isEmpty { queue += await self.effects.transcribe(notes, turn.state, &memory) }
        }
    }

    private func perform(
        _ effect: Effect,
        _ turn: inout Gathering,
        _ memory: inout TurnMemory,
        through seq: Int64,
        _ library: PromptLibrary,
        _ schema: AnswerSchema
    ) async -> Event? {
        switch effect {
        case .askModel:
            let (event, trace) = await effects.askModel(turn.state, through: seq, library, schema, &memory)
            turn.trace = trace
            memory.hadTrouble = memory.hadTrouble || trace.trouble != nil
            if case .understood(let understanding, _) = event { turn.understood = understanding }
            if let trouble = trace.trouble { turn.notes.append(Note(.model, trouble)) }
            return event
        case .createLink(let offer):
            return await effects.createLink(offer, for: turn.state, at: surroundings.now(), &memory)
        case .transcribe: break
        case .send(let message): turn.messages.append(message)
        case .alertStaff(let alert): turn.alerts.append(alert)
        case .schedule(let kind, let at): turn.timers[kind] = at
        case .cancel(let kind): turn.timers[kind] = nil
        case .deactivateLink(let link, let offer): turn.tasks.append(.deactivateLink(link, offer))
        case .note(let note): turn.notes.append(note)
        }
        return nil
    }

    private func explanation(_ turn: Gathering, before: ConversationState, _ version: String) -> Explanation {
        Explanation(
            promptVersion: version,
            model: turn.trace.model,
            promptTokens: turn.trace.usage.prompt,
            cachedTokens: turn.trace.usage.cached,
            completionTokens: turn.trace.usage.completion,
            costMicroUSD: turn.trace.costMicroUSD,
            latencyMilliseconds: turn.trace.latencyMilliseconds,
            stageBefore: before.stage.name,
            stageAfter: turn.state.stage.name,
            scoreBefore: before.score,
            scoreAfter: turn.state.score,
            understood: turn.understood,
            modelTrouble: turn.trace.trouble
        )
    }
}

extension Event {
    fileprivate var isOfPerson: Bool {
        switch self {
        case .staff, .ownerAnswered: true
        default: false
        }
    }
}
