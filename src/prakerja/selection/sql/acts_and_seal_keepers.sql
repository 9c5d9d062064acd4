-- Triggers of acts and of sealed seeds.
-- Rules: SELECT-01. The models stand in models/; here is what Django has no word for.

CREATE TRIGGER draw_openings_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON draw_openings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

-- What a commitment names stays as it is: seals, confirmations, and that this fallback holds.
CREATE FUNCTION a_committed_fallback_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM draws AS d WHERE d.wave_id = OLD.wave_id) THEN
        RAISE EXCEPTION 'the list of this wave is committed, with its fallback'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_committed_fallback_stays', TABLE = 'draw_fallbacks';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE FUNCTION a_committed_seal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM draw_fallbacks AS f JOIN draws AS d ON d.wave_id = f.wave_id WHERE f.id = OLD.fallback_id
    ) THEN
        RAISE EXCEPTION 'the list of this wave is committed, with its seals'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_committed_seal_stays', TABLE = 'draw_seals';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE TRIGGER a_committed_fallback_stays BEFORE UPDATE OR DELETE ON draw_fallbacks
    FOR EACH ROW EXECUTE FUNCTION a_committed_fallback_stays();
CREATE TRIGGER a_committed_seal_stays BEFORE UPDATE OR DELETE ON draw_seals
    FOR EACH ROW EXECUTE FUNCTION a_committed_seal_stays();

-- The table of states.py, in the database's words.
CREATE FUNCTION wave_act_moves_along_its_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an act does not move from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'wave_act_moves_along_its_states';
END
$$;

CREATE TRIGGER wave_act_moves_along_its_states BEFORE UPDATE OF state ON wave_acts
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'asked>done',
        'asked>refused',
        'asked>failed'
    )) EXECUTE FUNCTION wave_act_moves_along_its_states();
