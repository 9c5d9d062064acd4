-- Posts a list of transfers of one lane and answers each, in order: conflict, repeated, ok.
-- A balance that would fall below zero fails the whole call by balance_is_never_negative; the caller then replays singly.
CREATE OR REPLACE FUNCTION post_transfers(
    p_lane smallint,
    p_transfers transfer_request[],
    p_effective_date date
) RETURNS TABLE (item integer, code text) LANGUAGE plpgsql AS $$
DECLARE
    fresh transfer_request[];
    answers text[];
BEGIN
    PERFORM lock_accounts(
        p_lane,
        (SELECT array_agg(g.debit_holder_id) || array_agg(g.credit_holder_id) FROM unnest(p_transfers) AS g),
        ARRAY['unspent', 'training', 'incentive']
    );
    WITH given AS (
        SELECT
            g.*,
            row_number() OVER (PARTITION BY g.reference_id, g.kind, g.budget_number ORDER BY g.ordinal) AS repetition,
            first_value(g.amount_idr) OVER same_key AS first_amount_idr,
            first_value(g.debit_holder_id) OVER same_key AS first_debit_holder_id,
            first_value(g.credit_holder_id) OVER same_key AS first_credit_holder_id
        FROM unnest(p_transfers) WITH ORDINALITY AS g (
            kind, reference_id, budget_number, debit_kind, debit_holder_id, credit_kind, credit_holder_id, amount_idr, ordinal
        )
        WINDOW same_key AS (PARTITION BY g.reference_id, g.kind, g.budget_number ORDER BY g.ordinal)
    ), answered AS (
        SELECT
            given.*,
            CASE
                WHEN given.repetition = 1 AND t.lane IS NULL THEN 'ok'
                WHEN (given.amount_idr, given.debit_holder_id, given.credit_holder_id) = (
                    coalesce(t.amount_idr, given.first_amount_idr),
                    coalesce(t.debit_holder_id, given.first_debit_holder_id),
                    coalesce(t.credit_holder_id, given.first_credit_holder_id)
                ) THEN 'repeated'
                ELSE 'conflict'
            END AS answer
        FROM given
        LEFT JOIN transfers t
            ON t.lane = p_lane
            AND t.reference_id = given.reference_id
            AND t.kind = given.kind
            AND t.budget_number = given.budget_number
    )
    SELECT
        array_agg(answer ORDER BY ordinal),
        array_agg(
            ROW(kind, reference_id, budget_number, debit_kind, debit_holder_id, credit_kind, credit_holder_id, amount_idr)::transfer_request
            ORDER BY ordinal
        ) FILTER (WHERE answer = 'ok')
    INTO answers, fresh
    FROM answered;
    IF fresh IS NOT NULL THEN
        PERFORM write_transfers(p_lane, fresh, p_effective_date);
    END IF;
    RETURN QUERY
    SELECT (a.ordinal - 1)::integer, a.answer
    FROM unnest(answers) WITH ORDINALITY AS a (answer, ordinal)
    ORDER BY a.ordinal;
END
$$;
