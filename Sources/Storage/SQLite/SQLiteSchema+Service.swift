extension SQLiteSchema {
    static let service = """
        -- Trouble that isn't one conversation's, one row per cause.
        CREATE TABLE service_alerts (
            cause TEXT NOT NULL PRIMARY KEY,
            problem TEXT NOT NULL,
            mend TEXT NOT NULL,
            first_at INTEGER NOT NULL,
            last_at INTEGER NOT NULL,
            count INTEGER NOT NULL,
            -- NULL: open.
            settled_at INTEGER
        ) STRICT;

        -- What was asked of the model on a day, by conversation and, in a few rows that begin with a slash, in all.
        CREATE TABLE spend (
            day TEXT NOT NULL,
            who TEXT NOT NULL,
            calls INTEGER NOT NULL,
            tokens INTEGER NOT NULL,
            PRIMARY KEY (day, who)
        ) STRICT, WITHOUT ROWID;
        """

    static let lostClaims = """
        -- Claims of the current turn, in a row, that ended with the death of their process.
        ALTER TABLE conversations ADD COLUMN lost_claims INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX conversations_suspects ON conversations(lost_claims, wake_at) WHERE lost_claims > 1;
        """
}
