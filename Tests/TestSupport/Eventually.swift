/// Something expected that did not come in time. The bound is generous; nothing is measured by it.
package struct Missed: Error, CustomStringConvertible {
    package var description: String
    package init(_ description: String) { self.description = description }
}

/// Looks again and again until there is something to see, at most so many seconds. But a few hundred times at least: where
/// the looks have to wait for the machine, what they wait for has to as well.
package func eventually<T: Sendable>(
    _ what: @autoclosure () -> String,
    seconds: Int = 60,
    everyMilliseconds pause: Int = 10,
    _ look: () async throws -> T?
) async throws -> T {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var looks = 0
    while looks < 300 || ContinuousClock.now < deadline {
        looks += 1
        if let found = try await look() { return found }
        try await ContinuousClock().sleep(until: .now + .milliseconds(pause))
    }
    throw Missed("did not come: \(what())")
}
