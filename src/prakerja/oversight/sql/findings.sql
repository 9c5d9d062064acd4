-- The states of a finding, as `oversight/states.py` has them; what was decided stands.
CREATE TRIGGER finding_state_moves_along_its_table
    BEFORE UPDATE OF state ON findings
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'open>escalated', 'open>proposed', 'open>dismissed', 'open>gone',
        'escalated>proposed', 'escalated>dismissed', 'escalated>gone',
        'proposed>upheld', 'proposed>escalated',
        'gone>open'
    );

CREATE FUNCTION decision_on_a_finding_stands()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) <> to_jsonb(NEW) THEN
        RAISE EXCEPTION 'a decision on a finding stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_on_a_finding_stands';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER decision_on_a_finding_stands
    BEFORE UPDATE OR DELETE ON findings
    FOR EACH ROW
    WHEN (OLD.state IN ('upheld', 'dismissed'))
    EXECUTE FUNCTION decision_on_a_finding_stands();
