-- Stores one-time codes for purchases of one lane, one answer each, in order. The caller sends the codes of those answered ok.
-- Codes in order of precedence: platform_not_active, schedule_unknown, schedule_closed, sold_out, card_unknown,
-- channel_not_allowed, card_not_active, participant_not_active, age_not_allowed, education_not_allowed, price_changed, otp_locked,
-- too_many_codes (with the moment from which the card may be sent a code again), ok.
-- Rules: SCHEME-04, CARD-03, COURSE-01, LEARN-02. Nothing is bound to the platform account here: anybody can name a card.
--
-- Anybody who knows a card's number can make its holder's phone ring, so codes that bought nothing are counted: p_per_hour and
-- p_per_day from one platform to one card, twice as many from all platforms together, in any hour and any 24 hours. What is
-- refused counts nothing. Locks: cards in key order, so that processes which send to one card count one after the other.
CREATE OR REPLACE FUNCTION send_otps(
    p_lane smallint,
    p_items json,
    p_now timestamptz,
    p_machine_now timestamptz,
    p_life interval,
    p_tries integer,
    p_per_hour integer,
    p_per_day integer
) RETURNS TABLE (answered integer, answer text, again_at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    -- Lowest first, as participants.rules.Education.
    levels text[] := ARRAY[
        'none', 'primary', 'junior_secondary', 'senior_secondary', 'diploma', 'bachelor', 'postgraduate'
    ];
BEGIN
    PERFORM 1
    FROM cards c
    WHERE c.lane = p_lane AND c.card_id IN (SELECT g.card_id FROM json_to_recordset(p_items) AS g (card_id uuid))
    ORDER BY c.card_id
    FOR NO KEY UPDATE;

    -- Behind the locks, so that this statement sees what the holders of the locks before us have sent.
    RETURN QUERY
    WITH judged AS MATERIALIZED (
        SELECT
            g.*,
            sent.tries AS spent_tries,
            sent.by_platform,
            sent.by_all,
            CASE
                WHEN platform.state IS DISTINCT FROM 'active' THEN 'platform_not_active'
                WHEN s.id IS NULL THEN 'schedule_unknown'
                WHEN s.state <> 'published' OR s.sells_until_at <= p_now THEN 'schedule_closed'
                WHEN NOT EXISTS (
                    SELECT FROM seat_allotments seat WHERE seat.schedule_id = s.id AND seat.seats_left > 0
                ) THEN 'sold_out'
                WHEN c.card_id IS NULL THEN 'card_unknown'
                WHEN c.channel <> 'digital' THEN 'channel_not_allowed'
                WHEN c.state <> 'active' THEN 'card_not_active'
                WHEN p.state <> 'active' THEN 'participant_not_active'
                WHEN extract(year FROM age(s.starts_at AT TIME ZONE 'Asia/Jakarta', p.birth_date))
                    NOT BETWEEN course.age_min AND coalesce(course.age_max, 200) THEN 'age_not_allowed'
                WHEN array_position(levels, course.minimum_education) > array_position(levels, p.education)
                    THEN 'education_not_allowed'
                WHEN s.price_idr <> g.amount_idr THEN 'price_changed'
                WHEN sent.is_locked OR sent.tries >= p_tries THEN 'otp_locked'
                ELSE 'ok'
            END AS code
        FROM ROWS FROM (json_to_recordset(p_items) AS (
            token_id uuid, event_id uuid, actor text, platform_id uuid, card_id uuid, schedule_id uuid, amount_idr bigint,
            platform_user_id text, code_hash uuid
        )) WITH ORDINALITY AS g (
            token_id, event_id, actor, platform_id, card_id, schedule_id, amount_idr, platform_user_id, code_hash, ordinal
        )
        LEFT JOIN platforms platform ON platform.id = g.platform_id
        LEFT JOIN schedules s ON s.id = g.schedule_id
        LEFT JOIN courses course ON course.id = s.course_id
        LEFT JOIN cards c ON c.lane = p_lane AND c.card_id = g.card_id
        LEFT JOIN participants p ON p.lane = p_lane AND p.participant_id = c.participant_id
        -- Wrong tries of codes that are still unused count on, or each new code would bring new tries. A wrong code is
        -- counted on all that wait (authorize_purchases), so the highest count is the number of wrong codes.
        CROSS JOIN LATERAL (
            SELECT
                coalesce(max(p_tries - o.tries_left) FILTER (
                    WHERE o.platform_id = g.platform_id AND o.used_at IS NULL
                        AND o.sent_at > p_machine_now - otp_lock_time()
                ), 0) AS tries,
                coalesce(bool_or(o.locked_until_at > p_machine_now) FILTER (WHERE o.platform_id = g.platform_id), false)
                    AS is_locked,
                array_agg(o.sent_at) FILTER (
                    WHERE o.platform_id = g.platform_id AND o.used_at IS NULL
                ) AS by_platform,
                array_agg(o.sent_at) FILTER (WHERE o.used_at IS NULL) AS by_all
            FROM otps o
            WHERE o.lane = p_lane AND o.card_id = g.card_id AND o.sent_at > p_machine_now - interval '24 hours'
        ) AS sent
    -- Two steps: what its own platform may not send does not count for all. Where few were sent nothing is sorted.
    ), of_platform AS MATERIALIZED (
        SELECT
            j.*,
            CASE
                WHEN j.code = 'ok' AND coalesce(cardinality(j.by_platform), 0) + j.before >= least(p_per_hour, p_per_day)
                    THEN otp_again_at(p_machine_now, j.before, j.by_platform, p_per_hour, p_per_day)
            END AS platform_again_at
        FROM (
            SELECT
                judged.*,
                count(*) FILTER (WHERE judged.code = 'ok') OVER (
                    PARTITION BY judged.card_id, judged.platform_id ORDER BY judged.ordinal
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ) AS before
            FROM judged
        ) AS j
    ), of_all AS MATERIALIZED (
        SELECT
            o.*,
            CASE
                WHEN o.code = 'ok'
                    AND coalesce(cardinality(o.by_all), 0) + o.before_of_all >= 2 * least(p_per_hour, p_per_day)
                    THEN greatest(
                        o.platform_again_at,
                        otp_again_at(p_machine_now, o.before_of_all, o.by_all, 2 * p_per_hour, 2 * p_per_day)
                    )
                ELSE o.platform_again_at
            END AS again_at
        FROM (
            SELECT
                of_platform.*,
                count(*) FILTER (WHERE of_platform.code = 'ok' AND of_platform.platform_again_at IS NULL) OVER (
                    PARTITION BY of_platform.card_id ORDER BY of_platform.ordinal
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ) AS before_of_all
            FROM of_platform
        ) AS o
    ), decided AS MATERIALIZED (
        SELECT a.*, CASE WHEN a.again_at IS NULL THEN a.code ELSE 'too_many_codes' END AS answer
        FROM of_all AS a
    ), stored AS (
        INSERT INTO otps (
            lane, token_id, card_id, platform_id, schedule_id, amount_idr, platform_user_id, code_hash, tries_left, sent_at,
            expires_at
        )
        SELECT
            p_lane, d.token_id, d.card_id, d.platform_id, d.schedule_id, d.amount_idr, d.platform_user_id, d.code_hash,
            p_tries - d.spent_tries, p_machine_now, p_machine_now + p_life
        FROM decided AS d
        WHERE d.answer = 'ok'
        ORDER BY d.ordinal
    ), told AS (
        INSERT INTO events (lane, event_id, kind, subject_id, actor, programme_at)
        SELECT p_lane, d.event_id, 'otp.sent', d.card_id, d.actor, p_now
        FROM decided AS d
        WHERE d.answer = 'ok'
    )
    SELECT d.ordinal::integer - 1, d.answer, d.again_at
    FROM decided AS d
    ORDER BY d.ordinal;
END
$$;
