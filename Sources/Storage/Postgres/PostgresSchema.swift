import Logging

/// The schema, one version after the other, in the order of the list. A released version never changes, so names are literal.
enum PostgresSchema {
    static let versions: [(name: String, script: String)] = [
        ("1 conversations, journal, outbox", conversations + journal + outbox + beside + closed),
        ("2 pacing, bulk work, turns that can be undone", pacing),
        ("3 dead letters", deadLetters),
        ("4 processes", processes),
        ("5 service alerts, spend", service),
        ("6 polls, payment intents", polls),
        ("7 lost claims", lostClaims),
        ("8 desk", desk),
        ("9 index and statistics", digest),
        ("10 prompt versions and trials", prompts),
        ("11 access to the API", access),
        ("12 files of staff", files),
        ("14 lists, search and statistics at size", size),
        ("15 tries of what waited", tries),
        ("16 lists of few", narrow),
        ("17 reviews again", reviewsAgain),
    ]

    /// Brings the schema up to date, one process at a time, or says why it can't be used.
    /// `isRestore`: by whoever puts a backup in its place.
    static func prepare(
        _ db: PostgresConnection,
        schema: String,
        migrates: Bool,
        isRestore: Bool,
        logger: Logger
    ) throws {
        try checkServer(db)
        if !isRestore { try checkRestore(db, schema) }
        guard try version(db, schema) != versions.count else { return try checkOwner(db) }
        guard migrates else {
            throw StoreError.cannotOpen("The schema \"\(schema)\" in Postgres is not up to date. Run `crset migrate`.")
        }
        db.begin()
        do {
            // A large table takes its time, and so does another process that migrates.
            db.later("SELECT set_config('statement_timeout', '3600000', true), set_config('lock_timeout', '0', true)")
            // 1129468742: the advisory lock of migrations.
            _ = try db.rows("SELECT pg_advisory_xact_lock(1129468742, hashtext($1))", [.text(schema)])
            let before = try version(db, schema)
            if (1..<versions.count).contains(before) {
                logger.notice("the database is brought up to date; a large one takes minutes")
            }
            try migrate(db, schema, from: before)
            try db.commit()
        } catch {
            db.rollback()
            throw error
        }
        try checkOwner(db)
    }

    private static func migrate(_ db: PostgresConnection, _ schema: String, from version: Int) throws {
        if try db.rows("SELECT 1 FROM pg_namespace WHERE nspname = $1", [.text(schema)]).isEmpty {
            try db.script("CREATE SCHEMA \"\(schema)\"")
        }
        for (index, migration) in versions.enumerated().dropFirst(version) {
            try db.script(migration.script)
            try db.run(
                "INSERT INTO schema_versions (version, name) VALUES ($1, $2)",
                [.integer(index + 1), .text(migration.name)]
            )
        }
    }

    /// Times are milliseconds since 1970. Ids compare by their bytes, as in SQLite. Rows change often: room is left on
    /// their pages, and what is dead is cleared away early.
    private static let conversations = """
        CREATE TABLE schema_versions (
            version int PRIMARY KEY,
            name text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );

        CREATE TABLE conversations (
            id text COLLATE "C" NOT NULL PRIMARY KEY,
            channel text NOT NULL,
            user_id text,
            wa_id text,
            language text NOT NULL,
            stage text NOT NULL,
            score int NOT NULL,
            turn int NOT NULL DEFAULT 0,
            failures int NOT NULL DEFAULT 0,
            open_since bigint,
            due_at bigint,
            timer_at bigint,
            -- When anyone may take it: the earlier of due_at and timer_at, the lease's end while it is claimed.
            wake_at bigint,
            claimed_by text,
            last_customer_at bigint,
            created_at bigint NOT NULL,
            updated_at bigint NOT NULL,
            timers text NOT NULL DEFAULT '{}',
            source text,
            state text NOT NULL
        ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
        CREATE INDEX conversations_wake ON conversations(wake_at) WHERE wake_at IS NOT NULL;
        CREATE INDEX conversations_updated ON conversations(updated_at);
        CREATE INDEX conversations_user ON conversations(user_id) WHERE user_id IS NOT NULL;

        CREATE TABLE identities (
            channel text COLLATE "C" NOT NULL,
            kind text COLLATE "C" NOT NULL CHECK (kind IN ('user_id', 'wa_id')),
            value text COLLATE "C" NOT NULL,
            conversation_id text COLLATE "C" NOT NULL,
            PRIMARY KEY (channel, kind, value)
        );

        """

    private static let journal = """
        CREATE TABLE journal (
            seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            conversation_id text COLLATE "C" NOT NULL,
            at bigint NOT NULL,
            -- customer: messages of the customer; owner: an answer from the owner's phone; event: any other event;
            -- message: one of ours; note: for staff.
            kind text NOT NULL CHECK (kind IN ('customer', 'owner', 'event', 'message', 'note')),
            -- NULL: an event that waits for its turn.
            handled_at bigint,
            outside_id text COLLATE "C",
            outbox_id text COLLATE "C",
            body text NOT NULL,
            explanation text
        ) WITH (fillfactor = 95);
        CREATE INDEX journal_conversation ON journal(conversation_id, seq);
        CREATE INDEX journal_open ON journal(conversation_id, seq) WHERE handled_at IS NULL;
        CREATE UNIQUE INDEX journal_outside ON journal(outside_id) WHERE outside_id IS NOT NULL;

        """

    private static let outbox = """
        CREATE TABLE outbox (
            seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id text COLLATE "C" NOT NULL UNIQUE,
            lane text COLLATE "C" NOT NULL,
            conversation_id text COLLATE "C" NOT NULL,
            state text NOT NULL CHECK (state IN ('pending', 'sending', 'uncertain', 'sent', 'dead')),
            attempts int NOT NULL DEFAULT 0,
            not_before bigint NOT NULL,
            -- When it may be taken. Only the first open row of a lane has it, and only while it is pending.
            ready_at bigint,
            -- sending: the lease's end; uncertain: until when a status may come.
            settle_at bigint,
            claimed_by text,
            message_id text COLLATE "C",
            delivery text,
            delivery_at bigint,
            created_at bigint NOT NULL,
            -- NULL: not done.
            closed_at bigint,
            task text NOT NULL,
            -- What went wrong, oldest first: {at, attempt, code, reason, message_id}.
            history text NOT NULL DEFAULT '[]'
        ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
        CREATE INDEX outbox_lane ON outbox(lane, seq) WHERE closed_at IS NULL;
        CREATE INDEX outbox_ready ON outbox(ready_at, seq) WHERE ready_at IS NOT NULL;
        CREATE INDEX outbox_settle ON outbox(settle_at) WHERE settle_at IS NOT NULL;
        CREATE INDEX outbox_message ON outbox(message_id) WHERE message_id IS NOT NULL;
        CREATE INDEX outbox_dead ON outbox(seq) WHERE state = 'dead';

        """

    private static let beside = """
        CREATE TABLE alerts (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            conversation_id text COLLATE "C" NOT NULL,
            at bigint NOT NULL,
            kind text NOT NULL,
            body text NOT NULL,
            done_at bigint
        );
        CREATE INDEX alerts_open ON alerts(conversation_id, id) WHERE done_at IS NULL;

        CREATE TABLE unmatched (
            outside_id text COLLATE "C" NOT NULL PRIMARY KEY,
            received_at bigint NOT NULL,
            reason text NOT NULL,
            -- Bytes, because it may hold NUL.
            raw bytea
        );

        CREATE TABLE pulse (id int PRIMARY KEY CHECK (id = 1), beats bigint NOT NULL);
        INSERT INTO pulse (id, beats) VALUES (1, 0);

        """

    private static let pacing = """
        -- When all that was written to the customer is paid for under WhatsApp's limit for one customer.
        ALTER TABLE conversations ADD COLUMN paid_until bigint NOT NULL DEFAULT 0;
        -- Whether a message waits until the customer writes again.
        ALTER TABLE conversations ADD COLUMN has_waiting boolean NOT NULL DEFAULT false;
        -- The last turn's first and last event and what was before it, while it may be undone.
        ALTER TABLE conversations ADD COLUMN undo_from bigint;
        ALTER TABLE conversations ADD COLUMN undo_through bigint;
        ALTER TABLE conversations ADD COLUMN undo_timers text;
        ALTER TABLE conversations ADD COLUMN undo_state text;
        -- From now on wake_at is due_at, or the lease's end while it is claimed; timers have a queue of their own.
        UPDATE conversations SET wake_at = due_at WHERE claimed_by IS NULL AND wake_at IS DISTINCT FROM due_at;
        CREATE INDEX conversations_timer ON conversations(timer_at) WHERE timer_at IS NOT NULL AND wake_at IS NULL;

        -- 1: comes after what is live.
        ALTER TABLE outbox ADD COLUMN is_bulk int NOT NULL DEFAULT 0;
        -- Since when it waits until the customer writes again; the lane goes on without it.
        ALTER TABLE outbox ADD COLUMN waits_since bigint;
        DROP INDEX outbox_ready;
        CREATE INDEX outbox_ready ON outbox(is_bulk, ready_at, seq) WHERE ready_at IS NOT NULL;

        """

    /// No policy: nobody but the owner sees a row, whatever a public gateway was granted.
    private static let closed = [
        "schema_versions", "conversations", "identities", "journal", "outbox", "alerts", "unmatched", "pulse",
    ].map { "ALTER TABLE \($0) ENABLE ROW LEVEL SECURITY;\n" }.joined()

    private static let deadLetters = """
        -- Who wants it no more. What is dead and not dropped waits for a person.
        ALTER TABLE outbox ADD COLUMN dropped_at bigint;
        ALTER TABLE outbox ADD COLUMN dropped_by text;
        DROP INDEX outbox_dead;
        CREATE INDEX outbox_dead ON outbox(id) WHERE state = 'dead';
        ALTER TABLE unmatched ADD COLUMN dropped_at bigint;
        ALTER TABLE unmatched ADD COLUMN dropped_by text;
        CREATE INDEX unmatched_received ON unmatched(received_at, outside_id);

        -- Turns that failed for a reason of ours. While one is parked, its conversation is claimed by 'parked'.
        CREATE TABLE parked_turns (
            id text COLLATE "C" NOT NULL PRIMARY KEY,
            conversation_id text COLLATE "C" NOT NULL,
            turn int NOT NULL,
            -- Failures in a row, since the last retry by a person.
            faults int NOT NULL,
            -- NULL: it is tried again by itself.
            parked_at bigint,
            dropped_at bigint,
            dropped_by text,
            -- What went wrong, oldest first: {at, attempt, code, reason}.
            history text NOT NULL,
            UNIQUE (conversation_id, turn)
        );
        CREATE INDEX parked_turns_parked ON parked_turns(parked_at, id) WHERE parked_at IS NOT NULL;
        ALTER TABLE parked_turns ENABLE ROW LEVEL SECURITY;

        """
}
