public import Conversation
import GRDB

extension SQLiteStore {
    public func add(_ token: TokenRecord) async throws {
        _ = try await group.write { db in
            try db.run(
                """
                INSERT INTO api_tokens (id, name, role, key_id, issued_at, expires_at, issued_by)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    token.id, token.name, token.role, token.keyID, token.issuedAt.milliseconds,
                    token.expiresAt.milliseconds, token.issuedBy,
                ]
            )
        }
    }

    public func token(_ id: String) async throws -> TokenRecord? {
        try await read { db in
            try db.row("SELECT \(Self.tokenColumns) FROM api_tokens WHERE id = ?", [id]).map(TokenRecord.init)
        }
    }

    public func tokens(before id: String?, limit: Int) async throws -> [TokenRecord] {
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        return try await read { db in
            try db.rows(
                """
                SELECT \(Self.tokenColumns) FROM api_tokens WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2
                """,
                [id, limit]
            ).map(TokenRecord.init)
        }
    }

    public func tokens(startingWith prefix: String, limit: Int) async throws -> [TokenRecord] {
        try await read { db in
            try db.rows(
                """
                SELECT \(Self.tokenColumns) FROM api_tokens WHERE id >= ?1 AND substr(id, 1, length(?1)) = ?1
                ORDER BY id LIMIT ?2
                """,
                [prefix, limit]
            ).map(TokenRecord.init)
        }
    }

    public func revokeToken(_ id: String, by who: String, now: Timestamp) async throws -> Bool {
        try await group.write { db in
            try db.run(
                "UPDATE api_tokens SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL",
                [now.milliseconds, who, id]
            ) > 0
        }
    }

    private static let tokenColumns =
        "id, name, role, key_id, issued_at, expires_at, issued_by, revoked_at, revoked_by"

    public func beginRequest(_ request: IdempotentRequest, now: Timestamp) async throws -> IdempotentStanding {
        try await group.write { db in
            try db.run(
                """
                DELETE FROM api_requests WHERE rowid IN
                    (SELECT rowid FROM api_requests WHERE begun_at < ? ORDER BY begun_at LIMIT ?)
                """,
                [now.milliseconds - StoreLimits.idempotencyMilliseconds, StoreLimits.idempotencySweep]
            )
            let known = try db.row(
                """
                SELECT fingerprint, begun_at, status, content_type, body FROM api_requests
                WHERE token_id = ? AND key = ?
                """,
                [request.tokenID, request.key]
            )
            if let known {
                let before = KnownRequest(
                    fingerprint: known[0],
                    begunAt: known[1],
                    status: known[2],
                    contentType: known[3],
                    body: known[4]
                )
                if let standing = before.standing(of: request, now: now) { return standing }
            }
            try db.run(
                """
                INSERT INTO api_requests (token_id, key, fingerprint, begun_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (token_id, key) DO UPDATE SET fingerprint = excluded.fingerprint,
                    begun_at = excluded.begun_at, status = NULL, content_type = NULL, body = NULL
                """,
                [request.tokenID, request.key, request.fingerprint, now.milliseconds]
            )
            return .begun
        }
    }

    public func finishRequest(_ request: IdempotentRequest, answer: StoredAnswer) async throws {
        _ = try await group.write { db in
            try db.run(
                """
                UPDATE api_requests SET status = ?, content_type = ?, body = ?
                WHERE token_id = ? AND key = ? AND fingerprint = ?
                """,
                [
                    answer.status, answer.contentType, answer.body, request.tokenID, request.key, request.fingerprint,
                ]
            )
        }
    }

    public func dropRequest(_ request: IdempotentRequest) async throws {
        _ = try await group.write { db in
            try db.run(
                "DELETE FROM api_requests WHERE token_id = ? AND key = ? AND status IS NULL",
                [request.tokenID, request.key]
            )
        }
    }
}

extension TokenRecord {
    fileprivate init(_ row: Row) {
        self.init(
            id: row[0],
            name: row[1],
            role: row[2],
            keyID: row[3],
            issuedAt: Timestamp(milliseconds: row[4]),
            expiresAt: Timestamp(milliseconds: row[5]),
            issuedBy: row[6],
            revokedAt: (row[7] as Int64?).map(Timestamp.init(milliseconds:)),
            revokedBy: row[8]
        )
    }
}
