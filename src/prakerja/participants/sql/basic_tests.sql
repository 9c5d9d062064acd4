-- The basic test of an applicant: a form made from a seed, the answers so far, how long each took.
-- Moments are the machine's: how fast somebody answers has nothing to do with the programme's day.
CREATE TABLE basic_tests (
    lane smallint NOT NULL,
    applicant_id uuid NOT NULL,
    seed bigint NOT NULL,
    answers smallint[] NOT NULL DEFAULT '{}',
    -- Tenths of a second from the answer before (or the start).
    tenths integer[] NOT NULL DEFAULT '{}',
    started_at timestamptz NOT NULL,
    last_answer_at timestamptz NOT NULL,
    finished_at timestamptz,
    score smallint,
    anomalies text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (lane, applicant_id),
    CONSTRAINT a_test_is_an_applicants
        FOREIGN KEY (lane, applicant_id) REFERENCES applicants (lane, applicant_id),
    CONSTRAINT every_answer_has_its_time CHECK (cardinality(answers) = cardinality(tenths)),
    CONSTRAINT a_finished_test_has_its_score CHECK ((finished_at IS NULL) = (score IS NULL)),
    CONSTRAINT test_score_is_a_percentage CHECK (score BETWEEN 0 AND 100)
) WITH (fillfactor = 80);

CREATE INDEX basic_tests_with_anomalies ON basic_tests (finished_at) WHERE cardinality(anomalies) > 0;

-- Numbers of assisted sheets; a gap is no harm.
CREATE SEQUENCE assisted_sheet_numbers;

-- An appeal is decided by somebody else than whoever decided before.
ALTER TABLE cases ADD CONSTRAINT whoever_decided_before_does_not_judge_the_appeal
    CHECK (decided_by IS NULL OR NOT decided_by = ANY (not_by));
