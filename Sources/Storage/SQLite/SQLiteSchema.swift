import GRDB

/// The schema, one migration after the other. A migration that was released never changes, so names are literal.
enum SQLiteSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 conversations, journal, outbox") { db in
            try db.execute(sql: conversations)
            try db.execute(sql: journal)
            try db.execute(sql: outbox)
            try db.execute(sql: beside)
        }
        migrator.registerMigration("2 pacing, bulk work, turns that can be undone") { try $0.execute(sql: pacing) }
        migrator.registerMigration("3 dead letters") { try $0.execute(sql: deadLetters) }
        migrator.registerMigration("4 processes") { try $0.execute(sql: processes) }
        migrator.registerMigration("5 service alerts, spend") { try $0.execute(sql: service) }
        migrator.registerMigration("6 polls, payment intents") { try $0.execute(sql: polls) }
        migrator.registerMigration("7 lost claims") { try $0.execute(sql: lostClaims) }
        migrator.registerMigration("8 desk") { try $0.execute(sql: desk) }
        migrator.registerMigration("9 index and statistics") { try $0.execute(sql: digest) }
        migrator.registerMigration("10 prompt versions and trials") { try $0.execute(sql: prompts) }
        migrator.registerMigration("11 access to the API") { try $0.execute(sql: access) }
        migrator.registerMigration("12 files of staff") { try $0.execute(sql: files) }
        migrator.registerMigration("14 lists, search and statistics at size") { try $0.execute(sql: size) }
        migrator.registerMigration("15 tries of what waited") { try $0.execute(sql: tries) }
        migrator.registerMigration("16 lists of few") { try $0.execute(sql: narrow + parts) }
        migrator.registerMigration("17 reviews again") { try $0.execute(sql: reviewsAgain) }
        return migrator
    }

    /// Times are milliseconds since 1970. Long texts stand last: what follows a long text is slow to reach.
    private static let conversations = """
        CREATE TABLE conversations (
            id TEXT NOT NULL PRIMARY KEY,
            channel TEXT NOT NULL,
            user_id TEXT,
            wa_id TEXT,
            language TEXT NOT NULL,
            stage TEXT NOT NULL,
            score INTEGER NOT NULL,
            turn INTEGER NOT NULL DEFAULT 0,
            failures INTEGER NOT NULL DEFAULT 0,
            open_since INTEGER,
            due_at INTEGER,
            timer_at INTEGER,
            -- When anyone may take it: the earlier of due_at and timer_at, the lease's end while it is claimed.
            wake_at INTEGER,
            claimed_by TEXT,
            last_customer_at INTEGER,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            timers TEXT NOT NULL DEFAULT '{}',
            source TEXT,
            state TEXT NOT NULL
        ) STRICT;
        CREATE INDEX conversations_wake ON conversations(wake_at) WHERE wake_at IS NOT NULL;
        CREATE INDEX conversations_updated ON conversations(updated_at);

        CREATE TABLE identities (
            channel TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('user_id', 'wa_id')),
            value TEXT NOT NULL,
            conversation_id TEXT NOT NULL,
            PRIMARY KEY (channel, kind, value)
        ) STRICT, WITHOUT ROWID;
        """

    private static let journal = """
        CREATE TABLE journal (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            -- customer: messages of the customer; owner: an answer from the owner's phone; event: any other event;
            -- message: one of ours; note: for staff.
            kind TEXT NOT NULL CHECK (kind IN ('customer', 'owner', 'event', 'message', 'note')),
            -- NULL: an event that waits for its turn.
            handled_at INTEGER,
            outside_id TEXT,
            outbox_id TEXT,
            body TEXT NOT NULL,
            explanation TEXT
        ) STRICT;
        CREATE INDEX journal_conversation ON journal(conversation_id, seq);
        CREATE INDEX journal_open ON journal(conversation_id, seq) WHERE handled_at IS NULL;
        CREATE UNIQUE INDEX journal_outside ON journal(outside_id) WHERE outside_id IS NOT NULL;
        """

    private static let outbox = """
        CREATE TABLE outbox (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            lane TEXT NOT NULL,
            conversation_id TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'uncertain', 'sent', 'dead')),
            attempts INTEGER NOT NULL DEFAULT 0,
            not_before INTEGER NOT NULL,
            -- When it may be taken. Only the first open row of a lane has it, and only while it is pending.
            ready_at INTEGER,
            -- sending: the lease's end; uncertain: until when a status may come.
            settle_at INTEGER,
            claimed_by TEXT,
            message_id TEXT,
            delivery TEXT,
            delivery_at INTEGER,
            created_at INTEGER NOT NULL,
            -- NULL: not done.
            closed_at INTEGER,
            task TEXT NOT NULL,
            -- What went wrong, oldest first: {at, attempt, code, reason, message_id}.
            history TEXT NOT NULL DEFAULT '[]'
        ) STRICT;
        CREATE INDEX outbox_lane ON outbox(lane, seq) WHERE closed_at IS NULL;
        CREATE INDEX outbox_ready ON outbox(ready_at, seq) WHERE ready_at IS NOT NULL;
        CREATE INDEX outbox_settle ON outbox(settle_at) WHERE settle_at IS NOT NULL;
        CREATE INDEX outbox_message ON outbox(message_id) WHERE message_id IS NOT NULL;
        CREATE INDEX outbox_dead ON outbox(seq) WHERE state = 'dead';
        """

    private static let beside = """
        CREATE TABLE alerts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            body TEXT NOT NULL,
            done_at INTEGER
        ) STRICT;
        CREATE INDEX alerts_open ON alerts(conversation_id, id) WHERE done_at IS NULL;

        CREATE TABLE unmatched (
            outside_id TEXT NOT NULL PRIMARY KEY,
            received_at INTEGER NOT NULL,
            reason TEXT NOT NULL,
            -- A blob, because it may hold NUL.
            raw BLOB
        ) STRICT;

        CREATE TABLE pulse (id INTEGER PRIMARY KEY CHECK (id = 1), beats INTEGER NOT NULL) STRICT;
        INSERT INTO pulse (id, beats) VALUES (1, 0);
        """

    private static let pacing = """
        -- When all that was written to the customer is paid for under WhatsApp's limit for one customer.
        ALTER TABLE conversations ADD COLUMN paid_until INTEGER NOT NULL DEFAULT 0;
        -- Whether a message waits until the customer writes again.
        ALTER TABLE conversations ADD COLUMN has_waiting INTEGER NOT NULL DEFAULT 0;
        -- The last turn's first and last event and what was before it, while it may be undone.
        ALTER TABLE conversations ADD COLUMN undo_from INTEGER;
        ALTER TABLE conversations ADD COLUMN undo_through INTEGER;
        ALTER TABLE conversations ADD COLUMN undo_timers TEXT;
        ALTER TABLE conversations ADD COLUMN undo_state TEXT;
        -- From now on wake_at is due_at, or the lease's end while it is claimed; timers have a queue of their own.
        UPDATE conversations SET wake_at = due_at WHERE claimed_by IS NULL;
        CREATE INDEX conversations_timer ON conversations(timer_at) WHERE timer_at IS NOT NULL AND wake_at IS NULL;

        -- 1: comes after what is live.
        ALTER TABLE outbox ADD COLUMN is_bulk INTEGER NOT NULL DEFAULT 0;
        -- Since when it waits until the customer writes again; the lane goes on without it.
        ALTER TABLE outbox ADD COLUMN waits_since INTEGER;
        DROP INDEX outbox_ready;
        CREATE INDEX outbox_ready ON outbox(is_bulk, ready_at, seq) WHERE ready_at IS NOT NULL;
        """

    private static let deadLetters = """
        -- Who wants it no more. What is dead and not dropped waits for a person.
        ALTER TABLE outbox ADD COLUMN dropped_at INTEGER;
        ALTER TABLE outbox ADD COLUMN dropped_by TEXT;
        DROP INDEX outbox_dead;
        CREATE INDEX outbox_dead ON outbox(id) WHERE state = 'dead';
        ALTER TABLE unmatched ADD COLUMN dropped_at INTEGER;
        ALTER TABLE unmatched ADD COLUMN dropped_by TEXT;
        CREATE INDEX unmatched_received ON unmatched(received_at, outside_id);

        -- Turns that failed for a reason of ours. While one is parked, its conversation is claimed by 'parked'.
        CREATE TABLE parked_turns (
            id TEXT NOT NULL PRIMARY KEY,
            conversation_id TEXT NOT NULL,
            turn INTEGER NOT NULL,
            -- Failures in a row, since the last retry by a person.
            faults INTEGER NOT NULL,
            -- NULL: it is tried again by itself.
            parked_at INTEGER,
            dropped_at INTEGER,
            dropped_by TEXT,
            -- What went wrong, oldest first: {at, attempt, code, reason}.
            history TEXT NOT NULL,
            UNIQUE (conversation_id, turn)
        ) STRICT;
        CREATE INDEX parked_turns_parked ON parked_turns(parked_at, id) WHERE parked_at IS NOT NULL;
        """
}
