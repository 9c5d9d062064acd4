-- Lane tables of selection and the triggers that keep its history.
-- Rules: SELECT-01, SELECT-02, ELIG-06, ELIG-07, SCHEME-01.

CREATE TABLE joinings (
    lane smallint NOT NULL,
    wave_id uuid NOT NULL,
    applicant_id uuid NOT NULL,
    channel text NOT NULL,
    province_code text NOT NULL,
    priority_class smallint NOT NULL,
    token bytea NOT NULL,
    household_token bytea NOT NULL,
    household_recipients smallint NOT NULL DEFAULT 0,
    joined_at timestamptz NOT NULL,
    outcome text NOT NULL DEFAULT 'pending',
    dropped_rule text,
    rank integer,
    PRIMARY KEY (lane, wave_id, applicant_id),
    CONSTRAINT only_an_applicant_joins
        FOREIGN KEY (lane, applicant_id) REFERENCES applicants (lane, applicant_id),
    CONSTRAINT a_joining_is_for_a_wave FOREIGN KEY (wave_id) REFERENCES waves (id),
    CONSTRAINT joining_channel_is_known CHECK (channel IN ('digital', 'regular')),
    CONSTRAINT priority_class_is_one_of_four CHECK (priority_class BETWEEN 1 AND 4),
    CONSTRAINT a_token_has_32_bytes CHECK (octet_length(token) = 32 AND octet_length(household_token) = 32),
    CONSTRAINT joining_outcome_is_known CHECK (outcome IN
        ('pending', 'selected', 'not_selected', 'dropped')),
    CONSTRAINT a_dropped_joining_names_its_rule CHECK ((outcome = 'dropped') = (dropped_rule IS NOT NULL)),
    CONSTRAINT whoever_is_drawn_has_a_rank CHECK (outcome IN ('pending', 'dropped') OR rank IS NOT NULL),
    CONSTRAINT a_rank_begins_at_one CHECK (rank >= 1)
) WITH (fillfactor = 80);

CREATE INDEX joinings_by_applicant ON joinings (lane, applicant_id);

CREATE TABLE participants (
    lane smallint NOT NULL,
    participant_id uuid NOT NULL,
    applicant_id uuid NOT NULL,
    lane_seed smallint NOT NULL,
    decree_id uuid NOT NULL,
    wave_id uuid NOT NULL,
    budget_number smallint NOT NULL,
    channel text NOT NULL,
    state text NOT NULL DEFAULT 'active',
    regime_version text NOT NULL,
    birth_date date NOT NULL,
    education text NOT NULL,
    decreed_at timestamptz NOT NULL,
    first_purchase_deadline_at timestamptz NOT NULL,
    balance_until_at timestamptz NOT NULL,
    -- Set by the first purchase and cleared when it is voided and no other is left (CARD-01); purchases writes it.
    first_purchase_at timestamptz,
    PRIMARY KEY (lane, participant_id),
    CONSTRAINT once_in_a_lifetime UNIQUE (lane, applicant_id),
    CONSTRAINT a_participant_was_an_applicant
        FOREIGN KEY (lane, applicant_id) REFERENCES applicants (lane, applicant_id),
    CONSTRAINT a_participant_is_named_by_a_decree FOREIGN KEY (decree_id) REFERENCES decrees (id),
    CONSTRAINT participant_channel_is_known CHECK (channel IN ('digital', 'regular')),
    CONSTRAINT participant_state_is_known CHECK (state IN
        ('active', 'finished', 'expired', 'revoked', 'suspended')),
    CONSTRAINT deadlines_follow_the_decree CHECK
        (first_purchase_deadline_at > decreed_at AND balance_until_at > decreed_at)
) WITH (fillfactor = 80);

CREATE INDEX participants_by_decree ON participants (lane, decree_id);

CREATE TRIGGER draws_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON draws
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

CREATE TRIGGER draw_reveals_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON draw_reveals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

CREATE TRIGGER draw_results_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON draw_results
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

-- The tables of states.py, in the database's words (tests compare them). A function runs for a forbidden step only.
CREATE FUNCTION wave_moves_along_its_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a wave does not move from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'wave_moves_along_its_states';
END
$$;

CREATE TRIGGER wave_moves_along_its_states BEFORE UPDATE OF state ON waves
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'planned>open',
        'planned>void',
        'open>closed',
        'open>void',
        'closed>committed',
        'closed>void',
        'committed>drawn',
        'committed>void',
        'drawn>decreed'
    )) EXECUTE FUNCTION wave_moves_along_its_states();

CREATE FUNCTION decree_moves_along_its_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a decree does not move from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'decree_moves_along_its_states';
END
$$;

CREATE TRIGGER decree_moves_along_its_states BEFORE UPDATE OF state ON decrees
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'prepared>approved',
        'prepared>rejected'
    )) EXECUTE FUNCTION decree_moves_along_its_states();

CREATE FUNCTION participant_moves_along_its_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a participant does not move from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'participant_moves_along_its_states';
END
$$;

CREATE TRIGGER participant_moves_along_its_states BEFORE UPDATE OF state ON participants
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'active>finished',
        'active>expired',
        'active>revoked',
        'active>suspended',
        'suspended>active',
        'suspended>expired',
        'suspended>revoked',
        'finished>expired'
    )) EXECUTE FUNCTION participant_moves_along_its_states();
