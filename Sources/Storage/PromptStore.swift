public import Conversation

/// The versions of the prompt files that were in use, with all their text, and the trials of one against another.
public protocol PromptStore: Sendable {
    /// Keeps a version, if it isn't there, and notes that it is in use from `now` on.
    func usePrompts(_ id: String, files: [String: String], now: Timestamp) async throws
    /// Keeps a version that isn't in use, for a trial.
    func keepPrompts(_ id: String, files: [String: String], now: Timestamp) async throws

    /// Versions without their text, the one that was taken into use last first; at most `limit`.
    func promptVersions(limit: Int) async throws -> [PromptVersion]
    /// Versions with their text that an id or a prefix of one may mean; at most `limit`.
    func promptVersions(matching reference: String, limit: Int) async throws -> [PromptVersion]

    /// Begins a trial. False, and nothing changed, while another one runs.
    func beginTrial(_ trial: PromptTrial) async throws -> Bool
    /// False when it had ended before.
    func endTrial(_ id: String, outcome: PromptTrial.Outcome, now: Timestamp) async throws -> Bool
    /// The newest first; at most `limit`.
    func trials(limit: Int) async throws -> [PromptTrial]
}

/// One set of prompt files.
public struct PromptVersion: Sendable, Equatable {
    /// From its content.
    public var id: String
    public var firstSeenAt: Timestamp
    /// When a process last took it into use; nil: never.
    public var usedAt: Timestamp?
    /// By name; empty in lists.
    public var files: [String: String]

    public init(id: String, firstSeenAt: Timestamp, usedAt: Timestamp?, files: [String: String] = [:]) {
        self.id = id
        self.firstSeenAt = firstSeenAt
        self.usedAt = usedAt
        self.files = files
    }
}

/// A share of the new leads gets one version, the others another one.
public struct PromptTrial: Sendable, Equatable {
    public enum Outcome: String, Sendable, CaseIterable {
        /// The challenger became the version of everybody.
        case promoted
        case ended
    }

    public var id: String
    /// What the others get.
    public var champion: String
    /// What the share gets.
    public var challenger: String
    /// Per cent of the new leads, 1…99.
    public var share: Int
    public var startedAt: Timestamp
    public var endedAt: Timestamp?
    public var outcome: Outcome?

    public init(
        id: String,
        champion: String,
        challenger: String,
        share: Int,
        startedAt: Timestamp,
        endedAt: Timestamp? = nil,
        outcome: Outcome? = nil
    ) {
        self.id = id
        self.champion = champion
        self.challenger = challenger
        self.share = share
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outcome = outcome
    }

    /// Which version a new lead gets. The same lead always gets the same one.
    public func version(for lead: ConversationID) -> String {
        // FNV-1a, mixed once more: the ids of neighbours differ in few bits.
        var hash = (id + ":" + lead.rawValue).utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
        hash ^= hash >> 33
        return Int(hash % 100) < share ? challenger : champion
    }
}
