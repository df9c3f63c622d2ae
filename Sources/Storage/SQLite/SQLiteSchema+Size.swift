extension SQLiteSchema {
    /// For a million leads and ten million messages. Nothing here goes through a table more than once, nor keeps it in
    /// memory; sums are made afterwards, while the service runs.
    static let size = """
        -- What lists are narrowed down by stands in the index of each order, so that a lead that isn't shown isn't read.
        DROP INDEX conversations_stage;
        DROP INDEX conversations_score;
        DROP INDEX conversations_created;
        DROP INDEX conversations_unpaid;
        DROP INDEX conversations_assigned;
        CREATE INDEX conversations_stage ON conversations(stage, updated_at, id, language, score, product);
        CREATE INDEX conversations_score ON conversations(score, id, stage, language, product, updated_at);
        CREATE INDEX conversations_created ON conversations(created_at, id, stage, language, score, product);
        CREATE INDEX conversations_unpaid ON conversations(updated_at, id, stage, language, score, product)
            WHERE is_unpaid = 1;
        CREATE INDEX conversations_assigned ON conversations(assigned_to, updated_at, id, stage, language, score, product)
            WHERE assigned_to IS NOT NULL;

        -- Between which lines of the journal an hour's lie, for those that are in the index.
        CREATE TABLE search_hours (
            hour INTEGER NOT NULL PRIMARY KEY,
            first_seq INTEGER NOT NULL,
            last_seq INTEGER NOT NULL
        ) STRICT;
        INSERT INTO search_hours SELECT at / 3600000, MIN(seq), MAX(seq) FROM journal
            WHERE seq <= (SELECT seq FROM digest) GROUP BY 1;

        -- Sums over the leads that began in an hour, by what statistics are grouped by.
        CREATE TABLE fact_sums (
            dimension TEXT NOT NULL,
            hour INTEGER NOT NULL,
            key TEXT NOT NULL,
            \(FactTables.numbers.map { $0 + " INTEGER NOT NULL" }.joined(separator: ", ")),
            PRIMARY KEY (dimension, hour, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE fact_revenue (
            dimension TEXT NOT NULL,
            hour INTEGER NOT NULL,
            key TEXT NOT NULL,
            currency TEXT NOT NULL,
            amount INTEGER NOT NULL,
            PRIMARY KEY (dimension, hour, key, currency)
        ) STRICT, WITHOUT ROWID;

        -- Hours whose leads changed since their sums were made: of these, the leads themselves are asked.
        CREATE TABLE stale_hours (hour INTEGER NOT NULL PRIMARY KEY) STRICT;
        INSERT INTO stale_hours SELECT DISTINCT began_at / 3600000 FROM lead_facts WHERE began_at IS NOT NULL;
        CREATE TRIGGER lead_facts_new AFTER INSERT ON lead_facts WHEN NEW.began_at IS NOT NULL BEGIN
            INSERT OR IGNORE INTO stale_hours VALUES (NEW.began_at / 3600000);
        END;
        CREATE TRIGGER lead_facts_changed AFTER UPDATE ON lead_facts WHEN NEW.began_at IS NOT NULL BEGIN
            INSERT OR IGNORE INTO stale_hours VALUES (NEW.began_at / 3600000);
        END;
        CREATE TRIGGER sales_new AFTER INSERT ON sales BEGIN
            INSERT OR IGNORE INTO stale_hours SELECT began_at / 3600000 FROM lead_facts
                WHERE id = NEW.conversation_id AND began_at IS NOT NULL;
        END;
        CREATE TRIGGER sales_changed AFTER UPDATE ON sales BEGIN
            INSERT OR IGNORE INTO stale_hours SELECT began_at / 3600000 FROM lead_facts
                WHERE id = NEW.conversation_id AND began_at IS NOT NULL;
        END;
        """
}
