-- Giving back what a revocation took, when its appeal is granted: by decree of two people, out of the budget's unspent money,
-- with a place of the quota. Rules: SCHEME-01, MONEY-01 to MONEY-03, CARD-01, CARD-02.

-- Whoever got everything back can be revoked again: revocations of a participant are numbered.
ALTER TABLE revocations
    ADD COLUMN number smallint NOT NULL DEFAULT 1,
    ADD COLUMN state_before text NOT NULL DEFAULT 'active',
    ADD COLUMN number_before smallint GENERATED ALWAYS AS (nullif(number - 1, 0)) STORED,
    DROP CONSTRAINT revocations_pkey,
    ADD CONSTRAINT a_revocation_has_its_number PRIMARY KEY (lane, participant_id, number),
    ADD CONSTRAINT revocations_are_numbered_from_one CHECK (number >= 1),
    ADD CONSTRAINT state_before_a_revocation_is_known
        CHECK (state_before IN ('active', 'suspended', 'finished', 'expired'));

CREATE TABLE reinstatements (
    lane smallint NOT NULL,
    reinstatement_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    revocation_number smallint NOT NULL,
    case_id uuid NOT NULL,
    decree_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'prepared',
    training_idr bigint NOT NULL,
    incentive_idr bigint NOT NULL,
    prepared_at timestamptz NOT NULL,
    -- Until then it waits: for its second person, or for a place and money.
    due_at timestamptz NOT NULL,
    -- The second person's signature stands also while it waits for a place.
    signed_by text,
    signed_at timestamptz,
    waits_for text,
    ended_at timestamptz,
    reason text,
    done_number smallint GENERATED ALWAYS AS (CASE WHEN state = 'done' THEN revocation_number END) STORED,
    PRIMARY KEY (lane, reinstatement_id),
    CONSTRAINT a_reinstatement_undoes_a_revocation FOREIGN KEY (lane, participant_id, revocation_number)
        REFERENCES revocations (lane, participant_id, number),
    CONSTRAINT a_reinstatement_follows_a_case FOREIGN KEY (case_id) REFERENCES cases (id),
    CONSTRAINT a_reinstatement_stands_in_a_decree FOREIGN KEY (decree_id) REFERENCES decrees (id),
    CONSTRAINT a_revocation_is_undone_once UNIQUE (lane, participant_id, done_number),
    CONSTRAINT reinstatement_state_is_known CHECK (state IN ('prepared', 'waiting', 'done', 'rejected', 'lapsed')),
    CONSTRAINT a_reinstatement_gives_no_negative_amount CHECK (training_idr >= 0 AND incentive_idr >= 0),
    CONSTRAINT a_reinstatement_waits_until_later CHECK (due_at > prepared_at),
    CONSTRAINT a_reinstatement_is_signed_before_it_waits_or_is_done
        CHECK (state NOT IN ('waiting', 'done') OR signed_by IS NOT NULL),
    CONSTRAINT a_signature_has_its_day CHECK ((signed_by IS NULL) = (signed_at IS NULL)),
    CONSTRAINT who_waits_knows_what_for CHECK ((state = 'waiting') = (waits_for IS NOT NULL)),
    CONSTRAINT an_ended_reinstatement_knows_when CHECK ((state IN ('done', 'rejected', 'lapsed')) = (ended_at IS NOT NULL)),
    CONSTRAINT a_rejected_reinstatement_says_why CHECK (state <> 'rejected' OR reason IS NOT NULL)
);

CREATE UNIQUE INDEX a_revocation_has_one_reinstatement_under_way
    ON reinstatements (lane, participant_id, revocation_number) WHERE state IN ('prepared', 'waiting', 'done');
CREATE UNIQUE INDEX a_decree_reinstates_one_person ON reinstatements (decree_id);
CREATE INDEX reinstatements_under_way ON reinstatements (due_at) WHERE state IN ('prepared', 'waiting');

-- A second revocation follows a reinstatement.
ALTER TABLE revocations ADD CONSTRAINT a_second_revocation_follows_a_reinstatement
    FOREIGN KEY (lane, participant_id, number_before) REFERENCES reinstatements (lane, participant_id, done_number);

-- The table of states.py, in the database's words (a test compares them).
CREATE FUNCTION reinstatement_moves_along_its_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a reinstatement does not move from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'reinstatement_moves_along_its_states';
END
$$;

CREATE TRIGGER reinstatement_moves_along_its_states BEFORE UPDATE OF state ON reinstatements
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'prepared>waiting',
        'prepared>done',
        'prepared>rejected',
        'prepared>lapsed',
        'waiting>done',
        'waiting>lapsed'
    )) EXECUTE FUNCTION reinstatement_moves_along_its_states();

-- A renewed deadline has notices of its own.
ALTER TABLE deadline_notices
    DROP CONSTRAINT deadline_notices_pkey,
    ADD CONSTRAINT a_deadline_is_noticed_once_a_distance
        PRIMARY KEY (lane, participant_id, kind, days_before, deadline_at);
