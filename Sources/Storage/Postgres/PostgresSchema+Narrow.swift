extension PostgresSchema {
    /// For lists of what few leads have.
    static let narrow = """
        -- Who has which language and product. Written when one changes, so not by every message.
        CREATE TABLE lead_values (
            kind text COLLATE "C" NOT NULL,
            value text COLLATE "C" NOT NULL,
            id text COLLATE "C" NOT NULL,
            PRIMARY KEY (kind, value, id)
        );
        INSERT INTO lead_values SELECT 'language', language, id FROM conversations ORDER BY language, id;
        INSERT INTO lead_values SELECT 'product', product, id FROM conversations
            WHERE product IS NOT NULL ORDER BY product, id;
        CREATE FUNCTION lead_values_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP <> 'INSERT' THEN
                DELETE FROM lead_values WHERE id = OLD.id
                    AND ((kind = 'language' AND value = OLD.language) OR (kind = 'product' AND value = OLD.product));
            END IF;
            IF TG_OP <> 'DELETE' THEN
                INSERT INTO lead_values VALUES ('language', NEW.language, NEW.id);
                INSERT INTO lead_values SELECT 'product', NEW.product, NEW.id WHERE NEW.product IS NOT NULL;
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER lead_values_new AFTER INSERT OR DELETE ON conversations FOR EACH ROW
            EXECUTE FUNCTION lead_values_changed();
        CREATE TRIGGER lead_values_changed AFTER UPDATE OF language, product ON conversations FOR EACH ROW
            WHEN (NEW.language <> OLD.language OR NEW.product IS DISTINCT FROM OLD.product)
            EXECUTE FUNCTION lead_values_changed();

        -- By score within a stage, whose leads may all stand behind those of other stages.
        CREATE INDEX conversations_stage_score ON conversations(stage, score, id, language, product);

        ANALYZE lead_values;
        ALTER TABLE lead_values ENABLE ROW LEVEL SECURITY;

        """
}
