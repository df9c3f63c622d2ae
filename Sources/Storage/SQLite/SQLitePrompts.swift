public import Conversation
import GRDB

extension SQLiteStore {
    public func usePrompts(_ id: String, files: [String: String], now: Timestamp) async throws {
        let text = try StoredJSON.encode(files)
        _ = try await group.write { db in
            try db.run(
                """
                INSERT INTO prompt_versions (id, first_seen_at, used_at, files) VALUES (?1, ?2, ?2, ?3)
                ON CONFLICT (id) DO UPDATE SET used_at = MAX(COALESCE(used_at, 0), ?2)
                """,
                [id, now.milliseconds, text]
            )
        }
    }

    public func keepPrompts(_ id: String, files: [String: String], now: Timestamp) async throws {
        let text = try StoredJSON.encode(files)
        _ = try await group.write { db in
            try db.run(
                "INSERT INTO prompt_versions (id, first_seen_at, files) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
                [id, now.milliseconds, text]
            )
        }
    }

    public func promptVersions(limit: Int) async throws -> [PromptVersion] {
        try await read { db in
            try db.rows(
                """
                SELECT id, first_seen_at, used_at FROM prompt_versions
                ORDER BY COALESCE(used_at, 0) DESC, first_seen_at DESC, id LIMIT ?
                """,
                [min(max(limit, 0), StoreLimits.pageMax)]
            ).map { PromptVersion(id: $0[0], firstSeenAt: $0.time(1), usedAt: $0.optionalTime(2)) }
        }
    }

    public func promptVersions(matching reference: String, limit: Int) async throws -> [PromptVersion] {
        if reference.isEmpty { return [] }
        let rows = try await read { db in
            try db.rows(
                """
                SELECT id, first_seen_at, used_at, files FROM prompt_versions
                WHERE id >= ?1 AND substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT ?2
                """,
                [reference, min(max(limit, 0), StoreLimits.pageMax)]
            ).map { (PromptVersion(id: $0[0], firstSeenAt: $0.time(1), usedAt: $0.optionalTime(2)), $0[3] as String) }
        }
        return try rows.map { version, text in
            var version = version
            version.files = try StoredJSON.decode(text: text)
            return version
        }
    }

    public func beginTrial(_ trial: PromptTrial) async throws -> Bool {
        try await group.write { db in
            guard try db.row("SELECT 1 FROM prompt_trials WHERE ended_at IS NULL LIMIT 1") == nil else { return false }
            try db.run(
                """
                INSERT INTO prompt_trials (id, champion, challenger, share, started_at) VALUES (?, ?, ?, ?, ?)
                """,
                [trial.id, trial.champion, trial.challenger, trial.share, trial.startedAt.milliseconds]
            )
            return true
        }
    }

    public func endTrial(_ id: String, outcome: PromptTrial.Outcome, now: Timestamp) async throws -> Bool {
        try await group.write { db in
            try db.run(
                "UPDATE prompt_trials SET ended_at = ?, outcome = ? WHERE id = ? AND ended_at IS NULL",
                [now.milliseconds, outcome.rawValue, id]
            ) == 1
        }
    }

    public func trials(limit: Int) async throws -> [PromptTrial] {
        try await read { db in
            try db.rows(
                """
                SELECT id, champion, challenger, share, started_at, ended_at, outcome FROM prompt_trials
                ORDER BY started_at DESC, id LIMIT ?
                """,
                [min(max(limit, 0), StoreLimits.pageMax)]
            ).map { row in
                PromptTrial(
                    id: row[0],
                    champion: row[1],
                    challenger: row[2],
                    share: row[3],
                    startedAt: row.time(4),
                    endedAt: row.optionalTime(5),
                    outcome: (row[6] as String?).flatMap(PromptTrial.Outcome.init(rawValue:))
                )
            }
        }
    }
}

extension Row {
    fileprivate func time(_ index: Int) -> Timestamp { Timestamp(milliseconds: self[index]) }

    fileprivate func optionalTime(_ index: Int) -> Timestamp? {
        (self[index] as Int64?).map { Timestamp(milliseconds: $0) }
    }
}

extension SQLiteSchema {
    static let prompts = """
        -- Every set of prompt files that was in use, with all its text: a JSON object from file name to text.
        CREATE TABLE prompt_versions (
            id TEXT NOT NULL PRIMARY KEY,
            first_seen_at INTEGER NOT NULL,
            -- When a process last took it into use; NULL: only kept for a trial.
            used_at INTEGER,
            files TEXT NOT NULL
        ) STRICT;

        CREATE TABLE prompt_trials (
            id TEXT NOT NULL PRIMARY KEY,
            champion TEXT NOT NULL,
            challenger TEXT NOT NULL,
            share INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            outcome TEXT
        ) STRICT;
        -- One trial at a time.
        CREATE UNIQUE INDEX prompt_trials_running ON prompt_trials((1)) WHERE ended_at IS NULL;
        """
}
