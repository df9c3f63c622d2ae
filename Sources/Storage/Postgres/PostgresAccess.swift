public import Conversation

extension PostgresStore {
    public func add(_ token: TokenRecord) async throws {
        _ = try await pool.write { transaction in
            try transaction.db.run(
                """
                INSERT INTO api_tokens (id, name, role, key_id, issued_at, expires_at, issued_by)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                [
                    .text(token.id), .text(token.name), .text(token.role), .text(token.keyID), .time(token.issuedAt),
                    .time(token.expiresAt), .text(token.issuedBy),
                ]
            )
        }
    }

    public func token(_ id: String) async throws -> TokenRecord? {
        try await pool.read { db in
            try db.rows("SELECT \(Self.tokenColumns) FROM api_tokens WHERE id = $1", [.text(id)]).first
                .map { try TokenRecord($0) }
        }
    }

    public func tokens(before id: String?, limit: Int) async throws -> [TokenRecord] {
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        return try await pool.read { db in
            try db.rows(
                """
                SELECT \(Self.tokenColumns) FROM api_tokens WHERE $1::text IS NULL OR id < $1::text
                ORDER BY id DESC LIMIT $2
                """,
                [.text(id), .integer(limit)]
            ).map { try TokenRecord($0) }
        }
    }

    public func tokens(startingWith prefix: String, limit: Int) async throws -> [TokenRecord] {
        try await pool.read { db in
            try db.rows(
                """
                SELECT \(Self.tokenColumns) FROM api_tokens WHERE id >= $1 AND substr(id, 1, length($1)) = $1
                ORDER BY id LIMIT $2
                """,
                [.text(prefix), .integer(limit)]
            ).map { try TokenRecord($0) }
        }
    }

    public func revokeToken(_ id: String, by who: String, now: Timestamp) async throws -> Bool {
        try await pool.write { transaction in
            try !transaction.db.rows(
                """
                UPDATE api_tokens SET revoked_at = $1, revoked_by = $2 WHERE id = $3 AND revoked_at IS NULL
                RETURNING id
                """,
                [.time(now), .text(who), .text(id)]
            ).isEmpty
        }
    }

    private static let tokenColumns =
        "id, name, role, key_id, issued_at, expires_at, issued_by, revoked_at, revoked_by"

    public func beginRequest(_ request: IdempotentRequest, now: Timestamp) async throws -> IdempotentStanding {
        try await pool.write { transaction in
            let db = transaction.db
            try db.run(
                """
                DELETE FROM api_requests WHERE (token_id, key) IN (
                    SELECT token_id, key FROM api_requests WHERE begun_at < $1 ORDER BY begun_at LIMIT $2
                    FOR UPDATE SKIP LOCKED
                )
                """,
                [
                    .integer(now.milliseconds - StoreLimits.idempotencyMilliseconds),
                    .integer(StoreLimits.idempotencySweep),
                ]
            )
            // Whoever inserts the row has the request; everybody else waits for that commit and reads what it says.
            let begun = try db.rows(
                """
                INSERT INTO api_requests (token_id, key, fingerprint, begun_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (token_id, key) DO NOTHING RETURNING key
                """,
                [.text(request.tokenID), .text(request.key), .text(request.fingerprint), .time(now)]
            )
            if !begun.isEmpty { return .begun }
            let known = try db.rows(
                """
                SELECT fingerprint, begun_at, status, content_type, body FROM api_requests
                WHERE token_id = $1 AND key = $2 FOR UPDATE
                """,
                [.text(request.tokenID), .text(request.key)]
            ).first
            if let known {
                let before = KnownRequest(
                    fingerprint: try known.text(0),
                    begunAt: try known.integer(1),
                    status: known.optional(2).flatMap { Int($0) },
                    contentType: known.optional(3),
                    body: known.optional(4)
                )
                if let standing = before.standing(of: request, now: now) { return standing }
            }
            try db.run(
                """
                INSERT INTO api_requests (token_id, key, fingerprint, begun_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (token_id, key) DO UPDATE SET fingerprint = excluded.fingerprint,
                    begun_at = excluded.begun_at, status = NULL, content_type = NULL, body = NULL
                """,
                [.text(request.tokenID), .text(request.key), .text(request.fingerprint), .time(now)]
            )
            return .begun
        }
    }

    public func finishRequest(_ request: IdempotentRequest, answer: StoredAnswer) async throws {
        _ = try await pool.write { transaction in
            try transaction.db.run(
                """
                UPDATE api_requests SET status = $1, content_type = $2, body = $3
                WHERE token_id = $4 AND key = $5 AND fingerprint = $6
                """,
                [
                    .integer(answer.status), .text(answer.contentType), .text(answer.body), .text(request.tokenID),
                    .text(request.key), .text(request.fingerprint),
                ]
            )
        }
    }

    public func dropRequest(_ request: IdempotentRequest) async throws {
        _ = try await pool.write { transaction in
            try transaction.db.run(
                "DELETE FROM api_requests WHERE token_id = $1 AND key = $2 AND status IS NULL",
                [.text(request.tokenID), .text(request.key)]
            )
        }
    }
}

extension TokenRecord {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row.text(0),
            name: try row.text(1),
            role: try row.text(2),
            keyID: try row.text(3),
            issuedAt: Timestamp(milliseconds: try row.integer(4)),
            expiresAt: Timestamp(milliseconds: try row.integer(5)),
            issuedBy: try row.text(6),
            revokedAt: row.optional(7).flatMap { Int64($0) }.map(Timestamp.init(milliseconds:)),
            revokedBy: row.optional(8)
        )
    }
}
