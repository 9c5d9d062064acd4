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
    FROM platforms
    WHERE id = %s;
SELECT coalesce((SELECT sum(amount_idr)
    FROM transfers
    WHERE credit_holder_id = %(partner)s AND credit_kind = %(account)s), 0)::bigint - coalesce((SELECT sum(amount_idr)
    FROM transfers
    WHERE debit_holder_id = %(partner)s AND debit_kind = %(account)s), 0)::bigint, coalesce(sum(amount_idr) FILTER (WHERE state IN ('prepared', 'sent')), 0)::bigint, coalesce(sum(amount_idr) FILTER (WHERE state = 'paid'), 0)::bigint
    FROM payment_orders
    WHERE payee_kind = %(kind)s AND payee_id = %(partner)s;
SELECT state, count(*), sum(price_idr)::bigint
    FROM purchases
    WHERE platform_id = %s
    GROUP BY state
    ORDER BY state;
SELECT programme_at, machine_at, running
    FROM programme_clock
    WHERE id = 1;
