import Server
import Storage
import Testing

@testable import crset

@Suite("A command that stays on while the server is away")
struct FollowingTests {
    private final class Seen {
        var said: [String] = []
        var waited: [Int64] = []
    }

    private let seen = Seen()

    private func following(isPatient: Bool = true) -> Following {
        Following(isPatient: isPatient, say: { seen.said.append($0) }, sleep: { seen.waited.append($0) })
    }

    private static let away = StartProblem("no server answers", exitCode: Exit.unavailable)

    @Test("waits, says so once, goes on where it was, and tells of the next time, too")
    func away() async throws {
        var answers: [Result<Int, any Error>] = [
            .success(1), .failure(Self.away), .failure(StoreError.unavailable("connection lost")), .success(2),
            .success(3), .failure(StoreError.overloaded), .success(4),
        ]
        var following = following()
        var got: [Int] = []
        for _ in 0..<4 { got.append(try await following.answer { try answers.removeFirst().get() }) }
        #expect(got == [1, 2, 3, 4] && answers.isEmpty)
        #expect(seen.waited == [3_000, 3_000, 3_000])
        #expect(
            seen.said.map { $0.hasSuffix("trying again until it is back (Ctrl-C ends)") } == [true, false, true, false]
        )
        #expect(seen.said[0].hasPrefix("no server answers;") && seen.said[1] == "it is back")
    }

    @Test("an address that never answered is wrong, and so is what waiting doesn't mend")
    func ends() async throws {
        var first = following()
        await #expect(throws: StartProblem.self) { try await first.answer { () throws -> Int in throw Self.away } }
        var begun = following()
        _ = try await begun.answer { 1 }
        for error: any Error in [StoreError.closed, StartProblem("wrong token", exitCode: 1), CancellationError()] {
            await #expect(throws: (any Error).self) { try await begun.answer { () throws -> Int in throw error } }
        }
        #expect(seen.said.isEmpty && seen.waited.isEmpty)
    }

    @Test("a command that ends by itself doesn't wait")
    func impatient() async throws {
        var following = following(isPatient: false)
        _ = try await following.answer { 1 }
        await #expect(throws: StartProblem.self) { try await following.answer { () throws -> Int in throw Self.away } }
        #expect(seen.waited.isEmpty)
    }
}
