import Conversation
import Foundation

/// Reads `business.hours`, such as `Mo-Fr 09:00-18:00, Sa 10:00-13:00`.
///
/// Each part has one or more days or ranges of days, then one or more spans of time: `Mo We-Fr 09:00-12:30 14:00-18:00`.
enum BusinessHoursText {
    /// What is wrong, and how to mend it.
    struct Mistake: Error, Equatable {
        var reason: String
        var mend: String
    }

    private static let days = ["mo", "tu", "we", "th", "fr", "sa", "su"]
    private static let dayMinutes = 24 * 60

    /// Minutes since Monday, 00:00; nil when there are no parts.
    static func parse(_ parts: [String]) throws(Mistake) -> [Range<Int>]? {
        var spans: [(minutes: Range<Int>, part: String)] = []
        for part in parts {
            for minutes in try spansOf(part) {
                if let other = spans.first(where: { $0.minutes.overlaps(minutes) }) {
                    throw Mistake(
                        reason: "\"\(other.part.prefix(40))\" and \"\(part.prefix(40))\" overlap",
                        mend: "name each hour once"
                    )
                }
                spans.append((minutes, part))
            }
        }
        return spans.isEmpty ? nil : spans.map(\.minutes)
    }

    private static func spansOf(_ part: String) throws(Mistake) -> [Range<Int>] {
        let words = part.split(whereSeparator: \.isWhitespace).map(String.init)
        let dayWords = words.prefix { !($0.first?.isNumber ?? false) }
        let times = words.dropFirst(dayWords.count)
        guard !dayWords.isEmpty, !times.isEmpty else {
            throw Mistake(
                reason: "\"\(part.prefix(40))\" has no \(dayWords.isEmpty ? "days" : "times")",
                mend: "write days and times, such as Mo-Fr 09:00-18:00"
            )
        }
        var spans: [Range<Int>] = []
        for word in dayWords {
            for day in try daysOf(word) {
                for time in times {
                    let minutes = try minutesOf(time)
                    let start = day * dayMinutes
                    spans.append(start + minutes.lowerBound..<start + minutes.upperBound)
                }
            }
        }
        return spans
    }

    /// `Mo`, `Mo-Fr`, or over the week's end `Sa-Mo`.
    private static func daysOf(_ word: String) throws(Mistake) -> [Int] {
        let ends = word.lowercased().split(separator: "-", omittingEmptySubsequences: false)
            .map { name in days.firstIndex { $0 == name } }
        switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
        case (1, let day?, _): return [day]
        case (2, let first?, let last?): return (0...(last - first + 7) % 7).map { (first + $0) % 7 }
        default:
            throw Mistake(
                reason: "\"\(word.prefix(20))\" is no day",
                mend: "write Mo, Tu, We, Th, Fr, Sa or Su, or a range such as Mo-Fr"
            )
        }
    }

    /// `09:00-18:00`, up to 24:00.
    private static func minutesOf(_ word: String) throws(Mistake) -> Range<Int> {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false).map(minuteOf)
        guard ends.count == 2, let start = ends[0], let end = ends[1] else {
            throw Mistake(
                reason: "\"\(word.prefix(20))\" is no span of time",
                mend: "write it as 09:00-18:00, with two digits each, up to 24:00"
            )
        }
        guard start < end else {
            throw Mistake(
                reason: "\"\(word.prefix(20))\" ends before it begins",
                mend: "split what goes over midnight, such as Fr 20:00-24:00, Sa 00:00-02:00"
            )
        }
        return start..<end
    }

    private static func minuteOf(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60
        else { return nil }
        let total = hour * 60 + minute
        return total <= dayMinutes ? total : nil
    }
}

extension WallClock {
    /// The zone's clock with every change from 2020 on that its rules foresee.
    init(_ zone: TimeZone) {
        // 2020-01-01 and 2061-01-01, UTC.
        let (start, end) = (Date(timeIntervalSince1970: 1_577_836_800), Date(timeIntervalSince1970: 2_871_763_200))
        var changes: [Change] = []
        var moment = start
        while let next = zone.nextDaylightSavingTimeTransition(after: moment), next > moment, next < end {
            changes.append(
                Change(
                    at: Timestamp(milliseconds: Int64((next.timeIntervalSince1970 * 1_000).rounded())),
                    offset: Int64(zone.secondsFromGMT(for: next)) * 1_000
                )
            )
            moment = next
        }
        self.init(offset: Int64(zone.secondsFromGMT(for: start)) * 1_000, changes: changes)
    }
}

extension Settings.BusinessSettings {
    /// Nil: at any hour.
    static func hours(_ reader: SettingsReader, timezone: String) -> BusinessHours? {
        let parts = reader.list("business.hours")
        do throws(BusinessHoursText.Mistake) {
            guard let minutes = try BusinessHoursText.parse(parts), let zone = TimeZone(identifier: timezone) else {
                return nil
            }
            return BusinessHours(minutes: minutes, clock: WallClock(zone))
        } catch {
            let place = reader.placeOfList("business.hours")
            reader.report(place, "\(place.name ?? "business.hours"): \(error.reason)", mend: error.mend)
            return nil
        }
    }
}
