/// A share and where it may really lie, with 95 per cent certainty.
struct Interval: Equatable {
    var share: Double
    var low: Double
    var high: Double

    /// Wilson's interval, which is honest for few leads and for shares near 0 and 1.
    init(_ count: Int, of total: Int) {
        guard total > 0 else {
            (share, low, high) = (0, 0, 1)
            return
        }
        let (z, n) = (1.96, Double(total))
        share = Double(count) / n
        let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        low = max(0, middle - half)
        high = min(1, middle + half)
    }

    private init(share: Double, low: Double, high: Double) {
        self.share = share
        self.low = low
        self.high = high
    }

    /// Newcombe's interval of a difference of two independent shares.
    static func difference(_ new: Interval, _ old: Interval) -> Interval {
        let gap = new.share - old.share
        func square(_ value: Double) -> Double { value * value }
        let below = (square(new.share - new.low) + square(old.high - old.share)).squareRoot()
        let above = (square(new.high - new.share) + square(old.share - old.low)).squareRoot()
        return Interval(share: gap, low: gap - below, high: gap + above)
    }

    /// Leads of the new version at which a difference between two shares shows (two-sided 5 per cent, power 80 per
    /// cent), where the old one gets `ratio` times as many. Nil: more than anybody will have.
    static func leadsNeeded(_ new: Double, _ old: Double, ratio: Double) -> Int? {
        guard new != old else { return nil }
        let mean = (new + ratio * old) / (1 + ratio)
        let noise =
            1.96 * (mean * (1 - mean) * (1 + 1 / ratio)).squareRoot()
            + 0.84 * (new * (1 - new) + old * (1 - old) / ratio).squareRoot()
        let needed = (noise * noise / ((new - old) * (new - old))).rounded(.up)
        return needed < 10_000_000 ? Int(needed) : nil
    }
}
