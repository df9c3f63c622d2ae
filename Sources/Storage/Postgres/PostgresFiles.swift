public import Conversation

public import struct Foundation.Data

extension PostgresStore {
    public func beginFile(_ file: OutFile, of id: ConversationID, now: Timestamp) async throws -> Bool {
        var needs = PostgresNeeds()
        needs.conversations = [id.rawValue]
        return try await pool.write(.alone, needs: needs) { transaction in
            let db = transaction.db
            try db.run(
                """
                DELETE FROM files WHERE id IN (
                    SELECT id FROM files WHERE used_at IS NULL AND created_at < $1 ORDER BY created_at LIMIT $2
                    FOR UPDATE SKIP LOCKED
                )
                """,
                [
                    .integer(now.milliseconds - StoreLimits.unusedFileMilliseconds),
                    .integer(StoreLimits.unusedFilesSweep),
                ]
            )
            let unused = try db.rows(
                "SELECT COUNT(*) FROM file_parts WHERE file_id IN (SELECT id FROM files WHERE used_at IS NULL)"
            )
            guard try unused.first?.integer(0) ?? 0 < StoreLimits.unusedPartsMax,
                transaction.conversations[id.rawValue] != nil
            else { return false }
            try db.run(
                """
                INSERT INTO files (id, conversation_id, created_at, kind, name, mime_type)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                [
                    .text(file.id), .text(id.rawValue), .time(now), .text(file.kind.rawValue), .text(file.name),
                    .text(file.mimeType),
                ]
            )
            return true
        }
    }

    public func addFilePart(_ bytes: Data, number: Int, to id: String) async throws -> Bool {
        // Base64 is a third smaller than hex.
        let text = bytes.base64EncodedString()
        return try await pool.write(.alone) { transaction in
            // Locked, so that nobody erases the file in between.
            let found = try transaction.db.rows(
                "SELECT 1 FROM files WHERE id = $1 AND size IS NULL FOR KEY SHARE",
                [.text(id)]
            )
            if found.isEmpty { return false }
            try transaction.db.run(
                "INSERT INTO file_parts (file_id, number, bytes) VALUES ($1, $2, decode($3, 'base64'))",
                [.text(id), .integer(number), .text(text)]
            )
            return true
        }
    }

    public func finishFile(_ id: String, size: Int) async throws -> Bool {
        try await pool.write { transaction in
            try transaction.db.run(
                "UPDATE files SET size = $1 WHERE id = $2 AND size IS NULL",
                [.integer(size), .text(id)]
            ) == 1
        }
    }

    public func dropFile(_ id: String) async throws {
        _ = try await pool.write { transaction in
            try transaction.db.run("DELETE FROM files WHERE id = $1 AND used_at IS NULL", [.text(id)])
        }
    }

    public func file(_ id: String) async throws -> StoredFile? {
        try await pool.read { db in
            try db.rows("SELECT \(PostgresFiles.columns) FROM files WHERE id = $1", [.text(id)]).first
                .map { try StoredFile($0) }
        }
    }

    public func filePart(_ number: Int, of id: String) async throws -> Data? {
        let text = try await pool.read { db in
            try db.rows(
                "SELECT encode(bytes, 'base64') FROM file_parts WHERE file_id = $1 AND number = $2",
                [.text(id), .integer(number)]
            ).first?.text(0)
        }
        // It comes in lines.
        return try text.map { text in
            guard let bytes = Data(base64Encoded: text, options: .ignoreUnknownCharacters) else {
                throw StoreError.defect("part \(number) of the file \(id) can't be read")
            }
            return bytes
        }
    }

    public func files(of id: ConversationID, after: String?, limit: Int) async throws -> [StoredFile] {
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        return try await pool.read { db in
            try db.rows(
                """
                SELECT \(PostgresFiles.columns) FROM files
                WHERE conversation_id = $1 AND id > $2 AND used_at IS NOT NULL ORDER BY id LIMIT $3
                """,
                [.text(id.rawValue), .text(after ?? ""), .integer(limit)]
            ).map { try StoredFile($0) }
        }
    }

    public func keep(_ upload: StoredFile.Upload, of id: String) async throws {
        _ = try await pool.write { transaction in
            try transaction.db.run(
                "UPDATE files SET media_id = $1, media_channel = $2, uploaded_at = $3 WHERE id = $4",
                [.text(upload.mediaID), .text(upload.channel), .time(upload.at), .text(id)]
            )
        }
    }

    public func prolongSend(_ row: String, owner: String, until: Timestamp) async throws -> Bool {
        try await pool.write { transaction in
            try transaction.db.run(
                """
                UPDATE outbox SET settle_at = GREATEST(settle_at, $1)
                WHERE id = $2 AND claimed_by = $3 AND state = 'sending'
                """,
                [.time(until), .text(row), .text(owner)]
            ) == 1
        }
    }
}

/// Within a transaction that holds the conversation.
struct PostgresFiles {
    let db: PostgresConnection

    static let columns =
        "id, conversation_id, created_at, kind, name, mime_type, size, used_at, media_id, media_channel, uploaded_at"

    /// The first of these that no message of this conversation may carry.
    func missing(_ ids: [String], of conversation: String) throws -> String? {
        if ids.isEmpty { return nil }
        let found = try db.rows(
            """
            SELECT id FROM files WHERE id = ANY($1) AND conversation_id = $2 AND used_at IS NULL AND size IS NOT NULL
            FOR UPDATE
            """,
            [.texts(ids), .text(conversation)]
        )
        let known = Set(try found.map { try $0.text(0) })
        return ids.first { !known.contains($0) }
    }

    func use(_ ids: [String], at now: Timestamp) {
        if ids.isEmpty { return }
        db.later("UPDATE files SET used_at = $1 WHERE id = ANY($2)", [.time(now), .texts(ids)])
    }
}

extension StoredFile {
    fileprivate init(_ row: PostgresRow) throws {
        let size = try row.optionalInteger(6)
        file = OutFile(
            id: try row.text(0),
            kind: OutFile.Kind(rawValue: try row.text(3)) ?? .document,
            name: try row.text(4),
            mimeType: try row.text(5),
            size: Int(size ?? 0)
        )
        conversation = ConversationID(try row.text(1))
        createdAt = Timestamp(milliseconds: try row.integer(2))
        isWhole = size != nil
        isUsed = row.optional(7) != nil
        if let mediaID = row.optional(8), let channel = row.optional(9), let at = try row.time(10) {
            upload = Upload(mediaID: mediaID, channel: channel, at: at)
        }
    }
}
