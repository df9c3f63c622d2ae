import Conversation
import Logging
import Storage

/// Works the journal into the full-text index and the statistics of the desk: beside the way of a message, in small
/// pieces, so that no customer waits for it.
struct Digestion: Sendable {
    let store: any Store
    let surroundings: Surroundings
    /// When nothing is left to do, in milliseconds.
    let rest: Int64
    let log: Logger

    private static let linesAtOnce = 200
    /// Of which statistics are summed up: some milliseconds' work.
    private static let hoursAtOnce = 4
    /// While there is more.
    private static let pause: Int64 = 25

    /// Until cancelled.
    func run() async {
        var isHeldUp = false
        while !Task.isCancelled {
            var wait = rest
            do {
                if try await store.digest(limit: Self.linesAtOnce) == Self.linesAtOnce {
                    wait = Self.pause
                } else {
                    _ = try await store.refreshFacts(hours: Self.hoursAtOnce)
                }
                if isHeldUp { log.notice("index and statistics catch up") }
                isHeldUp = false
            } catch {
                if !isHeldUp { log.warning("index and statistics fall behind", metadata: ["why": "\(error)"]) }
                isHeldUp = true
            }
            try? await surroundings.sleep(surroundings.now().adding(milliseconds: wait))
        }
    }
}
