extension SQLiteSchema {
    static let access = """
        -- Tokens that were issued. What isn't here, or has revoked_at, opens nothing.
        CREATE TABLE api_tokens (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            role TEXT NOT NULL,
            key_id TEXT NOT NULL,
            issued_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            issued_by TEXT NOT NULL,
            revoked_at INTEGER,
            revoked_by TEXT
        ) STRICT;

        -- Requests that change something, by the key that their caller gave them.
        CREATE TABLE api_requests (
            token_id TEXT NOT NULL,
            key TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            begun_at INTEGER NOT NULL,
            -- NULL: not done yet.
            status INTEGER,
            content_type TEXT,
            body TEXT,
            PRIMARY KEY (token_id, key)
        ) STRICT;
        CREATE INDEX api_requests_begun ON api_requests(begun_at);
        """
}
