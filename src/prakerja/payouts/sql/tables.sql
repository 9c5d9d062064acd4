-- Accounts of people, and what is paid to whom. The batches and the partners' accounts are reference tables (models.py).

-- An account that was linked is never edited: linking another one replaces it, so that a payment's account stays readable.
CREATE TABLE payout_accounts (
    lane smallint NOT NULL,
    payout_account_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    payout_partner text NOT NULL,
    account_cipher bytea NOT NULL,
    account_index bytea NOT NULL,
    holder_name text NOT NULL,
    nik_matches boolean,
    kyc_passed boolean,
    account_active boolean,
    linked_at timestamptz NOT NULL,
    checked_at timestamptz,
    validated_at timestamptz,
    replaced_at timestamptz,
    is_validated boolean NOT NULL GENERATED ALWAYS AS (validated_at IS NOT NULL) STORED,
    CONSTRAINT payout_account_id_is_unique PRIMARY KEY (lane, payout_account_id),
    CONSTRAINT an_incentive_can_refer_to_a_validated_account UNIQUE (lane, payout_account_id, participant_id, is_validated),
    CONSTRAINT payout_account_belongs_to_a_participant FOREIGN KEY (lane, participant_id)
        REFERENCES participants (lane, participant_id),
    CONSTRAINT validated_means_same_person_known_and_active CHECK
        (validated_at IS NULL OR (nik_matches IS TRUE AND kyc_passed IS TRUE AND account_active IS TRUE))
) WITH (fillfactor = 80);

CREATE UNIQUE INDEX a_participant_has_one_account_in_use ON payout_accounts (lane, participant_id) WHERE replaced_at IS NULL;

CREATE TABLE payment_orders (
    lane smallint NOT NULL,
    payment_order_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    line_number integer NOT NULL,
    payee_kind text NOT NULL,
    payee_id uuid NOT NULL,
    account_id uuid NOT NULL,
    budget_number smallint NOT NULL,
    amount_idr bigint NOT NULL,
    state text NOT NULL DEFAULT 'prepared',
    bank_reference text,
    failure_reason text,
    answered_at timestamptz,
    retries_order_id uuid,
    CONSTRAINT payment_order_id_is_unique PRIMARY KEY (lane, payment_order_id),
    CONSTRAINT payment_order_stands_in_a_batch FOREIGN KEY (batch_id) REFERENCES payment_batches (id),
    CONSTRAINT a_payee_stands_once_in_a_batch UNIQUE (lane, batch_id, payee_kind, payee_id, budget_number),
    CONSTRAINT a_failed_order_is_retried_once UNIQUE (lane, retries_order_id),
    CONSTRAINT retry_follows_an_order FOREIGN KEY (lane, retries_order_id) REFERENCES payment_orders (lane, payment_order_id),
    CONSTRAINT payee_kind_is_known CHECK (payee_kind IN ('participant', 'platform', 'institution')),
    CONSTRAINT payment_order_state_is_known CHECK (state IN ('prepared', 'sent', 'paid', 'failed')),
    CONSTRAINT payment_amount_is_positive CHECK (amount_idr > 0),
    CONSTRAINT line_numbers_begin_at_one CHECK (line_number >= 1),
    CONSTRAINT paid_has_a_bank_reference CHECK ((state = 'paid') = (bank_reference IS NOT NULL)),
    CONSTRAINT failed_has_a_reason CHECK ((state = 'failed') = (failure_reason IS NOT NULL)),
    CONSTRAINT answered_has_a_moment CHECK ((state IN ('paid', 'failed')) = (answered_at IS NOT NULL))
) WITH (fillfactor = 80);

CREATE INDEX payment_orders_of_a_batch ON payment_orders (batch_id, lane);
CREATE INDEX payment_orders_of_a_payee ON payment_orders (lane, payee_kind, payee_id);
CREATE INDEX payment_orders_that_failed ON payment_orders (lane, payment_order_id) WHERE state = 'failed';

-- Moves of states (states.py; a test compares them). The function is the partners'.
CREATE TRIGGER payment_batch_moves_along_its_states BEFORE UPDATE OF state ON payment_batches
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table('prepared>approved', 'approved>sent', 'sent>answered');

CREATE TRIGGER payment_order_moves_along_its_states BEFORE UPDATE OF state ON payment_orders
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table('prepared>sent', 'sent>paid', 'sent>failed');
