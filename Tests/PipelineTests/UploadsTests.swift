import Testing

@testable import Pipeline

@Suite("Places for uploads")
struct UploadsTests {
    private let uploads = Uploads()
    private let clock = TestClock(jumps: false)

    /// All places are taken.
    private func fill() async {
        for _ in 0..<Uploads.atOnceMax { #expect(await uploads.enter(clock.surroundings)) }
    }

    /// Asks for a place, and returns once it stands in line.
    private func queue() async throws -> Task<Bool, Never> {
        let before = uploads.waiting
        let (uploads, surroundings) = (uploads, clock.surroundings)
        let task = Task { await uploads.enter(surroundings) }
        _ = try await eventually("it stands in line") { uploads.waiting > before ? true : nil }
        return task
    }

    @Test("A place that comes free goes to whoever waits longest, and without waiting there is no room for more")
    func order() async throws {
        await fill()
        let first = try await queue()
        let second = try await queue()
        uploads.leave()
        #expect(await first.value)
        #expect(uploads.waiting == 1)
        uploads.leave()
        #expect(await second.value)
        // Nobody's place was lost or made on the way.
        uploads.leave()
        #expect(await uploads.enter(clock.surroundings))
        let third = try await queue()
        third.cancel()
        #expect(await !third.value)
    }

    @Test("A wait ends in time, and whoever comes when the line is full doesn't wait at all")
    func bounds() async throws {
        await fill()
        var tasks: [Task<Bool, Never>] = []
        for _ in 0..<Uploads.lineMax { tasks.append(try await queue()) }
        #expect(await !uploads.enter(clock.surroundings))
        #expect(uploads.waiting == Uploads.lineMax)
        clock.advance(by: Uploads.waitMillisecondsMax)
        for task in tasks { #expect(await !task.value) }
        #expect(uploads.waiting == 0)
    }

    @Test("Whoever is cancelled leaves the line and takes no place with them")
    func cancelled() async throws {
        await fill()
        let first = try await queue()
        let second = try await queue()
        first.cancel()
        #expect(await !first.value)
        uploads.leave()
        #expect(await second.value)
        // Cancelled before it could ask.
        let (uploads, surroundings) = (uploads, clock.surroundings)
        let late = Task {
            while !Task.isCancelled { await Task.yield() }
            return await uploads.enter(surroundings)
        }
        late.cancel()
        #expect(await !late.value)
        #expect(uploads.waiting == 0)
        uploads.leave()
        uploads.leave()
        await fill()
    }
}
