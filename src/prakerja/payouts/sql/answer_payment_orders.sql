-- Books the bank's answer to a batch, in one lane: in payment → paid, or back to the payable. Returns how many.
-- p_items: [{line, paid, bank_reference, reason}], one per line of the batch; the caller has checked that all are there.
CREATE OR REPLACE FUNCTION answer_payment_orders(
    p_lane smallint,
    p_items json,
    p_batch_id uuid,
    p_now timestamptz,
    p_effective_date date
) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payment_orders
    SET state = CASE WHEN answer.paid THEN 'paid' ELSE 'failed' END,
        bank_reference = answer.bank_reference,
        failure_reason = answer.reason,
        answered_at = p_now
    FROM json_to_recordset(p_items) AS answer (line integer, paid boolean, bank_reference text, reason text)
    WHERE lane = p_lane AND batch_id = p_batch_id AND line_number = answer.line AND state = 'sent';
    RETURN write_transfers(
        p_lane,
        ARRAY(
            SELECT CASE
                WHEN state = 'paid' THEN
                    ROW(
                        'payment_done', payment_order_id, budget_number, 'in_payment', payee_id, 'paid', payee_id, amount_idr
                    )::transfer_request
                ELSE
                    ROW(
                        CASE payee_kind WHEN 'participant' THEN 'incentive' ELSE payee_kind END || '_payment_failed',
                        payment_order_id, budget_number, 'in_payment', payee_id,
                        CASE payee_kind WHEN 'participant' THEN 'incentive' ELSE payee_kind END || '_payable', payee_id,
                        amount_idr
                    )::transfer_request
            END
            FROM payment_orders
            WHERE lane = p_lane AND batch_id = p_batch_id AND answered_at = p_now
            ORDER BY payment_order_id
        ),
        p_effective_date
    );
END
$$;
