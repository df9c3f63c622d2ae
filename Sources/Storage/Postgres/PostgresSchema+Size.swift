extension PostgresSchema {
    /// For a million leads and ten million messages. Nothing here goes through a table more than once, nor keeps it in
    /// memory; sums are made afterwards, while the service runs.
    static let size = """
        -- Languages compare by their bytes, as in SQLite, so that `pt` to `pt.` holds all kinds of Portuguese.
        DROP INDEX conversations_list;
        DROP INDEX conversations_stage;
        DROP INDEX conversations_score;
        DROP INDEX conversations_created;
        DROP INDEX conversations_unpaid;
        DROP INDEX conversations_assigned;
        ALTER TABLE conversations ALTER COLUMN language TYPE text COLLATE "C";

        -- What lists are narrowed down by stands in the index of each order, so that a lead that isn't shown isn't read.
        CREATE INDEX conversations_list ON conversations(updated_at, id, stage, language, score, product);
        CREATE INDEX conversations_stage ON conversations(stage, updated_at, id, language, score, product);
        CREATE INDEX conversations_score ON conversations(score, id, stage, language, product, updated_at);
        CREATE INDEX conversations_created ON conversations(created_at, id, stage, language, score, product);
        CREATE INDEX conversations_unpaid ON conversations(updated_at, id, stage, language, score, product)
            WHERE is_unpaid = 1;
        CREATE INDEX conversations_assigned ON conversations(assigned_to, updated_at, id, stage, language, score, product)
            WHERE assigned_to IS NOT NULL;

        -- Between which lines of the journal an hour's lie, for those that are in the index.
        CREATE TABLE search_hours (hour bigint PRIMARY KEY, first_seq bigint NOT NULL, last_seq bigint NOT NULL);
        INSERT INTO search_hours SELECT at / 3600000, MIN(seq), MAX(seq) FROM journal
            WHERE seq <= (SELECT seq FROM digest) GROUP BY 1;

        -- Sums over the leads that began in an hour, by what statistics are grouped by.
        CREATE TABLE fact_sums (
            dimension text COLLATE "C" NOT NULL,
            hour bigint NOT NULL,
            key text COLLATE "C" NOT NULL,
            \(FactTables.numbers.map { $0 + " bigint NOT NULL" }.joined(separator: ", ")),
            PRIMARY KEY (dimension, hour, key)
        );
        CREATE TABLE fact_revenue (
            dimension text COLLATE "C" NOT NULL,
            hour bigint NOT NULL,
            key text COLLATE "C" NOT NULL,
            currency text COLLATE "C" NOT NULL,
            amount bigint NOT NULL,
            PRIMARY KEY (dimension, hour, key, currency)
        );

        -- Hours whose leads changed since their sums were made: of these, the leads themselves are asked.
        CREATE TABLE stale_hours (hour bigint PRIMARY KEY);
        INSERT INTO stale_hours SELECT DISTINCT began_at / 3600000 FROM lead_facts WHERE began_at IS NOT NULL;
        -- An hour that is stale already is locked all the same: whoever makes its sums waits for this change.
        CREATE FUNCTION lead_facts_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO stale_hours VALUES (NEW.began_at / 3600000) ON CONFLICT (hour) DO UPDATE SET hour = excluded.hour;
            RETURN NULL;
        END $$;
        CREATE TRIGGER lead_facts_changed AFTER INSERT OR UPDATE ON lead_facts FOR EACH ROW
            WHEN (NEW.began_at IS NOT NULL) EXECUTE FUNCTION lead_facts_changed();
        CREATE FUNCTION sales_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO stale_hours SELECT began_at / 3600000 FROM lead_facts
                WHERE id = NEW.conversation_id AND began_at IS NOT NULL
                ON CONFLICT (hour) DO UPDATE SET hour = excluded.hour;
            RETURN NULL;
        END $$;
        CREATE TRIGGER sales_changed AFTER INSERT OR UPDATE ON sales FOR EACH ROW EXECUTE FUNCTION sales_changed();

        ALTER TABLE search_hours ENABLE ROW LEVEL SECURITY;
        ALTER TABLE fact_sums ENABLE ROW LEVEL SECURITY;
        ALTER TABLE fact_revenue ENABLE ROW LEVEL SECURITY;
        ALTER TABLE stale_hours ENABLE ROW LEVEL SECURITY;

        """
}
