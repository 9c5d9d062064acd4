-- Accounts that keep a running balance. Hot accounts (held, payables, paid …) have no row: they are summed from transfers.
CREATE TABLE accounts (
    lane smallint NOT NULL,
    holder_id uuid NOT NULL, -- a participant, or a budget for 'unspent'
    kind text NOT NULL,
    budget_number smallint NOT NULL,
    balance_idr bigint NOT NULL DEFAULT 0,
    CONSTRAINT accounts_pkey PRIMARY KEY (lane, holder_id, kind),
    CONSTRAINT balance_is_never_negative CHECK (balance_idr >= 0),
    CONSTRAINT only_these_kinds_keep_a_balance CHECK (kind IN ('unspent', 'training', 'incentive'))
) WITH (fillfactor = 80);

-- The chart: which kind of transfer joins which kinds of account. PostgreSQL reads the text of a CHECK anew for every
-- statement; a long list there would cost five times the insert itself, a call costs nothing that can be measured.
CREATE FUNCTION transfer_fits_its_kind(p_kind text, p_debit_kind text, p_credit_kind text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN coalesce(p_debit_kind || '>' || p_credit_kind = CASE p_kind
        WHEN 'appropriation' THEN 'state_budget>unspent'
        WHEN 'lane_out' THEN 'unspent>between_lanes'
        WHEN 'lane_in' THEN 'between_lanes>unspent'
        WHEN 'reserve_training' THEN 'unspent>training'
        WHEN 'reserve_incentive' THEN 'unspent>incentive'
        WHEN 'purchase' THEN 'training>held'
        WHEN 'void' THEN 'held>training'
        WHEN 'void_to_treasury' THEN 'held>returned'
        WHEN 'commission' THEN 'held>platform_payable'
        WHEN 'institution_share' THEN 'held>institution_payable'
        WHEN 'incentive_due' THEN 'incentive>incentive_payable'
        WHEN 'platform_payment' THEN 'platform_payable>in_payment'
        WHEN 'institution_payment' THEN 'institution_payable>in_payment'
        WHEN 'incentive_payment' THEN 'incentive_payable>in_payment'
        WHEN 'payment_done' THEN 'in_payment>paid'
        WHEN 'platform_payment_failed' THEN 'in_payment>platform_payable'
        WHEN 'institution_payment_failed' THEN 'in_payment>institution_payable'
        WHEN 'incentive_payment_failed' THEN 'in_payment>incentive_payable'
        WHEN 'revoke_training' THEN 'training>returned'
        WHEN 'sweep_training' THEN 'training>returned'
        WHEN 'revoke_incentive' THEN 'incentive>returned'
        WHEN 'sweep_incentive' THEN 'incentive>returned'
        WHEN 'incentive_forfeit' THEN 'incentive_payable>returned'
        WHEN 'sweep_held' THEN 'held>returned'
        WHEN 'close_unspent' THEN 'unspent>returned'
    END, false);
END
$$;

-- One row per transfer, whole rupiah, append only. The key is what the transfer is about, so nothing is posted twice.
-- That a kept side has its account is promised by who writes (kept_account_exists in write_transfers and pay_packages;
-- authorize_purchases holds the account's lock) and proven by the check a_kept_balance_is_the_sum_of_its_transfers: foreign
-- keys to accounts, one look-up a side and row, took a third of a decree's time and a tenth of a purchase's.
CREATE TABLE transfers (
    lane smallint NOT NULL,
    budget_number smallint NOT NULL,
    effective_date date NOT NULL,
    amount_idr bigint NOT NULL,
    reference_id uuid NOT NULL,
    debit_holder_id uuid NOT NULL,
    credit_holder_id uuid NOT NULL,
    kind text NOT NULL,
    debit_kind text NOT NULL,
    credit_kind text NOT NULL,
    CONSTRAINT transfers_pkey PRIMARY KEY (lane, reference_id, kind, budget_number),
    CONSTRAINT amount_is_positive CHECK (amount_idr > 0),
    CONSTRAINT sides_are_different CHECK (
        debit_kind <> credit_kind OR debit_holder_id <> credit_holder_id
    ),
    CONSTRAINT kind_moves_between_its_accounts CHECK (transfer_fits_its_kind(kind, debit_kind, credit_kind))
);
-- What partners are owed is summed by holder; the purchase path never touches these two.
CREATE INDEX transfers_out_of_payables ON transfers (debit_holder_id, debit_kind)
    WHERE debit_kind IN ('platform_payable', 'institution_payable');
CREATE INDEX transfers_into_payables ON transfers (credit_holder_id, credit_kind)
    WHERE credit_kind IN ('platform_payable', 'institution_payable');

CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

CREATE TYPE transfer_request AS (
    kind text,
    reference_id uuid,
    budget_number smallint,
    debit_kind text,
    debit_holder_id uuid,
    credit_kind text,
    credit_holder_id uuid,
    amount_idr bigint
);

-- What must be unique across lanes and was not made by us: an invoice of a platform, a platform account, an e-mail.
-- A claim is written in the transaction of its effect and also answers "in which lane is this key?".
CREATE TABLE claims (
    kind text NOT NULL,
    key text NOT NULL,
    lane smallint NOT NULL,
    subject_id uuid NOT NULL,
    hash uuid NOT NULL, -- the first 128 bits of the request's hash
    claimed_at timestamptz NOT NULL,
    CONSTRAINT claims_pkey PRIMARY KEY (kind, key)
);
