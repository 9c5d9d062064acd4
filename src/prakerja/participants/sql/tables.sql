-- Lane tables of participants: one applicant and all that belongs to the person.
-- Rules: ELIG-01 … ELIG-08, SCHEME-11, SELECT-01.

CREATE TABLE applicants (
    lane smallint NOT NULL,
    applicant_id uuid NOT NULL,
    lane_seed smallint NOT NULL,
    nik_index bytea NOT NULL,
    nik_cipher bytea NOT NULL,
    kk_index bytea NOT NULL,
    kk_cipher bytea NOT NULL,
    name text NOT NULL,
    sex text NOT NULL,
    birth_date date NOT NULL,
    province_code text NOT NULL,
    email_cipher bytea,
    email_index bytea,
    phone_cipher bytea,
    phone_index bytea,
    education text NOT NULL,
    employment_status text NOT NULL,
    state text NOT NULL DEFAULT 'account_created',
    worker_list_matched boolean NOT NULL DEFAULT false,
    receives_social_aid boolean,
    formal_education_source text,
    excluded_office text,
    registers_asked_at timestamptz,
    identity_answer text,
    identity_asked_at timestamptz,
    mismatched_fields text[] NOT NULL DEFAULT '{}',
    test_score smallint,
    eligibility text,
    refused_rule text,
    regime_version text,
    signed_up_at timestamptz NOT NULL,
    email_verified_at timestamptz,
    identity_verified_at timestamptz,
    presence_verified_at timestamptz,
    phone_verified_at timestamptz,
    test_done_at timestamptz,
    decided_at timestamptz,
    PRIMARY KEY (lane, applicant_id),
    CONSTRAINT one_nik_signs_up_once UNIQUE (lane, nik_index),
    CONSTRAINT lane_seed_is_within_its_range CHECK (lane_seed BETWEEN 0 AND 9999),
    CONSTRAINT sex_is_female_or_male CHECK (sex IN ('female', 'male')),
    CONSTRAINT education_is_a_known_level CHECK (education IN
        ('none', 'primary', 'junior_secondary', 'senior_secondary', 'diploma', 'bachelor', 'postgraduate')),
    CONSTRAINT employment_status_is_known CHECK (employment_status IN
        ('job_seeker', 'laid_off', 'furloughed', 'worker_needing_competence',
         'micro_and_small_business', 'other')),
    CONSTRAINT applicant_state_is_known CHECK (state IN
        ('account_created', 'email_verified', 'identity_verified', 'presence_verified', 'phone_verified', 'ready',
         'refused', 'decreed')),
    CONSTRAINT eligibility_is_known CHECK (eligibility IN ('eligible', 'refused', 'waiting')),
    CONSTRAINT a_refusal_names_its_rule CHECK
        (state <> 'refused' OR (refused_rule IS NOT NULL AND eligibility = 'refused')),
    CONSTRAINT whoever_is_decreed_was_eligible CHECK (state <> 'decreed' OR eligibility = 'eligible'),
    CONSTRAINT a_verified_identity_was_confirmed CHECK
        (state IN ('account_created', 'email_verified') OR identity_verified_at IS NOT NULL),
    CONSTRAINT formal_education_source_is_known CHECK (formal_education_source IN ('dapodik', 'pddikti', 'emis')),
    CONSTRAINT identity_answer_is_known CHECK (identity_answer IN
        ('confirmed', 'not_found', 'mismatch', 'unavailable'))
) WITH (fillfactor = 50); -- Every step of the funnel rewrites the row: half a page free keeps the indexes untouched.

CREATE INDEX applicants_by_household ON applicants (kk_index);
CREATE INDEX applicants_by_phone ON applicants (phone_index) WHERE phone_index IS NOT NULL;
CREATE INDEX applicants_by_email ON applicants (email_index) WHERE email_index IS NOT NULL;

-- ELIG-06: nobody on it is chosen again; a lifted entry stays on record.
CREATE TABLE blacklist (
    lane smallint NOT NULL,
    nik_index bytea NOT NULL,
    reason text NOT NULL,
    source_id uuid NOT NULL,
    blacklisted_at timestamptz NOT NULL,
    lifted_at timestamptz,
    PRIMARY KEY (lane, nik_index),
    CONSTRAINT a_blacklisting_is_lifted_after_it_began CHECK (lifted_at >= blacklisted_at)
);

-- Every decision with its rule version and inputs; a new decision is a new row.
CREATE TABLE eligibility_decisions (
    lane smallint NOT NULL,
    decision_id uuid NOT NULL,
    applicant_id uuid NOT NULL,
    decided_at timestamptz NOT NULL,
    regime_version text NOT NULL,
    outcome text NOT NULL,
    refused_rule text,
    evidence jsonb NOT NULL,
    PRIMARY KEY (lane, decision_id),
    CONSTRAINT a_decision_is_about_an_applicant
        FOREIGN KEY (lane, applicant_id) REFERENCES applicants (lane, applicant_id),
    CONSTRAINT decision_outcome_is_known CHECK (outcome IN ('eligible', 'refused', 'waiting')),
    CONSTRAINT a_refused_decision_names_its_rule CHECK ((outcome = 'refused') = (refused_rule IS NOT NULL))
);

CREATE INDEX eligibility_decisions_by_applicant ON eligibility_decisions (lane, applicant_id, decided_at);

-- Rows of worker lists stand in the lane of their NIK, so that matching stays inside a lane.
CREATE TABLE worker_list_rows (
    lane smallint NOT NULL,
    worker_list_id uuid NOT NULL,
    row_number integer NOT NULL,
    nik_index bytea NOT NULL,
    nik_cipher bytea NOT NULL,
    name text NOT NULL,
    birth_date date,
    province_code text,
    employment_status text NOT NULL,
    PRIMARY KEY (lane, worker_list_id, row_number),
    CONSTRAINT a_worker_list_names_a_nik_once UNIQUE (lane, worker_list_id, nik_index),
    CONSTRAINT a_row_belongs_to_a_worker_list
        FOREIGN KEY (worker_list_id) REFERENCES worker_lists (id),
    CONSTRAINT listed_status_is_known CHECK (employment_status IN
        ('job_seeker', 'laid_off', 'furloughed', 'worker_needing_competence',
         'micro_and_small_business', 'other'))
);

CREATE INDEX worker_list_rows_by_nik ON worker_list_rows (lane, nik_index);

CREATE TRIGGER eligibility_decisions_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON eligibility_decisions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

-- The table of states.py, in the database's words (a test compares them). The function runs for a forbidden step only:
-- a decree moves hundreds of thousands of rows.
CREATE FUNCTION applicant_moves_along_its_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an applicant does not move from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'applicant_moves_along_its_states';
END
$$;

CREATE TRIGGER applicant_moves_along_its_states BEFORE UPDATE OF state ON applicants
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'account_created>email_verified',
        'email_verified>identity_verified',
        'identity_verified>presence_verified',
        'presence_verified>phone_verified',
        'phone_verified>ready',
        'ready>refused',
        'refused>ready',
        'ready>decreed'
    )) EXECUTE FUNCTION applicant_moves_along_its_states();
