-- What a purchase turned into: presence, result, certificate, opinion. All of it belongs to one participant's lane.

CREATE TABLE attendances (
    lane smallint NOT NULL,
    purchase_id uuid NOT NULL,
    sequence smallint NOT NULL,
    session_id uuid NOT NULL,
    attended_at timestamptz NOT NULL,
    presence text NOT NULL,
    CONSTRAINT a_session_is_attended_once PRIMARY KEY (lane, purchase_id, sequence),
    CONSTRAINT attendance_belongs_to_a_purchase FOREIGN KEY (lane, purchase_id) REFERENCES purchases (lane, purchase_id),
    CONSTRAINT attendance_is_of_a_session FOREIGN KEY (session_id) REFERENCES sessions (id),
    CONSTRAINT sequence_begins_at_one CHECK (sequence >= 1)
);

-- certifiable is what a certificate's foreign key asks for (LEARN-04): a lie in Python cannot issue one.
CREATE TABLE completions (
    lane smallint NOT NULL,
    purchase_id uuid NOT NULL,
    outcome text NOT NULL,
    sessions_required smallint NOT NULL,
    sessions_attended smallint NOT NULL,
    attendance_required boolean NOT NULL,
    post_test_score smallint,
    pass_mark smallint NOT NULL,
    skill_required boolean NOT NULL,
    skill_shown boolean NOT NULL,
    feedback_given boolean NOT NULL,
    reported_at timestamptz NOT NULL,
    forwarded_at timestamptz,
    verified_at timestamptz,
    certifiable boolean NOT NULL GENERATED ALWAYS AS
        (outcome = 'completed' AND verified_at IS NOT NULL AND feedback_given) STORED,
    CONSTRAINT a_purchase_is_reported_once PRIMARY KEY (lane, purchase_id),
    CONSTRAINT a_certificate_can_refer_to_the_outcome UNIQUE (lane, purchase_id, outcome, certifiable),
    CONSTRAINT completion_belongs_to_a_purchase FOREIGN KEY (lane, purchase_id) REFERENCES purchases (lane, purchase_id),
    CONSTRAINT outcome_is_known CHECK (outcome IN ('completed', 'not_completed')),
    CONSTRAINT sessions_are_counted CHECK (sessions_attended >= 0 AND sessions_required >= 1),
    CONSTRAINT score_is_out_of_a_hundred CHECK (post_test_score BETWEEN 0 AND 100 AND pass_mark BETWEEN 0 AND 100),
    CONSTRAINT completed_needs_every_session CHECK
        (outcome <> 'completed' OR NOT attendance_required OR sessions_attended >= sessions_required),
    CONSTRAINT completed_needs_the_pass_mark CHECK
        (outcome <> 'completed' OR (post_test_score IS NOT NULL AND post_test_score >= pass_mark)),
    CONSTRAINT completed_needs_the_skill CHECK (outcome <> 'completed' OR NOT skill_required OR skill_shown),
    CONSTRAINT verified_after_forwarded CHECK (verified_at IS NULL OR forwarded_at IS NOT NULL),
    CONSTRAINT the_chain_runs_forward CHECK
        (coalesce(forwarded_at, reported_at) >= reported_at AND coalesce(verified_at, forwarded_at, reported_at) >= coalesce(forwarded_at, reported_at))
) WITH (fillfactor = 80);

CREATE INDEX completions_on_their_way ON completions (lane, reported_at, purchase_id) WHERE verified_at IS NULL;

CREATE TABLE certificates (
    lane smallint NOT NULL,
    certificate_id uuid NOT NULL,
    purchase_id uuid NOT NULL,
    outcome text NOT NULL DEFAULT 'completed',
    certifiable boolean NOT NULL DEFAULT true,
    number text NOT NULL,
    issued_at timestamptz NOT NULL,
    evidence jsonb NOT NULL,
    CONSTRAINT certificate_id_is_unique PRIMARY KEY (lane, certificate_id),
    CONSTRAINT a_purchase_has_one_certificate UNIQUE (lane, purchase_id),
    CONSTRAINT a_certificate_number_is_used_once UNIQUE (lane, number),
    CONSTRAINT certificate_is_of_a_completed_course CHECK (outcome = 'completed' AND certifiable),
    CONSTRAINT no_certificate_without_verified_evidence FOREIGN KEY (lane, purchase_id, outcome, certifiable)
        REFERENCES completions (lane, purchase_id, outcome, certifiable),
    CONSTRAINT evidence_names_what_was_seen CHECK
        (evidence ?& ARRAY['sessions_attended', 'sessions_required', 'post_test_score', 'skill_shown', 'feedback_given'])
);

CREATE TABLE reviews (
    lane smallint NOT NULL,
    purchase_id uuid NOT NULL,
    rating smallint NOT NULL,
    text text NOT NULL,
    reviewed_at timestamptz NOT NULL,
    CONSTRAINT a_purchase_is_reviewed_once PRIMARY KEY (lane, purchase_id),
    CONSTRAINT review_belongs_to_a_completion FOREIGN KEY (lane, purchase_id) REFERENCES completions (lane, purchase_id),
    CONSTRAINT rating_is_one_to_five CHECK (rating BETWEEN 1 AND 5),
    CONSTRAINT review_says_something CHECK (char_length(text) BETWEEN 1 AND 2000)
);

CREATE TRIGGER attendances_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attendances
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

CREATE TRIGGER certificates_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certificates
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

CREATE TRIGGER reviews_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reviews
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();
