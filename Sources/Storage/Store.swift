public import Conversation

/// Everything durable: the inbox, the conversations, their journal and the outbox.
///
/// A call that returned has committed; a call that threw has changed nothing. Every call is one transaction.
public protocol Store:
    ProcessStore, ServiceAlertStore, RestorableStore, PollStore, StaffStore, PromptStore, ClaimStore,
    SpendStore, FileStore, VersionStore, DeskStore, TokenStore, IdempotencyStore
{
    // MARK: Inbox

    /// Commits arrivals, each at most once by its outside id, and says which were new.
    /// An arrival of one customer's message finds or makes its conversation.
    func accept(_ arrivals: [Arrival]) async throws -> [Acceptance]

    // MARK: Turns

    /// Takes up to `limit` conversations that have something to do at `now` and that nobody else holds: live ones
    /// first, then at most `bulkLimit` of the backlog, the newest first, and of those where only a timer is due.
    func claimTurns(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int,
        bulkLimit: Int
    ) async throws -> [ClaimedTurn]

    /// Writes a turn as one transaction: state, journal, outbox rows, timers, alerts, and its events as done.
    func commit(_ turn: TurnCommit) async throws -> TurnOutcome

    /// Gives a claimed conversation back undone, to be taken again at `retryAt`.
    func abandonTurn(_ id: ConversationID, owner: String, retryAt: Timestamp) async throws

    /// Gives a claimed conversation back after a failure of ours, to be taken again at `retryAt`. After a bounded number
    /// of such failures in a row it is parked instead: nobody takes it, staff is alerted, and it stands among the dead
    /// letters. Says whether it was parked.
    func failTurn(
        _ id: ConversationID,
        owner: String,
        fault: TurnFault,
        retryAt: Timestamp,
        now: Timestamp
    ) async throws -> Bool

    /// The newest `limit` messages between customer and business, oldest first: of the customer those up to and
    /// including `through`, and all of ours, also one that was written after a message that this turn answers.
    func history(of id: ConversationID, through: Int64, limit: Int) async throws -> [JournalEntry]

    // MARK: Outbox

    /// Takes up to `limit` rows that may be sent at `now`, at most `bulkLimit` of them bulk: the first of each lane that
    /// isn't done. `linksOnly`: no messages, because none can be sent at present.
    func claimOutbox(
        owner: String,
        now: Timestamp,
        leaseUntil: Timestamp,
        limit: Int,
        bulkLimit: Int,
        linksOnly: Bool
    ) async throws -> [OutboxRow]

    /// Records what came of a send. A row that a status has already settled stays settled.
    func record(_ results: [SendResult], now: Timestamp) async throws

    /// Answers that were worked out in time and that WhatsApp didn't take for so long that an apology is due: their turns
    /// are taken back and fall due again, where nothing has left of them. Says of how many, at most `limit`.
    func redoLateAnswers(afterMilliseconds: Int64, now: Timestamp, limit: Int) async throws -> Int

    /// Rows whose sender died become uncertain; uncertain rows whose time is up become pending again.
    /// Says how many of each.
    func reconcile(now: Timestamp, windowMilliseconds: Int64) async throws -> Reconciled

    // MARK: Lifecycle

    /// The next moment at which a turn or an outbox row falls due, for the workers' sleep.
    func nextWake() async throws -> (turns: Timestamp?, outbox: Timestamp?)

    /// Says when another process on the same database has left work. A hint: the workers look by themselves as well.
    func wakeUps() -> AsyncStream<StoreWake>

    /// Frees what owners that are gone still hold, when it is certain that no other process serves this store.
    func releaseAllClaims(now: Timestamp, windowMilliseconds: Int64) async throws

    /// A cheap round trip that fails when nothing can be committed.
    func ping() async throws

    func close() async throws

    // MARK: Desk

    func leads(_ query: LeadQuery) async throws -> [LeadRecord]
    /// Leads that an id, a prefix of an id or the digits of a phone number may mean; at most `limit`.
    func leads(matching reference: String, limit: Int) async throws -> [LeadRecord]
    func lead(_ id: ConversationID) async throws -> LeadRecord?
    /// Journal entries after `after` (a `seq`), oldest first.
    func transcript(of id: ConversationID, after: Int64, limit: Int) async throws -> [TranscriptEntry]
    /// Each counted up to `limit`, so that the question costs the same however much is stored.
    func counts(atMost limit: Int) async throws -> StoreCounts

    // MARK: Dead letters

    func deadLetters(_ query: DeadLetterQuery) async throws -> [DeadLetter]
    /// Dead letters, dropped ones too, that an id or a prefix of one may mean; at most `limit` of each kind.
    func deadLetters(matching reference: String, limit: Int) async throws -> [DeadLetter]

    /// Puts a message or link back at its place in its lane, or takes a parked conversation up again.
    /// `evenTwice`: also a message that may have arrived.
    func retry(_ letter: DeadLetter, by who: String, evenTwice: Bool, now: Timestamp) async throws -> DeadLetterRetry
    /// Nobody wants it any more. The record stays; a parked turn's open events are done, with a note in the transcript.
    /// False when it was no dead letter any more.
    func drop(_ letter: DeadLetter, by who: String, now: Timestamp) async throws -> Bool
}

extension Store {
    /// For stores that hear nothing of other processes.
    public func wakeUps() -> AsyncStream<StoreWake> { AsyncStream { $0.finish() } }

    /// All of it: takes as long as there is much.
    public func counts() async throws -> StoreCounts { try await counts(atMost: Int(Int32.max)) }
}

/// Which workers have something to do.
public enum StoreWake: String, Sendable, CaseIterable {
    case turns, outbox
}
