import Conversation
import Synchronization

/// How much each token may ask: a bucket that fills evenly and holds a fifth of a minute's share.
final class RateLimit: Sendable {
    private struct Bucket {
        /// Thousandths of a request.
        var level: Int64
        var filledAt: Timestamp
    }

    private let perMinute: Int64
    private let buckets = Mutex<[String: Bucket]>([:])
    /// More than these are forgotten, the full ones first.
    private static let bucketsMax = 10_000

    init(perMinute: Int) { self.perMinute = Int64(perMinute) }

    private var full: Int64 { max(1_000, perMinute * 1_000 / 5) }

    /// Nil: go on. Otherwise after how many seconds to ask again.
    func wait(_ tokenID: String, now: Timestamp) -> Int? {
        buckets.withLock { buckets in
            if buckets.count >= Self.bucketsMax { buckets = buckets.filter { level($0.value, now) < full } }
            if buckets.count >= Self.bucketsMax { buckets = [:] }
            let left = buckets[tokenID].map { level($0, now) } ?? full
            guard left >= 1_000 else {
                let missing = 1_000 - left
                return Int(max(1, (missing * 60 + perMinute * 1_000 - 1) / (perMinute * 1_000)))
            }
            buckets[tokenID] = Bucket(level: left - 1_000, filledAt: now)
            return nil
        }
    }

    private func level(_ bucket: Bucket, _ now: Timestamp) -> Int64 {
        let passed = min(max(0, now.milliseconds - bucket.filledAt.milliseconds), 60_000)
        return min(full, bucket.level + passed * perMinute / 60)
    }
}
