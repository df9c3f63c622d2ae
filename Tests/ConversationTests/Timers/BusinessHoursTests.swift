import Testing

@testable import Conversation

@Suite("Business hours")
struct BusinessHoursTests {
    /// 2026-11-23T00:00:00Z, a Monday.
    private static let monday: Int64 = 1_795_392_000_000
    private static let day = 24 * 60

    private static func at(_ day: Int, _ hour: Int, _ minute: Int = 0) -> Timestamp {
        Timestamp(milliseconds: monday + Int64((day * 24 + hour) * 60 + minute) * 60_000)
    }

    private static func hours(
        _ minutes: [Range<Int>] = (0..<5).map { $0 * day + 9 * 60..<$0 * day + 18 * 60 },
        _ clock: WallClock = .utc
    ) throws -> BusinessHours {
        try #require(BusinessHours(minutes: minutes, clock: clock))
    }

    @Test("open from the first minute to before the last")
    func edges() throws {
        let hours = try Self.hours()
        #expect(!hours.isOpen(at: Self.at(0, 8, 59)))
        #expect(hours.isOpen(at: Self.at(0, 9)))
        #expect(hours.isOpen(at: Self.at(4, 17, 59)))
        #expect(!hours.isOpen(at: Self.at(4, 18)))
        #expect(!hours.isOpen(at: Self.at(5, 12)))
        // Weeks and years away, before 1970 as well.
        #expect(hours.isOpen(at: Self.at(7 * 1_000, 12)) && !hours.isOpen(at: Self.at(5 - 7 * 5_000, 12)))
        #expect(hours.isOpen(at: Self.at(4 - 7 * 5_000, 12)))
    }

    @Test("what is closed opens next in the morning, or after the weekend")
    func next() throws {
        let hours = try Self.hours()
        #expect(hours.nextOpening(from: Self.at(0, 12)) == Self.at(0, 12))
        #expect(hours.nextOpening(from: Self.at(0, 3)) == Self.at(0, 9))
        #expect(hours.nextOpening(from: Self.at(0, 18)) == Self.at(1, 9))
        #expect(hours.nextOpening(from: Self.at(4, 20)) == Self.at(7, 9))
        #expect(hours.nextOpening(from: Self.at(6, 23, 59)) == Self.at(7, 9))
    }

    @Test("the last moment lies a little before closing time, and not before the earliest")
    func last() throws {
        let hours = try Self.hours()
        #expect(hours.lastMoment(before: Self.at(0, 22), since: Self.at(0, 10)) == Self.at(0, 17, 45))
        #expect(hours.lastMoment(before: Self.at(0, 12), since: Self.at(0, 10)) == Self.at(0, 12))
        #expect(hours.lastMoment(before: Self.at(7, 8), since: Self.at(0, 10)) == Self.at(4, 17, 45))
        #expect(hours.lastMoment(before: Self.at(0, 22), since: Self.at(0, 18)) == nil)
    }

    @Test("spans that touch are one, and no span at all is no hours")
    func merged() throws {
        let hours = try Self.hours([600..<700, 0..<300, 300..<500, 450..<480])
        #expect(hours.spans == [0..<30_000_000, 36_000_000..<42_000_000])
        #expect(BusinessHours(minutes: [], clock: .utc) == nil)
        #expect(BusinessHours(minutes: [5..<5], clock: .utc) == nil)
        let always = try Self.hours([0..<7 * Self.day])
        #expect(always.nextOpening(from: Self.at(6, 23, 59)) == Self.at(6, 23, 59))
    }

    /// Forward by an hour on Monday at 01:00, back on Tuesday at 02:00 of its own time.
    private static let jumpy = WallClock(
        offset: 0,
        changes: [
            WallClock.Change(at: at(0, 1), offset: 3_600_000), WallClock.Change(at: at(1, 1), offset: 0),
        ]
    )

    @Test("an hour that the clock leaves out or has twice")
    func changes() throws {
        // 01:30–02:30 on Monday: its first half hour doesn't exist.
        let early = try Self.hours([90..<150], Self.jumpy)
        #expect(early.nextOpening(from: Self.at(0, 0)) == Self.at(0, 1))
        #expect(early.isOpen(at: Self.at(0, 1)) && early.isOpen(at: Self.at(0, 1, 29)))
        #expect(!early.isOpen(at: Self.at(0, 1, 30)))
        // 01:00–01:30 on Tuesday comes twice, an hour apart.
        let twice = try Self.hours([Self.day + 60..<Self.day + 90], Self.jumpy)
        #expect(twice.nextOpening(from: Self.at(0, 23)) == Self.at(1, 0))
        #expect(twice.nextOpening(from: Self.at(1, 0, 40)) == Self.at(1, 1))
        #expect(twice.nextOpening(from: Self.at(1, 1, 30)) == Self.at(8, 1))
        #expect(twice.lastMoment(before: Self.at(1, 0, 50), since: Self.at(0, 0)) == Self.at(1, 0, 15))
        #expect(twice.lastMoment(before: Self.at(1, 3), since: Self.at(0, 0)) == Self.at(1, 1, 15))
    }
}
