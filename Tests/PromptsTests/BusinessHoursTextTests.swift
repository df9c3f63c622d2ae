import Conversation
import Foundation
import Testing

@testable import Prompts

@Suite("business.hours")
struct BusinessHoursTextTests {
    private static let day = 24 * 60

    /// Hours of some days, as minutes of the week.
    private static func spans(_ days: [Int], _ from: Int, _ to: Int) -> [Range<Int>] {
        days.map { $0 * day + from..<$0 * day + to }
    }

    @Test("days, ranges of days and several spans a day")
    func read() throws {
        let week = try BusinessHoursText.parse(["Mo-Fr 09:00-18:00", "sa 10:00-13:00"])
        let weekdays = Self.spans([0, 1, 2, 3, 4], 540, 1_080)
        #expect(week == weekdays + Self.spans([5], 600, 780))
        let split = try BusinessHoursText.parse(["Tu Th 09:00-12:30 14:00-24:00"])
        let tuesday = Self.spans([1], 540, 750) + Self.spans([1], 840, 1_440)
        let thursday = Self.spans([3], 540, 750) + Self.spans([3], 840, 1_440)
        #expect(split == tuesday + thursday)
        let overWeekend = try BusinessHoursText.parse(["Sa-Mo 00:00-01:00"])
        #expect(overWeekend == Self.spans([5, 6, 0], 0, 60))
        #expect(try BusinessHoursText.parse([]) == nil)
    }

    @Test(
        "what is no opening time is refused with how to write it",
        arguments: [
            ("Mo-Fr", "no times"), ("09:00-18:00", "no days"), ("Mo-Xx 09:00-18:00", "no day"),
            ("Mo-We-Fr 09:00-18:00", "no day"), ("Monday 09:00-18:00", "no day"), ("Mo 9:00-18:00", "no span"),
            ("Mo 09:00", "no span"), ("Mo 09:00-25:00", "no span"), ("Mo 09:60-10:00", "no span"),
            ("Mo 09:00-12:00-13:00", "no span"), ("Mo 18:00-09:00", "before it begins"),
            ("Mo 09:00-09:00", "before it begins"), ("Mo-We Tu 09:00-10:00", "overlap"),
            ("Mo 09:00-12:00 11:00-13:00", "overlap"), ("Mo 09:00-18:00 Tu", "no span"), ("Mo 0٩:00-18:00", "no span"),
        ]
    )
    func mistakes(_ text: String, _ says: String) {
        let mistake = #expect(throws: BusinessHoursText.Mistake.self) { try BusinessHoursText.parse([text]) }
        #expect(mistake?.reason.contains(says) == true && mistake?.mend.isEmpty == false)
    }

    @Test("a mistake is reported where it stands")
    func reported() throws {
        let yaml = "business:\n  hours: [Mo-Fr 09:00-18:00, Fr 17:00-19:00]\n"
        let problems = try settingsProblems(yaml: yaml)
        #expect(problems.count == 1)
        #expect(problems[0].hasPrefix("config/crset.yaml:2: `business.hours`"))
        #expect(problems[0].contains("overlap"))
        let environment = try settingsProblems(environment: ["BUSINESS_HOURS": "always"])
        #expect(environment[0].hasPrefix("environment: BUSINESS_HOURS"))
    }

    @Test("hours reach the conversation from a list, a text and the environment; absent, there are none")
    func settings() throws {
        for yaml in ["hours: [Mo-Fr 09:00-18:00, Sa 10:00-13:00]", "hours: Mo-Fr 09:00-18:00, Sa 10:00-13:00"] {
            try withDirectory(yaml: "business:\n  timezone: America/Sao_Paulo\n  \(yaml)\n") { path in
                let settings = try Settings.load(environment: [:], workingDirectory: path)
                // 2026-11-23 09:00 in São Paulo.
                let opening = Timestamp(milliseconds: 1_795_435_200_000)
                #expect(settings.policy.hours?.nextOpening(from: opening.adding(hours: -10)) == opening)
                #expect(settings.policy.takeoverReminderHours == 24)
            }
        }
        try withDirectory { path in
            let environment = ["BUSINESS_HOURS": "Mo 09:00-18:00"]
            let given = try Settings.load(environment: environment, workingDirectory: path).policy.hours
            let absent = try Settings.load(environment: [:], workingDirectory: path).policy.hours
            #expect(given?.spans.count == 1 && absent == nil)
        }
    }

    @Test("a reminder of staff that comes after the release is probably not meant")
    func warning() throws {
        try withDirectory(yaml: "timers: {takeover_reminder_hours: 72, takeover_release_hours: 72}\n") { path in
            let warnings = try Settings.load(environment: [:], workingDirectory: path).warnings
            #expect(warnings.contains { $0.contains("takeover_reminder_hours") })
        }
    }

    @Test("a nudge beyond WhatsApp's window without a template for it is probably not meant")
    func beyondTheWindow() throws {
        let timers = "timers: {follow_up_hours: 24, payment_reminder_hours: 48}\n"
        let template = "whatsapp: {templates: {pt-PT: {payment_reminder: crset_reminder product}}}\n"
        try withDirectory(yaml: timers + template) { path in
            let warnings = try Settings.load(environment: [:], workingDirectory: path).warnings
            #expect(warnings.contains { $0.hasPrefix("timers.follow_up_hours is 24") })
            #expect(!warnings.contains { $0.contains("payment_reminder") })
        }
    }

    @Test(
        "through every change of the clock, openings are what a look at the wall clock every minute finds",
        arguments: ["Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata"],
        [
            // Open as the clock is changed, and only in hours that are left out, come twice, or come after.
            ["Su 00:30-01:15 01:45-02:20 23:00-24:00", "Mo-Fr 09:00-18:00", "Sa 22:00-24:00"],
            ["Su 01:10-01:20 02:05-02:15 03:00-04:00", "Mo 00:00-01:00"],
        ]
    )
    func againstTheWallClock(_ name: String, _ parts: [String]) throws {
        let zone = try #require(TimeZone(identifier: name))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let minutes = try #require(try BusinessHoursText.parse(parts))
        let hours = try #require(BusinessHours(minutes: minutes, clock: WallClock(zone)))
        func isOpen(_ moment: Timestamp) -> Bool {
            let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1_000)
            let parts = calendar.dateComponents([.weekday, .hour, .minute], from: date)
            // Sunday is 1.
            let place = ((parts.weekday ?? 0) + 5) % 7 * Self.day + (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
            return minutes.contains { $0.contains(place) }
        }
        // Two days around each change of 2026 and 2027; a zone without any: two days of its own.
        var moments: [Date] = [Date(timeIntervalSince1970: 1_795_392_000)]
        var moment = Date(timeIntervalSince1970: 1_767_225_600)
        while let next = zone.nextDaylightSavingTimeTransition(after: moment),
            next.timeIntervalSince1970 < 1_830_000_000
        {
            moments.append(next)
            moment = next
        }
        for change in moments {
            let start = Timestamp(milliseconds: Int64(change.timeIntervalSince1970) * 1_000).adding(hours: -24)
            let all = (0..<48 * 60).map { start.adding(milliseconds: Int64($0) * 60_000) }
            let open = all.map(isOpen)
            #expect(all.map(hours.isOpen) == open)
            var next: Timestamp?
            for index in all.indices.reversed() {
                if open[index] { next = all[index] }
                if let next { #expect(hours.nextOpening(from: all[index]) == next) }
            }
        }
    }
}
