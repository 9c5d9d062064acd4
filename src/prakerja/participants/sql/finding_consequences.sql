-- What the person answers to a register's finding, and what follows from one that is upheld.
ALTER TABLE eligibility_findings
    ADD COLUMN answer_cipher bytea,
    ADD COLUMN answered_at timestamptz,
    ADD COLUMN consequence text,
    -- The decree that proposes the revocation; selection owns decrees, so that no foreign key can point there.
    ADD COLUMN decree_id uuid,
    ADD CONSTRAINT an_answer_has_its_day CHECK ((answer_cipher IS NULL) = (answered_at IS NULL)),
    ADD CONSTRAINT nobody_answers_before_the_notice CHECK (answered_at IS NULL OR answered_at >= noticed_at),
    ADD CONSTRAINT consequence_is_known CHECK (consequence IN
        ('applicant_refused', 'revocation_proposed', 'nothing_to_revoke')),
    ADD CONSTRAINT only_what_is_upheld_has_a_consequence CHECK (consequence IS NULL OR state = 'upheld'),
    ADD CONSTRAINT a_proposed_revocation_names_its_decree
        CHECK ((consequence = 'revocation_proposed') = (decree_id IS NOT NULL));

CREATE INDEX eligibility_findings_of_a_person ON eligibility_findings (lane, applicant_id) WHERE state = 'noticed';

-- The table of states.py, in the database's words (a test compares them).
CREATE FUNCTION finding_moves_along_its_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a finding does not move from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'finding_moves_along_its_states';
END
$$;

CREATE TRIGGER finding_moves_along_its_states BEFORE UPDATE OF state ON eligibility_findings
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'proposed>noticed',
        'noticed>upheld',
        'noticed>dismissed'
    )) EXECUTE FUNCTION finding_moves_along_its_states();
