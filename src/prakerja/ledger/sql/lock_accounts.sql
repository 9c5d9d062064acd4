-- Locks kept accounts of one lane in key order, so that two calls never wait for each other in a ring.
CREATE OR REPLACE FUNCTION lock_accounts(p_lane smallint, p_holder_ids uuid[], p_kinds text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1
    FROM accounts
    WHERE lane = p_lane AND holder_id = ANY (p_holder_ids) AND kind = ANY (p_kinds)
    ORDER BY holder_id, kind
    FOR NO KEY UPDATE;
END
$$;
