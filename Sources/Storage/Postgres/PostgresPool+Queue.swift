extension PostgresPool {
    /// What waits, and who works on it.
    struct Queue: Sendable {
        var jobs: [Job] = []
        var items = 0
        var threads = 0
        var idle = 0
        /// Threads that have a connection.
        var connected = 0
        /// The server gave no further connection: those that there are do the work meanwhile.
        var noThreadBefore: ContinuousClock.Instant?
        /// Shared batches under way.
        var underWay: [Kind: Int] = [:]
        var isClosed = false
        var whenClosed: [CheckedContinuation<Void, Never>] = []

        /// The first job that may begin now, and those of its kind that may share its transaction.
        mutating func takeBatch(_ limits: Limits) -> [Job] {
            let place = jobs.firstIndex { !$0.kind.isShared || underWay[$0.kind, default: 0] < limits.batchesOfKindMax }
            guard let place else { return [] }
            let first = jobs[place]
            guard first.kind.isShared else {
                items -= first.items
                return [jobs.remove(at: place)]
            }
            underWay[first.kind, default: 0] += 1
            var batch: [Job] = []
            var rest: [Job] = []
            var taken = 0
            for job in jobs {
                let fits = batch.count < limits.jobsPerBatchMax && taken + job.items <= limits.itemsPerBatchMax
                if job.kind == first.kind, batch.isEmpty || fits {
                    batch.append(job)
                    taken += job.items
                } else {
                    rest.append(job)
                }
            }
            jobs = rest
            items -= taken
            return batch
        }
    }
}
