extension PostgresSchema {
    static let files = """
        -- What staff sends beside words. The bytes stand by themselves, so that a list reads none.
        CREATE TABLE files (
            id text COLLATE "C" NOT NULL PRIMARY KEY,
            conversation_id text COLLATE "C" NOT NULL,
            created_at bigint NOT NULL,
            kind text NOT NULL,
            name text NOT NULL,
            mime_type text NOT NULL,
            -- NULL: not whole yet.
            size bigint,
            -- NULL: no message carries it.
            used_at bigint,
            media_id text,
            media_channel text,
            uploaded_at bigint
        );
        CREATE INDEX files_conversation ON files(conversation_id, id);
        CREATE INDEX files_unused ON files(created_at) WHERE used_at IS NULL;
        ALTER TABLE files ENABLE ROW LEVEL SECURITY;

        CREATE TABLE file_parts (
            file_id text COLLATE "C" NOT NULL REFERENCES files(id) ON DELETE CASCADE,
            number int NOT NULL,
            bytes bytea NOT NULL,
            PRIMARY KEY (file_id, number)
        );
        -- Pictures and documents are packed already.
        ALTER TABLE file_parts ALTER COLUMN bytes SET STORAGE EXTERNAL;
        ALTER TABLE file_parts ENABLE ROW LEVEL SECURITY;

        """
}
