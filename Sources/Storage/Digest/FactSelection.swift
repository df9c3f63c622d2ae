import Conversation

/// The statements behind ``FactSums``. Of whole hours the sums are kept; leads are only asked one by one where an
/// hour isn't whole, and where something changed since its sums were made.
struct FactSelection: Sendable {
    /// A key, then the numbers of ``names``. What they find is added up.
    private(set) var sums: [DeskSQL] = []
    /// A key, a currency and an amount.
    private(set) var revenue: [DeskSQL] = []

    static let hour: Int64 = 3_600_000
    static let names = parts.map(\.name)

    private let by: FactQuery.Group

    init(_ query: FactQuery) {
        by = query.by
        let (from, until) = (query.from?.milliseconds, query.until?.milliseconds)
        let first = from.map { Self.floor($0 + Self.hour - 1) }
        let last = until.map { Self.floor($0) }
        if let first, let last, first >= last {
            addLeads(Self.began(from, until))
            return
        }
        addHours(first, last)
        if let from, let first, from < first * Self.hour { addLeads(Self.began(from, first * Self.hour)) }
        if let until, let last, last * Self.hour < until { addLeads(Self.began(last * Self.hour, until)) }
    }

    private static func floor(_ milliseconds: Int64) -> Int64 {
        milliseconds / hour - (milliseconds % hour < 0 ? 1 : 0)
    }

    private static func began(_ from: Int64?, _ until: Int64?) -> [DeskSQL] {
        var conditions = [DeskSQL("f.began_at IS NOT NULL")]
        if let from { conditions.append(DeskSQL("f.began_at >= ?", .integer(from))) }
        if let until { conditions.append(DeskSQL("f.began_at < ?", .integer(until))) }
        return conditions
    }

    private mutating func addHours(_ first: Int64?, _ last: Int64?) {
        var range: [DeskSQL] = []
        if let first { range.append(DeskSQL("hour >= ?", .integer(first))) }
        if let last { range.append(DeskSQL("hour < ?", .integer(last))) }
        let fresh =
            [DeskSQL("dimension = ?", .text(by.rawValue))] + range
            + [DeskSQL("hour NOT IN (SELECT hour FROM stale_hours)")]
        var kept = DeskSQL("SELECT key, " + Self.names.map { "SUM(\($0))" }.joined(separator: ", ") + " FROM fact_sums")
        kept.append(conditions: fresh)
        kept.append("GROUP BY 1")
        sums.append(kept)
        var keptRevenue = DeskSQL("SELECT key, currency, SUM(amount) FROM fact_revenue")
        keptRevenue.append(conditions: fresh)
        keptRevenue.append("GROUP BY 1, 2")
        revenue.append(keptRevenue)
        // In this order: one short stretch of the index for each hour.
        let inHour = DeskSQL("f.began_at >= hour * \(Self.hour) AND f.began_at < (hour + 1) * \(Self.hour)")
        addLeads([inHour] + range, from: "stale_hours CROSS JOIN lead_facts f")
    }

    private mutating func addLeads(_ conditions: [DeskSQL], from tables: String = "lead_facts f") {
        var asked = DeskSQL("SELECT \(by.key), " + Self.parts.map(\.sql).joined(separator: ", ") + " FROM \(tables)")
        asked.append(conditions: conditions)
        asked.append("GROUP BY 1")
        sums.append(asked)
        var paid = DeskSQL(
            """
            SELECT \(by.key), s.currency, SUM(s.amount) FROM \(tables) CROSS JOIN sales s
            """
        )
        paid.append(
            conditions: conditions
                + [DeskSQL("s.conversation_id = f.id"), DeskSQL("s.refunded_at IS NULL")]
        )
        paid.append("GROUP BY 1, 2")
        revenue.append(paid)
    }

    // MARK: Keeping sums

    /// Statements that make the sums of an hour anew.
    static func refreshing(_ hour: Int64) -> [DeskSQL] {
        let began = began(hour * Self.hour, (hour + 1) * Self.hour)
        return FactQuery.Group.allCases.flatMap { by -> [DeskSQL] in
            let key = "CAST(? AS text), CAST(? AS bigint), COALESCE(CAST(\(by.key) AS text), '')"
            var sums = DeskSQL(
                "INSERT INTO fact_sums (dimension, hour, key, \(names.joined(separator: ", "))) SELECT \(key), "
                    + parts.map(\.sql).joined(separator: ", ") + " FROM lead_facts f",
                .text(by.rawValue),
                .integer(hour)
            )
            sums.append(conditions: began)
            sums.append("GROUP BY 3")
            var revenue = DeskSQL(
                """
                INSERT INTO fact_revenue (dimension, hour, key, currency, amount)
                SELECT \(key), s.currency, SUM(s.amount) FROM lead_facts f CROSS JOIN sales s
                """,
                .text(by.rawValue),
                .integer(hour)
            )
            revenue.append(
                conditions: began + [DeskSQL("s.conversation_id = f.id"), DeskSQL("s.refunded_at IS NULL")]
            )
            revenue.append("GROUP BY 3, 4")
            let old = ["fact_sums", "fact_revenue"].map {
                DeskSQL("DELETE FROM \($0) WHERE dimension = ? AND hour = ?", .text(by.rawValue), .integer(hour))
            }
            return old + [sums, revenue]
        }
    }

    private static let parts: [(name: String, sql: String)] = {
        var parts = [("leads", "COUNT(*)")]
        for name in ["engaged", "qualified", "offered", "link", "paid", "opted_out"] {
            parts.append((name, "COUNT(\(name)_at)"))
        }
        parts.append(("first_count", "COUNT(first_response_ms)"))
        parts.append(("first_ms", "COALESCE(SUM(first_response_ms), 0)"))
        for (index, step) in LeadFacts.answerSteps.enumerated() {
            let least = index == 0 ? -1 : LeadFacts.answerSteps[index - 1]
            parts.append(
                (
                    "first_\(index)",
                    "COALESCE(SUM(CASE WHEN first_response_ms > \(least) AND first_response_ms <= \(step) THEN 1 END), 0)"
                )
            )
        }
        parts.append(
            ("without_person", "COALESCE(SUM(CASE WHEN messages_bot > 0 AND person_at IS NULL THEN 1 END), 0)")
        )
        parts.append(
            ("messages_paid", "COALESCE(SUM(CASE WHEN paid_at IS NOT NULL THEN messages_in + messages_bot END), 0)")
        )
        return parts + LeadFacts.counts.map { ($0, "SUM(\($0))") }
    }()
}

extension FactQuery.Group {
    /// Of a lead, as `f`.
    fileprivate var key: String {
        switch self {
        case .hour: "f.began_at / \(FactSelection.hour)"
        case .product: "f.product"
        case .language: "f.language"
        case .source: "f.source"
        case .promptVersion: "f.prompt_version"
        }
    }
}

extension [String: FactSums] {
    mutating func add(_ cohort: FactSums) { self[cohort.key, default: FactSums(key: cohort.key)].add(cohort) }

    mutating func add(_ money: Money, to key: String) {
        var cohort = FactSums(key: key)
        cohort.revenue = [money]
        add(cohort)
    }
}
