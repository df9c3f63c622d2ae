public import Conversation

extension PostgresStore {
    public func deadLetters(_ query: DeadLetterQuery) async throws -> [DeadLetter] {
        let limit = min(max(query.limit, 0), StoreLimits.pageMax)
        return try await pool.read { db in
            try DeadLetter.Kind.allCases.filter(query.kinds.contains).flatMap { kind in
                try PostgresDeadLetters.list(
                    db,
                    kind,
                    """
                    (dropped_at IS NOT NULL) = $1::boolean AND (since, id) < ($2::bigint, $3::text COLLATE "C")
                    AND ($4::text IS NULL OR code = $4::text) ORDER BY since DESC, id DESC LIMIT $5
                    """,
                    [
                        .text(query.areDropped ? "t" : "f"), .integer(query.after?.since.milliseconds ?? .max),
                        .text(query.after?.id ?? ""), .text(query.code), .integer(limit),
                    ]
                )
            }
        }.page(limit)
    }

    public func deadLetters(matching reference: String, limit: Int) async throws -> [DeadLetter] {
        if reference.isEmpty { return [] }
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        let found = try await pool.read { db in
            try DeadLetter.Kind.allCases.flatMap { kind in
                try PostgresDeadLetters.list(
                    db,
                    kind,
                    // No wildcard of the reference's own: substr compares plainly.
                    "id >= $1 AND substr(id, 1, length($1)) = $1 ORDER BY id LIMIT $2",
                    [.text(reference), .integer(limit)]
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
        if letter.kind == .item { return .useless }
        guard let conversation = letter.conversation?.rawValue else { return .gone }
        var needs = PostgresNeeds.holding(conversation)
        if letter.kind != .turn { needs.rows = [letter.id] }
        return try await pool.write(needs: needs) { transaction in
            if letter.kind == .turn {
                let parking = PostgresParking(transaction: transaction)
                return try parking.retry(letter.id, of: conversation, by: who, now: now) ? .done : .gone
            }
            return try PostgresDeadLetters.retry(letter.id, in: transaction, by: who, evenTwice: evenTwice, now: now)
        }
    }

    public func drop(_ letter: DeadLetter, by who: String, now: Timestamp) async throws -> Bool {
        let conversation = letter.conversation?.rawValue
        return try await pool.write(needs: .holding(conversation)) { transaction in
            switch letter.kind {
            case .turn:
                guard let conversation else { return false }
                return try PostgresParking(transaction: transaction)
                    .drop(letter.id, of: conversation, by: who, now: now)
            case .message, .link:
                return try transaction.db.run(
                    """
                    UPDATE outbox SET dropped_at = $1, dropped_by = $2
                    WHERE id = $3 AND state = 'dead' AND dropped_at IS NULL
                    """,
                    [.time(now), .text(who), .text(letter.id)]
                ) > 0
            case .item:
                return try transaction.db.run(
                    """
                    UPDATE unmatched SET dropped_at = $1, dropped_by = $2
                    WHERE outside_id = $3 AND dropped_at IS NULL
                    """,
                    [.time(now), .text(who), .text(letter.id)]
                ) > 0
            }
        }
    }
}

private enum PostgresDeadLetters {
    static func list(
        _ db: PostgresConnection,
        _ kind: DeadLetter.Kind,
        _ condition: String,
        _ values: [PostgresValue]
    ) throws -> [RawDeadLetter] {
        try db.rows("SELECT * FROM (\(source(kind))) AS letters WHERE \(condition)", values).map {
            try RawDeadLetter($0, kind)
        }
    }

    private static func source(_ kind: DeadLetter.Kind) -> String {
        switch kind {
        case .message: outbox("o.lane = o.conversation_id")
        case .link: outbox("o.lane <> o.conversation_id")
        case .turn:
            """
            SELECT p.id, p.parked_at AS since, (p.history::json -> 0 ->> 'at')::bigint AS created_at,
                p.conversation_id, c.channel, c.user_id, c.wa_id, p.faults AS attempts, p.history,
                NULL::text AS task, 0 AS written_since,
                (SELECT COUNT(*) FROM journal j WHERE j.conversation_id = p.conversation_id AND j.handled_at IS NULL)
                    AS open_events,
                NULL::text AS reason, NULL::text AS raw, p.dropped_at, p.dropped_by,
                p.history::json -> -1 ->> 'code' AS code
            FROM parked_turns p LEFT JOIN conversations c ON c.id = p.conversation_id WHERE p.parked_at IS NOT NULL
            """
        case .item:
            """
            SELECT outside_id AS id, received_at AS since, received_at AS created_at, NULL::text AS conversation_id,
                NULL::text AS channel, NULL::text AS user_id, NULL::text AS wa_id, 0 AS attempts, '[]' AS history,
                NULL::text AS task, 0 AS written_since, 0 AS open_events, reason, encode(raw, 'hex') AS raw, dropped_at,
                dropped_by, 'unmatched' AS code
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
            0 AS open_events, NULL::text AS reason, NULL::text AS raw, o.dropped_at, o.dropped_by,
            COALESCE(o.history::json -> -1 ->> 'code', '') AS code
        FROM outbox o LEFT JOIN conversations c ON c.id = o.conversation_id WHERE o.state = 'dead' AND \(lane)
        """
    }

    /// At its old place in its lane, with as many tries and as much time as a new one.
    static func retry(
        _ id: String,
        in transaction: PostgresTransaction,
        by who: String,
        evenTwice: Bool,
        now: Timestamp
    ) throws -> DeadLetterRetry {
        let found = try transaction.db.rows(
            """
            SELECT o.task, c.state FROM outbox o LEFT JOIN conversations c ON c.id = o.conversation_id
            WHERE o.id = $1 AND o.dropped_at IS NULL
            """,
            [.text(id)]
        ).first
        guard let found, var row = transaction.rows[id], row.state == .dead else { return .gone }
        let message = DeadMessage(
            troubles: row.troubles,
            attempts: row.attempts,
            task: try found.text(0),
            state: found.optional(1)
        )
        if let objection = message.objection(evenTwice: evenTwice) { return objection }
        row.troubles.append(.retried(by: who, at: now, attempt: row.attempts))
        (row.messageID, row.delivery, row.deliveryAt) = (nil, nil, nil)
        row.retry(at: now)
        transaction.change(row)
        transaction.db.later(
            "UPDATE outbox SET attempts = 0, tries_since = NULL, created_at = $1 WHERE seq = $2",
            [.time(now), .integer(row.seq)]
        )
        transaction.wakes.insert(.outbox)
        return .done
    }
}

extension RawDeadLetter {
    /// From the columns of ``PostgresDeadLetters``.
    fileprivate init(_ row: PostgresRow, _ kind: DeadLetter.Kind) throws {
        let since = Timestamp(milliseconds: try row.integer(1))
        self.init(
            id: try row.text(0),
            kind: kind,
            since: since,
            createdAt: try row.time(2) ?? since,
            conversation: row.optional(3),
            address: row.optional(4).map { Address(channel: $0, userID: row.optional(5), waID: row.optional(6)) },
            attempts: Int(try row.integer(7)),
            history: try row.text(8),
            task: row.optional(9),
            writtenSince: Int(try row.integer(10)),
            openEvents: Int(try row.integer(11)),
            reason: row.optional(12),
            raw: row.optional(13).map(Self.text(ofHex:)),
            droppedAt: try row.time(14),
            droppedBy: row.optional(15)
        )
    }

    private static func text(ofHex hex: String) -> String {
        let digits = Array(hex.utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).map { index in
            UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) ?? 0x3F
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
