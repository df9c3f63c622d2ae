extension PostgresSchema {
    static let digest = """
        -- Up to which line of the journal index and statistics are made.
        CREATE TABLE digest (id int PRIMARY KEY CHECK (id = 1), seq bigint NOT NULL);
        INSERT INTO digest (id, seq) VALUES (1, 0);

        -- The words of each line, folded.
        CREATE TABLE search (
            seq bigint PRIMARY KEY,
            conversation_id text COLLATE "C" NOT NULL,
            words tsvector NOT NULL
        );
        CREATE INDEX search_words ON search USING gin(words);
        CREATE INDEX search_conversation ON search(conversation_id, seq);

        CREATE TABLE lead_facts (
            id text COLLATE "C" NOT NULL PRIMARY KEY,
            language text NOT NULL,
            product text,
            source text,
            prompt_version text,
            \(LeadFacts.moments.map { $0 + " bigint" }.joined(separator: ", ")),
            \(LeadFacts.counts.map { $0 + " bigint NOT NULL DEFAULT 0" }.joined(separator: ", "))
        ) WITH (fillfactor = 80);
        CREATE INDEX lead_facts_began ON lead_facts(began_at);

        CREATE TABLE sales (
            session_id text COLLATE "C" NOT NULL PRIMARY KEY,
            conversation_id text COLLATE "C" NOT NULL,
            at bigint NOT NULL,
            product text NOT NULL,
            currency text NOT NULL,
            amount bigint NOT NULL,
            refunded_at bigint
        );
        CREATE INDEX sales_conversation ON sales(conversation_id);

        CREATE TABLE reviews (
            conversation_id text COLLATE "C" NOT NULL PRIMARY KEY,
            -- Words between commas, with one at both ends.
            reasons text NOT NULL,
            priority bigint NOT NULL,
            at bigint NOT NULL,
            judged_at bigint,
            judged_by text,
            verdict text
        );
        CREATE INDEX reviews_waiting ON reviews(priority, at, conversation_id) WHERE judged_at IS NULL;
        CREATE INDEX reviews_judged ON reviews(judged_at, conversation_id) WHERE judged_at IS NOT NULL;

        -- Outside ids of people who were erased, as hashes: what is delivered again makes nobody anew.
        CREATE TABLE erased (hash text COLLATE "C" NOT NULL PRIMARY KEY, at bigint NOT NULL);

        ALTER TABLE digest ENABLE ROW LEVEL SECURITY;
        ALTER TABLE search ENABLE ROW LEVEL SECURITY;
        ALTER TABLE lead_facts ENABLE ROW LEVEL SECURITY;
        ALTER TABLE sales ENABLE ROW LEVEL SECURITY;
        ALTER TABLE reviews ENABLE ROW LEVEL SECURITY;
        ALTER TABLE erased ENABLE ROW LEVEL SECURITY;

        """
}
