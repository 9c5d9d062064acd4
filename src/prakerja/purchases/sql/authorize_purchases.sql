-- The counter: decides and writes a list of purchases of one lane; one answer each, with its place in the list from 0.
-- Codes in order of precedence: repeated, invoice_reused, platform_not_active, token_unknown, token_used, token_expired,
-- otp_locked, otp_wrong, card_unknown, channel_not_allowed (a card of the other way of paying), pin_locked, pin_wrong,
-- card_not_active, participant_not_active, schedule_unknown, channel_not_allowed (online with a regular card), institution_not_registered,
-- no_agreement_in_force, not_listed, price_changed, schedule_closed (or its course suspended or removed),
-- first_purchase_deadline_passed, balance_expired, first_course_not_completed, already_bought, sold_out, age_not_allowed,
-- platform_account_uses_another_card, balance_too_low, ok.
-- Rules: CARD-01, CARD-02, CARD-03, CARD-04, SCHEME-02, SCHEME-04, SCHEME-05, SCHEME-10, COURSE-01, LEARN-02, FEE-02.
--
-- An item carries token_id + otp_hash (a platform's purchase) or card_id + pin_hash + schedule_id + amount_idr (a counter's).
-- Items of the same participant are decided one after the other, in rounds; within a round all cards differ and seats are
-- given in the order of the list. Locks: accounts in key order, then seats in key order. When a constraint fires the whole
-- call fails, and the caller replays its items one by one.
--
-- How it is laid out for speed (bench/purchases.py): a round is one statement, because starting a statement costs more than
-- a dozen look-ups; holder and offer are sub-selects of their own (LIMIT 1 keeps them so), because every column that passes
-- a join costs; no window and no sort, because starting one costs as much as three look-ups.
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
    answered_idr bigint,
    -- The holder's name now, for ok: a look-up here is cheaper than a statement behind it.
    answered_name text
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
    holders uuid[];
    classes uuid[];
    rounds integer[];
    last_round integer;
    today date := (p_now AT TIME ZONE 'Asia/Jakarta')::date;
BEGIN
    SELECT array_agg(c.participant_id ORDER BY g.ordinal), array_agg(coalesce(o.schedule_id, g.schedule_id))
    INTO holders, classes
    FROM unnest(p_items) WITH ORDINALITY AS g (
        purchase_id, event_id, actor, platform_id, invoice_code, request_hash, token_id, otp_hash, pin_hash, card_id,
        schedule_id, amount_idr, platform_user_id, transaction_code, redeem_code, regime_version,
        only_after_completion, ordinal
    )
    LEFT JOIN otps o ON o.lane = p_lane AND o.token_id = g.token_id AND o.platform_id = g.platform_id
    LEFT JOIN cards c ON c.lane = p_lane AND c.card_id = coalesce(o.card_id, g.card_id);
    IF cardinality(p_items) > 1 THEN
        SELECT array_agg(h.round ORDER BY h.ordinal), max(h.round)
        INTO rounds, last_round
        FROM (
            SELECT
                ordinal,
                -- Whoever is unknown is refused, and waits for nobody.
                CASE WHEN holder IS NULL THEN 1 ELSE row_number() OVER (PARTITION BY holder ORDER BY ordinal) END AS round
            FROM unnest(holders) WITH ORDINALITY AS h (holder, ordinal)
        ) AS h;
    ELSE
        rounds := ARRAY[1];
        last_round := 1;
    END IF;

    PERFORM 1
    FROM accounts a
    WHERE a.lane = p_lane AND a.kind = 'training' AND a.holder_id = ANY (holders)
    ORDER BY a.holder_id
    FOR NO KEY UPDATE;
    PERFORM 1
    FROM seat_allotments s
    WHERE s.lane = p_lane AND s.schedule_id = ANY (classes)
    ORDER BY s.schedule_id
    FOR NO KEY UPDATE;

    -- Behind the locks, so that this statement sees what the holders of the locks before us have committed.
    FOR current_round IN 1 .. last_round LOOP
        RETURN QUERY
        WITH judged AS MATERIALIZED (
                SELECT
                    i.ordinal, i.event_id, i.actor, i.platform_id, i.invoice_code, i.request_hash, i.token_id,
                    i.transaction_code, i.redeem_code, i.regime_version,
                    CASE WHEN claim.hash = i.request_hash THEN claim.subject_id ELSE i.purchase_id END AS purchase_id,
                    coalesce(o.platform_user_id, i.platform_user_id) AS platform_user_id,
                    holder.card_id, holder.channel, holder.pin_tries_left, holder.participant_id, holder.applicant_id,
                    holder.budget_number, holder.budget_id, holder.first_purchase_at IS NULL AS is_first,
                    offer.schedule_id, offer.course_id, offer.institution_id, offer.agreement_id, offer.mode,
                    offer.price_idr, offer.seats_left,
                    account.subject_id IS NULL
                        AND coalesce(o.platform_user_id, i.platform_user_id) IS NOT NULL AS claims_account,
                    CASE
                        WHEN claim.hash = i.request_hash THEN 'repeated'
                        WHEN claim.hash IS NOT NULL THEN 'invoice_reused'
                        WHEN (SELECT state FROM platforms WHERE id = i.platform_id) IS DISTINCT FROM 'active'
                            THEN 'platform_not_active'
                        WHEN i.token_id IS NOT NULL AND o.token_id IS NULL THEN 'token_unknown'
                        WHEN o.used_at IS NOT NULL THEN 'token_used'
                        WHEN o.expires_at <= p_machine_now THEN 'token_expired'
                        WHEN o.tries_left = 0 THEN 'otp_locked'
                        WHEN o.code_hash <> i.otp_hash THEN 'otp_wrong'
                        WHEN holder.card_id IS NULL THEN 'card_unknown'
                        WHEN (holder.channel = 'regular') <> (i.token_id IS NULL) THEN 'channel_not_allowed'
                        WHEN i.token_id IS NULL AND holder.pin_tries_left = 0 THEN 'pin_locked'
                        WHEN i.token_id IS NULL AND holder.pin_hash IS DISTINCT FROM decode(i.pin_hash, 'hex')
                            THEN 'pin_wrong'
                        WHEN holder.card_state <> 'active' THEN 'card_not_active'
                        WHEN holder.state <> 'active' THEN 'participant_not_active'
                        WHEN offer.schedule_id IS NULL THEN 'schedule_unknown'
                        WHEN holder.channel = 'regular' AND offer.mode <> 'offline' THEN 'channel_not_allowed'
                        WHEN NOT offer.is_registered THEN 'institution_not_registered'
                        WHEN offer.agreement_id IS NULL THEN 'no_agreement_in_force'
                        WHEN NOT offer.is_listed THEN 'not_listed'
                        WHEN offer.price_idr <> coalesce(o.amount_idr, i.amount_idr) THEN 'price_changed'
                        WHEN offer.state <> 'published' OR offer.course_state <> 'approved' OR offer.sells_until_at <= p_now
                            THEN 'schedule_closed'
                        WHEN holder.first_purchase_at IS NULL AND holder.first_purchase_deadline_at <= p_now
                            THEN 'first_purchase_deadline_passed'
                        WHEN holder.balance_until_at <= p_now THEN 'balance_expired'
                        WHEN i.only_after_completion AND holder.first_purchase_at IS NOT NULL AND (
                            SELECT true
                            FROM purchases earlier
                            WHERE earlier.lane = p_lane AND earlier.participant_id = holder.participant_id
                                AND earlier.voided_at IS NULL AND earlier.state = 'completed'
                            LIMIT 1
                        ) IS NULL THEN 'first_course_not_completed'
                        WHEN (
                            SELECT true
                            FROM purchases bought
                            WHERE bought.lane = p_lane AND bought.participant_id = holder.participant_id
                                AND bought.schedule_id = offer.schedule_id AND bought.voided_at IS NULL
                            LIMIT 1
                        ) THEN 'already_bought'
                    END AS before_seat,
                    CASE
                        WHEN extract(year FROM age(offer.starts_at AT TIME ZONE 'Asia/Jakarta', holder.birth_date))
                            NOT BETWEEN offer.age_min AND coalesce(offer.age_max, 200) THEN 'age_not_allowed'
                        WHEN account.subject_id <> holder.card_id THEN 'platform_account_uses_another_card'
                        WHEN holder.balance_idr < offer.price_idr THEN 'balance_too_low'
                    END AS after_seat
                FROM unnest(p_items) WITH ORDINALITY AS i (
                    purchase_id, event_id, actor, platform_id, invoice_code, request_hash, token_id, otp_hash, pin_hash,
                    card_id, schedule_id, amount_idr, platform_user_id, transaction_code, redeem_code, regime_version,
                    only_after_completion, ordinal
                )
                LEFT JOIN claims claim
                    ON claim.kind = 'invoice' AND claim.key = i.platform_id::text || ':' || i.invoice_code
                LEFT JOIN otps o ON o.lane = p_lane AND o.token_id = i.token_id AND o.platform_id = i.platform_id
                LEFT JOIN LATERAL (
                    SELECT
                        c.card_id, c.channel, c.state AS card_state, c.pin_hash, c.pin_tries_left, p.participant_id,
                        p.applicant_id, p.state, p.birth_date, p.first_purchase_at, p.first_purchase_deadline_at, p.balance_until_at,
                        p.budget_number, b.id AS budget_id, a.balance_idr
                    FROM cards c
                    JOIN participants p ON p.lane = p_lane AND p.participant_id = c.participant_id
                    JOIN budgets b ON b.number = p.budget_number
                    JOIN accounts a ON a.lane = p_lane AND a.holder_id = c.participant_id AND a.kind = 'training'
                    WHERE c.lane = p_lane AND c.card_id = coalesce(o.card_id, i.card_id)
                    LIMIT 1
                ) AS holder ON true
                LEFT JOIN LATERAL (
                    SELECT
                        s.id AS schedule_id, s.course_id, s.institution_id, s.mode, s.price_idr, s.state, s.starts_at,
                        s.sells_until_at, course.state AS course_state, course.age_min, course.age_max,
                        coalesce(seat.seats_left, 0) AS seats_left,
                        r.id IS NOT NULL AND institution.state = 'decreed' AS is_registered,
                        (
                            SELECT agreement.id
                            FROM agreements agreement
                            WHERE agreement.platform_id = i.platform_id AND agreement.institution_id = s.institution_id
                                AND agreement.valid_from <= today
                                AND (agreement.valid_until IS NULL OR today < agreement.valid_until)
                            ORDER BY agreement.version DESC
                            LIMIT 1
                        ) AS agreement_id,
                        (
                            SELECT true
                            FROM listings l
                            WHERE l.platform_id = i.platform_id AND l.course_id = s.course_id
                                AND l.listed_from <= p_now AND (l.listed_until IS NULL OR p_now < l.listed_until)
                            LIMIT 1
                        ) IS NOT NULL AS is_listed
                    FROM schedules s
                    JOIN courses course ON course.id = s.course_id
                    JOIN institutions institution ON institution.id = s.institution_id
                    LEFT JOIN registrations r
                        ON r.platform_id = i.platform_id AND r.institution_id = s.institution_id AND r.state = 'agreed'
                    LEFT JOIN seat_allotments seat ON seat.lane = p_lane AND seat.schedule_id = s.id
                    WHERE s.id = coalesce(o.schedule_id, i.schedule_id)
                    LIMIT 1
                ) AS offer ON true
                LEFT JOIN claims account
                    ON account.kind = 'platform_account'
                    AND account.key = i.platform_id::text || ':' || coalesce(o.platform_user_id, i.platform_user_id)
                WHERE rounds[i.ordinal] = current_round
        ), decided AS MATERIALIZED (
            SELECT
                j.*,
                CASE
                    WHEN j.before_seat IS NOT NULL THEN j.before_seat
                    WHEN j.seats_left = 0 THEN 'sold_out'
                    -- Whoever would fail after the seat takes none; the others take what is left, in order.
                    WHEN j.seats_left < cardinality(p_items) AND (
                        SELECT count(*)
                        FROM judged AS earlier
                        WHERE earlier.schedule_id = j.schedule_id AND earlier.ordinal < j.ordinal
                            AND earlier.before_seat IS NULL AND earlier.after_seat IS NULL
                    ) >= j.seats_left THEN 'sold_out'
                    WHEN j.after_seat IS NOT NULL THEN j.after_seat
                    ELSE 'ok'
                END AS code
            FROM judged AS j
        ), claimed AS (
            INSERT INTO claims (kind, key, lane, subject_id, hash, claimed_at)
            SELECT c.kind, c.key, p_lane, c.subject_id, c.hash, p_machine_now
            FROM (
                SELECT 'invoice' AS kind, platform_id::text || ':' || invoice_code AS key, purchase_id AS subject_id,
                    request_hash AS hash
                FROM decided
                WHERE code = 'ok'
                UNION ALL
                SELECT 'platform_account', platform_id::text || ':' || platform_user_id, card_id, request_hash
                FROM decided
                WHERE code = 'ok' AND claims_account
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
            FROM decided
            WHERE code = 'ok'
        ), moved AS (
            -- As write_transfers does it, in this statement: a call of its own would cost a third of a single purchase.
            -- The kept account exists: the holder was read with it, under its lock.
            INSERT INTO transfers (
                lane, budget_number, effective_date, amount_idr, reference_id, debit_holder_id, credit_holder_id, kind,
                debit_kind, credit_kind
            )
            SELECT
                p_lane, budget_number, today, price_idr, purchase_id, participant_id, budget_id, 'purchase', 'training',
                'held'
            FROM decided
            WHERE code = 'ok'
        ), debited AS (
            UPDATE accounts a
            SET balance_idr = a.balance_idr - d.price_idr
            FROM decided AS d
            WHERE d.code = 'ok' AND a.lane = p_lane AND a.holder_id = d.participant_id AND a.kind = 'training'
        ), seated AS (
            UPDATE seat_allotments seat
            SET seats_left = seat.seats_left - taken.seats
            FROM (
                SELECT schedule_id, count(*)::integer AS seats FROM decided WHERE code = 'ok' GROUP BY schedule_id
            ) AS taken
            WHERE seat.lane = p_lane AND seat.schedule_id = taken.schedule_id
        ), tokens AS (
            UPDATE otps o
            SET used_at = p_machine_now
            FROM decided AS d
            WHERE d.code = 'ok' AND o.lane = p_lane AND o.token_id = d.token_id
        ), missed AS (
            -- A wrong code costs a try of all codes that the card has waiting at the platform: many codes sent ahead are
            -- not many tries.
            UPDATE otps o
            SET tries_left = o.tries_left - 1,
                locked_until_at = CASE WHEN o.tries_left = 1 THEN p_machine_now + otp_lock_time() END
            FROM decided AS d
            WHERE d.code = 'otp_wrong' AND o.lane = p_lane AND o.card_id = d.card_id AND o.platform_id = d.platform_id
                AND o.sent_at > p_machine_now - otp_lock_time() AND o.used_at IS NULL AND o.tries_left > 0
        ), pins AS (
            UPDATE cards c
            SET pin_tries_left = CASE WHEN d.code = 'ok' THEN 3 ELSE c.pin_tries_left - 1 END
            FROM decided AS d
            WHERE d.token_id IS NULL AND (d.code = 'pin_wrong' OR (d.code = 'ok' AND d.pin_tries_left < 3))
                AND c.lane = p_lane AND c.card_id = d.card_id
        ), firsts AS (
            UPDATE participants p
            SET first_purchase_at = p_now
            FROM decided AS d
            WHERE d.code = 'ok' AND d.is_first AND p.lane = p_lane AND p.participant_id = d.participant_id
        ), told AS (
            INSERT INTO events (lane, event_id, kind, subject_id, actor, programme_at, payload)
            SELECT
                p_lane, event_id, 'purchase.paid', purchase_id, actor, p_now, jsonb_build_object('price_idr', price_idr)
            FROM decided
            WHERE code = 'ok'
        )
        SELECT
            d.ordinal::integer - 1, d.code, d.purchase_id, d.participant_id, d.price_idr,
            CASE
                WHEN d.code = 'ok'
                    THEN (SELECT a.name FROM applicants a WHERE a.lane = p_lane AND a.applicant_id = d.applicant_id)
            END
        FROM decided AS d;
    END LOOP;
END
$$;
