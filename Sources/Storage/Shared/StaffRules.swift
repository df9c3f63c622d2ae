import Conversation

/// What a person may do, and what it means to the conversation. The same rules for every engine.
struct StaffRules {
    let act: StaffAct

    /// What decides, read in the transaction that writes.
    struct Standing {
        /// The person who has the conversation.
        var holder: String?
        var stage: String
        var lastCustomerAt: Timestamp?
    }

    /// Why it can't be done. Nil: it can.
    func refusal(_ standing: Standing) -> StaffOutcome? {
        switch act.what {
        case .takeOver, .reply, .send, .release, .stage, .stageAndAssign:
            if let holder = standing.holder, holder != act.who, !act.force { return .heldBy(holder) }
        case .assign, .note: return nil
        }
        switch act.what {
        case .reply, .send:
            if standing.stage == Stage.Name.optedOut.rawValue, !act.force { return .optedOut }
            if needsWindow, !CustomerWindow.isOpen(since: standing.lastCustomerAt, at: act.at) {
                return .windowClosed(since: standing.lastCustomerAt)
            }
        case .release:
            let muted = [Stage.Name.handedOff.rawValue, Stage.Name.optedOut.rawValue]
            // The turn of a takeover may still be to come.
            if standing.holder == nil, !muted.contains(standing.stage) { return .notHeld }
        default: break
        }
        return nil
    }

    /// Approved templates go out at any time.
    private var needsWindow: Bool {
        guard case .send(let contents) = act.what else { return true }
        return contents.contains { if case .template = $0 { false } else { true } }
    }

    /// Files that are to be carried.
    var fileIDs: [String] {
        guard case .send(let contents) = act.what else { return [] }
        return contents.compactMap { if case .file(let file, _) = $0 { file.id } else { nil } }
    }

    /// The event that the conversation gets. Nil: what staff does concerns only staff.
    var event: Event? {
        switch act.what {
        case .takeOver: .staff(.takeOver(by: act.who))
        case .reply(let text): .staff(.reply(text: text, by: act.who))
        case .send(let contents): .staff(.send(contents, by: act.who))
        case .release(let answers): .staff(.release(by: act.who, answering: answers ? [] : nil))
        case .stage(let name, let reason), .stageAndAssign(let name, let reason, _):
            .staff(.setStage(name, reason: reason, by: act.who))
        case .assign, .note: nil
        }
    }

    /// A line for staff in the transcript, of what makes no event.
    var note: Note? {
        switch act.what {
        case .note(let text): Note(.staff, "\(act.who): \(text)")
        case .assign(let name), .stageAndAssign(_, _, let name):
            Note(.staff, "\(act.who) assigned it to \(name ?? "nobody")")
        default: nil
        }
    }

    var arrival: PreparedArrival? {
        event.map {
            PreparedArrival(
                Arrival(
                    outsideID: "staff:" + act.requestID,
                    receivedAt: act.at,
                    content: .event($0, of: act.conversation)
                )
            )
        }
    }

    /// From now on the bot is silent.
    var takesOver: Bool {
        switch act.what {
        case .takeOver, .reply, .send: true
        default: false
        }
    }

    /// Whoever waits for a person has one.
    var settlesAlerts: Bool {
        switch act.what {
        case .takeOver, .reply, .send, .release: true
        default: false
        }
    }

    var action: String {
        switch act.what {
        case .takeOver: "takeover"
        case .reply, .send: "reply"
        case .release: "release"
        case .assign: "assign"
        case .note: "note"
        case .stage, .stageAndAssign: "stage"
        }
    }

    /// Never what was written to or about a customer: that can be erased, the log stays.
    var detail: String {
        let force = act.force ? "forced" : ""
        return switch act.what {
        case .takeOver: force
        case .release(let answers):
            [force, answers ? "to be answered" : ""].filter { !$0.isEmpty }.joined(separator: ", ")
        case .reply(let text), .note(let text): "\(text.count) characters"
        case .send(let contents): contents.map { Self.kind(of: $0) }.joined(separator: ", ")
        case .assign(let name): name ?? "nobody"
        case .stage(let name, _): name.rawValue
        case .stageAndAssign(let name, _, let person): "\(name.rawValue), to \(person ?? "nobody")"
        }
    }

    private static func kind(of content: OutMessage.Content) -> String {
        switch content {
        case .file(let file, _): file.kind.rawValue
        case .template(let template): "template \(template.name)"
        default: "message"
        }
    }
}

/// Messages of the bot that are taken back because a person speaks now.
enum Withdrawal {
    /// A row that waits to be sent: whether it is the bot's, and no news of money, which goes out whoever has the
    /// conversation.
    static func concerns(task: String) -> Bool {
        guard let task = try? StoredJSON.decode(OutboxTask.self, task), case .message(let message) = task else {
            return false
        }
        return message.author == .bot && message.fixedText?.key != PhraseKey.paid.rawValue
    }

    /// Whether an earlier try may have reached the customer: sent, and neither answered nor reported.
    static func mayHaveArrived(history: String, attempts: Int) -> Bool {
        attempts > 0 && OutboxTrouble.mayHaveArrived((try? OutboxTrouble.list(history)) ?? [], attempts: attempts)
    }

    /// What staff reads instead.
    static func note(for body: String, mayHaveArrived: Bool) throws -> String {
        let words = (try? StoredJSON.decode(OutMessage.self, body))?.text ?? "(a message of another version of CRSET)"
        let what =
            mayHaveArrived
            ? "may have arrived, and is not sent again, because a person took over"
            : "not sent, because a person took over before it left"
        return try StoredJSON.encode(Note(.delivery, "\(what): \(words)"))
    }
}

extension RawEntry {
    /// What is worked out without it must not go out, however long the customer is kept waiting: a person speaks.
    var isOfPerson: Bool {
        kind == JournalKind.owner.rawValue || (kind == JournalKind.event.rawValue && body.hasPrefix(Self.staffEvent))
    }

    /// How an ``Event/staff(_:)`` begins.
    private static let staffEvent = #"{"staff":"#

    func supersedes(_ turn: TurnCommit) -> Bool {
        isOfPerson || (turn.mayBeSuperseded && needsAnswer)
    }

    /// Of a customer, and no reaction: an answer that is worked out or waits leaves it out.
    var needsAnswer: Bool {
        guard kind == JournalKind.customer.rawValue else { return false }
        guard case .messages(let messages)? = (try? openEvent)?.event else { return true }
        return messages.contains(where: \.needsAnswer)
    }
}

/// What the desk's lists select by, from a conversation's state.
struct DeskColumns: Sendable, Equatable {
    var heldBy: String?
    var product: String?
    var isUnpaid: Bool

    init(_ state: ConversationState) {
        if case .handedOff(let handOff) = state.stage { heldBy = handOff.staff }
        switch state.stage.standing {
        case .offered(let offered): (product, isUnpaid) = (offered.offer.product, true)
        case .awaitingPayment(let offer, _, _): (product, isUnpaid) = (offer.product, true)
        case .qualified(let qualified): (product, isUnpaid) = (qualified.recommended, false)
        case .paid(let payment): (product, isUnpaid) = (payment.offer.product, false)
        default: (product, isUnpaid) = (state.payments.last?.offer.product, false)
        }
    }
}
