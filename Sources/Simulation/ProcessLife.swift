import Conversation
import Storage

/// Whether a process lives, and what is left of it when it doesn't: nothing.
final class ProcessLife: @unchecked Sendable {
    struct Dead: Error {}

    private enum State { case serving, stopping, gone }

    let world: World
    let owner: String
    /// Its place among the processes; a new one takes it when this one is gone.
    let slot: Int
    let wakes = WakeUps()
    /// Turns, sends and calls under way.
    var inHand = 0
    /// It has told the store that it ends.
    var hasLeft = false
    private var state = State.serving
    private var root: Task<Void, Never>?
    private var frozenUntil: Timestamp?

    var isServing: Bool { state == .serving }
    var isGone: Bool { state == .gone }
    var isFrozen: Bool { frozenUntil.map { world.now < $0 } ?? false }

    init(_ world: World, slot: Int, number: Int) {
        self.world = world
        self.slot = slot
        owner = "p\(slot)n\(number)"
    }

    func begin(_ work: @escaping @Sendable () async -> Void) {
        world.note("\(owner) starts")
        root = world.time.start(work)
    }

    /// One step between two effects: the place where a process can die.
    func step(_ place: @autoclosure () -> String) throws {
        guard !isGone else { throw Dead() }
        guard world.crashesLeft > 0, world.chance.happens(world.weather.crashes) else { return }
        world.crashesLeft -= 1
        die(place())
        throw Dead()
    }

    /// As by `kill -9`: from now on nothing of it has any effect.
    private func die(_ place: String) {
        state = .gone
        world.note("\(owner) is killed \(place)")
        root?.cancel()
        world.time.wakeAll(of: self)
        world.replace(slot)
    }

    /// As by SIGTERM: nothing new is taken at the door, what is in hand goes on for a while. Then its patience ends: it
    /// is cancelled, but its effects still count until it has ended.
    func stop(andReplace: Bool = true) async {
        guard isServing else { return }
        state = .stopping
        world.note("\(owner) is stopped")
        if andReplace { try? await world.time.sleep(world.chance.milliseconds(0...10_000)) }
        root?.cancel()
        await root?.value
        guard !isGone else { return }
        state = .gone
        world.time.wakeAll(of: self)
        if andReplace { world.replace(slot) }
    }

    /// What is under way stands still; what is on the wire goes on.
    func freeze(for length: Int64) {
        guard !isGone else { return }
        frozenUntil = world.now.adding(milliseconds: length)
        world.note("\(owner) is suspended for \(length / 1_000) s")
    }

    /// Returns at once unless it is suspended.
    func thaw() async throws {
        while !isGone, let end = frozenUntil, world.now < end {
            // Who is suspended hears of no cancellation either.
            await world.time.start { [world] in try? await world.time.sleep(until: end) }.value
        }
        guard !isGone else { throw Dead() }
    }

    func sleep(until moment: Timestamp) async throws {
        let result: Result<Void, any Error>
        do { result = .success(try await passes(until: moment)) } catch { result = .failure(error) }
        try await thaw()
        try result.get()
    }

    /// The time that something takes outside of it.
    func passes(until moment: Timestamp) async throws {
        guard !isGone else { throw Dead() }
        try await world.time.sleep(until: moment, for: self)
        guard !isGone else { throw Dead() }
    }
}

/// What other processes on the database leave to do, as `LISTEN` would tell it.
final class WakeUps: Sendable {
    let stream: AsyncStream<StoreWake>
    private let continuation: AsyncStream<StoreWake>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(16)) }

    func ring() { for wake in StoreWake.allCases { continuation.yield(wake) } }
}
