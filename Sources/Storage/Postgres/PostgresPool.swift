import Dispatch
import Synchronization

import class Foundation.Thread

/// Connections with a thread each, and one bounded queue before them.
///
/// Jobs of one kind that wait together share one commit. A caller is woken only after the commit that holds its job,
/// and doesn't see the cancellation of its own task: what was handed in is written.
final class PostgresPool: Sendable {
    /// Jobs of one kind may share a transaction.
    enum Kind: Equatable, Sendable {
        case accept, commit, record
        /// A transaction of its own.
        case alone
        /// Single statements, without a transaction around them.
        case read

        var isShared: Bool { self != .alone && self != .read }
    }

    struct Limits: Sendable {
        var connectionsMax = 8
        var itemsWaitingMax = 20_000
        var itemsPerBatchMax = 500
        var jobsPerBatchMax = 128
        /// Batches of one kind under way at once. With more, a busy service would spread its jobs over many small
        /// transactions; so they gather while the ones before are committed.
        var batchesOfKindMax = 2
        /// How long a job may stand in the queue.
        var waitSecondsMax = 15
        /// How often a transaction is done again after a conflict with another one.
        var conflictsMax = 5
    }

    struct Job: Sendable {
        var kind: Kind
        /// How many things it writes, for the limits.
        var items: Int
        var needs: PostgresNeeds
        /// Does the work and returns what wakes the caller with its result.
        var run: @Sendable (PostgresTransaction) throws -> @Sendable () -> Void
        var fail: @Sendable (any Error) -> Void
        var deadline: ContinuousClock.Instant
    }

    let limits: Limits
    private let link: PostgresLink
    private let afterCommit: @Sendable (Set<StoreWake>) -> Void
    private let queue = Mutex(Queue())
    private let work = DispatchSemaphore(value: 0)

    /// `afterCommit` is told what the commits have left to do; it must not block.
    init(link: PostgresLink, limits: Limits, afterCommit: @escaping @Sendable (Set<StoreWake>) -> Void) {
        self.link = link
        self.limits = limits
        self.afterCommit = afterCommit
    }

    /// Runs `work` in a transaction and returns its result once that is committed. `work` may run several times, each
    /// time after the one before was rolled back, so it must do nothing but read and write the database.
    func write<T: Sendable>(
        _ kind: Kind = .alone,
        items: Int = 1,
        needs: PostgresNeeds = PostgresNeeds(),
        _ work: @escaping @Sendable (PostgresTransaction) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            enqueue(
                Job(
                    kind: kind,
                    items: items,
                    needs: needs,
                    run: { transaction in
                        let value = try work(transaction)
                        return { continuation.resume(returning: value) }
                    },
                    fail: { continuation.resume(throwing: StoreError.ofPostgres($0)) },
                    deadline: .now + .seconds(limits.waitSecondsMax)
                )
            )
        }
    }

    /// Runs `work` without a transaction. It must only read.
    func read<T: Sendable>(_ work: @escaping @Sendable (PostgresConnection) throws -> T) async throws -> T {
        try await write(.read) { try work($0.db) }
    }

    /// Takes no more jobs and returns when all earlier ones are done.
    func close() async {
        await withCheckedContinuation { continuation in
            let (isDone, threads) = queue.withLock { queue in
                queue.isClosed = true
                if queue.threads > 0 { queue.whenClosed.append(continuation) }
                return (queue.threads == 0, queue.threads)
            }
            if isDone { continuation.resume() }
            for _ in 0..<threads { work.signal() }
        }
    }

    private func enqueue(_ job: Job) {
        enum Answer { case queued(startsThread: Bool), refuse(StoreError) }
        let answer: Answer = queue.withLock { queue in
            if queue.isClosed { return .refuse(.closed) }
            if !queue.jobs.isEmpty, queue.items + job.items > limits.itemsWaitingMax { return .refuse(.overloaded) }
            queue.jobs.append(job)
            queue.items += job.items
            let mayStart = queue.threads == 0 || queue.noThreadBefore.map { $0 <= .now } ?? true
            let startsThread = mayStart && queue.jobs.count > queue.idle && queue.threads < limits.connectionsMax
            if startsThread { queue.threads += 1 }
            return .queued(startsThread: startsThread)
        }
        switch answer {
        case .queued(let startsThread):
            work.signal()
            if startsThread { startThread() }
        case .refuse(let error):
            job.fail(error)
        }
    }

    // MARK: On the threads

    private func startThread() {
        let thread = Thread { [self] in
            var connection: PostgresConnection?
            var isCounted = false
            while let batch = nextBatch() {
                if batch.isEmpty { continue }
                connection = (try? link.usable(connection)) ?? nil
                count(connection, &isCounted)
                if connection == nil, giveBack(batch) { break }
                perform(batch, &connection)
                count(connection, &isCounted)
                finished(batch[0].kind)
            }
            connection?.close()
            count(nil, &isCounted)
            let continuations = queue.withLock { queue -> [CheckedContinuation<Void, Never>] in
                queue.threads -= 1
                if queue.threads > 0 { return [] }
                defer { queue.whenClosed = [] }
                return queue.whenClosed
            }
            // To the next one that waits, for whom there is nothing more to do either.
            work.signal()
            for continuation in continuations { continuation.resume() }
        }
        thread.name = "crset-postgres"
        thread.start()
    }

    private func count(_ connection: PostgresConnection?, _ isCounted: inout Bool) {
        let isConnected = connection?.isUsable == true
        guard isConnected != isCounted else { return }
        isCounted = isConnected
        queue.withLock { $0.connected += isConnected ? 1 : -1 }
    }

    /// To a thread that has a connection. False: none has, and nobody can do it.
    private func giveBack(_ batch: [Job]) -> Bool {
        let isTaken = queue.withLock { queue in
            guard queue.connected > 0 else { return false }
            queue.jobs = batch + queue.jobs
            queue.items += batch.reduce(0) { $0 + $1.items }
            if let kind = batch.first?.kind, kind.isShared { queue.underWay[kind, default: 1] -= 1 }
            queue.noThreadBefore = .now + Self.connectionPause
            return true
        }
        if isTaken { work.signal() }
        return isTaken
    }

    /// Before the server is asked for more connections again.
    private static let connectionPause = Duration.seconds(2)

    /// Jobs may have waited for this batch to end.
    private func finished(_ kind: Kind) {
        guard kind.isShared else { return }
        let isAwaited = queue.withLock { queue in
            queue.underWay[kind, default: 1] -= 1
            return !queue.jobs.isEmpty || queue.isClosed
        }
        if isAwaited { work.signal() }
    }

    /// Waits for work. Nil when there will be none; empty when another thread took it.
    private func nextBatch() -> [Job]? {
        queue.withLock { $0.idle += 1 }
        work.wait()
        let batch: [Job]? = queue.withLock { queue in
            queue.idle -= 1
            if queue.jobs.isEmpty { return queue.isClosed ? nil : [] }
            return queue.takeBatch(limits)
        }
        guard let batch, let kind = batch.first?.kind else { return batch }
        let now = ContinuousClock.now
        let inTime = batch.filter { $0.deadline >= now }
        for job in batch where job.deadline < now { job.fail(StoreError.overloaded) }
        if inTime.isEmpty { finished(kind) }
        return inTime
    }

    private func perform(_ batch: [Job], _ connection: inout PostgresConnection?) {
        do {
            try attempt(batch, &connection)
        } catch {
            if batch.count > 1, (error as? PostgresError)?.concernsAll != true {
                // One bad job must not hurt its neighbours: each by itself.
                for job in batch { perform([job], &connection) }
            } else {
                for job in batch { job.fail(error) }
            }
        }
    }

    /// Does a transaction, again where that is safe and may help.
    private func attempt(_ batch: [Job], _ connection: inout PostgresConnection?) throws {
        var conflicts = 0
        var reconnects = 0
        while true {
            let open = try link.usable(connection)
            connection = open
            do {
                return try transact(batch, open)
            } catch let error as PostgresError {
                open.rollback()
                if error.isConflict, conflicts < limits.conflictsMax {
                    conflicts += 1
                } else if error.isLost || error.isStale, !error.mayHaveCommitted, reconnects < 1 {
                    // It was idle while the server restarted, perhaps.
                    reconnects += 1
                    open.close()
                    connection = nil
                } else {
                    throw error
                }
            } catch {
                open.rollback()
                throw error
            }
        }
    }

    private func transact(_ batch: [Job], _ connection: PostgresConnection) throws {
        let transaction = PostgresTransaction(db: connection)
        if batch.allSatisfy({ $0.kind == .read }) {
            for wake in try batch.map({ try $0.run(transaction) }) { wake() }
            return
        }
        connection.begin()
        var needs = PostgresNeeds()
        for job in batch { needs.add(job.needs) }
        try transaction.load(needs)
        let wakers = try batch.map { try $0.run(transaction) }
        transaction.flush()
        try connection.commit()
        for wake in wakers { wake() }
        if !transaction.wakes.isEmpty { afterCommit(transaction.wakes) }
    }
}
