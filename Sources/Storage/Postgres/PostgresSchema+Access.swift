extension PostgresSchema {
    static let access = """
        -- Tokens that were issued. What isn't here, or has revoked_at, opens nothing.
        CREATE TABLE api_tokens (
            id text COLLATE "C" NOT NULL PRIMARY KEY,
            name text NOT NULL,
            role text NOT NULL,
            key_id text NOT NULL,
            issued_at bigint NOT NULL,
            expires_at bigint NOT NULL,
            issued_by text NOT NULL,
            revoked_at bigint,
            revoked_by text
        );
        ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;

        -- Requests that change something, by the key that their caller gave them.
        CREATE TABLE api_requests (
            token_id text COLLATE "C" NOT NULL,
            key text COLLATE "C" NOT NULL,
            fingerprint text NOT NULL,
            begun_at bigint NOT NULL,
            -- NULL: not done yet.
            status int,
            content_type text,
            body text,
            PRIMARY KEY (token_id, key)
        );
        CREATE INDEX api_requests_begun ON api_requests(begun_at);
        ALTER TABLE api_requests ENABLE ROW LEVEL SECURITY;

        """
}
