import Conversation
import Foundation

/// Time and the only thread of a history. Tasks that prefer this executor run here one job at a time, in an order
/// drawn from the seed; when none of them can go on, time jumps to the next moment that somebody waits for.
///
/// While a call of the real store is under way on the store's own threads, nothing else runs, so that its length in
/// real time changes nothing.
final class SimulatedTime: TaskExecutor, @unchecked Sendable {
    // `lock` guards the queues, which other threads add to. The rest is touched on the running thread alone.
    private let lock = NSCondition()
    private var ready: [UnownedJob] = []
    private var ofStore: [UnownedJob] = []
    private var isStoreBusy = false

    private(set) var now: Timestamp
    private var chance: Chance
    private var alarms: [Alarm] = []
    private var sleepers: [UInt64: Sleeper] = [:]
    private var lastID: UInt64 = 0
    /// Jobs run, for the figures and as a guard against a history that never ends.
    private(set) var jobs = 0

    private struct Sleeper {
        var continuation: CheckedContinuation<Void, any Error>
        var owner: ObjectIdentifier?
    }

    private struct Alarm {
        var at: Timestamp
        var id: UInt64

        static func < (left: Alarm, right: Alarm) -> Bool { (left.at, left.id) < (right.at, right.id) }
    }

    init(start: Timestamp, seed: UInt64) {
        now = start
        chance = Chance(seed: seed)
    }

    // MARK: Running

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        lock.lock()
        defer { lock.unlock() }
        if isStoreBusy { ofStore.append(job) } else { ready.append(job) }
        lock.signal()
    }

    /// Runs until `isDone` or until nothing is left to happen before `deadline`. Says whether it was done.
    @discardableResult
    func run(until deadline: Timestamp, _ isDone: () -> Bool = { false }) -> Bool {
        while !isDone() {
            if let job = nextJob() {
                jobs += 1
                job.runSynchronously(on: asUnownedTaskExecutor())
                continue
            }
            guard let alarm = alarms.first, alarm.at <= deadline else {
                now = max(now, deadline)
                return false
            }
            removeFirstAlarm()
            guard let sleeper = sleepers.removeValue(forKey: alarm.id) else { continue }
            now = max(now, alarm.at)
            sleeper.continuation.resume()
        }
        return true
    }

    private func nextJob() -> UnownedJob? {
        lock.lock()
        defer { lock.unlock() }
        if isStoreBusy {
            while ofStore.isEmpty { lock.wait() }
            return ofStore.removeFirst()
        }
        guard !ready.isEmpty else { return nil }
        // Nobody promises an order among tasks, so the seed chooses.
        return ready.remove(at: ready.count == 1 ? 0 : chance.whole(0...min(ready.count, 8) - 1))
    }

    /// Around a call that leaves this thread.
    func storeCallBegins() {
        lock.lock()
        isStoreBusy = true
        lock.unlock()
    }

    func storeCallEnds() {
        lock.lock()
        isStoreBusy = false
        ready += ofStore
        ofStore = []
        lock.unlock()
    }

    // MARK: Waiting

    func start(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: self) { await work() }
    }

    /// Throws when the task is cancelled, and when its owner is gone (``wakeAll(of:)``).
    func sleep(until moment: Timestamp, for owner: AnyObject? = nil) async throws {
        lastID += 1
        let id = lastID
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                sleepers[id] = Sleeper(continuation: continuation, owner: owner.map(ObjectIdentifier.init))
                addAlarm(Alarm(at: max(moment, now), id: id))
            }
        } onCancel: {
            // Whoever cancels runs on this thread as well.
            sleepers.removeValue(forKey: id)?.continuation.resume(throwing: CancellationError())
        }
    }

    func sleep(_ milliseconds: Int64) async throws { try await sleep(until: now.adding(milliseconds: milliseconds)) }

    /// When the next thing happens that is no sleep of `owners`.
    func nextAlarm(but owners: [AnyObject]) -> Timestamp? {
        let owners = Set(owners.map(ObjectIdentifier.init))
        return alarms.filter { alarm in
            guard let sleeper = sleepers[alarm.id] else { return false }
            return sleeper.owner.map { !owners.contains($0) } ?? true
        }.map(\.at).min()
    }

    /// Lets a process oversleep, as a suspended machine does: what it waits for meanwhile comes late.
    func skip(to moment: Timestamp) { now = max(now, moment) }

    /// The sleeps of a process that died end with an error.
    func wakeAll(of owner: AnyObject) {
        let owner = ObjectIdentifier(owner)
        for id in sleepers.filter({ $0.value.owner == owner }).keys.sorted() {
            sleepers.removeValue(forKey: id)?.continuation.resume(throwing: CancellationError())
        }
    }

    // MARK: The alarms, a binary heap

    private func addAlarm(_ alarm: Alarm) {
        alarms.append(alarm)
        var place = alarms.count - 1
        while place > 0, alarms[place] < alarms[(place - 1) / 2] {
            alarms.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private func removeFirstAlarm() {
        alarms.swapAt(0, alarms.count - 1)
        alarms.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < alarms.count {
                if alarms[child] < alarms[least] { least = child }
            }
            if least == place { return }
            alarms.swapAt(place, least)
            place = least
        }
    }
}
