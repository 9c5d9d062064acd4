-- The one place that inserts transfers and moves kept balances. All or nothing.
-- The caller has locked the kept accounts in key order (lock_accounts) and checked what it promises; the constraints
-- (a transfer stands once, balance_is_never_negative) and kept_account_exists refuse what is left, and then the whole call
-- fails.
-- Rule: MONEY-01 and programme money, chapter 5. Returns the number of transfers.
CREATE OR REPLACE FUNCTION write_transfers(
    p_lane smallint,
    p_transfers transfer_request[],
    p_effective_date date
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    written integer;
    missing integer;
BEGIN
    WITH given AS MATERIALIZED (
        SELECT * FROM unnest(p_transfers)
    ), moved AS MATERIALIZED (
        SELECT side.holder_id, side.kind, sum(side.delta_idr)::bigint AS delta_idr
        FROM given
        CROSS JOIN LATERAL (VALUES
            (given.debit_holder_id, given.debit_kind, -given.amount_idr),
            (given.credit_holder_id, given.credit_kind, given.amount_idr)
        ) AS side (holder_id, kind, delta_idr)
        WHERE side.kind IN ('unspent', 'training', 'incentive')
        GROUP BY side.holder_id, side.kind
    ), balanced AS (
        UPDATE accounts
        SET balance_idr = accounts.balance_idr + moved.delta_idr
        FROM moved
        WHERE accounts.lane = p_lane AND accounts.holder_id = moved.holder_id AND accounts.kind = moved.kind
        RETURNING 1
    ), posted AS (
        INSERT INTO transfers (
            lane, budget_number, effective_date, amount_idr, reference_id,
            debit_holder_id, credit_holder_id, kind, debit_kind, credit_kind
        )
        SELECT
            p_lane, given.budget_number, p_effective_date, given.amount_idr, given.reference_id,
            given.debit_holder_id, given.credit_holder_id, given.kind, given.debit_kind, given.credit_kind
        FROM given
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM posted), (SELECT count(*) FROM moved) - (SELECT count(*) FROM balanced)
    INTO written, missing;
    IF missing > 0 THEN
        RAISE EXCEPTION 'kept_account_exists: % accounts that keep a balance are not open in lane %', missing, p_lane
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'kept_account_exists', TABLE = 'transfers';
    END IF;
    RETURN written;
END
$$;
