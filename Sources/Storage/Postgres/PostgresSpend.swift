public import Conversation

extension PostgresStore {
    public func spend(of id: ConversationID, on day: String) async throws -> (customer: Spend, service: Spend) {
        try await pool.read { db in
            let rows = try db.rows(
                """
                SELECT 0 AS place, COALESCE(SUM(calls), 0)::bigint, COALESCE(SUM(tokens), 0)::bigint FROM spend
                WHERE day = $1 AND who = $2
                UNION ALL
                SELECT 1, COALESCE(SUM(calls), 0)::bigint, COALESCE(SUM(tokens), 0)::bigint FROM spend
                WHERE day = $1 AND who >= $3 AND who < $4
                ORDER BY place
                """,
                [.text(day), .text(id.rawValue), .text(SpendRow.serviceFrom), .text(SpendRow.serviceTo)]
            ).map { Spend(calls: Int(try $0.integer(1)), tokens: Int(try $0.integer(2))) }
            return (customer: rows.first ?? Spend(), service: rows.last ?? Spend())
        }
    }

    public func addSpend(_ entry: DailySpend, of id: ConversationID, owner: String) async throws {
        _ = try await pool.write { transaction in transaction.spending.add(entry, of: id.rawValue, owner: owner) }
    }

    public func forgetSpend(before day: String) async throws -> Int {
        try await pool.write { transaction in
            try transaction.db.run(
                "DELETE FROM spend WHERE day = (SELECT MIN(day) FROM spend WHERE day < $1)",
                [.text(day)]
            )
        }
    }
}

/// Entries for the books, gathered by a transaction and written at its very end, the service's after the customers':
/// the one row that transactions share is held for a moment only, and never while waiting for another.
struct PostgresSpending {
    private struct Place: Hashable {
        var day: String
        var who: String
        var isService: Bool
    }

    private var sums: [Place: Spend] = [:]

    mutating func add(_ entry: DailySpend, of id: String, owner: String) {
        sums[Place(day: entry.day, who: id, isService: false), default: Spend()] += entry.spend
        sums[Place(day: entry.day, who: SpendRow.service(owner), isService: true), default: Spend()] += entry.spend
    }

    /// Nil when there are none.
    var statement: PostgresStatement? {
        if sums.isEmpty { return nil }
        let ordered = sums.sorted {
            ($0.key.isService ? 1 : 0, $0.key.day, $0.key.who) < ($1.key.isService ? 1 : 0, $1.key.day, $1.key.who)
        }
        return PostgresStatement(
            """
            INSERT INTO spend AS s (day, who, calls, tokens)
            SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
            ON CONFLICT (day, who) DO UPDATE SET calls = s.calls + excluded.calls, tokens = s.tokens + excluded.tokens
            """,
            [
                .texts(ordered.map(\.key.day)), .texts(ordered.map(\.key.who)),
                .integers(ordered.map { Int64($0.value.calls) }), .integers(ordered.map { Int64($0.value.tokens) }),
            ]
        )
    }
}
