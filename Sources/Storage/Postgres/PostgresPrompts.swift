public import Conversation

extension PostgresStore {
    public func usePrompts(_ id: String, files: [String: String], now: Timestamp) async throws {
        let text = try StoredJSON.encode(files)
        _ = try await pool.write { transaction in
            try transaction.db.run(
                """
                INSERT INTO prompt_versions (id, first_seen_at, used_at, files) VALUES ($1, $2, $2, $3)
                ON CONFLICT (id) DO UPDATE SET used_at = GREATEST(prompt_versions.used_at, $2)
                """,
                [.text(id), .time(now), .text(text)]
            )
        }
    }

    public func keepPrompts(_ id: String, files: [String: String], now: Timestamp) async throws {
        let text = try StoredJSON.encode(files)
        _ = try await pool.write { transaction in
            try transaction.db.run(
                """
                INSERT INTO prompt_versions (id, first_seen_at, files) VALUES ($1, $2, $3)
                ON CONFLICT (id) DO NOTHING
                """,
                [.text(id), .time(now), .text(text)]
            )
        }
    }

    public func promptVersions(limit: Int) async throws -> [PromptVersion] {
        try await pool.read { db in
            try db.rows(
                """
                SELECT id, first_seen_at, used_at FROM prompt_versions
                ORDER BY COALESCE(used_at, 0) DESC, first_seen_at DESC, id LIMIT $1
                """,
                [.integer(min(max(limit, 0), StoreLimits.pageMax))]
            ).map(PromptVersion.init)
        }
    }

    public func promptVersions(matching reference: String, limit: Int) async throws -> [PromptVersion] {
        if reference.isEmpty { return [] }
        return try await pool.read { db in
            try db.rows(
                """
                SELECT id, first_seen_at, used_at, files FROM prompt_versions
                WHERE id >= $1 AND substr(id, 1, length($1)) = $1 ORDER BY id LIMIT $2
                """,
                [.text(reference), .integer(min(max(limit, 0), StoreLimits.pageMax))]
            ).map { row in
                var version = try PromptVersion(row)
                version.files = try StoredJSON.decode(text: try row.text(3))
                return version
            }
        }
    }

    public func beginTrial(_ trial: PromptTrial) async throws -> Bool {
        try await pool.write { transaction in
            try transaction.db.run(
                """
                INSERT INTO prompt_trials (id, champion, challenger, share, started_at)
                VALUES ($1, $2, $3, $4, $5) ON CONFLICT ((1)) WHERE ended_at IS NULL DO NOTHING
                """,
                [
                    .text(trial.id), .text(trial.champion), .text(trial.challenger), .integer(trial.share),
                    .time(trial.startedAt),
                ]
            ) == 1
        }
    }

    public func endTrial(_ id: String, outcome: PromptTrial.Outcome, now: Timestamp) async throws -> Bool {
        try await pool.write { transaction in
            try transaction.db.run(
                "UPDATE prompt_trials SET ended_at = $1, outcome = $2 WHERE id = $3 AND ended_at IS NULL",
                [.time(now), .text(outcome.rawValue), .text(id)]
            ) == 1
        }
    }

    public func trials(limit: Int) async throws -> [PromptTrial] {
        try await pool.read { db in
            try db.rows(
                """
                SELECT id, champion, challenger, share, started_at, ended_at, outcome FROM prompt_trials
                ORDER BY started_at DESC, id LIMIT $1
                """,
                [.integer(min(max(limit, 0), StoreLimits.pageMax))]
            ).map { row in
                PromptTrial(
                    id: try row.text(0),
                    champion: try row.text(1),
                    challenger: try row.text(2),
                    share: Int(try row.integer(3)),
                    startedAt: Timestamp(milliseconds: try row.integer(4)),
                    endedAt: try row.time(5),
                    outcome: row.optional(6).flatMap(PromptTrial.Outcome.init(rawValue:))
                )
            }
        }
    }
}

extension PromptVersion {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row.text(0),
            firstSeenAt: Timestamp(milliseconds: try row.integer(1)),
            usedAt: try row.time(2)
        )
    }
}

extension PostgresSchema {
    static let prompts = """
        -- Every set of prompt files that was in use, with all its text: a JSON object from file name to text.
        CREATE TABLE prompt_versions (
            id text COLLATE "C" NOT NULL PRIMARY KEY,
            first_seen_at bigint NOT NULL,
            -- When a process last took it into use; NULL: only kept for a trial.
            used_at bigint,
            files text NOT NULL
        );
        ALTER TABLE prompt_versions ENABLE ROW LEVEL SECURITY;

        CREATE TABLE prompt_trials (
            id text COLLATE "C" NOT NULL PRIMARY KEY,
            champion text NOT NULL,
            challenger text NOT NULL,
            share int NOT NULL,
            started_at bigint NOT NULL,
            ended_at bigint,
            outcome text
        );
        -- One trial at a time.
        CREATE UNIQUE INDEX prompt_trials_running ON prompt_trials((1)) WHERE ended_at IS NULL;
        ALTER TABLE prompt_trials ENABLE ROW LEVEL SECURITY;

        """
}
