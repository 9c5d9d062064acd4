-- Takes purchases of one lane back while their code is unused, one answer each, in order.
-- Codes in order of precedence: transaction_unknown (also another platform's or another invoice), already_voided,
-- code_already_redeemed, purchase_closed, ok. Rules: CARD-01 (a voided purchase doesn't count), programme money 5.2.
-- The money returns to the participant, or to the treasury once the participant's balance was revoked or swept.
CREATE OR REPLACE FUNCTION void_purchases(p_lane smallint, p_items json, p_now timestamptz)
RETURNS TABLE (answered integer, answer text) LANGUAGE plpgsql AS $$
DECLARE
    today date := (p_now AT TIME ZONE 'Asia/Jakarta')::date;
    wanted uuid[];
    answers text[];
    voided uuid[];
BEGIN
    SELECT array_agg(found.purchase_id ORDER BY g.ordinal)
    INTO wanted
    FROM ROWS FROM (json_to_recordset(p_items) AS (platform_id uuid, invoice_code text, transaction_code bpchar))
        WITH ORDINALITY AS g (platform_id, invoice_code, transaction_code, ordinal)
    LEFT JOIN purchases found
        ON found.lane = p_lane AND found.transaction_code = g.transaction_code
        AND found.platform_id = g.platform_id AND found.invoice_code = g.invoice_code;

    PERFORM lock_accounts(
        p_lane,
        ARRAY(SELECT p.participant_id FROM purchases p WHERE p.lane = p_lane AND p.purchase_id = ANY (wanted)),
        ARRAY['training']
    );
    PERFORM 1
    FROM seat_allotments s
    WHERE s.lane = p_lane AND s.schedule_id IN (
        SELECT p.schedule_id FROM purchases p WHERE p.lane = p_lane AND p.purchase_id = ANY (wanted)
    )
    ORDER BY s.schedule_id
    FOR NO KEY UPDATE;
    PERFORM 1
    FROM purchases p
    WHERE p.lane = p_lane AND p.purchase_id = ANY (wanted)
    ORDER BY p.purchase_id
    FOR NO KEY UPDATE;

    WITH decided AS (
        SELECT
            w.ordinal,
            w.purchase_id,
            CASE
                WHEN p.purchase_id IS NULL THEN 'transaction_unknown'
                WHEN p.state = 'voided' THEN 'already_voided'
                WHEN p.redeemed_at IS NOT NULL THEN 'code_already_redeemed'
                WHEN p.state <> 'paid' OR p.payable_at IS NOT NULL THEN 'purchase_closed'
                -- The first of the list that may take it back does.
                WHEN row_number() OVER (PARTITION BY w.purchase_id ORDER BY w.ordinal) > 1 THEN 'already_voided'
                ELSE 'ok'
            END AS code
        FROM unnest(wanted) WITH ORDINALITY AS w (purchase_id, ordinal)
        LEFT JOIN purchases p ON p.lane = p_lane AND p.purchase_id = w.purchase_id
    )
    SELECT array_agg(d.code ORDER BY d.ordinal), array_agg(d.purchase_id ORDER BY d.ordinal) FILTER (WHERE d.code = 'ok')
    INTO answers, voided
    FROM decided AS d;

    IF voided IS NOT NULL THEN
        UPDATE purchases p
        SET state = 'voided', voided_at = p_now
        WHERE p.lane = p_lane AND p.purchase_id = ANY (voided);
        UPDATE seat_allotments seat
        SET seats_left = seat.seats_left + freed.seats
        FROM (
            SELECT p.schedule_id, count(*)::integer AS seats
            FROM purchases p
            WHERE p.lane = p_lane AND p.purchase_id = ANY (voided)
            GROUP BY p.schedule_id
        ) AS freed
        WHERE seat.lane = p_lane AND seat.schedule_id = freed.schedule_id;
        PERFORM write_transfers(
            p_lane,
            ARRAY(
                SELECT CASE
                    WHEN holder.state IN ('active', 'suspended', 'finished') THEN
                        ROW('void', p.purchase_id, p.budget_number, 'held', b.id, 'training', p.participant_id,
                            p.price_idr)::transfer_request
                    ELSE
                        ROW('void_to_treasury', p.purchase_id, p.budget_number, 'held', b.id, 'returned', b.id,
                            p.price_idr)::transfer_request
                END
                FROM purchases p
                JOIN budgets b ON b.number = p.budget_number
                JOIN participants holder ON holder.lane = p.lane AND holder.participant_id = p.participant_id
                WHERE p.lane = p_lane AND p.purchase_id = ANY (voided)
                ORDER BY p.purchase_id
            ),
            today
        );
        UPDATE participants holder
        SET first_purchase_at = (
            SELECT min(p.paid_at)
            FROM purchases p
            WHERE p.lane = p_lane AND p.participant_id = holder.participant_id AND p.voided_at IS NULL
        )
        WHERE holder.lane = p_lane AND holder.participant_id IN (
            SELECT p.participant_id FROM purchases p WHERE p.lane = p_lane AND p.purchase_id = ANY (voided)
        );
        INSERT INTO events (lane, event_id, kind, subject_id, actor, programme_at)
        SELECT p_lane, g.event_id, 'purchase.voided', a.purchase_id, g.actor, p_now
        FROM unnest(answers, wanted) WITH ORDINALITY AS a (code, purchase_id, ordinal)
        JOIN ROWS FROM (json_to_recordset(p_items) AS (event_id uuid, actor text))
            WITH ORDINALITY AS g (event_id, actor, ordinal) ON g.ordinal = a.ordinal
        WHERE a.code = 'ok';
    END IF;

    RETURN QUERY
    SELECT a.ordinal::integer - 1, a.code
    FROM unnest(answers) WITH ORDINALITY AS a (code, ordinal)
    ORDER BY a.ordinal;
END
$$;
