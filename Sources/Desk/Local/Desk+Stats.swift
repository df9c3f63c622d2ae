import Conversation
import Foundation
import Storage

extension Desk {
    public func stats(_ request: StatsRequest) async throws -> StatsDocument {
        try await catchUp()
        let group: FactQuery.Group =
            switch request.by {
            case .product: .product
            case .language: .language
            case .source: .source
            case .promptVersion: .promptVersion
            case .day, .week, .month, nil: .hour
            }
        let sums = try await store.facts(
            FactQuery(from: request.from?.timestamp, until: request.until?.timestamp, by: group)
        )
        let zone = try timeZone(request.time_zone)
        var total = FactSums(key: "all")
        var groups: [String: FactSums] = [:]
        for cohort in sums {
            total.add(cohort)
            guard let by = request.by else { continue }
            let key = group == .hour ? StatsPeriod(by, zone).key(hour: Int64(cohort.key) ?? 0) : cohort.key
            groups[key, default: FactSums(key: key)].add(cohort)
        }
        return StatsDocument(
            from: request.from,
            until: request.until,
            by: request.by?.rawValue,
            total: StatsRow(total),
            groups: groups.values.sorted { $0.key < $1.key }.map(StatsRow.init),
            behind: Int(try await store.digestBehind())
        )
    }

    private func timeZone(_ name: String?) throws -> TimeZone {
        guard let name else { return .gmt }
        guard let zone = TimeZone(identifier: name) else {
            throw DeskError(.invalid, "“\(name)” is no time zone; use a name such as Europe/Lisbon")
        }
        return zone
    }
}

/// Names of days, weeks and months.
struct StatsPeriod {
    private let by: StatsRequest.Group
    private let calendar: Calendar

    init(_ by: StatsRequest.Group, _ zone: TimeZone) {
        self.by = by
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = zone
        self.calendar = calendar
    }

    func key(hour: Int64) -> String {
        let date = Date(timeIntervalSince1970: Double(hour) * 3_600)
        switch by {
        case .week:
            let parts = calendar.dateComponents([.yearForWeekOfYear, .weekOfYear], from: date)
            return "\(parts.yearForWeekOfYear ?? 0)-W\(two(parts.weekOfYear))"
        case .month:
            let parts = calendar.dateComponents([.year, .month], from: date)
            return "\(parts.year ?? 0)-\(two(parts.month))"
        default:
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            return "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day))"
        }
    }

    private func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
}

extension StatsRow {
    init(_ sums: FactSums) {
        func number(_ name: String) -> Int { Int(sums.numbers[name] ?? 0) }
        let (leads, paid) = (number("leads"), number("paid"))
        let cost = number("cost_micro_usd")
        self.init(
            key: sums.key,
            funnel: Funnel(
                leads: leads,
                engaged: number("engaged"),
                qualified: number("qualified"),
                offered: number("offered"),
                link: number("link"),
                paid: paid
            ),
            first_response_ms: Spread(sums, "first", count: number("first_count"), total: number("first_ms")),
            answer_ms: Spread(sums, "answers", count: number("answers"), total: number("answer_ms")),
            messages_in: number("messages_in"),
            messages_bot: number("messages_bot"),
            messages_staff: number("messages_staff"),
            without_person: number("without_person"),
            opted_out: number("opted_out"),
            failures: number("failures"),
            revenue: sums.revenue.sorted { $0.currency < $1.currency }.map(MoneyDocument.init),
            cost: CostDocument(
                micro_usd: cost,
                prompt_tokens: number("prompt_tokens"),
                completion_tokens: number("completion_tokens"),
                answers: number("model_answers")
            ),
            messages_per_sale: paid > 0 ? Double(number("messages_paid")) / Double(paid) : nil,
            cost_micro_usd_per_lead: leads > 0 ? Double(cost) / Double(leads) : nil,
            cost_micro_usd_per_sale: paid > 0 ? Double(cost) / Double(paid) : nil
        )
    }
}

extension StatsRow.Spread {
    init(_ sums: FactSums, _ name: String, count: Int, total: Int) {
        let steps = FactSums.steps.indices.map { Int(sums.numbers["\(name)_\($0)"] ?? 0) }
        func bound(_ share: Double) -> Int? {
            var sum = 0
            for (index, step) in steps.enumerated() {
                sum += step
                if Double(sum) >= share * Double(count) { return Int(FactSums.steps[index]) }
            }
            return nil
        }
        self.init(
            count: count,
            mean: count > 0 ? total / count : nil,
            p50: count > 0 ? bound(0.5) : nil,
            p90: count > 0 ? bound(0.9) : nil
        )
    }
}
