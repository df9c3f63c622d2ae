import Conversation
import Foundation
import Pipeline
public import Prompts
public import Storage

/// How histories are simulated.
public struct SimulationOptions: Sendable {
    public var customers: Int
    /// Processes on one database; more than one on Postgres only.
    public var processes: Int
    public var mutation: Mutation?
    public var keepsTrace: Bool

    public init(customers: Int = 5, processes: Int = 1, mutation: Mutation? = nil, keepsTrace: Bool = false) {
        self.customers = customers
        self.processes = processes
        self.mutation = mutation
        self.keepsTrace = keepsTrace
    }
}

/// What came of one seed.
public struct History: Sendable {
    public var seed: UInt64
    public var violations: [Violation]
    /// Empty unless it was asked for.
    public var trace: [String]
    /// The same for the same seed, whatever machine it ran on.
    public var digest: UInt64
    public var customers: Int
    public var messagesIn: Int
    public var messagesOut: Int
    public var processesStarted: Int
    public var simulatedMilliseconds: Int64
}

/// Runs the real conversation, pipeline and store under simulated time, with everything around them simulated: one
/// seed, one history.
public struct Simulation: Sendable {
    private let businesses: [SimulatedBusiness]
    public let options: SimulationOptions

    /// `library` is the sample business as it is loaded from its files.
    public init(library: PromptLibrary, options: SimulationOptions) {
        businesses = SimulatedBusiness.all(library)
        self.options = options
    }

    /// Blocks this thread until the history is over: not for the cooperative pool. The store has to be empty.
    public func run(seed: UInt64, on store: any Store) -> History {
        let world = World(seed: seed, options: options, businesses: businesses)
        world.customers = (0..<options.customers).map { Customer(number: $0, world) }
        world.startProcesses(on: store)
        for customer in world.customers {
            _ = world.time.start { await Life(customer: customer, world: world).run() }
        }
        stopNowAndThen(world)
        freezeNowAndThen(world)
        oversleep(world, store)
        let hours = world.isLong ? 24 * 9 : 2
        world.time.run(until: world.start.adding(hours: hours)) { world.customers.allSatisfy(\.isDone) }
        world.clearUp()
        settle(world, store)
        let simulated = world.now.milliseconds - world.start.milliseconds
        let violations = close(world, store)
        return History(
            seed: seed,
            violations: violations,
            trace: world.trace,
            digest: world.digest,
            customers: options.customers,
            messagesIn: world.ledger.said.count,
            messagesOut: world.ledger.heard.count,
            processesStarted: world.started,
            simulatedMilliseconds: simulated
        )
    }

    private func stopNowAndThen(_ world: World) {
        for _ in 0..<world.weather.stops {
            let moment = world.chance.milliseconds(10_000...1_200_000)
            let slot = world.chance.whole(0...options.processes - 1)
            _ = world.time.start {
                try? await world.time.sleep(moment)
                await world.processes.first { $0.life.slot == slot }?.life.stop()
            }
        }
    }

    private func freezeNowAndThen(_ world: World) {
        for _ in 0..<world.weather.freezes {
            let moment = world.chance.milliseconds(10_000...1_200_000)
            // Shorter and longer than a process may be silent, and than an uncertain send waits for its status.
            let length = world.chance.milliseconds(world.chance.one(of: [2_000...20_000, 60_000...300_000]))
            let slot = world.chance.whole(0...options.processes - 1)
            _ = world.time.start {
                try? await world.time.sleep(moment)
                world.processes.first { $0.life.slot == slot }?.life.freeze(for: length)
            }
        }
    }

    /// While a process has nothing in hand and nothing to wait for, its thousands of beats and looks are left out: it
    /// oversleeps, as a suspended machine does. Not in every history, so that some hear every beat.
    private func oversleep(_ world: World, _ store: any Store) {
        guard world.isLong || world.chance.happens(0.95) else { return }
        _ = world.time.start {
            while !world.isOver {
                try? await world.time.sleep(until: world.now.adding(milliseconds: 4_000), for: world)
                let lives = world.processes.map(\.life)
                let soon = world.now.adding(milliseconds: 6_000)
                // In the end nobody else waits for anything.
                let alarm = world.time.nextAlarm(but: lives + [world]) ?? world.now.adding(milliseconds: 300_000)
                guard alarm > soon, lives.allSatisfy({ $0.inHand == 0 }), world.post.missed.isEmpty else { continue }
                world.time.storeCallBegins()
                let wake = try? await store.nextWake()
                world.time.storeCallEnds()
                // A deaf process lets an uncertain send wait anew, so while one waits no beat is left out.
                guard let wake, wake.outbox.map({ $0 > world.now.adding(milliseconds: 150_000) }) ?? true else {
                    continue
                }
                guard let next = [wake.turns, wake.outbox, alarm].compactMap(\.self).min(), next > soon else {
                    continue
                }
                world.time.skip(to: next.adding(milliseconds: -world.chance.milliseconds(0...5_000)))
            }
        }
    }

    /// Until nothing is open any more, two and a half hours at most: longer than any pause between two tries.
    private func settle(_ world: World, _ store: any Store) {
        var quiet = 0
        for _ in 0..<30 where quiet < 2 {
            world.time.run(until: world.now.adding(milliseconds: 300_000))
            let isQuiet = Finding()
            _ = world.time.start {
                world.time.storeCallBegins()
                let counts = try? await store.counts()
                world.time.storeCallEnds()
                let open = counts.map { $0.openConversations + $0.outboxUncertain + $0.outboxPending } ?? 1
                isQuiet.isDone = open == 0 && world.post.isEmpty && world.processes.allSatisfy(\.life.isServing)
            }
            world.time.run(until: world.now)
            quiet = isQuiet.isDone ? quiet + 1 : 0
        }
    }

    /// Ends the processes, so that no task outlives its history, and judges.
    private func close(_ world: World, _ store: any Store) -> [Violation] {
        world.isOver = true
        let result = Finding()
        let judging = world.time.start {
            for process in world.processes { await process.life.stop(andReplace: false) }
            var judge = Judge(world)
            judge.judge()
            world.time.storeCallBegins()
            do { try await judge.audit(store) } catch { judge.add("the books can be read", "\(error)") }
            world.time.storeCallEnds()
            result.violations = judge.violations
            result.isDone = true
        }
        world.time.run(until: world.now.adding(milliseconds: 3_600_000)) { result.isDone }
        _ = judging
        return result.isDone ? result.violations : [Violation(promise: "ends when told to", detail: "it did not stop")]
    }
}

private final class Finding: @unchecked Sendable {
    var violations: [Violation] = []
    var isDone = false
}
