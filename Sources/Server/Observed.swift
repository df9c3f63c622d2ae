import Integrations
import Synchronization

/// What was last heard of an outside service, for `/health`.
final class Observed: Sendable {
    struct Last: Sendable {
        var isAnswering: Bool
        var latencyMilliseconds: Int
        var problem: String?
    }

    private let state = Mutex<Last?>(nil)
    private let service: String
    private let metrics: MetricsRegistry?

    init(_ service: String, metrics: MetricsRegistry? = nil) {
        self.service = service
        self.metrics = metrics
    }

    /// Nil: not asked yet.
    var last: Last? { state.withLock { $0 } }

    /// The same transport, watched. An error answer is an answer; only 5xx and silence count as trouble.
    func watching(_ transport: HTTPTransport) -> HTTPTransport {
        HTTPTransport { call async throws(HTTPFailure) in
            let start = ContinuousClock.now
            do throws(HTTPFailure) {
                let answer = try await transport.perform(call)
                let problem = answer.status >= 500 || answer.status == 401 ? "HTTP \(answer.status)" : nil
                self.record(since: start, problem, outcome: "\(answer.status / 100)xx")
                return answer
            } catch {
                self.record(since: start, "no answer", outcome: "none")
                throw error
            }
        }
    }

    private func record(since start: ContinuousClock.Instant, _ problem: String?, outcome: String) {
        metrics?.count(.init("crset_outside_requests_total", ["service": service, "outcome": outcome]))
        metrics?.time(.init("crset_outside_request_seconds", ["service": service]), ContinuousClock.now - start)
        let passed = (ContinuousClock.now - start).components
        let milliseconds = Int(passed.seconds) * 1_000 + Int(passed.attoseconds / 1_000_000_000_000_000)
        let last = Last(isAnswering: problem == nil, latencyMilliseconds: milliseconds, problem: problem)
        state.withLock { $0 = last }
    }
}
