public import Conversation

import struct Foundation.Date

/// Time and chance, as inputs: a test or a simulation brings its own.
public struct Surroundings: Sendable {
    public var now: @Sendable () -> Timestamp
    /// Sleeps until a moment; throws when cancelled.
    public var sleep: @Sendable (_ until: Timestamp) async throws -> Void
    /// A new id that sorts by time, such as `l0k3…`.
    public var newID: @Sendable () -> String
    /// Starts work that outlives whoever asks for it, as `Task { }` does: a simulation has to say where it runs.
    public var spawn: @Sendable (_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never>

    public init(
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Timestamp) async throws -> Void,
        newID: @escaping @Sendable () -> String,
        spawn: @escaping @Sendable (@escaping @Sendable () async -> Void) -> Task<Void, Never> = { work in
            Task { await work() }
        }
    ) {
        self.now = now
        self.sleep = sleep
        self.newID = newID
        self.spawn = spawn
    }

    public static let live = Surroundings(
        now: { wallClock() },
        sleep: { until in
            try await Task.sleep(for: .milliseconds(max(0, until.milliseconds - wallClock().milliseconds)))
        },
        newID: {
            let time = String(wallClock().milliseconds, radix: 32)
            // Eight digits, the first of them never 0. Not a UUID: making one opens /dev/urandom each time.
            let chance = String(UInt64.random(in: 1 << 35..<1 << 40), radix: 32)
            return time + chance
        }
    )
}

private func wallClock() -> Timestamp {
    Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
}
