-- Who moved a report, and reports that the programme office gave back. A returned report stands no more: its row is here, and
-- the institution reports anew. Rule: LEARN-05.
ALTER TABLE completions
    ADD COLUMN reported_by text NOT NULL DEFAULT '',
    ADD COLUMN forwarded_by text,
    ADD COLUMN verified_by text,
    ADD COLUMN taken_over boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT the_checker_is_somebody_else CHECK
        (verified_by IS NULL OR (verified_by <> reported_by AND verified_by IS DISTINCT FROM forwarded_by)),
    ADD CONSTRAINT taken_over_is_forwarded CHECK (NOT taken_over OR forwarded_at IS NOT NULL);

-- What the office took over from platforms, for the findings.
CREATE INDEX completions_taken_over ON completions (forwarded_at) WHERE taken_over;

CREATE TABLE completion_returns (
    lane smallint NOT NULL,
    purchase_id uuid NOT NULL,
    round smallint NOT NULL,
    outcome text NOT NULL,
    sessions_attended smallint NOT NULL,
    post_test_score smallint,
    skill_shown boolean NOT NULL,
    feedback_given boolean NOT NULL,
    reported_at timestamptz NOT NULL,
    reported_by text NOT NULL,
    forwarded_at timestamptz NOT NULL,
    returned_at timestamptz NOT NULL,
    returned_by text NOT NULL,
    reason text NOT NULL,
    CONSTRAINT a_report_is_returned_once_a_round PRIMARY KEY (lane, purchase_id, round),
    CONSTRAINT a_return_belongs_to_a_purchase FOREIGN KEY (lane, purchase_id) REFERENCES purchases (lane, purchase_id),
    CONSTRAINT returns_begin_at_one CHECK (round >= 1),
    CONSTRAINT returned_outcome_is_known CHECK (outcome IN ('completed', 'not_completed')),
    CONSTRAINT returned_after_forwarded CHECK (returned_at >= forwarded_at AND forwarded_at >= reported_at),
    CONSTRAINT a_return_is_somebody_elses CHECK (returned_by <> reported_by),
    CONSTRAINT a_return_says_why CHECK (char_length(reason) BETWEEN 1 AND 1000)
);

CREATE TRIGGER completion_returns_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON completion_returns
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

-- A review stays where the report that let it be written is returned.
ALTER TABLE reviews
    DROP CONSTRAINT review_belongs_to_a_completion,
    ADD CONSTRAINT review_belongs_to_a_purchase FOREIGN KEY (lane, purchase_id) REFERENCES purchases (lane, purchase_id);
