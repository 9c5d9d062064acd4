-- Tables and triggers of the draw in acts (draw-2).
-- Rules: SELECT-01. The models stand in models.py; here is what Django has no word for.

-- A token is 16 bytes of a keyed hash; 32 were the tokens of draw-1, which stay as they were committed.
ALTER TABLE joinings DROP CONSTRAINT a_token_has_32_bytes;
UPDATE joinings AS j
SET token = substring(j.token FOR 16), household_token = substring(j.household_token FOR 16)
FROM waves AS w
WHERE w.id = j.wave_id AND w.state IN ('planned', 'open', 'closed');
ALTER TABLE joinings ADD CONSTRAINT a_token_has_16_bytes
    CHECK (octet_length(token) IN (16, 32) AND octet_length(household_token) = octet_length(token));

-- How many of a household were recipients before stands in the committed rows alone.
ALTER TABLE joinings DROP COLUMN household_recipients;

-- Hashes do not compress: trying costs more than writing them.
ALTER TABLE draw_chunks ALTER COLUMN rows SET STORAGE EXTERNAL;
ALTER TABLE draw_places ALTER COLUMN places SET STORAGE EXTERNAL;

CREATE TRIGGER draw_chunks_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON draw_chunks
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

CREATE TRIGGER draw_places_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON draw_places
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

CREATE TRIGGER draw_openings_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON draw_openings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

-- Nobody redraws: once the beacon's round is out, a committed wave can only be drawn.
CREATE FUNCTION a_wave_is_voided_before_its_beacon_speaks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.voided_at IS NULL OR EXISTS (
        SELECT FROM draws AS d WHERE d.wave_id = NEW.id AND d.beacon_at <= NEW.voided_at
    ) THEN
        RAISE EXCEPTION 'wave % cannot be voided any more', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_wave_is_voided_before_its_beacon_speaks';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER a_wave_is_voided_before_its_beacon_speaks BEFORE UPDATE OF state ON waves
    FOR EACH ROW WHEN (OLD.state <> 'void' AND NEW.state = 'void')
    EXECUTE FUNCTION a_wave_is_voided_before_its_beacon_speaks();
