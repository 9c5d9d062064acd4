-- 4 statements
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
SELECT id, name, source, state, rows, good_rows, bad_rows, announced_rows, staged_at, published_at
    FROM worker_lists
    WHERE %(at)s::timestamptz IS NULL OR (staged_at, id) < (%(at)s::timestamptz, %(key)s::uuid)
    ORDER BY staged_at DESC, id DESC
    LIMIT %(limit)s;
SELECT programme_at, machine_at, running
    FROM programme_clock
    WHERE id = 1;
