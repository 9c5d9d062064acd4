-- What a card's row names exists: its participant and its batch. As with participants (selection/sql): cards are inserted
-- fifty thousand at a time, and a foreign key would ask for each by itself. The names are those that foreign keys had.
ALTER TABLE cards DROP CONSTRAINT a_card_belongs_to_a_participant;
ALTER TABLE cards DROP CONSTRAINT a_card_comes_from_a_batch;

CREATE FUNCTION cards_name_what_exists() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT
        FROM named
        WHERE NOT EXISTS (
            SELECT FROM participants AS p WHERE p.lane = named.lane AND p.participant_id = named.participant_id
        )
    ) THEN
        RAISE EXCEPTION 'a card belongs to no participant of its lane'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'a_card_belongs_to_a_participant', TABLE = 'cards';
    END IF;
    IF EXISTS (SELECT batch_id FROM named EXCEPT SELECT id FROM card_batches) THEN
        RAISE EXCEPTION 'a card comes from no batch'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'a_card_comes_from_a_batch', TABLE = 'cards';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER cards_name_what_exists AFTER INSERT ON cards
    REFERENCING NEW TABLE AS named FOR EACH STATEMENT EXECUTE FUNCTION cards_name_what_exists();

-- What was named stays named: neither end is exchanged or lost. These run for the forbidden step only.
CREATE TRIGGER a_card_keeps_holder_and_batch BEFORE UPDATE OF lane, participant_id, batch_id ON cards
    FOR EACH ROW WHEN (
        (OLD.lane, OLD.participant_id, OLD.batch_id) IS DISTINCT FROM (NEW.lane, NEW.participant_id, NEW.batch_id)
    ) EXECUTE FUNCTION refuse_what_never_changes();

CREATE FUNCTION refuse_to_lose_a_cards_ground() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'participants' THEN
        IF EXISTS (SELECT FROM cards AS c WHERE c.lane = OLD.lane AND c.participant_id = OLD.participant_id) THEN
            RAISE EXCEPTION 'a participant holds a card and stays on record'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'a_card_belongs_to_a_participant',
                    TABLE = 'cards';
        END IF;
    ELSIF EXISTS (SELECT FROM cards AS c WHERE c.batch_id = OLD.id) THEN
        RAISE EXCEPTION 'a batch has cards and stays on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'a_card_comes_from_a_batch', TABLE = 'cards';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        RETURN NEW;
    END IF;
    RETURN OLD;
END
$$;

CREATE TRIGGER a_cards_participant_stays BEFORE DELETE ON participants
    FOR EACH ROW EXECUTE FUNCTION refuse_to_lose_a_cards_ground();
CREATE TRIGGER a_cards_participant_keeps_its_key BEFORE UPDATE OF lane, participant_id ON participants
    FOR EACH ROW WHEN ((OLD.lane, OLD.participant_id) IS DISTINCT FROM (NEW.lane, NEW.participant_id))
    EXECUTE FUNCTION refuse_to_lose_a_cards_ground();
CREATE TRIGGER a_cards_batch_stays BEFORE DELETE ON card_batches
    FOR EACH ROW EXECUTE FUNCTION refuse_to_lose_a_cards_ground();
CREATE TRIGGER a_cards_batch_keeps_its_key BEFORE UPDATE OF id ON card_batches
    FOR EACH ROW WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION refuse_to_lose_a_cards_ground();
