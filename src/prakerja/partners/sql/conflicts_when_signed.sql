-- Conflicts of interest are looked for when a registration is decided and an agreement is signed (PLAT-02).
ALTER TABLE conflicts
    DROP CONSTRAINT conflict_act_is_known,
    ADD CONSTRAINT conflict_act_is_known CHECK (act IN ('registration', 'agreement', 'listing', 'assessment'));

-- A flagged case may come to stop the act, as long as it is open; what was looked at stays as it was found.
CREATE FUNCTION conflict_is_what_was_found()
RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    decided text[] := '{state,decided_by,decided_at,reason,effect}';
BEGIN
    IF (to_jsonb(OLD) - decided) <> (to_jsonb(NEW) - decided)
        OR (OLD.effect = 'stopped' AND NEW.effect <> 'stopped') THEN
        RAISE EXCEPTION 'a conflict stays what was found'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'conflict_is_what_was_found';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER conflict_is_what_was_found
    BEFORE UPDATE ON conflicts
    FOR EACH ROW EXECUTE FUNCTION conflict_is_what_was_found();

-- A case that stops an agreement is decided before it is made; an upheld one stops it as long as its path stands.
CREATE FUNCTION agreement_waits_for_its_conflicts()
RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    signed_on date := (greatest(NEW.signed_platform_at, NEW.signed_institution_at) AT TIME ZONE 'Asia/Jakarta')::date;
BEGIN
    IF EXISTS (
        SELECT
        FROM conflicts AS c
        WHERE c.act = 'agreement'
            AND c.other_id = NEW.platform_id
            AND c.institution_id = NEW.institution_id
            AND c.effect = 'stopped'
            AND (c.state = 'open' OR (c.state = 'upheld' AND EXISTS (
                SELECT
                FROM owner_paths(
                    jsonb_build_array(
                        jsonb_build_object('left_id', NEW.platform_id, 'right_id', NEW.institution_id)
                    ),
                    signed_on
                ) AS path
                WHERE path.path_key = c.path_key
            )))
            AND NOT EXISTS (
                SELECT
                FROM conflicts AS other
                WHERE other.other_id = c.other_id
                    AND other.institution_id = c.institution_id
                    AND other.path_key = c.path_key
                    AND other.state = 'cleared'
            )
    ) THEN
        RAISE EXCEPTION 'a conflict of interest stops this agreement'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_waits_for_its_conflicts';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER agreement_waits_for_its_conflicts
    BEFORE INSERT ON agreements
    FOR EACH ROW EXECUTE FUNCTION agreement_waits_for_its_conflicts();
