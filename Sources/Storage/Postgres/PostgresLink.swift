import Logging
import Synchronization

/// How connections are made, and how long to leave a server alone that refuses them.
final class PostgresLink: Sendable {
    private struct Trouble: Sendable {
        var failures = 0
        var notBefore = ContinuousClock.now
        var reason = ""
    }

    let url: String
    let schema: String
    let limits: PostgresLimits
    private let backoffMillisecondsMax: Int
    private let trouble = Mutex(Trouble())
    private let logger: Logger

    init(url: String, schema: String, limits: PostgresLimits, backoffMillisecondsMax: Int, logger: Logger) {
        self.url = url
        self.schema = schema
        self.limits = limits
        self.backoffMillisecondsMax = backoffMillisecondsMax
        self.logger = logger
    }

    /// The connection if it still works, else a new one. Between failures it refuses at once, for longer each time.
    func usable(_ connection: PostgresConnection?) throws(PostgresError) -> PostgresConnection {
        if let connection, connection.isUsable { return connection }
        connection?.close()
        let (isBlocked, reason) = trouble.withLock {
            ($0.failures > 0 && ContinuousClock.now < $0.notBefore, $0.reason)
        }
        if isBlocked { throw .lost(reason) }
        do {
            let connection = try PostgresConnection(url: url, schema: schema, limits: limits)
            let failures = trouble.withLock { trouble in
                defer { trouble.failures = 0 }
                return trouble.failures
            }
            if failures > 0 { logger.notice("Postgres is back") }
            return connection
        } catch {
            let isFirst = trouble.withLock { trouble in
                let pause = min(100 << min(trouble.failures, 10), backoffMillisecondsMax)
                trouble.failures += 1
                trouble.notBefore = .now + .milliseconds(pause)
                trouble.reason = error.message
                return trouble.failures == 1
            }
            if isFirst { logger.error("Postgres can't be reached", metadata: ["why": "\(error.message)"]) }
            throw error
        }
    }
}
