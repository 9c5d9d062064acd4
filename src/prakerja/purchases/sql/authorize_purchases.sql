-- The counter: decides and writes a list of purchases of one lane, one answer each, in the order of the list.
-- Codes in order of precedence: repeated, invoice_reused, platform_not_active, token_unknown, token_used, token_expired,
-- otp_locked, otp_wrong, card_unknown, pin_locked, pin_wrong, card_not_active, participant_not_active, schedule_unknown,
-- channel_not_allowed, not_listed, institution_not_registered, no_agreement_in_force, price_changed, schedule_closed,
-- first_purchase_deadline_passed, balance_expired, first_course_not_completed, already_bought, sold_out, age_not_allowed,
-- platform_account_uses_another_card, balance_too_low, ok.
-- Rules: CARD-01, CARD-02, CARD-03, CARD-04, SCHEME-02, SCHEME-04, SCHEME-05, SCHEME-10, COURSE-01, LEARN-02, FEE-02.
--
-- An item carries token_id + otp_hash (a platform's purchase) or card_id + pin_hash + schedule_id + amount_idr (a counter's).
-- Items on the same card are decided one after the other, in rounds; within a round all cards differ and seats are given in
-- the order of the list. Locks: accounts in key order, then seats in key order. When a constraint fires the whole call
-- fails, and the caller replays its items one by one.
CREATE OR REPLACE FUNCTION authorize_purchases(
    p_lane smallint,
    p_items purchase_item[],
    p_now timestamptz,
    p_machine_now timestamptz
) RETURNS TABLE (
    answered integer,
    answer text,
    answered_purchase_id uuid,
    answered_participant_id uuid,
    answered_idr bigint
)
LANGUAGE plpgsql
-- One plan, made once, and the same whether the tables hold ten rows or ten million: index look-ups item by item.
-- Planning the decision for each call would cost more than deciding.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
AS $$
DECLARE
    items purchase_item[];
    decisions purchase_decision[];
    rounds integer;
    tries_change boolean;
    today date := (p_now AT TIME ZONE 'Asia/Jakarta')::date;
BEGIN
    SELECT
        array_agg(
            ROW(
                i.purchase_id, i.event_id, i.actor, i.platform_id, i.invoice_code, i.request_hash, i.token_id, i.otp_hash,
                i.pin_hash, i.card_id, i.schedule_id, i.amount_idr, i.platform_user_id, i.transaction_code, i.redeem_code,
                i.regime_version, i.only_after_completion, i.ordinal, i.round, i.participant_id, i.channel
            )::purchase_item
        ),
        max(i.round)
    INTO items, rounds
    FROM (
        SELECT
            g.purchase_id, g.event_id, g.actor, g.platform_id, g.invoice_code, g.request_hash, g.token_id, g.otp_hash,
            g.pin_hash, g.transaction_code, g.redeem_code, g.regime_version, g.only_after_completion,
            c.card_id,
            coalesce(o.schedule_id, g.schedule_id) AS schedule_id,
            coalesce(o.amount_idr, g.amount_idr) AS amount_idr,
            coalesce(o.platform_user_id, g.platform_user_id) AS platform_user_id,
            g.given AS ordinal,
            row_number() OVER (PARTITION BY coalesce(c.card_id, g.token_id) ORDER BY g.given) AS round,
            c.participant_id,
            c.channel
        FROM unnest(p_items) WITH ORDINALITY AS g (
            purchase_id, event_id, actor, platform_id, invoice_code, request_hash, token_id, otp_hash, pin_hash, card_id,
            schedule_id, amount_idr, platform_user_id, transaction_code, redeem_code, regime_version,
            only_after_completion, no_ordinal, no_round, no_participant_id, no_channel, given
        )
        LEFT JOIN otps o ON o.lane = p_lane AND o.token_id = g.token_id AND o.platform_id = g.platform_id
        LEFT JOIN cards c ON c.lane = p_lane AND c.card_id = coalesce(o.card_id, g.card_id)
    ) AS i;

    PERFORM 1
    FROM accounts a
    WHERE a.lane = p_lane AND a.kind = 'training'
        AND a.holder_id = ANY (ARRAY(SELECT i.participant_id FROM unnest(items) AS i))
    ORDER BY a.holder_id
    FOR NO KEY UPDATE;
    PERFORM 1
    FROM seat_allotments s
    WHERE s.lane = p_lane AND s.schedule_id = ANY (ARRAY(SELECT i.schedule_id FROM unnest(items) AS i))
    ORDER BY s.schedule_id
    FOR NO KEY UPDATE;

    FOR current_round IN 1 .. rounds LOOP
        SELECT array_agg(
            ROW(d.ordinal, d.code, d.purchase_id, d.participant_id, d.budget_number, d.course_id, d.institution_id,
                d.agreement_id, d.mode, d.channel, d.price_idr, d.is_first, d.claims_account)::purchase_decision
            ORDER BY d.ordinal
        ),
            bool_or(d.code IN ('otp_wrong', 'pin_wrong') OR (d.code = 'ok' AND d.token_id IS NULL))
        INTO decisions, tries_change
        FROM (
            SELECT
                j.*,
                CASE
                    WHEN j.before_seat IS NOT NULL THEN j.before_seat
                    -- Whoever would fail after the seat takes none; the others take what is left, in order.
                    WHEN j.seats_left - count(*) FILTER (WHERE j.before_seat IS NULL AND j.after_seat IS NULL)
                        OVER (PARTITION BY j.schedule_id ORDER BY j.ordinal ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW)
                        <= 0 THEN 'sold_out'
                    WHEN j.after_seat IS NOT NULL THEN j.after_seat
                    ELSE 'ok'
                END AS code
            FROM (
                SELECT
                    i.ordinal, i.token_id,
                    CASE WHEN claim.hash = i.request_hash THEN claim.subject_id ELSE i.purchase_id END AS purchase_id,
                    i.participant_id, p.budget_number, s.course_id, s.institution_id, agreement.id AS agreement_id,
                    s.mode, i.card_channel AS channel, s.price_idr, i.schedule_id,
                    coalesce(seat.seats_left, 0) AS seats_left,
                    p.first_purchase_at IS NULL AS is_first,
                    i.platform_user_id IS NOT NULL AND account.subject_id IS NULL AS claims_account,
                    CASE
                        WHEN claim.hash = i.request_hash THEN 'repeated'
                        WHEN claim.hash IS NOT NULL THEN 'invoice_reused'
                        WHEN platform.state IS DISTINCT FROM 'active' THEN 'platform_not_active'
                        WHEN i.token_id IS NOT NULL AND o.token_id IS NULL THEN 'token_unknown'
                        WHEN o.used_at IS NOT NULL THEN 'token_used'
                        WHEN o.expires_at <= p_machine_now THEN 'token_expired'
                        WHEN o.tries_left = 0 THEN 'otp_locked'
                        WHEN o.code_hash <> i.otp_hash THEN 'otp_wrong'
                        WHEN c.card_id IS NULL THEN 'card_unknown'
                        WHEN i.token_id IS NULL AND c.pin_tries_left = 0 THEN 'pin_locked'
                        WHEN i.token_id IS NULL
                            AND c.pin_hash IS DISTINCT FROM decode(i.pin_hash, 'hex') THEN 'pin_wrong'
                        WHEN c.state <> 'active' THEN 'card_not_active'
                        WHEN p.state IS DISTINCT FROM 'active' THEN 'participant_not_active'
                        WHEN s.id IS NULL THEN 'schedule_unknown'
                        WHEN c.channel = 'regular' AND s.mode <> 'offline' THEN 'channel_not_allowed'
                        WHEN (c.channel = 'regular') <> (i.token_id IS NULL) THEN 'channel_not_allowed'
                        WHEN registration.found IS NULL THEN 'institution_not_registered'
                        WHEN agreement.id IS NULL THEN 'no_agreement_in_force'
                        WHEN listing.found IS NULL THEN 'not_listed'
                        WHEN s.price_idr <> i.amount_idr THEN 'price_changed'
                        WHEN s.state <> 'published' OR s.sells_until_at <= p_now THEN 'schedule_closed'
                        WHEN p.first_purchase_at IS NULL AND p.first_purchase_deadline_at <= p_now
                            THEN 'first_purchase_deadline_passed'
                        WHEN p.balance_until_at <= p_now THEN 'balance_expired'
                        WHEN i.only_after_completion AND p.first_purchase_at IS NOT NULL AND completed.found IS NULL
                            THEN 'first_course_not_completed'
                        WHEN live.found IS NOT NULL THEN 'already_bought'
                    END AS before_seat,
                    CASE
                        WHEN extract(year FROM age(s.starts_at AT TIME ZONE 'Asia/Jakarta', p.birth_date))
                            NOT BETWEEN course.age_min AND coalesce(course.age_max, 200) THEN 'age_not_allowed'
                        WHEN account.subject_id IS DISTINCT FROM i.card_id AND account.subject_id IS NOT NULL
                            THEN 'platform_account_uses_another_card'
                        WHEN balance.balance_idr < s.price_idr THEN 'balance_too_low'
                    END AS after_seat
                FROM unnest(items) AS i
                LEFT JOIN claims claim
                    ON claim.kind = 'invoice' AND claim.key = i.platform_id::text || ':' || i.invoice_code
                LEFT JOIN platforms platform ON platform.id = i.platform_id
                LEFT JOIN otps o ON o.lane = p_lane AND o.token_id = i.token_id AND o.platform_id = i.platform_id
                LEFT JOIN cards c ON c.lane = p_lane AND c.card_id = i.card_id
                LEFT JOIN participants p ON p.lane = p_lane AND p.participant_id = i.participant_id
                LEFT JOIN accounts balance
                    ON balance.lane = p_lane AND balance.holder_id = i.participant_id AND balance.kind = 'training'
                LEFT JOIN schedules s ON s.id = i.schedule_id
                LEFT JOIN courses course ON course.id = s.course_id
                LEFT JOIN seat_allotments seat ON seat.lane = p_lane AND seat.schedule_id = i.schedule_id
                LEFT JOIN claims account
                    ON account.kind = 'platform_account'
                    AND account.key = i.platform_id::text || ':' || i.platform_user_id
                LEFT JOIN LATERAL (
                    SELECT true AS found
                    FROM registrations r
                    JOIN institutions ON institutions.id = r.institution_id
                    WHERE r.platform_id = i.platform_id AND r.institution_id = s.institution_id AND r.state = 'agreed'
                        AND institutions.state = 'decreed'
                ) registration ON true
                LEFT JOIN LATERAL (
                    SELECT a.id
                    FROM agreements a
                    WHERE a.platform_id = i.platform_id AND a.institution_id = s.institution_id
                        AND a.valid_from <= today AND (a.valid_until IS NULL OR today < a.valid_until)
                        AND (a.ended_at IS NULL OR p_now < a.ended_at)
                    ORDER BY a.version DESC
                    LIMIT 1
                ) agreement ON true
                LEFT JOIN LATERAL (
                    SELECT true AS found
                    FROM listings l
                    WHERE l.platform_id = i.platform_id AND l.course_id = s.course_id
                        AND l.listed_from <= p_now AND (l.listed_until IS NULL OR p_now < l.listed_until)
                    LIMIT 1
                ) listing ON true
                LEFT JOIN LATERAL (
                    SELECT true AS found
                    FROM purchases bought
                    WHERE bought.lane = p_lane AND bought.participant_id = i.participant_id
                        AND bought.schedule_id = i.schedule_id AND bought.voided_at IS NULL
                ) live ON true
                LEFT JOIN LATERAL (
                    SELECT true AS found
                    FROM purchases earlier
                    WHERE i.only_after_completion AND p.first_purchase_at IS NOT NULL
                        AND earlier.lane = p_lane AND earlier.participant_id = i.participant_id
                        AND earlier.voided_at IS NULL AND earlier.state = 'completed'
                    LIMIT 1
                ) completed ON true
                WHERE i.round = current_round
            ) AS j
        ) AS d;

        WITH bought AS MATERIALIZED (
            SELECT
                i.purchase_id, i.event_id, i.actor, i.platform_id, i.invoice_code, i.request_hash, i.token_id, i.card_id,
                i.schedule_id, i.platform_user_id, i.transaction_code, i.redeem_code, i.regime_version,
                d.participant_id, d.budget_number, d.course_id, d.institution_id, d.agreement_id, d.mode, d.channel,
                d.price_idr, d.is_first, d.claims_account, b.id AS budget_id
            FROM unnest(decisions) AS d
            JOIN unnest(items) AS i ON i.ordinal = d.ordinal
            JOIN budgets b ON b.number = d.budget_number
            WHERE d.code = 'ok'
        ), claimed AS (
            INSERT INTO claims (kind, key, lane, subject_id, hash, claimed_at)
            SELECT c.kind, c.key, p_lane, c.subject_id, c.hash, p_machine_now
            FROM (
                SELECT 'invoice' AS kind, platform_id::text || ':' || invoice_code AS key, purchase_id AS subject_id,
                    request_hash AS hash
                FROM bought
                UNION ALL
                SELECT 'platform_account', platform_id::text || ':' || platform_user_id, card_id, request_hash
                FROM bought
                WHERE claims_account
            ) AS c
            ORDER BY c.kind, c.key
        ), stored AS (
            INSERT INTO purchases (
                lane, budget_number, purchase_id, participant_id, card_id, schedule_id, course_id, platform_id,
                institution_id, agreement_id, request_hash, price_idr, paid_at, channel, mode, invoice_code,
                transaction_code, redeem_code, platform_user_id, regime_version
            )
            SELECT
                p_lane, budget_number, purchase_id, participant_id, card_id, schedule_id, course_id, platform_id,
                institution_id, agreement_id, request_hash, price_idr, p_now, channel, mode, invoice_code,
                transaction_code, redeem_code, platform_user_id, regime_version
            FROM bought
        ), moved AS (
            -- As write_transfers does it, in this statement: a call of its own would cost a third of a single purchase.
            INSERT INTO transfers (
                lane, budget_number, effective_date, amount_idr, reference_id, debit_holder_id, credit_holder_id, kind,
                debit_kind, credit_kind
            )
            SELECT
                p_lane, budget_number, today, price_idr, purchase_id, participant_id, budget_id, 'purchase', 'training',
                'held'
            FROM bought
        ), debited AS (
            UPDATE accounts a
            SET balance_idr = a.balance_idr - bought.price_idr
            FROM bought
            WHERE a.lane = p_lane AND a.holder_id = bought.participant_id AND a.kind = 'training'
        ), seated AS (
            UPDATE seat_allotments seat
            SET seats_left = seat.seats_left - taken.seats
            FROM (SELECT schedule_id, count(*)::integer AS seats FROM bought GROUP BY schedule_id) AS taken
            WHERE seat.lane = p_lane AND seat.schedule_id = taken.schedule_id
        ), tokens AS (
            UPDATE otps o
            SET used_at = p_machine_now
            FROM bought
            WHERE o.lane = p_lane AND o.token_id = bought.token_id
        ), firsts AS (
            UPDATE participants p
            SET first_purchase_at = p_now
            FROM bought
            WHERE bought.is_first AND p.lane = p_lane AND p.participant_id = bought.participant_id
        )
        INSERT INTO events (lane, event_id, kind, subject_id, actor, programme_at, payload)
        SELECT p_lane, event_id, 'purchase.paid', purchase_id, actor, p_now, jsonb_build_object('price_idr', price_idr)
        FROM bought;

        IF tries_change THEN
            UPDATE otps o
            SET tries_left = o.tries_left - 1,
                locked_until_at = CASE WHEN o.tries_left = 1 THEN p_machine_now + interval '15 minutes' END
            FROM unnest(decisions) AS d
            JOIN unnest(items) AS i ON i.ordinal = d.ordinal
            WHERE d.code = 'otp_wrong' AND o.lane = p_lane AND o.token_id = i.token_id;
            UPDATE cards c
            SET pin_tries_left = CASE WHEN d.code = 'ok' THEN 3 ELSE c.pin_tries_left - 1 END
            FROM unnest(decisions) AS d
            JOIN unnest(items) AS i ON i.ordinal = d.ordinal
            WHERE i.token_id IS NULL AND c.lane = p_lane AND c.card_id = i.card_id
                AND (d.code = 'pin_wrong' OR (d.code = 'ok' AND c.pin_tries_left < 3));
        END IF;

        RETURN QUERY
        SELECT d.ordinal - 1, d.code, d.purchase_id, d.participant_id, d.price_idr
        FROM unnest(decisions) AS d
        ORDER BY d.ordinal;
    END LOOP;
END
$$;
