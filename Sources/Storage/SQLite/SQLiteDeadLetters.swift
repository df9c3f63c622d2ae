public import Conversation
import GRDB

import struct Foundation.Data

extension SQLiteStore {
    public func deadLetters(_ query: DeadLetterQuery) async throws -> [DeadLetter] {
        let limit = min(max(query.limit, 0), StoreLimits.pageMax)
        let arguments: StatementArguments = [
            "code": query.code, "dropped": query.areDropped, "since": query.after?.since.milliseconds ?? Int64.max,
            "id": query.after?.id ?? "", "limit": limit,
        ]
        return try await read { db in
            try DeadLetter.Kind.allCases.filter(query.kinds.contains).flatMap { kind in
                try SQLiteDeadLetters(db: db).list(
                    kind,
                    """
                    (dropped_at IS NOT NULL) = :dropped AND (since, id) < (:since, :id)
                    AND (:code IS NULL OR code = :code) ORDER BY since DESC, id DESC LIMIT :limit
                    """,
                    arguments
                )
            }
        }.page(limit)
    }

    public func deadLetters(matching reference: String, limit: Int) async throws -> [DeadLetter] {
        if reference.isEmpty { return [] }
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        let found = try await read { db in
            try DeadLetter.Kind.allCases.flatMap { kind in
                try SQLiteDeadLetters(db: db).list(
                    kind,
                    // No wildcard of the reference's own: substr compares plainly.
                    "id >= :id AND substr(id, 1, length(:id)) = :id ORDER BY id LIMIT :limit",
                    ["id": reference, "limit": limit]
                )
            }
        }
        return found.map(\.decoded)
    }

    public func retry(
        _ letter: DeadLetter,
        by who: String,
        evenTwice: Bool,
        now: Timestamp
    ) async throws -> DeadLetterRetry {
        try await group.write { db in
            switch letter.kind {
            case .item: return .useless
            case .turn:
                guard let conversation = letter.conversation?.rawValue else { return .gone }
                let isDone = try SQLiteParking(db: db).retry(letter.id, of: conversation, by: who, now: now)
                return isDone ? .done : .gone
            case .message, .link:
                return try SQLiteDeadLetters(db: db).retry(letter.id, by: who, evenTwice: evenTwice, now: now)
            }
        }
    }

    public func drop(_ letter: DeadLetter, by who: String, now: Timestamp) async throws -> Bool {
        try await group.write { db in
            switch letter.kind {
            case .turn:
                guard let conversation = letter.conversation?.rawValue else { return false }
                return try SQLiteParking(db: db).drop(letter.id, of: conversation, by: who, now: now)
            case .message, .link:
                return try db.run(
                    """
                    UPDATE outbox SET dropped_at = ?, dropped_by = ?
                    WHERE id = ? AND state = 'dead' AND dropped_at IS NULL
                    """,
                    [now.milliseconds, who, letter.id]
                ) > 0
            case .item:
                return try db.run(
                    "UPDATE unmatched SET dropped_at = ?, dropped_by = ? WHERE outside_id = ? AND dropped_at IS NULL",
                    [now.milliseconds, who, letter.id]
                ) > 0
            }
        }
    }
}

/// Dead letters within a transaction.
struct SQLiteDeadLetters {
    let db: Database

    func list(
        _ kind: DeadLetter.Kind,
        _ condition: String,
        _ arguments: StatementArguments
    ) throws -> [RawDeadLetter] {
        let statement = try db.cachedStatement(
            sql: "SELECT * FROM (\(Self.source(kind))) WHERE \(condition)"
        )
        return try Row.fetchAll(statement, arguments: arguments).map { RawDeadLetter($0, kind) }
    }

    private static func source(_ kind: DeadLetter.Kind) -> String {
        switch kind {
        case .message: outbox("o.lane = o.conversation_id")
        case .link: outbox("o.lane <> o.conversation_id")
        case .turn:
            """
            SELECT p.id, p.parked_at AS since, json_extract(p.history, '$[0].at') AS created_at, p.conversation_id,
                c.channel, c.user_id, c.wa_id, p.faults AS attempts, p.history, NULL AS task, 0 AS written_since,
                (SELECT COUNT(*) FROM journal j WHERE j.conversation_id = p.conversation_id AND j.handled_at IS NULL)
                    AS open_events,
                NULL AS reason, NULL AS raw, p.dropped_at, p.dropped_by, json_extract(p.history, '$[#-1].code') AS code
            FROM parked_turns p LEFT JOIN conversations c ON c.id = p.conversation_id WHERE p.parked_at IS NOT NULL
            """
        case .item:
            """
            SELECT outside_id AS id, received_at AS since, received_at AS created_at, NULL AS conversation_id,
                NULL AS channel, NULL AS user_id, NULL AS wa_id, 0 AS attempts, '[]' AS history, NULL AS task,
                0 AS written_since, 0 AS open_events, reason, raw, dropped_at, dropped_by, 'unmatched' AS code
            FROM unmatched
            """
        }
    }

    private static func outbox(_ lane: String) -> String {
        """
        SELECT o.id, COALESCE(o.closed_at, o.created_at) AS since, o.created_at, o.conversation_id, c.channel,
            c.user_id, c.wa_id, o.attempts, o.history, o.task,
            (SELECT COUNT(*) FROM journal j WHERE j.conversation_id = o.conversation_id AND j.kind = 'message'
                AND j.seq > (SELECT m.seq FROM journal m
                    WHERE m.conversation_id = o.conversation_id AND m.outbox_id = o.id)) AS written_since,
            0 AS open_events, NULL AS reason, NULL AS raw, o.dropped_at, o.dropped_by,
            COALESCE(json_extract(o.history, '$[#-1].code'), '') AS code
        FROM outbox o LEFT JOIN conversations c ON c.id = o.conversation_id WHERE o.state = 'dead' AND \(lane)
        """
    }

    /// At its old place in its lane, with as many tries and as much time as a new one.
    func retry(_ id: String, by who: String, evenTwice: Bool, now: Timestamp) throws -> DeadLetterRetry {
        let row = try db.row(
            """
            SELECT o.seq, o.lane, o.attempts, o.history, o.task, c.state
            FROM outbox o LEFT JOIN conversations c ON c.id = o.conversation_id
            WHERE o.id = ? AND o.state = 'dead' AND o.dropped_at IS NULL
            """,
            [id]
        )
        guard let row else { return .gone }
        let attempts: Int = row[2]
        let message = DeadMessage(
            troubles: try StoredJSON.decode([OutboxTrouble].self, row[3]),
            attempts: attempts,
            task: row[4],
            state: row[5]
        )
        if let objection = message.objection(evenTwice: evenTwice) { return objection }
        let lanes = SQLiteLanes(db: db)
        let line = OutboxTrouble.retried(by: who, at: now, attempt: attempts)
        try lanes.addTrouble(try StoredJSON.encode(line), attempt: attempts, to: row[0])
        try db.run(
            """
            UPDATE outbox SET attempts = 0, tries_since = NULL, created_at = ?, message_id = NULL, delivery = NULL, delivery_at = NULL
            WHERE seq = ?
            """,
            [now.milliseconds, row[0] as Int64]
        )
        try lanes.retry(row[0], row[1], at: now)
        return .done
    }
}

extension RawDeadLetter {
    fileprivate init(_ row: Row, _ kind: DeadLetter.Kind) {
        self.init(
            id: row["id"],
            kind: kind,
            since: Timestamp(milliseconds: row["since"]),
            createdAt: Timestamp(column: row["created_at"]) ?? Timestamp(milliseconds: row["since"]),
            conversation: row["conversation_id"],
            address: (row["channel"] as String?).map {
                Address(channel: $0, userID: row["user_id"], waID: row["wa_id"])
            },
            attempts: row["attempts"],
            history: row["history"],
            task: row["task"],
            writtenSince: row["written_since"],
            openEvents: row["open_events"],
            reason: row["reason"],
            raw: (row["raw"] as Data?).map { String(decoding: $0, as: UTF8.self) },
            droppedAt: Timestamp(column: row["dropped_at"]),
            droppedBy: row["dropped_by"]
        )
    }
}
