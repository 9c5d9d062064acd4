-- Records presence per purchase and session; one answer per item, in the items' order.
-- Rules: LEARN-01 (window around the session's start; self-paced training, course type 2, is open during its period),
-- LEARN-03 (presence check). Both follow the regime that was in force on the day of the purchase.
-- Codes in order of precedence: unknown_purchase, another_institution, voided, not_redeemed, no_such_session, repeated,
-- closed, outside_the_window, no_presence, ok.
-- p_rules: [{from_date, until_date, before_minutes, after_minutes, presence_required}]; null minutes: no window.
CREATE OR REPLACE FUNCTION record_attendance(
    p_lane smallint,
    p_items json,
    p_actor text,
    p_now timestamptz,
    p_rules json
) RETURNS TABLE (item integer, code text) LANGUAGE plpgsql AS $$
BEGIN
    -- A purchase that is being voided or closed is decided before or after, never in between.
    PERFORM 1
    FROM purchases
    WHERE lane = p_lane
        AND purchase_id IN (SELECT (given ->> 'purchase_id')::uuid FROM json_array_elements(p_items) AS given)
    ORDER BY purchase_id
    FOR SHARE;
    RETURN QUERY
    WITH given AS MATERIALIZED (
        SELECT g.*
        FROM json_to_recordset(p_items) AS g (
            item integer, event_id uuid, purchase_id uuid, institution_id uuid, sequence smallint, presence text
        )
    ), judged AS MATERIALIZED (
        SELECT
            g.*,
            s.id AS session_id,
            CASE
                WHEN p.purchase_id IS NULL THEN 'unknown_purchase'
                WHEN p.institution_id <> g.institution_id THEN 'another_institution'
                WHEN p.state = 'voided' THEN 'voided'
                WHEN p.state = 'paid' THEN 'not_redeemed'
                WHEN s.id IS NULL THEN 'no_such_session'
                WHEN a.purchase_id IS NOT NULL THEN 'repeated'
                WHEN p.state <> 'redeemed' THEN 'closed'
                -- A caller's defect: no such code exists, so that the caller's decoding fails and nothing commits.
                WHEN r.from_date IS NULL THEN 'no_rules_for_its_day'
                WHEN course.training_type = 2 AND p_now NOT BETWEEN class.starts_at AND class.ends_at
                    THEN 'outside_the_window'
                WHEN course.training_type <> 2 AND (
                    p_now < s.starts_at - make_interval(mins => r.before_minutes)
                    OR p_now > s.starts_at + make_interval(mins => r.after_minutes)
                ) THEN 'outside_the_window'
                WHEN r.presence_required AND coalesce(g.presence, '') = '' THEN 'no_presence'
                ELSE 'ok'
            END AS answer
        FROM given g
        LEFT JOIN purchases p ON p.lane = p_lane AND p.purchase_id = g.purchase_id
        LEFT JOIN schedules class ON class.id = p.schedule_id
        LEFT JOIN courses course ON course.id = class.course_id
        LEFT JOIN sessions s ON s.schedule_id = p.schedule_id AND s.sequence = g.sequence
        LEFT JOIN counted_attendances a ON a.lane = p_lane AND a.purchase_id = g.purchase_id AND a.sequence = g.sequence
        LEFT JOIN json_to_recordset(p_rules) AS r (
            from_date date, until_date date, before_minutes integer, after_minutes integer, presence_required boolean
        )
            ON r.from_date <= (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date
            AND (r.until_date IS NULL OR (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date < r.until_date)
    ), first_of_its_kind AS (
        SELECT DISTINCT ON (judged.purchase_id, judged.sequence) judged.*
        FROM judged
        WHERE judged.answer = 'ok'
        ORDER BY judged.purchase_id, judged.sequence, judged.item
    ), written AS (
        INSERT INTO attendances (lane, purchase_id, sequence, session_id, attended_at, presence, round)
        SELECT
            p_lane, f.purchase_id, f.sequence, f.session_id, p_now, coalesce(f.presence, ''),
            1 + (
                SELECT count(*)
                FROM attendance_annulments gone
                WHERE gone.lane = p_lane AND gone.purchase_id = f.purchase_id AND gone.sequence = f.sequence
            )
        FROM first_of_its_kind f
        ON CONFLICT DO NOTHING
        RETURNING attendances.purchase_id, attendances.sequence
    ), logged AS (
        INSERT INTO events (lane, event_id, kind, subject_id, actor, programme_at, payload)
        SELECT
            p_lane, f.event_id, 'attendance.recorded', f.purchase_id, p_actor, p_now,
            jsonb_build_object('sequence', f.sequence, 'presence', coalesce(f.presence, ''))
        FROM first_of_its_kind f
        JOIN written w ON w.purchase_id = f.purchase_id AND w.sequence = f.sequence
    )
    SELECT
        j.item,
        CASE WHEN j.answer = 'ok' AND (f.item IS NULL OR w.purchase_id IS NULL) THEN 'repeated' ELSE j.answer END
    FROM judged j
    LEFT JOIN first_of_its_kind f ON f.item = j.item
    LEFT JOIN written w ON w.purchase_id = f.purchase_id AND w.sequence = f.sequence
    ORDER BY j.item;
END
$$;
