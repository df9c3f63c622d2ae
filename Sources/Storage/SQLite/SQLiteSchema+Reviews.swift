extension SQLiteSchema {
    /// A conversation that was judged waits again once there is a new reason to read it.
    static let reviewsAgain = """
        DROP INDEX reviews_waiting;
        CREATE INDEX reviews_waiting ON reviews(priority, at, conversation_id)
            WHERE judged_at IS NULL OR at > judged_at;
        """
}
