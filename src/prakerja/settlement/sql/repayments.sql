-- What somebody who was never eligible has to pay back (REV-01): what was used of the package, as a revocation left it.
CREATE TABLE repayments (
    lane smallint NOT NULL,
    repayment_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    revocation_number smallint NOT NULL,
    state text NOT NULL,
    assessed_idr bigint NOT NULL,
    repaid_idr bigint NOT NULL DEFAULT 0,
    opened_at timestamptz NOT NULL,
    due_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT repayments_pkey PRIMARY KEY (lane, repayment_id),
    CONSTRAINT a_revocation_is_assessed_once UNIQUE (lane, participant_id, revocation_number),
    CONSTRAINT a_repayment_follows_a_revocation FOREIGN KEY (lane, participant_id, revocation_number)
        REFERENCES revocations (lane, participant_id, number),
    CONSTRAINT repayment_state_is_known CHECK (state IN ('not_due', 'due', 'overdue', 'paid', 'cancelled')),
    CONSTRAINT nobody_repays_more_than_was_used CHECK (repaid_idr BETWEEN 0 AND assessed_idr),
    CONSTRAINT what_is_due_has_a_day_and_an_amount
        CHECK (state NOT IN ('due', 'overdue', 'paid') OR (due_at IS NOT NULL AND due_at > opened_at AND assessed_idr > 0)),
    CONSTRAINT paid_is_all_of_it CHECK (state <> 'paid' OR repaid_idr = assessed_idr),
    CONSTRAINT an_ended_repayment_knows_when CHECK ((state IN ('not_due', 'paid', 'cancelled')) = (ended_at IS NOT NULL))
);

CREATE INDEX repayments_by_deadline ON repayments (due_at) WHERE state IN ('due', 'overdue');

-- Money that came in: one person records it, another one finds it in the bank's statement.
CREATE TABLE repayment_receipts (
    lane smallint NOT NULL,
    receipt_id uuid NOT NULL,
    repayment_id uuid NOT NULL,
    amount_idr bigint NOT NULL,
    bank_reference text NOT NULL,
    received_date date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    confirmed_by text,
    confirmed_at timestamptz,
    CONSTRAINT repayment_receipts_pkey PRIMARY KEY (lane, receipt_id),
    CONSTRAINT a_receipt_is_for_a_repayment FOREIGN KEY (lane, repayment_id) REFERENCES repayments (lane, repayment_id),
    CONSTRAINT a_receipt_has_an_amount CHECK (amount_idr > 0),
    CONSTRAINT a_receipt_has_the_banks_reference CHECK (bank_reference <> ''),
    CONSTRAINT a_receipt_needs_two_people CHECK (confirmed_by IS NULL OR confirmed_by <> recorded_by),
    CONSTRAINT a_confirmed_receipt_knows_when CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
);

CREATE INDEX receipts_of_a_repayment ON repayment_receipts (lane, repayment_id);

-- The table of states.py, in the database's words (a test compares them).
CREATE FUNCTION repayment_moves_along_its_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a repayment does not move from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'repayment_moves_along_its_states';
END
$$;

CREATE TRIGGER repayment_moves_along_its_states BEFORE UPDATE OF state ON repayments
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'due>overdue',
        'due>paid',
        'due>cancelled',
        'overdue>paid',
        'overdue>cancelled'
    )) EXECUTE FUNCTION repayment_moves_along_its_states();
