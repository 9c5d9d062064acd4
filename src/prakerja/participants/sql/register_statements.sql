-- What a register that was silent until the deadline answered on another way: one person of the office states it, another
-- one finds it in the register's letter. Only then it counts.
CREATE TABLE register_statements (
    lane smallint NOT NULL,
    statement_id uuid NOT NULL,
    applicant_id uuid NOT NULL,
    register text NOT NULL,
    is_in boolean NOT NULL,
    -- What stands there when the person is in it: an office for state employees, rupiah for wages.
    value text NOT NULL,
    -- The paper: a letter's number and day.
    evidence text NOT NULL,
    state text NOT NULL,
    stated_by text NOT NULL,
    stated_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    CONSTRAINT register_statements_pkey PRIMARY KEY (lane, statement_id),
    CONSTRAINT a_statement_is_about_an_applicant
        FOREIGN KEY (lane, applicant_id) REFERENCES applicants (lane, applicant_id),
    CONSTRAINT a_statement_names_its_paper CHECK (evidence ~ '[^[:space:]]' AND length(evidence) <= 200),
    CONSTRAINT a_statement_is_somebodys CHECK (stated_by <> ''),
    CONSTRAINT statement_state_is_known CHECK (state IN ('stated', 'confirmed', 'declined', 'overtaken')),
    CONSTRAINT a_decided_statement_knows_by_whom_and_when
        CHECK ((state = 'stated') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT a_statement_needs_two_people CHECK (state NOT IN ('confirmed', 'declined') OR decided_by <> stated_by)
);
CREATE INDEX register_statements_of_an_applicant ON register_statements (lane, applicant_id, statement_id);
CREATE UNIQUE INDEX one_open_statement_per_register ON register_statements (lane, applicant_id, register)
    WHERE state = 'stated';

-- The table of states.py, in the database's words (a test compares them).
CREATE FUNCTION statement_moves_along_its_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a statement does not move from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_moves_along_its_states';
END
$$;

CREATE TRIGGER statement_moves_along_its_states BEFORE UPDATE OF state ON register_statements
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'stated>confirmed',
        'stated>declined',
        'stated>overtaken'
    )) EXECUTE FUNCTION statement_moves_along_its_states();

-- What somebody stated is never reworded, and it stays.
CREATE FUNCTION statement_stays_as_it_was_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.applicant_id, OLD.register, OLD.is_in, OLD.value, OLD.evidence, OLD.stated_by, OLD.stated_at)
        IS NOT DISTINCT FROM
        (NEW.applicant_id, NEW.register, NEW.is_in, NEW.value, NEW.evidence, NEW.stated_by, NEW.stated_at)
        AND (OLD.decided_by IS NULL OR (OLD.decided_by, OLD.decided_at) = (NEW.decided_by, NEW.decided_at))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a statement stays as it was made'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_stays_as_it_was_made';
END
$$;

CREATE TRIGGER statement_stays_as_it_was_made BEFORE UPDATE OR DELETE ON register_statements
    FOR EACH ROW EXECUTE FUNCTION statement_stays_as_it_was_made();

-- Who waits for a register is few among millions. The state stands in no index: every step of the funnel writes it, and
-- each would rewrite all indexes of the row.
ALTER TABLE applicants ADD CONSTRAINT who_waits_has_a_deadline
    CHECK (eligibility IS DISTINCT FROM 'waiting' OR waits_until_at IS NOT NULL);
CREATE INDEX applicants_who_wait ON applicants (waits_until_at) WHERE waits_until_at IS NOT NULL;
CREATE INDEX assisted_rows_that_wait ON assisted_rows (applicant_lane, applicant_id)
    WHERE outcome = 'registry_unavailable';
