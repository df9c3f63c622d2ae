import Conversation
import Logging
import Synchronization

/// The circuit breakers of this process, one per model.
final class CircuitBreakers: Sendable {
    private let breakers = Mutex<[String: CircuitBreaker]>([:])
    private let surroundings: Surroundings
    private let log: Logger

    init(surroundings: Surroundings, log: Logger) {
        self.surroundings = surroundings
        self.log = log
    }

    func wouldAdmit(_ name: String) -> Bool {
        let now = surroundings.now()
        return breakers.withLock { $0[name, default: CircuitBreaker()].wouldAdmit(at: now) }
    }

    func admit(_ name: String) -> Bool {
        let now = surroundings.now()
        return breakers.withLock { $0[name, default: CircuitBreaker()].admit(at: now) }
    }

    func succeeded(_ name: String) {
        tell(name, breakers.withLock { $0[name, default: CircuitBreaker()].succeeded() })
    }

    func failed(_ name: String, restMilliseconds: Int64? = nil, isCertain: Bool = false) {
        let now = surroundings.now()
        let change = breakers.withLock {
            $0[name, default: CircuitBreaker()]
                .failed(at: now, restMilliseconds: restMilliseconds, isCertain: isCertain)
        }
        tell(name, change)
    }

    func abandoned(_ name: String) {
        let now = surroundings.now()
        breakers.withLock { $0[name, default: CircuitBreaker()].abandoned(at: now) }
    }

    private func tell(_ name: String, _ change: CircuitBreaker.Change?) {
        switch change {
        case .opened(let until):
            let seconds = (until.milliseconds - surroundings.now().milliseconds) / 1_000
            log.warning("a model is left alone", metadata: ["model": "\(name)", "seconds": "\(seconds)"])
        case .closed: log.notice("a model is back", metadata: ["model": "\(name)"])
        case nil: break
        }
    }
}
