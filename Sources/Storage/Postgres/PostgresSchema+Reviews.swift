extension PostgresSchema {
    /// A conversation that was judged waits again once there is a new reason to read it.
    static let reviewsAgain = """
        DROP INDEX reviews_waiting;
        CREATE INDEX reviews_waiting ON reviews(priority, at, conversation_id)
            WHERE judged_at IS NULL OR at > judged_at;

        -- Which ad it was had not been told apart.
        UPDATE lead_facts SET source = COALESCE(c.source::jsonb ->> 'source_type', 'ad') || ' '
                || (c.source::jsonb ->> 'source_id')
            FROM conversations c
            WHERE c.id = lead_facts.id AND lead_facts.source = 'ad' AND c.source::jsonb ->> 'source_id' IS NOT NULL;
        """
}
