-- The decree's transfers in bulk, in two halves of one transaction. The rows are those of open_accounts + post_transfers
-- (reserve_training, reserve_incentive), without writing each account twice. Rule: MONEY-01, programme money 5.1.
-- Between the halves the caller brings the money to where it is needed: all decrees of a budget share its unspent account,
-- so that is locked when all rows are written, and two approvals wait for each other at their ends only.
DROP FUNCTION IF EXISTS reserve_packages(smallint, smallint, uuid, uuid[], bigint, bigint, date);

-- Opens the training and the incentive account of each participant with its amount and writes their transfers.
-- Amounts are the same for the whole call: a decree reserves one package. Returns the number of participants.
CREATE FUNCTION open_packages(
    p_lane smallint,
    p_budget_number smallint,
    p_budget_id uuid,
    p_participant_ids uuid[],
    p_training_idr bigint,
    p_incentive_idr bigint,
    p_effective_date date
) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts (lane, holder_id, kind, budget_number, balance_idr)
    SELECT p_lane, participant_id, package.kind, p_budget_number, package.amount_idr
    FROM unnest(p_participant_ids) AS participant_id
    CROSS JOIN (VALUES ('training', p_training_idr), ('incentive', p_incentive_idr)) AS package (kind, amount_idr);
    INSERT INTO transfers (
        lane, budget_number, effective_date, amount_idr, reference_id,
        debit_holder_id, credit_holder_id, kind, debit_kind, credit_kind
    )
    SELECT
        p_lane, p_budget_number, p_effective_date, package.amount_idr, participant_id,
        p_budget_id, participant_id, 'reserve_' || package.kind, 'unspent', package.kind
    FROM unnest(p_participant_ids) AS participant_id
    CROSS JOIN (VALUES ('training', p_training_idr), ('incentive', p_incentive_idr)) AS package (kind, amount_idr)
    WHERE package.amount_idr > 0;
    RETURN coalesce(cardinality(p_participant_ids), 0);
END
$$;

-- Takes the sum of packages that open_packages opened in this transaction out of the budget's unspent money of the lane.
CREATE FUNCTION pay_packages(p_lane smallint, p_budget_number smallint, p_budget_id uuid, p_total_idr bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts
    SET balance_idr = balance_idr - p_total_idr
    WHERE lane = p_lane AND holder_id = p_budget_id AND kind = 'unspent';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'kept_account_exists: budget % has no unspent account in lane %', p_budget_number, p_lane
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'kept_account_exists', TABLE = 'transfers';
    END IF;
END
$$;
