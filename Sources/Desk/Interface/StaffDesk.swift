/// What staff can do, wherever the database is: ``Desk`` on the same machine, or a server that is reached over its API.
///
/// A lead is named by its id, an unambiguous prefix of it, or a phone number in any usual notation. Requests and
/// results are documents: what `--json` prints and what the API answers. Calls throw ``DeskError``, or what the store
/// or the network says. `by` is the name of the person who acts; a server puts the name of the token in its place.
public protocol StaffDesk: Sendable {
    // MARK: Reading

    func leads(_ request: LeadListRequest) async throws -> LeadPage
    func card(_ reference: String) async throws -> LeadCardDocument
    /// Lines after `after` (a `seq`), oldest first.
    func transcript(_ reference: String, after: Int64, limit: Int) async throws -> TranscriptPage
    /// What happened in all conversations after a `seq`, oldest first; without one, the newest few.
    func events(_ request: EventRequest) async throws -> EventPage
    func search(_ request: SearchRequest) async throws -> SearchPage
    func stats(_ request: StatsRequest) async throws -> StatsDocument
    /// The funnels of both versions of a trial.
    func trial(_ request: TrialRequest) async throws -> TrialStatsDocument
    /// Who did what, newest first.
    func audit(_ request: AuditRequest) async throws -> AuditPage

    // MARK: Joining a conversation

    /// The bot falls silent at once. Somebody else has it already: ``DeskError/Code/heldByOther``, unless forced.
    func takeOver(_ reference: String, _ request: TakeoverRequest, by who: String) async throws -> TakeoverReceipt
    /// Keeps a file for a reply to this lead, which is to follow within a day.
    func add(_ file: FileContent, for reference: String, by who: String) async throws -> FileDocument
    /// A message of a person, which also takes the conversation over.
    func reply(_ reference: String, _ request: ReplyRequest, by who: String) async throws -> ReplyReceipt
    func release(_ reference: String, _ request: ReleaseRequest, by who: String) async throws -> StaffReceipt

    // MARK: Keeping leads

    /// The stage, whose lead it is, or both: all that is asked for in one act, or nothing.
    func change(_ reference: String, _ request: LeadChange, by who: String) async throws -> StaffReceipt
    func note(_ reference: String, _ request: NoteRequest, by who: String) async throws -> StaffReceipt
    /// Everything about one person, part by part, so that no length exhausts the memory.
    func export(_ reference: String, after cursor: String?) async throws -> ExportPart
    /// Erases a person for good.
    func forget(_ reference: String, by who: String) async throws -> ForgetReceipt

    // MARK: Reviewing

    func reviews(_ request: ReviewRequest) async throws -> ReviewPage
    func judge(_ reference: String, _ judgement: Judgement, by who: String) async throws -> ReviewItem
    /// A scenario file that keeps what was judged checked for ever.
    func scenario(_ reference: String) async throws -> ScenarioFile
}

extension StaffDesk {
    public func assign(_ reference: String, to person: String?, by who: String) async throws -> StaffReceipt {
        try await change(reference, LeadChange(assigned_to: .some(person)), by: who)
    }

    public func setStage(
        _ reference: String,
        _ stage: String,
        reason: String,
        force: Bool = false,
        by who: String
    ) async throws -> StaffReceipt {
        try await change(reference, LeadChange(stage: stage, reason: reason, force: force), by: who)
    }
}

/// Why the desk refused. The words tell what to do next.
public struct DeskError: Error, Codable, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Codable, Sendable, CaseIterable {
        case unknownLead = "unknown_lead"
        case ambiguousLead = "ambiguous_lead"
        /// Another person has the conversation.
        case heldByOther = "held_by_other"
        /// More than 24 hours since the customer wrote: only templates go out.
        case windowClosed = "window_closed"
        /// The customer wants no messages.
        case optedOut = "opted_out"
        /// The bot has the conversation already.
        case notHeld = "not_held"
        /// A request that makes no sense, such as an empty text or a bad cursor.
        case invalid
        /// Nothing of that kind is there.
        case notFound = "not_found"
        /// The lead is not any more what the client saw.
        case changed
        /// A dead letter that is none any more.
        case gone
        /// A message that the customer may have.
        case mayHaveArrived = "may_have_arrived"
        /// A person has the conversation, or the customer wants no messages.
        case muted
        /// Nothing can be done with it but drop it.
        case useless
        /// An id of a request that was another's.
        case requestIDUsed = "request_id_used"
        /// A file beyond what WhatsApp takes of its kind.
        case tooLarge = "too_large"
        /// A file of a kind that WhatsApp doesn't take.
        case unsupportedFile = "unsupported_file"
    }

    public var code: Code
    public var detail: String
    /// Lead ids that fit an ambiguous reference; the first few.
    public var candidates: [String]?
    /// Who has the conversation.
    public var holder: String?

    public var description: String { detail }

    public init(_ code: Code, _ detail: String, candidates: [String]? = nil, holder: String? = nil) {
        self.code = code
        self.detail = detail
        self.candidates = candidates
        self.holder = holder
    }
}
