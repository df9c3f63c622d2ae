import Conversation
import GRDB

/// The order of the outbox: only the first open row of a lane is ever ready, so taking work never searches.
struct SQLiteLanes {
    let db: Database

    /// Makes the first open row of the lane ready, if it is pending, and no other. `after`: the row that was done just
    /// now; another part of the same answer waits for a moment, or until that one is delivered.
    func refresh(_ lane: String, after done: (id: String, at: Timestamp)? = nil) throws {
        let head = try db.row(
            """
            SELECT seq, state, id FROM outbox WHERE lane = ? AND closed_at IS NULL AND waits_since IS NULL
            ORDER BY seq LIMIT 1
            """,
            [lane]
        )
        guard let head else { return }
        let seq: Int64 = head[0]
        var earliest: Int64 = 0
        if let done, OutboxRow.isSameTurn(done.id, head[2]) {
            earliest = done.at.adding(milliseconds: StoreLimits.partGapMilliseconds).milliseconds
        }
        try db.run(
            """
            UPDATE outbox SET ready_at = NULL
            WHERE lane = ? AND closed_at IS NULL AND ready_at IS NOT NULL AND seq <> ?
            """,
            [lane, seq]
        )
        if (head[1] as String) == OutboxState.pending.rawValue {
            try db.run(
                "UPDATE outbox SET ready_at = MAX(not_before, ?) WHERE seq = ? AND ready_at IS NULL",
                [earliest, seq]
            )
        }
    }

    /// The part before is delivered: what waited only for that may go.
    func release(_ lane: String) throws {
        try db.run(
            "UPDATE outbox SET ready_at = not_before WHERE lane = ? AND closed_at IS NULL AND ready_at > not_before",
            [lane]
        )
    }

    /// Nothing goes out before the customer writes again; until then the lane goes on without this row.
    func wait(_ seq: Int64, _ lane: String, at now: Timestamp) throws {
        try db.run(
            """
            UPDATE outbox SET state = 'pending', waits_since = ?, ready_at = NULL, settle_at = NULL, claimed_by = NULL,
                closed_at = NULL
            WHERE seq = ?
            """,
            [now.milliseconds, seq]
        )
        try db.run("UPDATE conversations SET has_waiting = 1 WHERE id = ?", [lane])
        try refresh(lane)
    }

    /// The customer is here: what waited for the window goes, and what was to pause for long; its horizon begins anew.
    func customerWrote(_ lane: String, at now: Timestamp) throws {
        try db.run(
            """
            UPDATE outbox SET waits_since = NULL, not_before = ?1, tries_since = ?1, ready_at = NULL
            WHERE lane = ?2 AND closed_at IS NULL
                AND (waits_since IS NOT NULL OR (state = 'pending' AND not_before > ?1 + ?3))
            """,
            [now.milliseconds, lane, StoreLimits.longPauseMilliseconds]
        )
        try db.run("UPDATE conversations SET has_waiting = 0 WHERE id = ?", [lane])
        try refresh(lane)
    }

    /// After a failure. A long pause ends when the customer writes.
    func retry(_ seq: Int64, _ lane: String, at: Timestamp, failedAt now: Timestamp) throws {
        try retry(seq, lane, at: at)
        guard at.milliseconds - now.milliseconds > StoreLimits.longPauseMilliseconds else { return }
        try db.run("UPDATE conversations SET has_waiting = 1 WHERE id = ?", [lane])
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
        try release(lane)
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
