-- A check of a platform's software is passed by calls that the server saw, and no platform is integrated without all of them.
-- Rule: PLAT-01.
ALTER TABLE integration_checks
    ADD CONSTRAINT passed_check_has_evidence
        CHECK (NOT passed OR (jsonb_typeof(evidence) = 'array' AND jsonb_array_length(evidence) > 0));

CREATE FUNCTION platform_passes_its_checks()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.state = 'integrated' AND OLD.state <> 'integrated' AND (
        SELECT count(*)
        FROM (
            SELECT DISTINCT ON (name) passed
            FROM integration_checks
            WHERE platform_id = NEW.id
            ORDER BY name, checked_at DESC, id DESC
        ) AS latest
        WHERE latest.passed
    ) < 6 THEN
        RAISE EXCEPTION 'a platform passes every check of its software'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'platform_passes_its_checks';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER platform_passes_its_checks
    BEFORE UPDATE OF state ON platforms
    FOR EACH ROW EXECUTE FUNCTION platform_passes_its_checks();
