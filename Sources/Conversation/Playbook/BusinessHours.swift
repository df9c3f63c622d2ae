/// When the business is open, by the clock on its wall. What it says by itself, it says then; answers know no hours.
public struct BusinessHours: Sendable, Equatable {
    /// Milliseconds since the wall clock's Monday, 00:00; sorted, at least one, none touches the next.
    public let spans: [Range<Int64>]
    public let clock: WallClock

    private static let day: Int64 = 86_400_000
    private static let week = 7 * day
    /// Said this long before closing time, so that an answer still meets somebody.
    private static let beforeClosing: Int64 = 15 * 60_000

    /// Spans of minutes since Monday, 00:00, in any order. Nil when there is none.
    public init?(minutes: [Range<Int>], clock: WallClock) {
        var spans: [Range<Int64>] = []
        for minutes in minutes.sorted(by: { $0.lowerBound < $1.lowerBound }) where !minutes.isEmpty {
            let span = Int64(minutes.lowerBound) * 60_000..<Int64(minutes.upperBound) * 60_000
            if let last = spans.last, last.upperBound >= span.lowerBound {
                spans[spans.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
            } else {
                spans.append(span)
            }
        }
        guard !spans.isEmpty else { return nil }
        self.spans = spans
        self.clock = clock
    }

    public func isOpen(at moment: Timestamp) -> Bool {
        let place = Self.place(moment.milliseconds + clock.stretch(at: moment).offset)
        return spans.contains { $0.contains(place) }
    }

    /// The moment itself when the business is open then, else when it opens next.
    public func nextOpening(from moment: Timestamp) -> Timestamp {
        var moment = moment
        while true {
            let stretch = clock.stretch(at: moment)
            let opening = Timestamp(milliseconds: opening(from: moment.milliseconds + stretch.offset) - stretch.offset)
            guard let end = stretch.end, opening >= end else { return opening }
            // The clock is changed before: what its face says from there on counts.
            moment = end
        }
    }

    /// The last moment before `moment` at which the business is open and doesn't close right after; nil when there was
    /// none in the stretch of time since `earliest`.
    public func lastMoment(before moment: Timestamp, since earliest: Timestamp) -> Timestamp? {
        var moment = moment
        while moment > earliest {
            let stretch = clock.stretch(at: moment.adding(milliseconds: -1))
            let local = moment.milliseconds + stretch.offset
            let last = Timestamp(milliseconds: closing(before: local) - stretch.offset)
            let start = stretch.start ?? last
            if last >= start { return last >= earliest ? last : nil }
            moment = start
        }
        return nil
    }

    // MARK: On the face of the clock

    /// Since Monday. The first day of 1970 was a Thursday.
    private static func place(_ local: Int64) -> Int64 {
        let place = (local + 3 * day) % week
        return place < 0 ? place + week : place
    }

    private func opening(from local: Int64) -> Int64 {
        let place = Self.place(local)
        if let span = spans.first(where: { $0.upperBound > place }) { return local + max(0, span.lowerBound - place) }
        return local + Self.week - place + spans[0].lowerBound
    }

    private func closing(before local: Int64) -> Int64 {
        var place = Self.place(local)
        var span = spans.last { $0.lowerBound < place }
        if span == nil {
            span = spans.last
            place += Self.week
        }
        guard let span else { return local }
        let end = min(place, span.upperBound - min(Self.beforeClosing, (span.upperBound - span.lowerBound) / 2))
        return local - (place - end)
    }
}

/// How far a zone's clock is ahead of UTC, and when it is put forward or back: looked up once, outside.
public struct WallClock: Sendable, Equatable {
    public struct Change: Sendable, Equatable {
        public var at: Timestamp
        /// Milliseconds ahead of UTC from then on.
        public var offset: Int64

        public init(at: Timestamp, offset: Int64) {
            self.at = at
            self.offset = offset
        }
    }

    /// Milliseconds ahead of UTC before the first change.
    public let offset: Int64
    /// Oldest first.
    public let changes: [Change]

    public static let utc = WallClock(offset: 0, changes: [])

    public init(offset: Int64, changes: [Change]) {
        self.offset = offset
        self.changes = changes
    }

    /// A time in which the clock isn't changed.
    struct Stretch {
        var start: Timestamp?
        var end: Timestamp?
        var offset: Int64
    }

    func stretch(at moment: Timestamp) -> Stretch {
        // The first change after the moment.
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].at > moment { high = middle } else { low = middle + 1 }
        }
        let before = low > 0 ? changes[low - 1] : nil
        return Stretch(
            start: before?.at,
            end: low < changes.count ? changes[low].at : nil,
            offset: before?.offset ?? offset
        )
    }
}
