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
