extension SQLiteSchema {
    static let desk = """
        -- The person who has the conversation, as of the newest command, which may be ahead of the state.
        ALTER TABLE conversations ADD COLUMN held_by TEXT;
        ALTER TABLE conversations ADD COLUMN assigned_to TEXT;
        -- Since when an alert is open.
        ALTER TABLE conversations ADD COLUMN waiting_since INTEGER;
        ALTER TABLE conversations ADD COLUMN product TEXT;
        ALTER TABLE conversations ADD COLUMN is_unpaid INTEGER NOT NULL DEFAULT 0;
        UPDATE conversations SET
            waiting_since = (SELECT MIN(at) FROM alerts WHERE conversation_id = conversations.id AND done_at IS NULL),
            held_by = json_extract(state, '$.stage.handedOff._0.staff'),
            is_unpaid = stage IN ('offered', 'awaiting_payment'),
            product = COALESCE(json_extract(state, '$.stage.awaitingPayment._0.product'),
                json_extract(state, '$.stage.offered._0.offer.product'),
                json_extract(state, '$.stage.qualified._0.recommended'),
                json_extract(state, '$.stage.paid._0.offer.product'));

        -- Columns to filter by stand in the index, so that only what is shown is read.
        DROP INDEX conversations_updated;
        CREATE INDEX conversations_list ON conversations(updated_at, id, stage, language, score, product);
        CREATE INDEX conversations_stage ON conversations(stage, updated_at, id);
        CREATE INDEX conversations_score ON conversations(score, id);
        CREATE INDEX conversations_created ON conversations(created_at, id);
        CREATE INDEX conversations_waiting ON conversations(waiting_since, id) WHERE waiting_since IS NOT NULL;
        CREATE INDEX conversations_unpaid ON conversations(updated_at, id) WHERE is_unpaid = 1;
        CREATE INDEX conversations_assigned ON conversations(assigned_to, updated_at, id) WHERE assigned_to IS NOT NULL;
        -- References: by user id, by phone number, by the end of a phone number.
        CREATE INDEX conversations_user ON conversations(user_id) WHERE user_id IS NOT NULL;
        CREATE INDEX conversations_phone ON conversations(wa_id) WHERE wa_id IS NOT NULL;
        CREATE INDEX conversations_phone_end ON conversations(substr(wa_id, -6)) WHERE wa_id IS NOT NULL;
        CREATE INDEX identities_value ON identities(value, kind);

        CREATE TRIGGER alerts_opened AFTER INSERT ON alerts WHEN NEW.done_at IS NULL BEGIN
            UPDATE conversations SET waiting_since = NEW.at WHERE id = NEW.conversation_id AND waiting_since IS NULL;
        END;
        CREATE TRIGGER alerts_settled AFTER UPDATE OF done_at ON alerts BEGIN
            UPDATE conversations SET waiting_since =
                (SELECT MIN(at) FROM alerts WHERE conversation_id = NEW.conversation_id AND done_at IS NULL)
            WHERE id = NEW.conversation_id;
        END;

        CREATE TABLE staff_log (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            who TEXT NOT NULL,
            action TEXT NOT NULL,
            conversation_id TEXT,
            -- Of a command that is done once.
            request_id TEXT UNIQUE,
            detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX staff_log_conversation ON staff_log(conversation_id, id);
        CREATE INDEX staff_log_who ON staff_log(who, id);
        """
}
