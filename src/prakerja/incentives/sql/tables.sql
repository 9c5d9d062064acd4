-- What a participant receives after the first course: money for looking for work, and for answering surveys.

-- The three foreign keys are INC-01: certificate, review and validated account, or the row cannot exist.
CREATE TABLE incentives (
    lane smallint NOT NULL,
    incentive_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    kind text NOT NULL,
    number smallint NOT NULL,
    amount_idr bigint NOT NULL,
    budget_number smallint NOT NULL,
    purchase_id uuid NOT NULL,
    payout_account_id uuid NOT NULL,
    account_is_validated boolean NOT NULL DEFAULT true,
    state text NOT NULL DEFAULT 'not_yet_due',
    due_at timestamptz,
    payment_order_id uuid,
    failure_reason text,
    entitled_at timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT incentive_id_is_unique PRIMARY KEY (lane, incentive_id),
    CONSTRAINT an_incentive_is_given_once UNIQUE (lane, participant_id, kind, number),
    CONSTRAINT incentive_belongs_to_a_participant FOREIGN KEY (lane, participant_id)
        REFERENCES participants (lane, participant_id),
    CONSTRAINT no_incentive_without_a_certificate FOREIGN KEY (lane, purchase_id) REFERENCES certificates (lane, purchase_id),
    CONSTRAINT no_incentive_without_a_review FOREIGN KEY (lane, purchase_id) REFERENCES reviews (lane, purchase_id),
    CONSTRAINT no_incentive_without_a_validated_account
        FOREIGN KEY (lane, payout_account_id, participant_id, account_is_validated)
        REFERENCES payout_accounts (lane, payout_account_id, participant_id, is_validated),
    CONSTRAINT incentive_follows_a_payment_order FOREIGN KEY (lane, payment_order_id)
        REFERENCES payment_orders (lane, payment_order_id),
    CONSTRAINT the_account_of_an_incentive_is_validated CHECK (account_is_validated),
    CONSTRAINT incentive_kind_is_known CHECK (kind IN ('job_search', 'survey')),
    CONSTRAINT incentive_number_begins_at_one CHECK (number >= 1),
    CONSTRAINT incentive_is_positive CHECK (amount_idr > 0),
    CONSTRAINT incentive_state_is_known CHECK
        (state IN ('not_yet_due', 'waiting', 'scheduled', 'in_transfer', 'paid', 'failed', 'forfeited')),
    CONSTRAINT a_due_incentive_has_a_moment CHECK (state IN ('not_yet_due', 'forfeited') OR due_at IS NOT NULL),
    CONSTRAINT a_paid_incentive_has_an_order CHECK
        (state NOT IN ('scheduled', 'in_transfer', 'paid', 'failed') OR payment_order_id IS NOT NULL),
    CONSTRAINT a_failed_incentive_has_a_reason CHECK ((state = 'failed') = (failure_reason IS NOT NULL)),
    CONSTRAINT a_closed_incentive_has_a_moment CHECK ((state IN ('paid', 'forfeited')) = (closed_at IS NOT NULL))
) WITH (fillfactor = 80);

CREATE INDEX incentives_by_state ON incentives (lane, state, due_at, incentive_id) WHERE state NOT IN ('paid', 'forfeited');
CREATE INDEX incentives_by_order ON incentives (lane, payment_order_id) WHERE payment_order_id IS NOT NULL;

CREATE TABLE survey_answers (
    lane smallint NOT NULL,
    participant_id uuid NOT NULL,
    number smallint NOT NULL,
    answers jsonb NOT NULL,
    answered_at timestamptz NOT NULL,
    CONSTRAINT a_survey_is_answered_once PRIMARY KEY (lane, participant_id, number),
    CONSTRAINT survey_belongs_to_a_participant FOREIGN KEY (lane, participant_id)
        REFERENCES participants (lane, participant_id),
    CONSTRAINT survey_number_begins_at_one CHECK (number >= 1)
);

CREATE TRIGGER incentive_moves_along_its_states BEFORE UPDATE OF state ON incentives
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'not_yet_due>waiting', 'not_yet_due>forfeited',
        'waiting>scheduled', 'waiting>forfeited',
        'scheduled>in_transfer',
        'in_transfer>paid', 'in_transfer>failed',
        'failed>scheduled', 'failed>forfeited'
    );

CREATE TRIGGER survey_answers_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON survey_answers
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();
