extension SQLiteSchema {
    static let files = """
        -- What staff sends beside words. The bytes stand by themselves, so that a list reads none.
        CREATE TABLE files (
            id TEXT NOT NULL PRIMARY KEY,
            conversation_id TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            mime_type TEXT NOT NULL,
            -- NULL: not whole yet.
            size INTEGER,
            -- NULL: no message carries it.
            used_at INTEGER,
            media_id TEXT,
            media_channel TEXT,
            uploaded_at INTEGER
        ) STRICT;
        CREATE INDEX files_conversation ON files(conversation_id, id);
        CREATE INDEX files_unused ON files(created_at) WHERE used_at IS NULL;

        CREATE TABLE file_parts (
            file_id TEXT NOT NULL,
            number INTEGER NOT NULL,
            bytes BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX file_parts_place ON file_parts(file_id, number);
        """
}
