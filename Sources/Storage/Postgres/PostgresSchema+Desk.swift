extension PostgresSchema {
    static let desk = """
        -- The person who has the conversation, as of the newest command, which may be ahead of the state.
        ALTER TABLE conversations ADD COLUMN held_by text COLLATE "C";
        ALTER TABLE conversations ADD COLUMN assigned_to text COLLATE "C";
        -- Since when an alert is open.
        ALTER TABLE conversations ADD COLUMN waiting_since bigint;
        ALTER TABLE conversations ADD COLUMN product text COLLATE "C";
        ALTER TABLE conversations ADD COLUMN is_unpaid int NOT NULL DEFAULT 0;
        UPDATE conversations SET
            waiting_since = (SELECT MIN(at) FROM alerts WHERE conversation_id = conversations.id AND done_at IS NULL),
            held_by = state::jsonb #>> '{stage,handedOff,_0,staff}',
            is_unpaid = CASE WHEN stage IN ('offered', 'awaiting_payment') THEN 1 ELSE 0 END,
            product = COALESCE(state::jsonb #>> '{stage,awaitingPayment,_0,product}',
                state::jsonb #>> '{stage,offered,_0,offer,product}',
                state::jsonb #>> '{stage,qualified,_0,recommended}',
                state::jsonb #>> '{stage,paid,_0,offer,product}');

        -- Columns to filter by stand in the index, so that only what is shown is read.
        DROP INDEX conversations_updated;
        CREATE INDEX conversations_list ON conversations(updated_at, id, stage, language, score, product);
        CREATE INDEX conversations_stage ON conversations(stage, updated_at, id);
        CREATE INDEX conversations_score ON conversations(score, id);
        CREATE INDEX conversations_created ON conversations(created_at, id);
        CREATE INDEX conversations_waiting ON conversations(waiting_since, id) WHERE waiting_since IS NOT NULL;
        CREATE INDEX conversations_unpaid ON conversations(updated_at, id) WHERE is_unpaid = 1;
        CREATE INDEX conversations_assigned ON conversations(assigned_to, updated_at, id) WHERE assigned_to IS NOT NULL;
        -- References: by phone number, by the end of a phone number.
        CREATE INDEX conversations_phone ON conversations(wa_id) WHERE wa_id IS NOT NULL;
        CREATE INDEX conversations_phone_end ON conversations(right(wa_id, 6)) WHERE wa_id IS NOT NULL;
        CREATE INDEX identities_value ON identities(value, kind);

        CREATE FUNCTION alerts_opened() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            UPDATE conversations SET waiting_since = NEW.at WHERE id = NEW.conversation_id AND waiting_since IS NULL;
            RETURN NULL;
        END $$;
        CREATE TRIGGER alerts_opened AFTER INSERT ON alerts FOR EACH ROW WHEN (NEW.done_at IS NULL)
            EXECUTE FUNCTION alerts_opened();
        CREATE FUNCTION alerts_settled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            UPDATE conversations SET waiting_since =
                (SELECT MIN(at) FROM alerts WHERE conversation_id = NEW.conversation_id AND done_at IS NULL)
            WHERE id = NEW.conversation_id;
            RETURN NULL;
        END $$;
        CREATE TRIGGER alerts_settled AFTER UPDATE OF done_at ON alerts FOR EACH ROW
            EXECUTE FUNCTION alerts_settled();

        CREATE TABLE staff_log (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at bigint NOT NULL,
            who text COLLATE "C" NOT NULL,
            action text NOT NULL,
            conversation_id text COLLATE "C",
            -- Of a command that is done once.
            request_id text COLLATE "C" UNIQUE,
            detail text NOT NULL
        );
        CREATE INDEX staff_log_conversation ON staff_log(conversation_id, id);
        CREATE INDEX staff_log_who ON staff_log(who, id);
        ALTER TABLE staff_log ENABLE ROW LEVEL SECURITY;

        """
}
