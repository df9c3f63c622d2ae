import Conversation
import Foundation
import Integrations
import Pipeline
import Storage

/// A promise broken on purpose, outside of the real code. A simulator that doesn't notice proves nothing.
public enum Mutation: String, Sendable, CaseIterable {
    /// A webhook delivered twice is two messages.
    case forgetsOutsideIDs = "forgets-outside-ids"
    /// 200 before it is on disk.
    case answersBeforeCommit = "answers-before-commit"
    /// The message leaves before the turn is written.
    case sendsBeforeCommit = "sends-before-commit"
    /// No waiting for the status of a send without an answer.
    case resendsUncertainAtOnce = "resends-uncertain-at-once"
    case dropsStatuses = "drops-statuses"
    case ignoresOptOut = "ignores-opt-out"
    case ignoresTakeover = "ignores-takeover"
    case sendsOutOfOrder = "sends-out-of-order"
    /// Every call to Stripe has another idempotency key.
    case newIdempotencyKeys = "new-idempotency-keys"
    /// A send that failed passes for one that succeeded.
    case takesErrorsForSuccess = "takes-errors-for-success"
    case confirmsPaymentsTwice = "confirms-payments-twice"
    case losesTimers = "loses-timers"
    /// The workers aren't told when the next thing falls due.
    case losesWakeUps = "loses-wake-ups"
    /// Nobody rings when something came in.
    case losesRings = "loses-rings"
    /// An answer goes out although the customer wrote again meanwhile.
    case ignoresNewerMessages = "ignores-newer-messages"
    /// A turn closes events that it has not read.
    case closesUnreadEvents = "closes-unread-events"
    case sendsAgainWhatWasSent = "sends-again-what-was-sent"
    case losesRows = "loses-rows"
    /// Stripe is never asked for what no webhook brought.
    case neverPolls = "never-polls"
    /// A process that has ended says that it serves.
    case beatsAfterFarewell = "beats-after-farewell"

    /// The promises that it is to break, as ``Violation/promise`` names them.
    public var breaks: [String] {
        switch self {
        case .forgetsOutsideIDs: ["nothing lost", "nothing twice"]
        case .answersBeforeCommit: ["nothing lost"]
        case .sendsBeforeCommit, .resendsUncertainAtOnce, .dropsStatuses, .sendsAgainWhatWasSent: ["nothing twice"]
        case .ignoresOptOut: ["nothing after an opt-out"]
        case .ignoresTakeover: ["nothing from the bot during a takeover"]
        case .sendsOutOfOrder: ["in order"]
        case .newIdempotencyKeys: ["one link per offer"]
        case .confirmsPaymentsTwice, .neverPolls: ["paid confirmed once"]
        case .losesTimers: ["timers fire once"]
        case .beatsAfterFarewell: ["ends when told to"]
        case .losesWakeUps, .losesRings: ["never silent", "everything answered"]
        case .ignoresNewerMessages, .closesUnreadEvents: ["no message ignored", "everything answered"]
        case .takesErrorsForSuccess, .losesRows: ["everything answered"]
        }
    }
}

extension WatchedStore {
    func mutated(_ arrivals: [Arrival]) -> [Arrival] {
        switch mutation {
        case .forgetsOutsideIDs:
            arrivals.map { arrival in
                var arrival = arrival
                arrival.outsideID += "-\(world.chance.next())"
                return arrival
            }
        case .dropsStatuses: arrivals.filter { if case .status = $0.content { false } else { true } }
        case .ignoresTakeover:
            arrivals.filter { arrival in
                switch arrival.content {
                case .addressed(.ownerAnswered, _): false
                default: true
                }
            }
        case .ignoresOptOut:
            arrivals.map { arrival in
                guard case .message(var message, let sender) = arrival.content, message.text == Words.optOut
                else { return arrival }
                message.content = .text("ok")
                var arrival = arrival
                arrival.content = .message(message, from: sender)
                return arrival
            }
        default: arrivals
        }
    }

    func mutated(_ acceptances: [Acceptance]) -> [Acceptance] {
        mutation == .losesRings ? acceptances.map { _ in .recorded } : acceptances
    }

    func mutated(_ turn: TurnCommit) -> TurnCommit {
        var turn = turn
        switch mutation {
        case .confirmsPaymentsTwice:
            let paid = turn.messages.filter { $0.message.fixedText?.key == PhraseKey.paid.rawValue }
            turn.messages += paid
        case .losesTimers: turn.timers = [:]
        case .ignoresNewerMessages:
            turn.mayBeSuperseded = false
            turn.undoFrom = nil
        case .closesUnreadEvents:
            turn.mayBeSuperseded = false
            turn.handledThrough = turn.handledThrough.map { $0 + 1_000 }
        case .losesRows where world.chance.happens(0.1): turn.messages = []
        default: break
        }
        return turn
    }

    func mutated(_ results: [SendResult], now: Timestamp) -> [SendResult] {
        guard mutation == .sendsAgainWhatWasSent, world.chance.happens(0.2) else { return results }
        return results.map { result in
            var result = result
            result.outcome = .failed(.retry(at: now), code: "mutation", reason: "sent again")
            return result
        }
    }

    /// The order of those who send first and write down later.
    func sendThenCommit(_ turn: TurnCommit) async throws -> TurnOutcome {
        let row = "\(turn.state.id.rawValue)-\(turn.turn)-0"
        var settings = PipelineSettings(owner: life.owner, phoneNumberID: World.phoneNumberID)
        settings.burstWindow = 0
        let translate = Translate(settings: settings, defaultLanguage: .ptPT)
        var id: String?
        if let message = turn.messages.first?.message,
            let outgoing = translate.outgoing(message, row: row, to: turn.address)
        {
            let client = WhatsAppClient.live(
                transport: HTTPTransport { call async throws(HTTPFailure) in
                    try await Network(life: life).exchange(call)
                },
                settings: WhatsAppSettings(accessToken: "token")
            )
            id = try await client.send(outgoing, turn.address.channel).messageID
        }
        let sent = id
        return try await pass("commit", wakes: true) {
            let outcome = try await base.commit(turn)
            guard case .committed = outcome, let sent else { return outcome }
            let result = SendResult(row: row, owner: life.owner, outcome: .accepted(messageID: sent))
            try await base.record([result], now: world.now)
            return .committed(claimed: nil)
        }
    }
}

extension HTTPTransport {
    func mutated(by mutation: Mutation?, _ world: World) -> HTTPTransport {
        let perform = perform
        switch mutation {
        case .newIdempotencyKeys:
            return HTTPTransport { call async throws(HTTPFailure) in
                var call = call
                if let key = call.headers["Idempotency-Key"] {
                    call.headers["Idempotency-Key"] = "\(key)-\(world.chance.next())"
                }
                return try await perform(call)
            }
        case .takesErrorsForSuccess:
            return HTTPTransport { call async throws(HTTPFailure) in
                guard call.isSend else { return try await perform(call) }
                let answer = try? await perform(call)
                return answer?.status == 200 ? answer ?? .taken : .taken
            }
        case .sendsOutOfOrder:
            return HTTPTransport { call async throws(HTTPFailure) in
                guard call.isSend, world.chance.happens(0.2) else { return try await perform(call) }
                _ = world.time.start {
                    try? await world.time.sleep(30_000)
                    _ = try? await perform(call)
                }
                return .taken
            }
        default: return self
        }
    }
}

extension HTTPCall {
    fileprivate var isSend: Bool {
        url.hasSuffix("/messages") && !String(decoding: body ?? Data(), as: UTF8.self).contains("\"status\"")
    }
}

extension HTTPAnswer {
    fileprivate static var taken: HTTPAnswer {
        SimulatedGraph.ok(["messages": [["id": "wamid.none"]], "contacts": []])
    }
}
