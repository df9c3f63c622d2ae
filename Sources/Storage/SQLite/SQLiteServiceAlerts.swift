public import Conversation
import GRDB

extension SQLiteStore {
    public func raise(_ alert: ServiceAlert) async throws -> Bool {
        try await group.write { db in
            let rows = try db.rows(
                """
                INSERT INTO service_alerts (cause, problem, mend, first_at, last_at, count) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (cause) DO UPDATE SET problem = excluded.problem, mend = excluded.mend,
                    first_at = CASE WHEN settled_at IS NULL THEN first_at ELSE excluded.first_at END,
                    last_at = excluded.last_at,
                    count = excluded.count + CASE WHEN settled_at IS NULL THEN count ELSE 0 END,
                    settled_at = NULL
                RETURNING count
                """,
                [
                    alert.cause.rawValue, alert.problem, alert.mend, alert.firstAt.milliseconds,
                    alert.lastAt.milliseconds, alert.count,
                ]
            )
            return rows.first.map { $0[0] as Int } == alert.count
        }
    }

    public func settle(_ causes: [ServiceAlert.Cause], now: Timestamp) async throws -> [ServiceAlert.Cause] {
        try await group.write { db in
            try causes.filter { cause in
                try db.run(
                    "UPDATE service_alerts SET settled_at = ? WHERE cause = ? AND settled_at IS NULL",
                    [now.milliseconds, cause.rawValue]
                ) > 0
            }
        }
    }

    public func openServiceAlerts() async throws -> [ServiceAlert] {
        try await read { db in
            try db.rows(
                """
                SELECT cause, problem, mend, first_at, last_at, count FROM service_alerts WHERE settled_at IS NULL
                ORDER BY first_at, cause
                """
            ).map { row in
                ServiceAlert(
                    cause: .init(row[0]),
                    problem: row[1],
                    mend: row[2],
                    firstAt: Timestamp(milliseconds: row[3]),
                    lastAt: Timestamp(milliseconds: row[4]),
                    count: row[5]
                )
            }
        }
    }
}
