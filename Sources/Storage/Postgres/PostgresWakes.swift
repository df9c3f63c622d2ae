import CPostgres
import Glibc
import Synchronization

import class Foundation.Thread

/// Tells other processes on the same database that there is work, and hears from them.
///
/// Postgres lets only one transaction with a notification commit at a time, so they aren't part of the transactions
/// that made the work: they follow on a connection of their own, many as one. One that gets lost costs a moment, since
/// the workers look for work by themselves every second.
final class PostgresWakes: Sendable {
    private struct State: Sendable {
        var untold: Set<StoreWake> = []
        var listeners: [Int: AsyncStream<StoreWake>.Continuation] = [:]
        var listenersMade = 0
        var isRunning = false
        var isClosed = false
        var whenClosed: [CheckedContinuation<Void, Never>] = []
    }

    private let link: PostgresLink
    private let state = Mutex(State())
    /// A pipe that wakes the thread.
    private let alarm: (read: Int32, write: Int32)

    init(link: PostgresLink) {
        self.link = link
        var ends: [Int32] = [-1, -1]
        // Without a pipe (no file left to open), the thread looks by itself now and then.
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
        }
        alarm = (ends[0], ends[1])
    }

    deinit {
        Glibc.close(alarm.read)
        Glibc.close(alarm.write)
    }

    /// Never blocks.
    func notify(_ wakes: Set<StoreWake>) {
        startIfNeeded { state in
            let isNew = !wakes.isSubset(of: state.untold)
            state.untold.formUnion(wakes)
            return isNew
        }
    }

    func stream() -> AsyncStream<StoreWake> {
        let (stream, continuation) = AsyncStream.makeStream(of: StoreWake.self, bufferingPolicy: .bufferingNewest(16))
        let id = state.withLock { state -> Int? in
            if state.isClosed { return nil }
            state.listenersMade += 1
            state.listeners[state.listenersMade] = continuation
            return state.listenersMade
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.listeners[id] = nil } }
        startIfNeeded { _ in true }
        return stream
    }

    /// Says what is untold, if that can be done at once, and ends.
    func close() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                state.isClosed = true
                if state.isRunning { state.whenClosed.append(continuation) }
                return !state.isRunning
            }
            ring()
            if isDone { continuation.resume() }
        }
        let listeners = state.withLock { state in
            defer { state.listeners = [:] }
            return state.listeners
        }
        for listener in listeners.values { listener.finish() }
    }

    private func startIfNeeded(_ change: (inout State) -> Bool) {
        let (needsRing, needsThread) = state.withLock { state in
            if state.isClosed { return (false, false) }
            let needsRing = change(&state)
            defer { state.isRunning = true }
            return (needsRing, !state.isRunning)
        }
        if needsThread {
            let thread = Thread { [self] in run() }
            thread.name = "crset-wakes"
            thread.start()
        }
        if needsRing { ring() }
    }

    private func ring() {
        _ = write(alarm.write, "!", 1)
    }

    // MARK: On the thread

    private var channel: String { "crset_" + link.schema }

    private func run() {
        var connection: PostgresConnection?
        while true {
            // Asked before telling: what was left before the end is still told.
            let isLast = state.withLock { $0.isClosed }
            do {
                let open = try connected(connection)
                connection = open
                try tell(open)
                try hear(open)
            } catch {
                connection?.close()
                connection = nil
            }
            if isLast { break }
            rest(connection)
        }
        connection?.close()
        let continuations = state.withLock { state in
            state.isRunning = false
            defer { state.whenClosed = [] }
            return state.whenClosed
        }
        for continuation in continuations { continuation.resume() }
    }

    private func connected(_ connection: PostgresConnection?) throws -> PostgresConnection {
        if let connection, connection.isUsable { return connection }
        let new = try link.usable(connection)
        // A notification is not worth waiting for a disk.
        new.later("SELECT set_config('synchronous_commit', 'off', false)")
        new.later("LISTEN \"\(channel)\"")
        _ = try new.fetch([])
        // Whatever was said while nobody heard.
        for wake in StoreWake.allCases { spread(wake) }
        return new
    }

    private func tell(_ connection: PostgresConnection) throws {
        let untold = state.withLock { state in
            defer { state.untold = [] }
            return state.untold
        }
        if untold.isEmpty { return }
        for wake in untold {
            connection.later("SELECT pg_notify($1, $2)", [.text(channel), .text(wake.rawValue)])
        }
        _ = try connection.fetch([])
    }

    private func hear(_ connection: PostgresConnection) throws {
        for (payload, sender) in try connection.notifications() where sender != connection.processID {
            if let wake = StoreWake(rawValue: payload) { spread(wake) }
        }
    }

    private func spread(_ wake: StoreWake) {
        for listener in state.withLock({ $0.listeners }).values { listener.yield(wake) }
    }

    /// Until there is something to tell or to hear.
    private func rest(_ connection: PostgresConnection?) {
        // What comes in quick succession is told together; a server that is gone is asked again in a while.
        _ = poll(nil, 0, connection == nil ? 100 : 2)
        var sources = [pollfd(fd: alarm.read, events: Int16(POLLIN), revents: 0)]
        if let connection { sources.append(pollfd(fd: connection.socket, events: Int16(POLLIN), revents: 0)) }
        let limit: Int32 = connection == nil ? 500 : 10_000
        _ = poll(&sources, nfds_t(sources.count), limit)
        var rings = [UInt8](repeating: 0, count: 64)
        _ = read(alarm.read, &rings, rings.count)
    }
}
