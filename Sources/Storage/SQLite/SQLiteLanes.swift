import Conversation
import GRDB

/// The order of the outbox: only the first open row of a lane is ever ready, so taking work never searches.
struct SQLiteLanes {
    let db: Database

    /// Makes the first open row of the lane ready, if it is pending, and no other.
    func refresh(_ lane: String) throws {
        let head = try db.row(
            "SELECT seq, state FROM outbox WHERE lane = ? AND closed_at IS NULL ORDER BY seq LIMIT 1",
            [lane]
        )
        guard let head else { return }
        let seq: Int64 = head[0]
        try db.run(
            """
            UPDATE outbox SET ready_at = NULL
            WHERE lane = ? AND closed_at IS NULL AND ready_at IS NOT NULL AND seq <> ?
            """,
            [lane, seq]
        )
        if (head[1] as String) == OutboxState.pending.rawValue {
            try db.run("UPDATE outbox SET ready_at = not_before WHERE seq = ? AND ready_at IS NULL", [seq])
        }
    }

    func retry(_ seq: Int64, _ lane: String, at: Timestamp) throws {
        try db.run(
            """
            UPDATE outbox SET state = 'pending', not_before = ?, ready_at = NULL, settle_at = NULL, claimed_by = NULL,
                closed_at = NULL
            WHERE seq = ?
            """,
            [at.milliseconds, seq]
        )
        try refresh(lane)
    }

    func makeUncertain(_ seq: Int64, until: Timestamp) throws {
        try db.run(
            """
            UPDATE outbox SET state = 'uncertain', settle_at = ?, ready_at = NULL, claimed_by = NULL, closed_at = NULL
            WHERE seq = ?
            """,
            [until.milliseconds, seq]
        )
    }

    /// A dead letter: the lane goes on without it.
    func bury(_ seq: Int64, _ lane: String, at now: Timestamp) throws {
        try db.run(
            """
            UPDATE outbox SET state = 'dead', closed_at = COALESCE(closed_at, ?), ready_at = NULL, settle_at = NULL,
                claimed_by = NULL
            WHERE seq = ?
            """,
            [now.milliseconds, seq]
        )
        try refresh(lane)
    }

    /// Adds an ``OutboxTrouble`` as JSON to the row's history.
    func addTrouble(_ trouble: String, attempt: Int, to seq: Int64) throws {
        try db.run(
            """
            UPDATE outbox SET history = json_insert(history, '$[#]', json_set(?, '$.attempt', ?)) WHERE seq = ?
            """,
            [trouble, attempt, seq]
        )
    }
}
