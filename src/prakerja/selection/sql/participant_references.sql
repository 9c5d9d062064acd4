-- What a participant's row names exists: the applicant and the decree. A decree of 250,000 adds as many rows in one
-- statement, and a foreign key asks for each row by itself (4 to 5 microseconds); here a statement is asked once, for all
-- its rows (under 1 microsecond a row, bench/cards.py). The names are those that foreign keys would have.
ALTER TABLE participants DROP CONSTRAINT a_participant_was_an_applicant;
ALTER TABLE participants DROP CONSTRAINT a_participant_is_named_by_a_decree;

CREATE FUNCTION participants_name_what_exists() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT
        FROM named
        WHERE NOT EXISTS (
            SELECT FROM applicants AS a WHERE a.lane = named.lane AND a.applicant_id = named.applicant_id
        )
    ) THEN
        RAISE EXCEPTION 'a participant was no applicant of the same lane'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'a_participant_was_an_applicant',
                TABLE = 'participants';
    END IF;
    IF EXISTS (SELECT decree_id FROM named EXCEPT SELECT id FROM decrees) THEN
        RAISE EXCEPTION 'no decree names a participant'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'a_participant_is_named_by_a_decree',
                TABLE = 'participants';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER participants_name_what_exists AFTER INSERT ON participants
    REFERENCING NEW TABLE AS named FOR EACH STATEMENT EXECUTE FUNCTION participants_name_what_exists();

-- What was named stays named: neither end is exchanged or lost. These run for the forbidden step only.
CREATE FUNCTION refuse_what_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: a row of % is to name something else', TG_NAME, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END
$$;

CREATE TRIGGER a_participant_keeps_applicant_and_decree BEFORE UPDATE OF lane, applicant_id, decree_id ON participants
    FOR EACH ROW WHEN (
        (OLD.lane, OLD.applicant_id, OLD.decree_id) IS DISTINCT FROM (NEW.lane, NEW.applicant_id, NEW.decree_id)
    ) EXECUTE FUNCTION refuse_what_never_changes();

CREATE FUNCTION refuse_to_lose_a_participants_ground() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'applicants' THEN
        IF EXISTS (SELECT FROM participants AS p WHERE p.lane = OLD.lane AND p.applicant_id = OLD.applicant_id) THEN
            RAISE EXCEPTION 'an applicant became a participant and stays on record'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'a_participant_was_an_applicant',
                    TABLE = 'participants';
        END IF;
    ELSIF EXISTS (SELECT FROM participants AS p WHERE p.decree_id = OLD.id) THEN
        RAISE EXCEPTION 'a decree names participants and stays on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'a_participant_is_named_by_a_decree',
                TABLE = 'participants';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        RETURN NEW;
    END IF;
    RETURN OLD;
END
$$;

CREATE TRIGGER a_participants_applicant_stays BEFORE DELETE ON applicants
    FOR EACH ROW EXECUTE FUNCTION refuse_to_lose_a_participants_ground();
CREATE TRIGGER a_participants_applicant_keeps_its_key BEFORE UPDATE OF lane, applicant_id ON applicants
    FOR EACH ROW WHEN ((OLD.lane, OLD.applicant_id) IS DISTINCT FROM (NEW.lane, NEW.applicant_id))
    EXECUTE FUNCTION refuse_to_lose_a_participants_ground();
CREATE TRIGGER a_participants_decree_stays BEFORE DELETE ON decrees
    FOR EACH ROW EXECUTE FUNCTION refuse_to_lose_a_participants_ground();
CREATE TRIGGER a_participants_decree_keeps_its_key BEFORE UPDATE OF id ON decrees
    FOR EACH ROW WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION refuse_to_lose_a_participants_ground();
