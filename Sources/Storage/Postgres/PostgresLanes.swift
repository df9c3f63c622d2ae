import Conversation

/// What happened in a lane of the outbox, for what goes next in it.
struct LaneNews: Sendable {
    /// The part that was sent just now. The next part of the same answer waits for a moment.
    private(set) var sent: (id: String, at: Timestamp)?
    /// The part before is delivered: what waited only for that may go.
    private(set) var isReleased = false

    mutating func add(_ row: HeldRow) {
        guard !row.isLink else { return }
        if row.state == .dead { isReleased = true }
        guard row.state == .sent else { return }
        if (row.delivery?.rank ?? 0) >= DeliveryState.delivered.rank {
            isReleased = true
        } else if let at = row.sentNow {
            sent = (row.id, at)
        }
    }

    /// Of the answer that the sent part belongs to: what the ids of its parts begin with. Empty: of none.
    var turn: String {
        guard let sent, !isReleased, let end = sent.id.lastIndex(of: "-") else { return "" }
        return String(sent.id[...end])
    }

    var earliest: Int64 { sent?.at.adding(milliseconds: StoreLimits.partGapMilliseconds).milliseconds ?? 0 }
}

extension PostgresTransaction {
    static func refresh(_ lanes: Set<String>) -> PostgresStatement {
        refresh(Dictionary(uniqueKeysWithValues: lanes.map { ($0, LaneNews()) }))
    }

    /// Makes the first open row of each lane ready, if it is pending, and no other.
    static func refresh(_ lanes: [String: LaneNews]) -> PostgresStatement {
        let lanes = lanes.sorted { $0.key < $1.key }
        return PostgresStatement(
            """
            WITH head AS (
                SELECT DISTINCT ON (o.lane) o.lane, o.seq, n.turn, n.earliest, n.is_released
                FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS n(lane, turn, earliest, is_released)
                JOIN outbox o ON o.lane = n.lane
                WHERE o.lane = ANY($1) AND o.closed_at IS NULL AND o.waits_since IS NULL ORDER BY o.lane, o.seq
            )
            UPDATE outbox o SET ready_at = CASE WHEN o.seq = head.seq THEN GREATEST(o.not_before,
                CASE WHEN head.turn <> '' AND starts_with(o.id, head.turn) THEN head.earliest ELSE 0 END) END
            FROM head
            WHERE o.lane = head.lane AND o.lane = ANY($1) AND o.closed_at IS NULL AND o.waits_since IS NULL AND (
                (o.seq = head.seq AND o.state = 'pending'
                    AND (o.ready_at IS NULL OR (head.is_released = 1 AND o.ready_at > o.not_before)))
                OR (o.seq <> head.seq AND o.ready_at IS NOT NULL)
            )
            """,
            [
                .texts(lanes.map(\.key)), .texts(lanes.map(\.value.turn)), .integers(lanes.map(\.value.earliest)),
                .integers(lanes.map { $0.value.isReleased ? 1 : 0 }),
            ]
        )
    }

    /// The window is open again: what waited for it goes, and its horizon begins anew.
    static func releaseWaiting(_ lane: String, at now: Timestamp) -> PostgresStatement {
        PostgresStatement(
            """
            UPDATE outbox SET waits_since = NULL, not_before = $1, tries_since = $1, ready_at = NULL
            WHERE lane = $2 AND closed_at IS NULL
                AND (waits_since IS NOT NULL OR (state = 'pending' AND not_before > $3))
            """,
            [.time(now), .text(lane), .time(now.adding(milliseconds: StoreLimits.longPauseMilliseconds))]
        )
    }
}
