public struct StatsRequest: Codable, Sendable, Equatable {
    public enum Group: String, Codable, Sendable, CaseIterable {
        case day, week, month, product, language, source
        case promptVersion = "prompt_version"
    }

    /// Leads whose first message came in this time; from the first inclusive, to the second exclusive.
    public var from: Moment?
    public var until: Moment?
    public var by: Group?
    /// Whose days, weeks and months: a name such as `Europe/Lisbon`; nil: UTC.
    public var time_zone: String?

    public init(from: Moment? = nil, until: Moment? = nil, by: Group? = nil, time_zone: String? = nil) {
        self.from = from
        self.until = until
        self.by = by
        self.time_zone = time_zone
    }
}

public struct StatsDocument: Codable, Sendable, Equatable {
    public var from: Moment?
    public var until: Moment?
    public var by: String?
    public var total: StatsRow
    public var groups: [StatsRow]
    /// Lines of the journal that are not counted yet.
    public var behind: Int
}

/// A cohort: leads that began together, and what became of them since.
public struct StatsRow: Codable, Sendable, Equatable {
    /// Such as `2026-11-25`, `2026-W48` or `pt-PT`; `all` of the total.
    public var key: String
    public var funnel: Funnel
    /// Milliseconds from the customer's first message to the first answer.
    public var first_response_ms: Spread
    /// Milliseconds from a customer's message to its answer.
    public var answer_ms: Spread
    public var messages_in: Int
    public var messages_bot: Int
    public var messages_staff: Int
    /// Leads whom nobody but the bot answered.
    public var without_person: Int
    public var opted_out: Int
    /// Messages that could not be delivered.
    public var failures: Int
    public var revenue: [MoneyDocument]
    public var cost: CostDocument
    /// Of those who paid.
    public var messages_per_sale: Double?
    public var cost_micro_usd_per_lead: Double?
    public var cost_micro_usd_per_sale: Double?

    /// How many leads came so far.
    public struct Funnel: Codable, Sendable, Equatable {
        public var leads: Int
        /// Wrote again after the first answer.
        public var engaged: Int
        public var qualified: Int
        public var offered: Int
        /// Got their payment link.
        public var link: Int
        public var paid: Int
    }

    public struct Spread: Codable, Sendable, Equatable {
        public var count: Int
        public var mean: Int?
        /// Upper bounds: so many took at most 2 s, 5 s, 15 s, 1 min, 10 min or 1 h; nil: longer.
        public var p50: Int?
        public var p90: Int?
    }
}
