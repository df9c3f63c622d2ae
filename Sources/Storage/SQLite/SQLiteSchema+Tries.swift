extension SQLiteSchema {
    static let tries = """
        -- When a row that waited for the customer was let go; NULL: it is tried since it was written.
        ALTER TABLE outbox ADD COLUMN tries_since INTEGER;
        """
}
