import Conversation
import GRDB

extension SQLiteStore {
    public func facts(_ query: FactQuery) async throws -> [FactSums] {
        let selection = FactSelection(query)
        return try await read { db in
            var sums: [String: FactSums] = [:]
            for statement in selection.sums {
                for row in try db.rows(statement.sqlite, statement.sqliteArguments) {
                    var cohort = FactSums(key: Self.key(row[0]))
                    for (index, name) in FactSelection.names.enumerated() { cohort.numbers[name] = row[index + 1] }
                    sums.add(cohort)
                }
            }
            for statement in selection.revenue {
                for row in try db.rows(statement.sqlite, statement.sqliteArguments) {
                    sums.add(Money(minorUnits: row[2], currency: row[1]), to: Self.key(row[0]))
                }
            }
            return sums.values.sorted { $0.key < $1.key }
        }
    }

    private static func key(_ value: DatabaseValue) -> String {
        switch value.storage {
        case .int64(let number): String(number)
        case .string(let text): text
        default: ""
        }
    }

    public func refreshFacts(hours limit: Int) async throws -> Int {
        // Most of the time there is nothing to write.
        let isStale = try await read { try $0.row("SELECT 1 FROM stale_hours LIMIT 1") != nil }
        guard isStale else { return 0 }
        return try await group.write { db in
            let hours: [Int64] = try db.rows("SELECT hour FROM stale_hours ORDER BY hour LIMIT ?", [limit]).map {
                $0[0]
            }
            for hour in hours {
                try db.run("DELETE FROM stale_hours WHERE hour = ?", [hour])
                for statement in FactSelection.refreshing(hour) {
                    try db.run(statement.sqlite, statement.sqliteArguments)
                }
            }
            return hours.count
        }
    }
}
