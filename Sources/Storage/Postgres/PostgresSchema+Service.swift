extension PostgresSchema {
    static let service = """
        -- Trouble that isn't one conversation's, one row per cause.
        CREATE TABLE service_alerts (
            cause text COLLATE "C" NOT NULL PRIMARY KEY,
            problem text NOT NULL,
            mend text NOT NULL,
            first_at bigint NOT NULL,
            last_at bigint NOT NULL,
            count int NOT NULL,
            -- NULL: open.
            settled_at bigint
        );
        ALTER TABLE service_alerts ENABLE ROW LEVEL SECURITY;

        -- What was asked of the model on a day, by conversation and, in a few rows that begin with a slash, in all.
        CREATE TABLE spend (
            day text COLLATE "C" NOT NULL,
            who text COLLATE "C" NOT NULL,
            calls bigint NOT NULL,
            tokens bigint NOT NULL,
            PRIMARY KEY (day, who)
        ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
        ALTER TABLE spend ENABLE ROW LEVEL SECURITY;

        """

    static let lostClaims = """
        -- Claims of the current turn, in a row, that ended with the death of their process.
        ALTER TABLE conversations ADD COLUMN lost_claims int NOT NULL DEFAULT 0;
        CREATE INDEX conversations_suspects ON conversations(lost_claims, wake_at) WHERE lost_claims > 1;

        """
}
