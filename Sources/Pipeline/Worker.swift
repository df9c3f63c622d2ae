import Conversation
import ServiceLifecycle
import Storage
import Synchronization

/// A loop that takes pieces of work and does many of them at once: the shape of the turns and of the outbox.
///
/// On a graceful stop it takes no more and finishes what it has. A store that can't answer is asked again later.
struct Worker<Piece: Sendable>: Sendable {
    let name: String
    let atOnce: Int
    /// Of them for pieces that nobody waits for at this moment.
    let bulkAtOnce: Int
    let bell: Doorbell
    let surroundings: Surroundings
    let alerts: ServiceAlerts
    let isBulk: @Sendable (Piece) -> Bool
    /// Takes up to so many pieces, and so many of them bulk.
    let take: @Sendable (_ limit: Int, _ bulkLimit: Int) async throws -> [Piece]
    /// When there may be more, if nobody rings before.
    let nextWake: @Sendable () async throws -> Timestamp?
    let work: @Sendable (Piece) async -> Void
    /// Frees what was taken without ever hearing of it, because the store's answer was lost.
    let release: @Sendable () async throws -> Void

    /// The longest sleep: work that another process brought in is found by then.
    private static var sleepMax: Int64 { 1_000 }
    /// Between two questions to a store that can't answer.
    private static var storePause: Int64 { 500 }

    func run() async {
        let progress = Progress()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                while !progress.isStopping.load(ordering: .acquiring), !Task.isCancelled {
                    let free = atOnce - progress.busy.load(ordering: .acquiring)
                    let freeBulk = max(0, bulkAtOnce - progress.bulk.load(ordering: .acquiring))
                    guard let pieces = free > 0 ? await taken(free, min(free, freeBulk), progress) : [] else {
                        // Full disk, lost server: asking again at once would only burn the processor.
                        try? await surroundings.sleep(surroundings.now().adding(milliseconds: Self.storePause))
                        continue
                    }
                    progress.busy.add(pieces.count, ordering: .acquiringAndReleasing)
                    for piece in pieces {
                        let bulk = isBulk(piece) ? 1 : 0
                        progress.bulk.add(bulk, ordering: .acquiringAndReleasing)
                        group.addTask {
                            await work(piece)
                            progress.busy.subtract(1, ordering: .acquiringAndReleasing)
                            progress.bulk.subtract(bulk, ordering: .acquiringAndReleasing)
                            // A place is free, and what is done may have left more to do.
                            bell.ring()
                        }
                    }
                    if pieces.isEmpty { await rest(isFull: free <= 0, hasBulkOnly: freeBulk == 0) }
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
        let bulk = Atomic(0)
        let mayHaveTaken = Atomic(false)
    }

    /// Nil: the store can't answer.
    private func taken(_ limit: Int, _ bulkLimit: Int, _ progress: Progress) async -> [Piece]? {
        do {
            if progress.mayHaveTaken.load(ordering: .acquiring) {
                try await release()
                progress.mayHaveTaken.store(false, ordering: .releasing)
            }
            let pieces = try await take(limit, bulkLimit)
            await alerts.settle(.storage)
            return pieces
        } catch {
            progress.mayHaveTaken.store(true, ordering: .releasing)
            await alerts.raise(
                .storage,
                problem: "no work for \(name): \(error)",
                mend: "see that the database has room and can be reached; the service goes on by itself"
            )
            return nil
        }
    }

    private func rest(isFull: Bool, hasBulkOnly: Bool) async {
        let now = surroundings.now()
        let latest = now.adding(milliseconds: Self.sleepMax)
        var until = latest
        if !isFull, let wake = try? await nextWake() {
            // Never quite at once, so that a piece nobody can take doesn't spin the loop; later still where all that is
            // due may be bulk, for which there is no place.
            until = min(max(wake, now.adding(milliseconds: hasBulkOnly ? 50 : 5)), latest)
        }
        await bell.wait(until: until, surroundings)
    }
}
