-- Marks redeem codes of one lane as used, one answer each, in order; the institution is who asks.
-- Codes in order of precedence: code_unknown, code_of_another_institution, purchase_voided, code_already_used,
-- purchase_closed, outside_window, ok. Rule: LEARN-01.
-- p_windows: [{from_date, until_date, before_minutes, after_minutes}], the rule in force on the day of the purchase;
-- null minutes: no window. Self-paced training (course type 2) is open during its period.
CREATE OR REPLACE FUNCTION commit_redeem_codes(p_lane smallint, p_items json, p_now timestamptz, p_windows json)
RETURNS TABLE (answered integer, answer text, answered_purchase_id uuid) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1
    FROM purchases p
    WHERE p.lane = p_lane AND p.redeem_code IN (
        SELECT g.redeem_code FROM json_to_recordset(p_items) AS g (redeem_code bpchar)
    )
    ORDER BY p.purchase_id
    FOR NO KEY UPDATE;

    RETURN QUERY
    WITH decided AS MATERIALIZED (
        SELECT
            g.ordinal,
            g.event_id,
            g.actor,
            p.purchase_id,
            CASE
                WHEN p.purchase_id IS NULL THEN 'code_unknown'
                WHEN p.institution_id <> g.institution_id THEN 'code_of_another_institution'
                WHEN p.state = 'voided' THEN 'purchase_voided'
                WHEN p.redeemed_at IS NOT NULL THEN 'code_already_used'
                WHEN p.state <> 'paid' THEN 'purchase_closed'
                WHEN course.training_type = 2 AND p_now NOT BETWEEN s.starts_at AND s.ends_at THEN 'outside_window'
                WHEN course.training_type <> 2 AND (
                    p_now < coalesce(first.starts_at, s.starts_at) - w.before_minutes * interval '1 minute'
                    OR p_now > coalesce(first.starts_at, s.starts_at) + w.after_minutes * interval '1 minute'
                ) THEN 'outside_window'
                -- The first of the list that may use it does; another institution's try uses nothing.
                WHEN row_number() OVER (PARTITION BY p.purchase_id, g.institution_id ORDER BY g.ordinal) > 1
                    THEN 'code_already_used'
                ELSE 'ok'
            END AS code
        FROM ROWS FROM (json_to_recordset(p_items) AS (
            redeem_code bpchar, institution_id uuid, event_id uuid, actor text
        )) WITH ORDINALITY AS g (redeem_code, institution_id, event_id, actor, ordinal)
        LEFT JOIN purchases p ON p.lane = p_lane AND p.redeem_code = g.redeem_code
        LEFT JOIN schedules s ON s.id = p.schedule_id
        LEFT JOIN courses course ON course.id = s.course_id
        LEFT JOIN sessions first ON first.schedule_id = s.id AND first.sequence = 1
        LEFT JOIN json_to_recordset(p_windows) AS w (
            from_date date, until_date date, before_minutes integer, after_minutes integer
        )
            ON w.from_date <= (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date
            AND (w.until_date IS NULL OR (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date < w.until_date)
    ), redeemed AS (
        UPDATE purchases p
        SET state = 'redeemed', redeemed_at = p_now
        FROM decided AS d
        WHERE d.code = 'ok' AND p.lane = p_lane AND p.purchase_id = d.purchase_id
    ), told AS (
        INSERT INTO events (lane, event_id, kind, subject_id, actor, programme_at)
        SELECT p_lane, d.event_id, 'purchase.redeemed', d.purchase_id, d.actor, p_now
        FROM decided AS d
        WHERE d.code = 'ok'
    )
    SELECT d.ordinal::integer - 1, d.code, d.purchase_id
    FROM decided AS d
    ORDER BY d.ordinal;
END
$$;
