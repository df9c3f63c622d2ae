public import Conversation

extension PostgresStore {
    public func raise(_ alert: ServiceAlert) async throws -> Bool {
        try await pool.write { transaction in
            let rows = try transaction.db.rows(
                """
                INSERT INTO service_alerts AS a (cause, problem, mend, first_at, last_at, count)
                VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (cause) DO UPDATE SET problem = excluded.problem, mend = excluded.mend,
                    first_at = CASE WHEN a.settled_at IS NULL THEN a.first_at ELSE excluded.first_at END,
                    last_at = excluded.last_at,
                    count = excluded.count + CASE WHEN a.settled_at IS NULL THEN a.count ELSE 0 END,
                    settled_at = NULL
                RETURNING a.count
                """,
                [
                    .text(alert.cause.rawValue), .text(alert.problem), .text(alert.mend), .time(alert.firstAt),
                    .time(alert.lastAt), .integer(alert.count),
                ]
            )
            return try rows.first.map { try $0.integer(0) } == Int64(alert.count)
        }
    }

    public func settle(_ causes: [ServiceAlert.Cause], now: Timestamp) async throws -> [ServiceAlert.Cause] {
        try await pool.write { transaction in
            try transaction.db.rows(
                """
                UPDATE service_alerts SET settled_at = $1 WHERE cause = ANY($2) AND settled_at IS NULL RETURNING cause
                """,
                [.time(now), .texts(causes.map(\.rawValue))]
            ).map { .init(try $0.text(0)) }
        }
    }

    public func openServiceAlerts() async throws -> [ServiceAlert] {
        try await pool.read { db in
            try db.rows(
                """
                SELECT cause, problem, mend, first_at, last_at, count FROM service_alerts WHERE settled_at IS NULL
                ORDER BY first_at, cause
                """
            ).map { row in
                ServiceAlert(
                    cause: .init(try row.text(0)),
                    problem: try row.text(1),
                    mend: try row.text(2),
                    firstAt: Timestamp(milliseconds: try row.integer(3)),
                    lastAt: Timestamp(milliseconds: try row.integer(4)),
                    count: Int(try row.integer(5))
                )
            }
        }
    }
}
