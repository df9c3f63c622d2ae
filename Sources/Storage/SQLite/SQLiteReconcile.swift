import Conversation
import GRDB

// Rows whose time is up.

extension SQLiteOutbox {
    func retryUncertain(now: Timestamp) throws -> Int {
        let rows = try db.rows(
            "SELECT seq, lane FROM outbox WHERE settle_at <= ? AND state = 'uncertain' ORDER BY settle_at LIMIT ?",
            [now.milliseconds, StoreLimits.reconciledRowsMax]
        )
        for row in rows {
            try lanes.retry(row[0], row[1], at: now)
            // It may have left: its turn is not to be repeated in other words.
            try db.run("UPDATE conversations SET undo_from = NULL WHERE id = ?", [row[1] as String])
        }
        return rows.count
    }

    struct Lost {
        var uncertain = 0
        var pending = 0
        var any: Bool { uncertain + pending > 0 }
    }

    /// Rows whose lease ended (nil: all that are being sent, by `owner` where one is given). A message becomes uncertain;
    /// a link is simply deactivated again, which does no harm.
    func loseSenders(
        leaseEndedBy end: Timestamp?,
        of owner: String? = nil,
        now: Timestamp,
        windowMilliseconds: Int64
    ) throws -> Lost {
        let rows = try db.rows(
            """
            SELECT seq, lane, conversation_id FROM outbox
            WHERE settle_at <= ?1 AND state = 'sending' AND (?2 IS NULL OR claimed_by = ?2)
            ORDER BY settle_at LIMIT ?3
            """,
            [end?.milliseconds ?? Int64.max, owner, StoreLimits.reconciledRowsMax]
        )
        var lost = Lost()
        for row in rows {
            if (row[1] as String) == (row[2] as String) {
                try lanes.makeUncertain(row[0], until: now.adding(milliseconds: windowMilliseconds))
                lost.uncertain += 1
            } else {
                try lanes.retry(row[0], row[1], at: now)
                lost.pending += 1
            }
        }
        return lost
    }
}
