extension SQLiteSchema {
    static let digest = """
        -- Up to which line of the journal index and statistics are made.
        CREATE TABLE digest (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL) STRICT;
        INSERT INTO digest (id, seq) VALUES (1, 0);

        -- The words of each line, folded; its rowid is the line's seq.
        CREATE VIRTUAL TABLE search USING fts5(words, tokenize = 'unicode61 remove_diacritics 2');

        CREATE TABLE lead_facts (
            id TEXT NOT NULL PRIMARY KEY,
            language TEXT NOT NULL,
            product TEXT,
            source TEXT,
            prompt_version TEXT,
            \(LeadFacts.moments.map { $0 + " INTEGER" }.joined(separator: ", ")),
            \(LeadFacts.counts.map { $0 + " INTEGER NOT NULL DEFAULT 0" }.joined(separator: ", "))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX lead_facts_began ON lead_facts(began_at);

        CREATE TABLE sales (
            session_id TEXT NOT NULL PRIMARY KEY,
            conversation_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            product TEXT NOT NULL,
            currency TEXT NOT NULL,
            amount INTEGER NOT NULL,
            refunded_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sales_conversation ON sales(conversation_id);

        CREATE TABLE reviews (
            conversation_id TEXT NOT NULL PRIMARY KEY,
            -- Words between commas, with one at both ends.
            reasons TEXT NOT NULL,
            priority INTEGER NOT NULL,
            at INTEGER NOT NULL,
            judged_at INTEGER,
            judged_by TEXT,
            verdict TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX reviews_waiting ON reviews(priority, at, conversation_id) WHERE judged_at IS NULL;
        CREATE INDEX reviews_judged ON reviews(judged_at, conversation_id) WHERE judged_at IS NOT NULL;

        -- Outside ids of people who were erased, as hashes: what is delivered again makes nobody anew.
        CREATE TABLE erased (hash TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """
}
