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
}
