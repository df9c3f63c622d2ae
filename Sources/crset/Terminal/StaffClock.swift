import Conversation
import Desk
import Foundation

/// Times as staff reads them: by the business's clock.
struct StaffClock: Sendable {
    private let calendar: Calendar

    init(zone: String) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
        self.calendar = calendar
    }

    /// `14:02`
    func time(_ moment: Moment) -> String {
        let parts = calendar.dateComponents([.hour, .minute], from: moment.date)
        return "\(two(parts.hour)):\(two(parts.minute))"
    }

    /// `2026-11-25`
    func date(_ moment: Moment) -> String {
        let parts = calendar.dateComponents([.year, .month, .day], from: moment.date)
        return "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day))"
    }

    /// `11-25 14:02`
    func short(_ moment: Moment) -> String { "\(date(moment).dropFirst(5)) \(time(moment))" }

    /// `2026-11-25 14:02`
    func long(_ moment: Moment) -> String { "\(date(moment)) \(time(moment))" }

    /// What somebody typed to mean a moment: `90m`, `24h`, `7d`, `2w` before now, `today`, a day, or ISO 8601.
    func moment(_ text: String, now: Moment) -> Moment? {
        if text == "today" { return startOfDay(now.date) }
        if text == "yesterday" { return startOfDay(now.date.addingTimeInterval(-86_400)) }
        if let unit = text.last, let seconds = ["m": 60, "h": 3_600, "d": 86_400, "w": 604_800][unit],
            let count = Int64(text.dropLast()), (0...100_000).contains(count)
        {
            return Moment(now.timestamp.adding(milliseconds: -count * Int64(seconds) * 1_000))
        }
        if let moment = Moment(text) { return moment }
        let parts = text.split(separator: "-").map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day),
            let date = calendar.date(from: DateComponents(year: year, month: month, day: day)),
            // No 30th of February becomes a day in March.
            calendar.component(.day, from: date) == day
        else { return nil }
        return startOfDay(date)
    }

    private func startOfDay(_ date: Date) -> Moment {
        Moment(Timestamp(milliseconds: Int64(calendar.startOfDay(for: date).timeIntervalSince1970 * 1_000)))
    }

    private func two(_ number: Int?) -> String {
        let number = number ?? 0
        return number < 10 ? "0\(number)" : "\(number)"
    }
}
