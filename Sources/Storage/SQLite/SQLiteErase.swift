public import Conversation
import GRDB

extension SQLiteStore {
    public func erase(
        _ id: ConversationID,
        by who: String,
        at now: Timestamp,
        expecting expected: LeadVersion?
    ) async throws -> Erasure {
        // What is freed is overwritten with zeros, so that no copy of the file made later holds it.
        try await setSecureDelete(true)
        let result: Result<Erasure, any Error>
        do { result = .success(try await eraseSecurely(id, by: who, at: now, expected)) } catch {
            result = .failure(error)
        }
        try await setSecureDelete(false)
        return try result.get()
    }

    private func setSecureDelete(_ isOn: Bool) async throws {
        do {
            try await pool.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA secure_delete = \(isOn ? "ON" : "OFF")")
            }
        } catch {
            throw StoreError.from(error)
        }
    }

    private func eraseSecurely(
        _ id: ConversationID,
        by who: String,
        at now: Timestamp,
        _ expected: LeadVersion?
    ) async throws -> Erasure {
        let (erasure, tables) = try await group.write { db -> (Erasure, [String]) in
            if let expected, let version = try db.version(of: id.rawValue), version != expected {
                return (.changed, [])
            }
            let erase = SQLiteErase(db: db, id: id.rawValue, now: now.milliseconds)
            let tables = try erase.wordTables()
            let parts = try erase.erase(by: who)
            return (parts.map { .erased($0) } ?? .unknown, tables)
        }
        if case .erased = erasure { try await clearTraces(in: tables) }
        return erasure
    }

    /// The full-text index marks what is deleted and forgets it when its parts are merged; the write-ahead log still
    /// holds the pages of before. Both step by step, so that nobody waits for long.
    private func clearTraces(in tables: [String]) async throws {
        for table in tables { try await merge(table) }
        // Readers may hold it up; then the next checkpoint does it.
        _ = try? await pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    }
}

extension SQLiteStore {
    private func merge(_ table: String) async throws {
        var pages = -400
        for _ in 0..<2_000 {
            let isDone = try await group.write { [pages] db in
                let before = db.totalChangesCount
                try db.run("INSERT INTO \(table) (\(table), rank) VALUES ('merge', ?)", [pages])
                // https://www.sqlite.org/fts5.html#the_merge_command: below two changes there was nothing to do.
                return db.totalChangesCount - before < 2
            }
            if isDone { return }
            pages = 400
        }
    }
}

private struct SQLiteErase {
    let db: Database
    let id: String
    let now: Int64

    func erase(by who: String) throws -> [ErasedPart]? {
        let row = try db.row("SELECT user_id, wa_id, turn, state FROM conversations WHERE id = ?", [id])
        guard let row else { return nil }
        try endLink(of: ErasedLead(id: id, turn: row[2], state: row[3]))
        let people = [row[0] as String?, row[1] as String?].compactMap(\.self) + (try identities())
        try rememberOutsideIDs()
        var parts = [ErasedPart("search", try eraseWords())]
        parts.append(ErasedPart("journal", try delete("journal WHERE conversation_id = ?")))
        // Links that are to be deactivated name nobody.
        parts.append(
            ErasedPart(
                "outbox",
                try delete("outbox WHERE conversation_id = ? AND NOT (lane <> conversation_id AND closed_at IS NULL)")
            )
        )
        parts.append(ErasedPart("alerts", try delete("alerts WHERE conversation_id = ?")))
        parts.append(ErasedPart("parked_turns", try delete("parked_turns WHERE conversation_id = ?")))
        parts.append(ErasedPart("reviews", try delete("reviews WHERE conversation_id = ?")))
        parts.append(ErasedPart("identities", try delete("identities WHERE conversation_id = ?")))
        parts.append(ErasedPart("payment_intents", try delete("payment_intents WHERE conversation_id = ?")))
        parts.append(ErasedPart("files", try SQLiteFiles(db: db).erase(of: id)))
        parts.append(ErasedPart("spend", try delete("spend WHERE who = ?")))
        parts.append(ErasedPart("api_requests", try delete("api_requests WHERE instr(body, ?) > 0")))
        parts.append(ErasedPart("unmatched", try eraseUnmatched(people)))
        parts.append(ErasedPart("conversations", try delete("conversations WHERE id = ?")))
        let log = try db.row("SELECT COUNT(*) FROM staff_log WHERE conversation_id = ?", [id])
        parts += try keepWithoutPerson(logEntries: log?[0] ?? 0)
        try db.run(
            "INSERT INTO staff_log (at, who, action, conversation_id, detail) VALUES (?, ?, 'forget', ?, '')",
            [now, who, id]
        )
        return parts
    }

    /// Nobody would know whose money it is that comes by it.
    private func endLink(of lead: ErasedLead) throws {
        guard let task = try lead.deactivation else { return }
        let isFree = try db.row("SELECT 1 FROM outbox WHERE lane = ? AND closed_at IS NULL LIMIT 1", [lead.lane]) == nil
        try db.run(
            """
            INSERT INTO outbox (id, lane, conversation_id, state, not_before, ready_at, created_at, task)
            VALUES (?1, ?2, ?3, 'pending', ?4, ?5, ?4, ?6)
            """,
            [lead.rowID, lead.lane, id, now, isFree ? now : nil, task]
        )
    }

    private func identities() throws -> [String] {
        try db.rows("SELECT value FROM identities WHERE conversation_id = ?", [id]).map { $0[0] }
    }

    private func delete(_ rest: String) throws -> Int { try db.run("DELETE FROM " + rest, [id]) }

    private func rememberOutsideIDs() throws {
        // WhatsApp delivers again for seven days.
        try db.run("DELETE FROM erased WHERE at < ?", [now - ErasedID.keptMilliseconds])
        for row in try db.rows(
            "SELECT outside_id FROM journal WHERE conversation_id = ? AND outside_id IS NOT NULL AND at >= ?",
            [id, now - ErasedID.keptMilliseconds]
        ) {
            try db.run("INSERT OR IGNORE INTO erased (hash, at) VALUES (?, ?)", [ErasedID.hash(row[0]), now])
        }
    }

    /// The parts of the full-text index in which its lines are.
    func wordTables() throws -> [String] { try words().map(\.table) }

    private func words() throws -> [(table: String, lines: [Int64])] {
        let seqs = try db.rows("SELECT seq FROM journal WHERE conversation_id = ?", [id]).map { $0[0] as Int64 }
        let parts = try SQLiteSearchParts(db: db).all
        let lines = Dictionary(grouping: seqs) { seq in parts.first { $0.first <= seq }?.table }
        return lines.compactMap { table, lines in table.map { ($0, lines) } }
    }

    private func eraseWords() throws -> Int {
        try words().reduce(0) { count, part in
            try part.lines.reduce(count) { count, line in
                try count + db.run("DELETE FROM \(part.table) WHERE rowid = ?", [line])
            }
        }
    }

    private func eraseUnmatched(_ people: [String]) throws -> Int {
        try people.reduce(0) { count, person in
            try count
                + db.run(
                    "DELETE FROM unmatched WHERE instr(CAST(raw AS TEXT), ?1) > 0 OR instr(outside_id, ?1) > 0",
                    [person]
                )
        }
    }

    private func keepWithoutPerson(logEntries: Int) throws -> [ErasedPart] {
        // Figures stay true; nothing leads from them to the person any more.
        let stranger = "erased-" + ErasedID.hash(id + ":\(now)").prefix(20)
        let facts = try db.run("UPDATE lead_facts SET id = ? WHERE id = ?", [stranger, id])
        let sales = try db.run("UPDATE sales SET conversation_id = ? WHERE conversation_id = ?", [stranger, id])
        return [
            ErasedPart("lead_facts", facts, keptBecause: ErasedID.factsReason),
            ErasedPart("sales", sales, keptBecause: ErasedID.salesReason),
            ErasedPart("staff_log", logEntries, keptBecause: ErasedID.logReason),
        ]
    }
}
