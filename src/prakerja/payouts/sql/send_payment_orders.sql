-- Takes the orders of a batch, in one lane, on their way: payable → in payment. Returns how many.
-- The caller has locked the batch and checked its signatures.
CREATE OR REPLACE FUNCTION send_payment_orders(p_lane smallint, p_batch_id uuid, p_effective_date date)
RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payment_orders
    SET state = 'sent'
    WHERE lane = p_lane AND batch_id = p_batch_id AND state = 'prepared';
    RETURN write_transfers(
        p_lane,
        ARRAY(
            SELECT ROW(
                CASE payee_kind WHEN 'participant' THEN 'incentive' ELSE payee_kind END || '_payment',
                payment_order_id, budget_number,
                CASE payee_kind WHEN 'participant' THEN 'incentive' ELSE payee_kind END || '_payable', payee_id,
                'in_payment', payee_id, amount_idr
            )::transfer_request
            FROM payment_orders
            WHERE lane = p_lane AND batch_id = p_batch_id
            ORDER BY payment_order_id
        ),
        p_effective_date
    );
END
$$;
