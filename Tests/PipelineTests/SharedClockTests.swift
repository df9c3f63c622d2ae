import Conversation
import Logging
import Storage
import Synchronization
import Testing

@testable import Pipeline

@Suite struct SharedClockTests {
    /// A database whose clock is `ahead` of the machine's, `way` milliseconds away.
    private final class Database: ProcessStore {
        let ahead = Mutex<Int64?>(nil)
        let machine: TestClock
        let way: Int64

        init(_ machine: TestClock, way: Int64) { (self.machine, self.way) = (machine, way) }

        func clock() async throws -> Timestamp? {
            machine.advance(by: way / 2)
            let now = machine.now
            machine.advance(by: way / 2)
            return ahead.withLock { $0.map { now.adding(milliseconds: $0) } }
        }

        func beat(_ owner: String, now: Timestamp, windowMilliseconds: Int64) async throws -> Pulse {
            Pulse(processes: 1, freed: 0)
        }
        func livingProcesses(now: Timestamp) async throws -> Int { 1 }
        func leave(_ owner: String, now: Timestamp, windowMilliseconds: Int64) async throws {}
    }

    private static func shift(ahead: [Int64?], way: Int64 = 20) async throws -> Int64 {
        let machine = TestClock()
        let clock = SharedClock(machine.surroundings, log: Logger(label: "clock") { _ in SwiftLogNoOpLogHandler() })
        let database = Database(machine, way: way)
        for ahead in ahead {
            database.ahead.withLock { $0 = ahead }
            try await clock.follow(database)
        }
        return clock.surroundings.now().milliseconds - machine.now.milliseconds
    }

    @Test("a process goes by the database's clock, however far its machine's is off")
    func follows() async throws {
        #expect(try await Self.shift(ahead: [90_000]) == 90_000)
        #expect(try await Self.shift(ahead: [-90_000]) == -90_000)
        #expect(try await Self.shift(ahead: [90_000, -400, 3_000]) == 3_000)
    }

    @Test("what the way to the database explains moves no clock, nor does an answer that took too long")
    func tolerance() async throws {
        #expect(try await Self.shift(ahead: [200]) == 0)
        #expect(try await Self.shift(ahead: [90_000, 90_100]) == 90_000)
        #expect(try await Self.shift(ahead: [90_000], way: 1_400) == 0)
    }

    @Test("a database on this machine has no clock of its own")
    func none() async throws {
        #expect(try await Self.shift(ahead: [nil]) == 0)
    }
}
