import Conversation
import Synchronization

/// Files are held in memory while they are uploaded, so there are few at once. Who finds no place free stands in line.
final class Uploads: Sendable {
    static let atOnceMax = 2
    /// Whoever stands in line holds up a send to somebody else, so the line is short.
    static let lineMax = 8
    /// Shorter than the lease of a send.
    static let waitMillisecondsMax: Int64 = 15_000

    private struct State {
        var underWay = 0
        var line: [Waiter] = []
        /// Got a place before they had begun to wait.
        var admitted: Set<Int> = []
        var lastTicket = 0
    }

    private struct Waiter {
        var ticket: Int
        var wake: CheckedContinuation<Bool, Never>?
    }

    private enum Door { case open, full, line(Int) }

    private let state = Mutex(State())

    var waiting: Int { state.withLock { $0.line.count } }

    /// First come, first served; whoever got in has to leave. False: no place came free in time, or the task was
    /// cancelled.
    func enter(_ surroundings: Surroundings) async -> Bool {
        let door = state.withLock { state -> Door in
            if state.underWay < Self.atOnceMax {
                state.underWay += 1
                return .open
            }
            guard state.line.count < Self.lineMax else { return .full }
            state.lastTicket += 1
            state.line.append(Waiter(ticket: state.lastTicket))
            return .line(state.lastTicket)
        }
        switch door {
        case .open: return true
        case .full: return false
        case .line(let ticket):
            let end = surroundings.now().adding(milliseconds: Self.waitMillisecondsMax)
            return await withTaskGroup(of: Void.self) { group in
                // Ends early when the task is cancelled, and when the wait is over, where it changes nothing.
                group.addTask {
                    try? await surroundings.sleep(end)
                    self.giveUp(ticket)
                }
                let isIn = await self.turn(of: ticket)
                group.cancelAll()
                return isIn
            }
        }
    }

    /// The place goes to the next in line.
    func leave() {
        let next = state.withLock { state -> Waiter? in
            guard !state.line.isEmpty else {
                state.underWay -= 1
                return nil
            }
            let next = state.line.removeFirst()
            if next.wake == nil { state.admitted.insert(next.ticket) }
            return next
        }
        next?.wake?.resume(returning: true)
    }

    private func turn(of ticket: Int) async -> Bool {
        await withCheckedContinuation { continuation in
            let isIn = state.withLock { state -> Bool? in
                if let index = state.line.firstIndex(where: { $0.ticket == ticket }) {
                    state.line[index].wake = continuation
                    return nil
                }
                return state.admitted.remove(ticket) != nil
            }
            if let isIn { continuation.resume(returning: isIn) }
        }
    }

    private func giveUp(_ ticket: Int) {
        let waiter = state.withLock { state in
            state.line.firstIndex { $0.ticket == ticket }.map { state.line.remove(at: $0) }
        }
        waiter?.wake?.resume(returning: false)
    }
}
