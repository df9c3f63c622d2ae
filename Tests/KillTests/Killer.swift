import Glibc
import Sandbox
import Synchronization
import TestSupport

/// Ends processes at random moments and starts them again.
struct Killer: Sendable {
    enum Manner: Sendable {
        case kill
        /// With one signal, or with a second one behind it.
        case stop
    }

    let fleet: Fleet
    let manner: Manner
    private var random: SplitMix64
    private(set) var kills = 0

    init(_ fleet: Fleet, _ manner: Manner, seed: UInt64) {
        self.fleet = fleet
        self.manner = manner
        random = SplitMix64(seed: seed)
    }

    mutating func run(kills limit: Int) async throws {
        while kills < limit {
            try await moment()
            let victims = victims()
            switch manner {
            case .kill: await kill(victims)
            case .stop: try await stop(victims)
            }
            kills += victims.count
            try await pause(0...200)
            for slot in victims { try await fleet.start(slot) }
        }
    }

    private func kill(_ victims: [Int]) async {
        for slot in victims { fleet.process(slot)?.signal(SIGKILL) }
        for slot in victims { await fleet.kill(slot) }
    }

    private mutating func stop(_ victims: [Int]) async throws {
        for process in victims.compactMap(fleet.process) {
            process.signal(SIGTERM)
            let isTwice = Bool.random(using: &random)
            if isTwice {
                try await pause(0...60)
                process.signal(SIGINT)
            }
            let end = try await process.ended()
            // The first may have been enough by then.
            guard end == .exit(0) || (isTwice && end == .exit(128 + SIGINT)) else {
                throw Missed("a stop ended with \(end): \(process.said.suffix(1_000))")
            }
        }
    }

    /// Mostly one; now and then several at once, or all.
    private mutating func victims() -> [Int] {
        let all = Array(0..<fleet.count).shuffled(using: &random)
        let share = Int.random(in: 0..<10, using: &random)
        return Array(all.prefix(share == 0 ? all.count : share < 3 ? 2 : 1))
    }

    /// Some time, or the instant at which something happens between the service and its customers: WhatsApp has taken a
    /// message and not yet answered, or a turn has begun.
    private mutating func moment() async throws {
        try await pause(10...600)
        let kind = Int.random(in: 0..<5, using: &random)
        guard kind > 1 else { return }
        let happenings = fleet.sandbox.happenings()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await happening in happenings {
                    switch (happening, kind) {
                    case (.message, 2), (.message, 3), (.typing, 4): return
                    default: continue
                    }
                }
            }
            group.addTask { try await Task.sleep(for: .milliseconds(700)) }
            try await group.next()
            group.cancelAll()
        }
    }

    private mutating func pause(_ milliseconds: ClosedRange<Int>) async throws {
        try await Task.sleep(for: .milliseconds(Int.random(in: milliseconds, using: &random)))
    }
}
