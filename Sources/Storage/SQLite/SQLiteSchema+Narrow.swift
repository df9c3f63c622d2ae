extension SQLiteSchema {
    /// For lists of what few leads have.
    static let narrow = """
        -- Who has which language and product. Written when one changes, so not by every message.
        CREATE TABLE lead_values (
            kind TEXT NOT NULL,
            value TEXT NOT NULL,
            id TEXT NOT NULL,
            PRIMARY KEY (kind, value, id)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO lead_values SELECT 'language', language, id FROM conversations ORDER BY language, id;
        INSERT INTO lead_values SELECT 'product', product, id FROM conversations
            WHERE product IS NOT NULL ORDER BY product, id;
        CREATE TRIGGER lead_values_new AFTER INSERT ON conversations BEGIN
            INSERT INTO lead_values VALUES ('language', NEW.language, NEW.id);
            INSERT INTO lead_values SELECT 'product', NEW.product, NEW.id WHERE NEW.product IS NOT NULL;
        END;
        CREATE TRIGGER lead_values_language AFTER UPDATE OF language ON conversations
            WHEN NEW.language <> OLD.language BEGIN
            DELETE FROM lead_values WHERE kind = 'language' AND value = OLD.language AND id = OLD.id;
            INSERT INTO lead_values VALUES ('language', NEW.language, NEW.id);
        END;
        CREATE TRIGGER lead_values_product AFTER UPDATE OF product ON conversations
            WHEN NEW.product IS NOT OLD.product BEGIN
            DELETE FROM lead_values WHERE kind = 'product' AND value = OLD.product AND id = OLD.id;
            INSERT INTO lead_values SELECT 'product', NEW.product, NEW.id WHERE NEW.product IS NOT NULL;
        END;
        CREATE TRIGGER lead_values_gone AFTER DELETE ON conversations BEGIN
            DELETE FROM lead_values WHERE kind = 'language' AND value = OLD.language AND id = OLD.id;
            DELETE FROM lead_values WHERE kind = 'product' AND value = OLD.product AND id = OLD.id;
        END;

        -- By score within a stage, whose leads may all stand behind those of other stages.
        CREATE INDEX conversations_stage_score ON conversations(stage, score, id, language, product);
        """
}

extension SQLiteSchema {
    static let parts = """
        -- The full-text index in parts: each holds the lines of the journal from first_seq on, until the next begins, in
        -- the table search_ and that number. What is there becomes the first.
        CREATE TABLE search_parts (first_seq INTEGER NOT NULL PRIMARY KEY) STRICT;
        INSERT INTO search_parts VALUES (0);
        ALTER TABLE search RENAME TO search_0;
        """
}
