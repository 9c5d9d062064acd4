-- What people joined, and what a commitment names, stays as it was.
-- Rules: SELECT-01, SELECT-02. These run for the forbidden step only; acts change outcome and rank, nothing else.

-- A receipt is honoured by the row that it was given for: no row is lost, and none becomes somebody else's.
CREATE TRIGGER whoever_joined_stays_on_record BEFORE DELETE OR TRUNCATE ON joinings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

CREATE TRIGGER a_joining_stays_what_it_was
    BEFORE UPDATE OF wave_id, applicant_id, channel, province_code, priority_class, token, household_token ON joinings
    FOR EACH ROW WHEN (
        (OLD.wave_id, OLD.applicant_id, OLD.channel, OLD.province_code, OLD.priority_class, OLD.token,
            OLD.household_token)
        IS DISTINCT FROM
        (NEW.wave_id, NEW.applicant_id, NEW.channel, NEW.province_code, NEW.priority_class, NEW.token,
            NEW.household_token)
    ) EXECUTE FUNCTION refuse_what_never_changes();

-- The places of a committed wave stand in its commitment: neither more, nor fewer, nor others.
CREATE FUNCTION committed_places_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM draws AS d WHERE d.wave_id IN (OLD.wave_id, NEW.wave_id)) THEN
        RAISE EXCEPTION 'the list of this wave is committed, with its places'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'committed_places_stay', TABLE = 'wave_quotas';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE TRIGGER committed_places_stay BEFORE INSERT OR UPDATE OR DELETE ON wave_quotas
    FOR EACH ROW EXECUTE FUNCTION committed_places_stay();
