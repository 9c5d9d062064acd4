-- 6 statements
SELECT "django_session"."session_key", "django_session"."session_data", "django_session"."expire_date"
    FROM "django_session"
    WHERE ("django_session"."expire_date" > %s AND "django_session"."session_key" = %s)
    ORDER BY RANDOM()
    LIMIT 21;
SELECT "users"."password", "users"."last_login", "users"."id", "users"."username", "users"."display_name", "users"."role", "users"."partner_id", "users"."labour_office_id", "users"."applicant_id", "users"."applicant_lane", "users"."seal_keeper_id", "users"."is_active", "users"."created_at"
    FROM "users"
    WHERE "users"."id" = %s
    ORDER BY RANDOM()
    LIMIT 21;
SELECT id, code, name, kind, state
    FROM institutions
    WHERE id = %s;
SELECT programme_at, machine_at, running
    FROM programme_clock
    WHERE id = 1;
SELECT class.id, class.code, class.title, class.mode, class.place, class.state, class.starts_at, class.ends_at, class.seats, people.sold, people.redeemed, class.sells_until_at, people.sold_idr, class.cancel_reason
    FROM ( SELECT schedule.*, course.title
    FROM schedules schedule JOIN courses course ON course.id = schedule.course_id
    WHERE schedule.institution_id = %(institution)s AND schedule.ends_at >= %(now)s AND ( %(words)s = '' OR course.title ILIKE '%%' || %(words)s || '%%' OR schedule.code ILIKE %(words)s || '%%' ) AND ( %(after_at)s::timestamptz IS NULL OR (schedule.starts_at, schedule.id) > (%(after_at)s::timestamptz, %(after_id)s::uuid) )
    ORDER BY schedule.starts_at ASC, schedule.id ASC
    LIMIT %(limit)s ) AS class CROSS JOIN LATERAL ( SELECT count(*) FILTER (WHERE purchase.state <> 'voided') AS sold, count(*) FILTER (WHERE purchase.redeemed_at IS NOT NULL) AS redeemed, coalesce(sum(purchase.price_idr) FILTER (WHERE purchase.state <> 'voided'), 0)::bigint AS sold_idr
    FROM purchases purchase
    WHERE purchase.schedule_id = class.id ) AS people
    ORDER BY class.starts_at ASC, class.id ASC;
SELECT coalesce((SELECT sum(amount_idr)
    FROM transfers
    WHERE credit_holder_id = %(partner)s AND credit_kind = %(account)s), 0)::bigint - coalesce((SELECT sum(amount_idr)
    FROM transfers
    WHERE debit_holder_id = %(partner)s AND debit_kind = %(account)s), 0)::bigint, coalesce(sum(amount_idr) FILTER (WHERE state IN ('prepared', 'sent')), 0)::bigint, coalesce(sum(amount_idr) FILTER (WHERE state = 'paid'), 0)::bigint
    FROM payment_orders
    WHERE payee_kind = %(kind)s AND payee_id = %(partner)s;
