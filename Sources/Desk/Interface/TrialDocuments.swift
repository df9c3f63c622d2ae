public import Storage

public struct TrialRequest: Codable, Sendable, Equatable {
    /// Id or an unambiguous beginning of one; nil: the newest.
    public var trial: String?

    public init(trial: String? = nil) { self.trial = trial }
}

/// A share of the new leads gets another version of the prompt files.
public struct TrialDocument: Codable, Sendable, Equatable {
    public var id: String
    /// What the others get.
    public var champion: String
    /// What the share gets.
    public var challenger: String
    public var share_percent: Int
    public var started_at: Moment
    public var ended_at: Moment?
    /// `promoted` or `ended`
    public var outcome: String?

    public init(_ trial: PromptTrial) {
        id = trial.id
        champion = trial.champion
        challenger = trial.challenger
        share_percent = trial.share
        started_at = Moment(trial.startedAt)
        ended_at = trial.endedAt.map(Moment.init)
        outcome = trial.outcome?.rawValue
    }
}

/// The leads that came while a trial ran, by the version that answered them, and how sure one can be of a difference.
public struct TrialStatsDocument: Codable, Sendable, Equatable {
    public enum Decision: String, Codable, Sendable, CaseIterable {
        /// One of the versions has no leads yet.
        case tooEarly = "too_early"
        case open, better, worse
    }

    /// What became of the leads of one version.
    public struct Arm: Codable, Sendable, Equatable {
        public var version: String
        public var leads: Int
        public var engaged: Share
        public var qualified: Share
        public var offered: Share
        public var link: Share
        public var paid: Share
        public var revenue: [MoneyDocument]
        public var cost: CostDocument
    }

    /// So many of the leads, and between which shares it may really lie, with 95 per cent certainty (Wilson).
    public struct Share: Codable, Sendable, Equatable {
        public var count: Int
        public var share: Double
        public var low: Double
        public var high: Double
    }

    public var trial: TrialDocument
    public var champion: Arm
    public var challenger: Arm
    /// What is compared: the furthest step that anybody has reached.
    public var measure: String
    /// Shares of the challenger less those of the champion, with 95 per cent certainty (Newcombe).
    public var difference: Double
    public var difference_low: Double
    public var difference_high: Double
    /// Leads of the challenger until a difference as it is now would show; nil: it shows, or there is none.
    public var leads_missing: Int?
    public var decision: Decision
    /// The same in words, with what to do.
    public var verdict: String
    /// Lines of the journal that are not counted yet.
    public var behind: Int
}
