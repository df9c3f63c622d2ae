public import Logging

import class Foundation.Thread

/// A store in a schema of a Postgres database, which any number of processes share.
///
/// libpq blocks, so each connection has a thread of its own; see ``PostgresPool``.
public final class PostgresStore: Store {
    let pool: PostgresPool
    let wakes: PostgresWakes
    let logger: Logger

    /// How the database is opened.
    public struct Options: Sendable {
        /// Bring the schema up to date. Otherwise a database with another schema is refused.
        public var migrates = true
        /// Opens it for ``PostgresBackup``, whose mark keeps everybody else out.
        public var isRestore = false
        /// Where the tables are: small letters, digits and `_`. Not `public`, which gateways show to the world.
        public var schema = "crset"
        /// Besides these, one connection listens for other processes' work.
        public var connectionsMax = 8
        /// The longest pause between tries to reach a server that is gone.
        public var backoffMillisecondsMax = 2_000
        package var trace: StatementTrace?

        public init(
            migrates: Bool = true,
            schema: String = "crset",
            connectionsMax: Int = 8,
            backoffMillisecondsMax: Int = 2_000
        ) {
            self.migrates = migrates
            self.schema = schema
            self.connectionsMax = connectionsMax
            self.backoffMillisecondsMax = backoffMillisecondsMax
        }
    }

    init(link: PostgresLink, options: Options, logger: Logger) {
        self.logger = logger
        let wakes = PostgresWakes(link: link)
        self.wakes = wakes
        var limits = PostgresPool.Limits()
        limits.connectionsMax = max(1, options.connectionsMax)
        pool = PostgresPool(link: link, limits: limits) { wakes.notify($0) }
    }

    /// Connects, and makes or brings up to date the schema; throws ``StoreError/cannotOpen(_:)``.
    ///
    /// `url` is what libpq takes: `postgres://user:password@host/name?sslmode=require`. A pooler in between must give
    /// each connection a session of its own.
    public static func open(
        url: String,
        options: Options = Options(),
        logger: Logger = Logger(label: "crset.storage")
    ) async throws -> PostgresStore {
        let isName = { (byte: UInt8) in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard (1...50).contains(options.schema.utf8.count), options.schema.utf8.allSatisfy(isName) else {
            throw StoreError.cannotOpen("A schema's name has small letters, digits and _, at most 50.")
        }
        let link = PostgresLink(
            url: url,
            schema: options.schema,
            limits: PostgresLimits(),
            backoffMillisecondsMax: options.backoffMillisecondsMax,
            trace: options.trace,
            logger: logger
        )
        try await onThread {
            do {
                // A large table takes its time.
                var limits = link.limits
                limits.statementMillisecondsMax = 3_600_000
                let connection = try PostgresConnection(url: url, schema: options.schema, limits: limits)
                defer { connection.close() }
                try PostgresSchema.prepare(
                    connection,
                    schema: options.schema,
                    migrates: options.migrates,
                    isRestore: options.isRestore,
                    logger: logger
                )
            } catch let error as PostgresError {
                throw StoreError.cannotOpen(explain(error))
            }
        }
        return PostgresStore(link: link, options: options, logger: logger)
    }

    private static func explain(_ error: PostgresError) -> String {
        if error.isLost {
            return "Postgres can't be reached. Start it, or set DATABASE_URL to where it is. It said: \(error.message)"
        }
        // insufficient_privilege
        if error.state == "42501" {
            return "This role may not make CRSET's schema: \(error.message). Give it CREATE on the database, or run "
                + "`crset migrate` as another role."
        }
        return "Postgres can't be used: \(error.message) (\(error.state))."
    }

    /// Off the cooperative pool, for calls that block.
    private static func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread { continuation.resume(with: Result(catching: body)) }.start()
        }
    }
}

// MARK: Lifecycle

extension PostgresStore {
    public func ping() async throws {
        // A real write: a transaction without one succeeds on a full disk.
        _ = try await pool.write { try $0.db.run("UPDATE pulse SET beats = beats + 1") }
    }

    public func close() async throws {
        await pool.close()
        await wakes.close()
    }

    public func wakeUps() -> AsyncStream<StoreWake> { wakes.stream() }
}
