import Conversation
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// A loop that takes pieces of work and does many of them at once: the shape of the turns and of the outbox.
///
/// On a graceful stop it takes no more and finishes what it has. A store that can't answer is asked again later.
struct Worker<Piece: Sendable>: Sendable {
    let name: String
    let atOnce: Int
    let bell: Doorbell
    /// The longest sleep.
    let pollInterval: Int64
    let surroundings: Surroundings
    let log: Logger
    /// Takes up to so many pieces.
    let take: @Sendable (Int) async throws -> [Piece]
    /// When there may be more, if nobody rings before.
    let nextWake: @Sendable () async throws -> Timestamp?
    let work: @Sendable (Piece) async -> Void

    func run() async {
        let progress = Progress()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                while !progress.isStopping.load(ordering: .acquiring), !Task.isCancelled {
                    let free = atOnce - progress.busy.load(ordering: .acquiring)
                    let pieces = free > 0 ? await taken(free) : []
                    progress.busy.add(pieces.count, ordering: .acquiringAndReleasing)
                    for piece in pieces {
                        group.addTask {
                            await work(piece)
                            progress.busy.subtract(1, ordering: .acquiringAndReleasing)
                            // A place is free, and what is done may have left more to do.
                            bell.ring()
                        }
                    }
                    if pieces.isEmpty { await rest(isFull: free <= 0) }
                }
            }
        } onGracefulShutdown: {
            progress.isStopping.store(true, ordering: .releasing)
            bell.ring()
        }
    }

    private final class Progress: Sendable {
        let isStopping = Atomic(false)
        let busy = Atomic(0)
    }

    private func taken(_ limit: Int) async -> [Piece] {
        do { return try await take(limit) } catch {
            log.error("\(name): the store gives no work", metadata: ["why": "\(error)"])
            return []
        }
    }

    private func rest(isFull: Bool) async {
        let now = surroundings.now()
        let latest = now.adding(milliseconds: pollInterval)
        var until = latest
        if !isFull, let wake = try? await nextWake() {
            // Never quite at once, so that a piece nobody can take doesn't spin the loop.
            until = min(max(wake, now.adding(milliseconds: 5)), latest)
        }
        await bell.wait(until: until, surroundings)
    }
}
