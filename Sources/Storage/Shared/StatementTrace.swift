import GRDB
import Synchronization

/// Keeps the statements that a store runs, so that somebody can look at their plans.
package final class StatementTrace: Sendable {
    package struct Statement: Sendable, Hashable {
        package var sql: String
        /// Of Postgres; in SQLite they stand in the text.
        var values: [PostgresValue] = []
    }

    private let kept = Mutex<[Statement]>([])

    package init() {}

    func add(_ statement: Statement) { kept.withLock { $0.append(statement) } }

    /// What ran since the last time, without what begins and ends transactions.
    package func take() -> [Statement] {
        kept.withLock { kept in
            defer { kept = [] }
            return kept.filter { statement in
                ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains { statement.sql.hasPrefix($0) }
            }
        }
    }
}

/// A store that tells how it goes about a statement.
package protocol PlanTelling: Store {
    /// `measured`: also runs it, where the engine can tell what that took. Otherwise it says how it would go about it
    /// if reading a whole table were no choice, as it is in a small one.
    func plan(of statement: StatementTrace.Statement, measured: Bool) async throws -> [String]
}

extension SQLiteStore: PlanTelling {
    package func plan(of statement: StatementTrace.Statement, measured: Bool) async throws -> [String] {
        try await read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + statement.sql).map { $0["detail"] }
        }
    }
}

extension PostgresStore: PlanTelling {
    package func plan(of statement: StatementTrace.Statement, measured: Bool) async throws -> [String] {
        let explain = measured ? "EXPLAIN (ANALYZE, BUFFERS) " : "EXPLAIN "
        return try await pool.write(.alone) { transaction in
            let db = transaction.db
            if !measured { db.later("SELECT set_config('enable_seqscan', 'off', true)") }
            return try db.rows(explain + statement.sql, statement.values).map { try $0.text(0) }
        }
    }
}
