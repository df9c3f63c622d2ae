public import Conversation

/// Sums over one cohort of leads.
public struct FactSums: Sendable, Equatable {
    /// What they have in common; of hours, the number of the hour.
    public var key: String
    /// By name: `leads`, `engaged`, `qualified`, `offered`, `link`, `paid`, `opted_out`, `without_person`,
    /// `messages_paid` (of those who paid), the counts of ``counts``, `first_0…5` and `answers_0…5` by ``steps``.
    public var numbers: [String: Int64] = [:]
    public var revenue: [Money] = []

    /// Upper bounds in milliseconds of `first_…` and `answers_…`.
    public static let steps: [Int64] = LeadFacts.answerSteps

    public init(key: String) { self.key = key }

    public mutating func add(_ other: FactSums) {
        numbers.merge(other.numbers, uniquingKeysWith: +)
        for money in other.revenue {
            if let index = revenue.firstIndex(where: { $0.currency == money.currency }) {
                revenue[index].minorUnits += money.minorUnits
            } else {
                revenue.append(money)
            }
        }
    }
}

/// The statement behind ``FactSums``.
struct FactSelection: Sendable {
    let sums: DeskSQL
    let revenue: DeskSQL
    let names: [String]

    init(_ query: FactQuery) {
        let key =
            switch query.by {
            case .hour: "began_at / 3600000"
            case .product: "product"
            case .language: "language"
            case .source: "source"
            case .promptVersion: "prompt_version"
            }
        let parts = Self.parts
        names = parts.map(\.name)
        var conditions = [DeskSQL("began_at IS NOT NULL")]
        if let from = query.from { conditions.append(DeskSQL("began_at >= ?", .integer(from.milliseconds))) }
        if let until = query.until { conditions.append(DeskSQL("began_at < ?", .integer(until.milliseconds))) }
        var sums = DeskSQL("SELECT \(key), " + parts.map(\.sql).joined(separator: ", ") + " FROM lead_facts")
        sums.append(conditions: conditions)
        sums.append("GROUP BY 1")
        self.sums = sums
        let factKey = key.split(separator: " ").first == "began_at" ? "f.began_at / 3600000" : "f." + key
        var revenue = DeskSQL(
            """
            SELECT \(factKey), s.currency, SUM(s.amount) FROM sales s JOIN lead_facts f ON f.id = s.conversation_id
            """
        )
        revenue.append(conditions: [DeskSQL("s.refunded_at IS NULL")] + conditions)
        revenue.append("GROUP BY 1, 2")
        self.revenue = revenue
    }

    private static var parts: [(name: String, sql: String)] {
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
    }
}
