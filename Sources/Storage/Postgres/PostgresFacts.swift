import Conversation

extension PostgresStore {
    public func facts(_ query: FactQuery) async throws -> [FactSums] {
        let selection = FactSelection(query)
        return try await pool.write(.alone) { transaction in
            let db = transaction.db
            // All statements see the same hours as stale.
            db.later("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            var sums: [String: FactSums] = [:]
            for statement in selection.sums {
                for row in try db.rows(statement.postgres, statement.postgresValues) {
                    var cohort = FactSums(key: row.optional(0) ?? "")
                    for (index, name) in FactSelection.names.enumerated() {
                        cohort.numbers[name] = try row.integer(Int32(index + 1))
                    }
                    sums.add(cohort)
                }
            }
            for statement in selection.revenue {
                for row in try db.rows(statement.postgres, statement.postgresValues) {
                    let money = Money(minorUnits: Int(try row.integer(2)), currency: try row.text(1))
                    sums.add(money, to: row.optional(0) ?? "")
                }
            }
            return sums.values.sorted { $0.key < $1.key }
        }
    }

    public func refreshFacts(hours limit: Int) async throws -> Int {
        try await pool.write(.alone) { transaction in
            let db = transaction.db
            // An hour that somebody is changing is left for the next time.
            let hours = try db.rows(
                "SELECT hour FROM stale_hours ORDER BY hour LIMIT $1 FOR UPDATE SKIP LOCKED",
                [.integer(limit)]
            ).map { try $0.integer(0) }
            if hours.isEmpty { return 0 }
            db.later("DELETE FROM stale_hours WHERE hour = ANY($1)", [.integers(hours)])
            for statement in hours.flatMap(FactSelection.refreshing) {
                db.later(statement.postgres, statement.postgresValues)
            }
            return hours.count
        }
    }
}
