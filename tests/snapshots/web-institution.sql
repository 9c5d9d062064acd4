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
SELECT schedule.id, schedule.code, course.title, schedule.mode, schedule.place, schedule.state, schedule.starts_at, schedule.ends_at, schedule.seats, count(purchase.purchase_id) FILTER (WHERE purchase.state <> 'voided'), count(purchase.purchase_id) FILTER (WHERE purchase.redeemed_at IS NOT NULL), schedule.sells_until_at, coalesce(sum(purchase.price_idr) FILTER (WHERE purchase.state <> 'voided'), 0)::bigint, schedule.cancel_reason
    FROM schedules schedule JOIN courses course ON course.id = schedule.course_id LEFT JOIN purchases purchase ON purchase.schedule_id = schedule.id
    WHERE schedule.institution_id = %s
    GROUP BY schedule.id, course.id
    ORDER BY schedule.ends_at < %s, abs(extract(epoch
    FROM schedule.starts_at - %s)), schedule.id
    LIMIT %s;
SELECT coalesce((SELECT sum(amount_idr)
    FROM transfers
    WHERE credit_holder_id = %(partner)s AND credit_kind = %(account)s), 0)::bigint - coalesce((SELECT sum(amount_idr)
    FROM transfers
    WHERE debit_holder_id = %(partner)s AND debit_kind = %(account)s), 0)::bigint, coalesce(sum(amount_idr) FILTER (WHERE state IN ('prepared', 'sent')), 0)::bigint, coalesce(sum(amount_idr) FILTER (WHERE state = 'paid'), 0)::bigint
    FROM payment_orders
    WHERE payee_kind = %(kind)s AND payee_id = %(partner)s;
