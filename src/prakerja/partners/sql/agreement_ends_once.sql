-- When an agreement was ended is set once, as its last day is.
CREATE OR REPLACE FUNCTION agreement_end_is_never_moved_later()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF (NEW.valid_until IS DISTINCT FROM OLD.valid_until
        AND (NEW.valid_until IS NULL OR NEW.valid_until > OLD.valid_until OR OLD.ended_at IS NOT NULL))
        OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at) THEN
        RAISE EXCEPTION 'the end of an agreement is set once and never moved later'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_end_is_never_moved_later';
    END IF;
    RETURN NEW;
END
$$;

DROP TRIGGER agreement_end_is_never_moved_later ON agreements;

CREATE TRIGGER agreement_end_is_never_moved_later
    BEFORE UPDATE OF valid_until, ended_at ON agreements
    FOR EACH ROW EXECUTE FUNCTION agreement_end_is_never_moved_later();
