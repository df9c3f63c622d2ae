import GRDB
import Synchronization

/// Lets many callers share one commit: while one transaction is being written, the next jobs gather.
///
/// A caller is woken only after the commit that holds its job. Jobs don't see the cancellation of their caller's
/// task: what was handed in is written.
final class GroupCommit: Sendable {
    struct Limits: Sendable {
        var itemsWaitingMax = 20_000
        var itemsPerBatchMax = 2_000
        var jobsPerBatchMax = 256
    }

    private struct Job: Sendable {
        /// How many things it writes, for the limits.
        let items: Int
        /// Does the work and returns what wakes the caller with its result.
        let run: @Sendable (Database) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct Queue: Sendable {
        var jobs: [Job] = []
        var items = 0
        var isRunning = false
        var isClosed = false
        var whenIdle: [CheckedContinuation<Void, Never>] = []
    }

    private let writer: any DatabaseWriter
    private let limits: Limits
    private let queue = Mutex(Queue())

    init(writer: any DatabaseWriter, limits: Limits = Limits()) {
        self.writer = writer
        self.limits = limits
    }

    /// Runs `work` in a transaction and returns its result once that is committed. `work` may run twice, the second
    /// time after the first was rolled back, so it must do nothing but read and write the database.
    func write<T: Sendable>(
        items: Int = 1,
        _ work: @escaping @Sendable (Database) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            enqueue(
                Job(
                    items: items,
                    run: { db in
                        let value = try work(db)
                        return { continuation.resume(returning: value) }
                    },
                    fail: { continuation.resume(throwing: StoreError.from($0)) }
                )
            )
        }
    }

    /// Takes no more jobs and returns when all earlier ones are done.
    func close() async {
        await withCheckedContinuation { continuation in
            let isIdle = queue.withLock { queue in
                queue.isClosed = true
                if queue.isRunning { queue.whenIdle.append(continuation) }
                return !queue.isRunning
            }
            if isIdle { continuation.resume() }
        }
    }

    private func enqueue(_ job: Job) {
        enum Answer { case start, wait, refuse(StoreError) }
        let answer: Answer = queue.withLock { queue in
            if queue.isClosed { return .refuse(.closed) }
            if !queue.jobs.isEmpty, queue.items + job.items > limits.itemsWaitingMax { return .refuse(.overloaded) }
            queue.jobs.append(job)
            queue.items += job.items
            if queue.isRunning { return .wait }
            queue.isRunning = true
            return .start
        }
        switch answer {
        case .start: writer.asyncWriteWithoutTransaction { self.runBatch($0) }
        case .wait: break
        case .refuse(let error): job.fail(error)
        }
    }

    /// Runs on the writer's own queue.
    private func runBatch(_ db: Database) {
        let batch = nextBatch()
        commit(batch, db)
        let (more, idle): (Bool, [CheckedContinuation<Void, Never>]) = queue.withLock { queue in
            if !queue.jobs.isEmpty { return (true, []) }
            queue.isRunning = false
            defer { queue.whenIdle = [] }
            return (false, queue.whenIdle)
        }
        if more { writer.asyncWriteWithoutTransaction { self.runBatch($0) } }
        for continuation in idle { continuation.resume() }
    }

    private func nextBatch() -> [Job] {
        queue.withLock { queue in
            var items = 0
            var count = 0
            while count < min(queue.jobs.count, limits.jobsPerBatchMax) {
                items += queue.jobs[count].items
                if count > 0, items > limits.itemsPerBatchMax { break }
                count += 1
            }
            let batch = Array(queue.jobs.prefix(count))
            queue.jobs.removeFirst(count)
            queue.items -= batch.reduce(0) { $0 + $1.items }
            return batch
        }
    }

    private func commit(_ batch: [Job], _ db: Database) {
        do {
            try transaction(batch, db)
        } catch  where batch.count > 1 && !StoreError.concernsAll(error) {
            // One bad job must not hurt its neighbours: each by itself.
            for job in batch { commit([job], db) }
        } catch {
            for job in batch { job.fail(error) }
        }
    }

    private func transaction(_ batch: [Job], _ db: Database) throws {
        var wakers: [@Sendable () -> Void] = []
        try db.inTransaction(.immediate) {
            wakers = try batch.map { try $0.run(db) }
            return .commit
        }
        for wake in wakers { wake() }
    }
}

extension StoreError {
    /// What an error of SQLite means to a caller.
    static func from(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        switch error.resultCode {
        case .SQLITE_FULL: return StoreError.unavailable("the disk is full (\(error.description))")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return StoreError.unavailable("another process holds the lock (\(error.description))")
        case .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_PERM,
            .SQLITE_NOMEM, .SQLITE_PROTOCOL:
            return StoreError.unavailable(error.description)
        case .SQLITE_MISUSE where error.message == "Connection is closed": return StoreError.closed
        default: return StoreError.defect(error.description)
        }
    }

    /// Trying each job of a batch by itself would fail as well, and wait as long for each. A full disk isn't
    /// among these: a smaller transaction may fit.
    fileprivate static func concernsAll(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        return switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_NOTADB,
            .SQLITE_CORRUPT, .SQLITE_MISUSE:
            true
        default: false
        }
    }
}
