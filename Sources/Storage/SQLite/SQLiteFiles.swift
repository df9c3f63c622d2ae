public import Conversation
import GRDB

public import struct Foundation.Data

extension SQLiteStore {
    public func beginFile(_ file: OutFile, of id: ConversationID, now: Timestamp) async throws -> Bool {
        try await group.write { db in
            let old = now.milliseconds - StoreLimits.unusedFileMilliseconds
            for row in try db.rows(
                "SELECT id FROM files WHERE used_at IS NULL AND created_at < ? ORDER BY created_at LIMIT ?",
                [old, StoreLimits.unusedFilesSweep]
            ) {
                try SQLiteFiles(db: db).drop(row[0])
            }
            let unused = try db.row(
                "SELECT COUNT(*) FROM file_parts WHERE file_id IN (SELECT id FROM files WHERE used_at IS NULL)"
            )
            guard (unused?[0] ?? 0) < StoreLimits.unusedPartsMax,
                try db.row("SELECT 1 FROM conversations WHERE id = ?", [id.rawValue]) != nil
            else { return false }
            try db.run(
                "INSERT INTO files (id, conversation_id, created_at, kind, name, mime_type) VALUES (?, ?, ?, ?, ?, ?)",
                [file.id, id.rawValue, now.milliseconds, file.kind.rawValue, file.name, file.mimeType]
            )
            return true
        }
    }

    public func addFilePart(_ bytes: Data, number: Int, to id: String) async throws -> Bool {
        try await group.write { db in
            try db.run(
                """
                INSERT INTO file_parts (file_id, number, bytes)
                SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM files WHERE id = ?1 AND size IS NULL)
                """,
                [id, number, bytes]
            ) == 1
        }
    }

    public func finishFile(_ id: String, size: Int) async throws -> Bool {
        try await group.write {
            try $0.run("UPDATE files SET size = ? WHERE id = ? AND size IS NULL", [size, id]) == 1
        }
    }

    public func dropFile(_ id: String) async throws {
        try await group.write { db in
            guard try db.row("SELECT 1 FROM files WHERE id = ? AND used_at IS NULL", [id]) != nil else { return }
            try SQLiteFiles(db: db).drop(id)
        }
    }

    public func file(_ id: String) async throws -> StoredFile? {
        try await read {
            try $0.row("SELECT \(SQLiteFiles.columns) FROM files WHERE id = ?", [id]).map(StoredFile.init)
        }
    }

    public func filePart(_ number: Int, of id: String) async throws -> Data? {
        try await read {
            try $0.row("SELECT bytes FROM file_parts WHERE file_id = ? AND number = ?", [id, number])?[0]
        }
    }

    public func files(of id: ConversationID, after: String?, limit: Int) async throws -> [StoredFile] {
        let limit = min(max(limit, 0), StoreLimits.pageMax)
        return try await read { db in
            try db.rows(
                """
                SELECT \(SQLiteFiles.columns) FROM files
                WHERE conversation_id = ? AND id > ? AND used_at IS NOT NULL ORDER BY id LIMIT ?
                """,
                [id.rawValue, after ?? "", limit]
            ).map(StoredFile.init)
        }
    }

    public func keep(_ upload: StoredFile.Upload, of id: String) async throws {
        _ = try await group.write { db in
            try db.run(
                "UPDATE files SET media_id = ?, media_channel = ?, uploaded_at = ? WHERE id = ?",
                [upload.mediaID, upload.channel, upload.at.milliseconds, id]
            )
        }
    }

    public func prolongSend(_ row: String, owner: String, until: Timestamp) async throws -> Bool {
        try await group.write { db in
            try db.run(
                "UPDATE outbox SET settle_at = MAX(settle_at, ?) WHERE id = ? AND claimed_by = ? AND state = 'sending'",
                [until.milliseconds, row, owner]
            ) == 1
        }
    }
}

/// Within a transaction.
struct SQLiteFiles {
    let db: Database

    static let columns =
        "id, conversation_id, created_at, kind, name, mime_type, size, used_at, media_id, media_channel, uploaded_at"

    func drop(_ id: String) throws {
        try db.run("DELETE FROM file_parts WHERE file_id = ?", [id])
        try db.run("DELETE FROM files WHERE id = ?", [id])
    }

    /// The first of these that no message of this conversation may carry.
    func missing(_ ids: [String], of conversation: String) throws -> String? {
        try ids.first { id in
            try db.row(
                "SELECT 1 FROM files WHERE id = ? AND conversation_id = ? AND used_at IS NULL AND size IS NOT NULL",
                [id, conversation]
            ) == nil
        }
    }

    func use(_ ids: [String], at now: Timestamp) throws {
        for id in ids { try db.run("UPDATE files SET used_at = ? WHERE id = ?", [now.milliseconds, id]) }
    }

    /// Says how many.
    func erase(of conversation: String) throws -> Int {
        try db.run(
            "DELETE FROM file_parts WHERE file_id IN (SELECT id FROM files WHERE conversation_id = ?)",
            [conversation]
        )
        return try db.run("DELETE FROM files WHERE conversation_id = ?", [conversation])
    }
}

extension StoredFile {
    fileprivate init(_ row: Row) {
        let size: Int? = row[6]
        file = OutFile(
            id: row[0],
            kind: OutFile.Kind(rawValue: row[3]) ?? .document,
            name: row[4],
            mimeType: row[5],
            size: size ?? 0
        )
        conversation = ConversationID(row[1])
        createdAt = Timestamp(milliseconds: row[2])
        isWhole = size != nil
        isUsed = (row[7] as Int64?) != nil
        if let mediaID: String = row[8], let channel: String = row[9], let at: Int64 = row[10] {
            upload = Upload(mediaID: mediaID, channel: channel, at: Timestamp(milliseconds: at))
        }
    }
}
