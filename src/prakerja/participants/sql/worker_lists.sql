-- Worker lists (SCHEME-11): staged by parts, published at once, matched by NIK or by a person.

-- What a part of a file leaves behind until the list is complete. UNLOGGED: after a crash of the database both tables
-- are empty together and the file is read again; a killed import goes on with the parts that are missing.
CREATE UNLOGGED TABLE worker_list_staged_rows (
    worker_list_id uuid NOT NULL,
    lane smallint NOT NULL,
    row_number integer NOT NULL,
    nik_index bytea NOT NULL,
    nik_cipher bytea NOT NULL,
    name_cipher bytea NOT NULL,
    birth_date date,
    province_code text,
    regency_code text,
    employment_status text NOT NULL,
    phone_cipher bytea,
    likeness_index bytea,
    nik_ends_in_zero boolean NOT NULL
);

CREATE UNLOGGED TABLE worker_list_parts (
    worker_list_id uuid NOT NULL,
    number integer NOT NULL,
    good_rows integer NOT NULL,
    bad_rows integer NOT NULL,
    niks integer NOT NULL,
    zeros integer NOT NULL,
    PRIMARY KEY (worker_list_id, number)
);

-- Rows of worker lists stand in the lane of their NIK, so that matching stays inside a lane. Names and phones of people
-- who asked for nothing are encrypted like their NIK, each bound to `list/row number`.
ALTER TABLE worker_list_rows
    ADD COLUMN name_cipher bytea,
    ADD COLUMN regency_code text,
    ADD COLUMN phone_cipher bytea,
    ADD COLUMN likeness_index bytea,
    DROP CONSTRAINT a_worker_list_names_a_nik_once,
    -- Millions of rows of one list would ask for the same list row by row: an invariant asks once.
    DROP CONSTRAINT a_row_belongs_to_a_worker_list;

DROP INDEX worker_list_rows_by_nik;

-- A pair that a score proposes and a person decides; the applicant's lane, the row's lane beside it.
CREATE TABLE worker_list_matches (
    lane smallint NOT NULL,
    applicant_id uuid NOT NULL,
    worker_list_id uuid NOT NULL,
    row_lane smallint NOT NULL,
    row_number integer NOT NULL,
    score smallint NOT NULL,
    state text NOT NULL DEFAULT 'proposed',
    proposed_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by text,
    reason text,
    PRIMARY KEY (lane, applicant_id, worker_list_id, row_number),
    CONSTRAINT a_match_is_about_an_applicant
        FOREIGN KEY (lane, applicant_id) REFERENCES applicants (lane, applicant_id),
    CONSTRAINT match_state_is_known CHECK (state IN ('proposed', 'accepted', 'rejected')),
    CONSTRAINT match_score_is_a_percentage CHECK (score BETWEEN 0 AND 100),
    CONSTRAINT a_decided_match_knows_who_and_when
        CHECK ((state = 'proposed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL))
);

CREATE INDEX worker_list_matches_by_state ON worker_list_matches (state, proposed_at);

-- A listed person is invited once, whatever the number of lists.
CREATE TABLE worker_list_invitations (
    lane smallint NOT NULL,
    nik_index bytea NOT NULL,
    worker_list_id uuid NOT NULL,
    outcome text NOT NULL,
    invited_at timestamptz NOT NULL,
    PRIMARY KEY (lane, nik_index),
    CONSTRAINT invitation_outcome_is_known CHECK (outcome IN ('sent', 'not_reachable'))
);
