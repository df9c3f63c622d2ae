public import Conversation

/// Something to be done outside, in order within its lane.
public enum OutboxTask: Codable, Sendable, Equatable {
    case message(OutMessage)
    case deactivateLink(PaymentLink, OfferID)
}

/// A task that its sender holds until the lease ends.
public struct OutboxRow: Sendable, Equatable {
    /// `<conversation>-<turn>-<index>`: a repeated turn makes the same ids.
    public var id: String
    public var conversation: ConversationID
    public var address: Address
    public var task: OutboxTask
    /// Tries so far, this one included.
    public var attempt: Int
    public var createdAt: Timestamp
    /// Since when it is tried: later than ``createdAt`` where it waited for the customer to write.
    public var triesSince: Timestamp
    /// The customer's newest message, for the 24-hour window.
    public var lastCustomerMessageAt: Timestamp?
    /// When WhatsApp last refused it because the window was shut, whatever our clock says.
    public var windowRefusedAt: Timestamp?
    /// Since when the bot is to say nothing to this customer. Nil: it may speak.
    public var mutedSince: Timestamp?
    /// A person has the conversation, as of their newest command.
    public var isHeld: Bool
    /// How often it failed before, by the code of the failure.
    public var failures: [String: Int]
    /// Nobody waits for it at this moment.
    public var isBulk: Bool

    public init(
        id: String,
        conversation: ConversationID,
        address: Address,
        task: OutboxTask,
        attempt: Int,
        createdAt: Timestamp,
        triesSince: Timestamp? = nil,
        lastCustomerMessageAt: Timestamp?,
        windowRefusedAt: Timestamp? = nil,
        mutedSince: Timestamp? = nil,
        isHeld: Bool = false,
        failures: [String: Int] = [:],
        isBulk: Bool = false
    ) {
        self.id = id
        self.conversation = conversation
        self.address = address
        self.task = task
        self.attempt = attempt
        self.createdAt = createdAt
        self.triesSince = triesSince ?? createdAt
        self.lastCustomerMessageAt = lastCustomerMessageAt
        self.windowRefusedAt = windowRefusedAt
        self.mutedSince = mutedSince
        self.isHeld = isHeld
        self.failures = failures
        self.isBulk = isBulk
    }

    /// The bot wrote it before a person took over, or before the customer wanted no more messages. That money came in
    /// is told all the same: nobody else would.
    public var isSilenced: Bool {
        guard case .message(let message) = task, message.author == .bot,
            message.fixedText?.key != PhraseKey.paid.rawValue
        else { return false }
        return isHeld || mutedSince.map { createdAt < $0 } ?? false
    }

    /// Whether free-form messages may go out now.
    public func isWindowOpen(at now: Timestamp) -> Bool {
        CustomerWindow.isOpen(since: lastCustomerMessageAt, refusedAt: windowRefusedAt, at: now)
    }
}

/// States of an outbox row.
public enum OutboxState: String, Codable, Sendable, CaseIterable {
    case pending
    case sending
    /// It left and no answer came: wait for its status, or for the window to pass.
    case uncertain
    case sent
    /// Given up, with its reason and history.
    case dead
}

/// What came of one try.
public struct SendResult: Sendable, Equatable {
    public enum Outcome: Sendable, Equatable {
        /// Taken by the service. The message id is absent for tasks that have none.
        case accepted(messageID: MessageID?)
        case failed(Failure, code: String, reason: String)
    }

    public enum Failure: Codable, Sendable, Equatable {
        /// Did not happen: again, no sooner than this.
        case retry(at: Timestamp)
        /// May have happened: uncertain until this moment.
        case unknown(until: Timestamp)
        /// Not before the customer writes again: the window is shut and no template stands for it. Staff is told.
        case waitForCustomer
        /// Not wanted any more, or not at this hour: taken out with a line in the transcript, no dead letter. Where a
        /// timer is named, it fires anew and finds its time.
        case withdrawn(again: TimerKind?)
        /// Never again as it is: a dead letter.
        case dead
    }

    public var row: String
    public var owner: String
    /// Which try it was. A failure of an earlier one, told again because the store's answer was lost, says nothing about
    /// the one under way. Nil: the one under way.
    public var attempt: Int?
    public var outcome: Outcome

    public init(row: String, owner: String, attempt: Int? = nil, outcome: Outcome) {
        self.row = row
        self.owner = owner
        self.attempt = attempt
        self.outcome = outcome
    }
}

public struct Reconciled: Sendable, Equatable {
    /// Rows whose sender was lost.
    public var becameUncertain: Int
    /// Rows that will be sent again.
    public var becamePending: Int

    public init(becameUncertain: Int, becamePending: Int) {
        self.becameUncertain = becameUncertain
        self.becamePending = becamePending
    }
}
