-- Sweeps one kind of balance (training or incentive) of one lane to the treasury, of those whose time is over.
-- Rule: CARD-02. A sweep of training also ends the participation (expired). Safe to run again: nothing is left then.
-- Returns budget, participants and rupiah.
CREATE OR REPLACE FUNCTION sweep_balances(
    p_lane smallint,
    p_kind text,
    p_now timestamptz,
    p_effective_date date
) RETURNS TABLE (budget_number smallint, participants bigint, swept_idr bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    v_due uuid[];
    v_transfers transfer_request[];
BEGIN
    SELECT array_agg(p.participant_id ORDER BY p.participant_id)
    INTO v_due
    FROM participants AS p
    JOIN accounts AS a ON a.lane = p.lane AND a.holder_id = p.participant_id AND a.kind = p_kind
    WHERE p.lane = p_lane
        AND p.balance_until_at <= p_now
        AND (a.balance_idr > 0 OR (p_kind = 'training' AND p.state IN ('active', 'finished', 'suspended')));
    IF v_due IS NULL THEN
        RETURN;
    END IF;
    PERFORM lock_accounts(p_lane, v_due, ARRAY[p_kind]);
    SELECT array_agg(
        ROW('sweep_' || a.kind, a.holder_id, a.budget_number, a.kind, a.holder_id, 'returned', b.id, a.balance_idr)
            ::transfer_request
        ORDER BY a.holder_id
    )
    INTO v_transfers
    FROM accounts AS a
    JOIN budgets AS b ON b.number = a.budget_number
    WHERE a.lane = p_lane AND a.holder_id = ANY (v_due) AND a.kind = p_kind AND a.balance_idr > 0;
    IF v_transfers IS NOT NULL THEN
        PERFORM write_transfers(p_lane, v_transfers, p_effective_date);
    END IF;
    IF p_kind = 'training' THEN
        UPDATE participants AS p
        SET state = 'expired'
        WHERE p.lane = p_lane
            AND p.participant_id = ANY (v_due)
            AND p.state IN ('active', 'finished', 'suspended');
    END IF;
    RETURN QUERY
    SELECT t.budget_number, count(*), sum(t.amount_idr)::bigint
    FROM unnest(v_transfers) AS t
    GROUP BY t.budget_number
    ORDER BY t.budget_number;
END
$$;
