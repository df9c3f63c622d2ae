import Conversation
import Testing

@testable import Pipeline

@Suite("Circuit breaker")
struct CircuitBreakerTests {
    private let start = Timestamp(milliseconds: 1_790_000_000_000)

    private func at(_ seconds: Int64) -> Timestamp { start.adding(milliseconds: seconds * 1_000) }

    private func opened() -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<CircuitBreaker.failuresInRowMax { _ = breaker.failed(at: start) }
        return breaker
    }

    @Test("It opens after some failures in a row, and not before")
    func opens() {
        var breaker = CircuitBreaker()
        for _ in 1..<CircuitBreaker.failuresInRowMax {
            #expect(breaker.failed(at: start) == nil)
            #expect(breaker.admit(at: start) == true)
        }
        #expect(breaker.failed(at: start) == .opened(until: at(15)))
        #expect(breaker.admit(at: at(14)) == false)
    }

    @Test("A success in between begins the count anew")
    func reset() {
        var breaker = CircuitBreaker()
        for _ in 0..<3 {
            for _ in 1..<CircuitBreaker.failuresInRowMax { #expect(breaker.failed(at: start) == nil) }
            for _ in 0..<2 * CircuitBreaker.failuresInRowMax { #expect(breaker.succeeded() == nil) }
        }
        #expect(breaker.admit(at: start) == true)
    }

    @Test("It opens when half of the newest outcomes are failures, though never many in a row")
    func rate() {
        var breaker = CircuitBreaker()
        var changes: [CircuitBreaker.Change] = []
        for _ in 0..<CircuitBreaker.outcomesMax / 2 {
            _ = breaker.succeeded()
            if let change = breaker.failed(at: start) { changes.append(change) }
        }
        #expect(changes == [.opened(until: at(15))])
    }

    @Test("After its rest one probe goes through, and nobody else until it tells")
    func probe() {
        var breaker = opened()
        #expect(breaker.admit(at: at(15)) == true)
        #expect(breaker.admit(at: at(15)) == false)
        #expect(breaker.admit(at: at(60)) == false)
        #expect(breaker.succeeded() == .closed)
        #expect(breaker.admit(at: at(60)) == true)
        #expect(breaker.admit(at: at(60)) == true)
        // Closed as new: one failure opens nothing.
        #expect(breaker.failed(at: at(61)) == nil)
    }

    @Test("A probe that fails opens it again, for longer each time, up to a bound")
    func longerRests() {
        var breaker = opened()
        var now = at(15)
        var rests: [Int64] = []
        for _ in 0..<6 {
            #expect(breaker.admit(at: now) == true)
            guard case .opened(let until) = breaker.failed(at: now) else {
                Issue.record("a failed probe left it closed")
                return
            }
            rests.append((until.milliseconds - now.milliseconds) / 1_000)
            now = until
        }
        #expect(rests == [30, 60, 120, 120, 120, 120])
    }

    @Test("A probe that never tells holds nobody up for ever, and one that was cut off nobody at all")
    func lostProbe() {
        var breaker = opened()
        #expect(breaker.admit(at: at(15)) == true)
        #expect(breaker.admit(at: at(74)) == false)
        #expect(breaker.admit(at: at(75)) == true)
        breaker.abandoned(at: at(76))
        #expect(breaker.admit(at: at(76)) == true)
    }

    @Test("What was asked before it opened changes nothing when it comes")
    func late() {
        var breaker = opened()
        let before = breaker
        #expect(breaker.succeeded() == nil)
        #expect(breaker.failed(at: at(1)) == nil)
        breaker.abandoned(at: at(1))
        #expect(breaker == before)
    }

    @Test("A long rest that the service asks for is kept, within a bound; a short one is the caller's matter")
    func askedRest() {
        var breaker = CircuitBreaker()
        #expect(breaker.failed(at: start, restMilliseconds: 2_000) == nil)
        #expect(breaker.failed(at: start, restMilliseconds: 90_000) == .opened(until: at(90)))
        var other = CircuitBreaker()
        #expect(other.failed(at: start, restMilliseconds: 86_400_000) == .opened(until: at(600)))
    }

    @Test("What can't get better by itself opens it at once")
    func certain() {
        var breaker = CircuitBreaker()
        #expect(breaker.failed(at: start, isCertain: true) == .opened(until: at(15)))
    }
}
