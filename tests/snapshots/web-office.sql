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
SELECT (SELECT count(*)
    FROM (SELECT participant_id, channel, state, decreed_at, first_purchase_deadline_at
    FROM participants) AS source), (SELECT count(*)
    FROM (SELECT card_id, channel, state, issued_at
    FROM cards) AS source), (SELECT count(*)
    FROM (SELECT purchase_id, transaction_code, state, price_idr, paid_at
    FROM purchases) AS source), (SELECT count(*)
    FROM (SELECT purchase_id, outcome, reported_at, forwarded_at, verified_at
    FROM completions) AS source), (SELECT count(*)
    FROM (SELECT certificate_id, number, issued_at
    FROM certificates) AS source), (SELECT count(*)
    FROM (SELECT incentive_id, kind, state, amount_idr, due_at
    FROM incentives) AS source), (SELECT count(*)
    FROM (SELECT payment_order_id, payee_kind, amount_idr, failure_reason, answered_at
    FROM payment_orders
    WHERE state = 'failed') AS source);
WITH sides AS ( SELECT budget_number, debit_kind, credit_kind, sum(amount_idr) AS amount_idr
    FROM transfers
    GROUP BY budget_number, debit_kind, credit_kind ), balances AS ( SELECT budget_number, credit_kind AS kind, amount_idr
    FROM sides UNION ALL SELECT budget_number, debit_kind, -amount_idr
    FROM sides ), parts AS ( SELECT budget_number, coalesce(-sum(amount_idr) FILTER (WHERE kind = 'state_budget'), 0) AS allocated, coalesce(sum(amount_idr) FILTER (WHERE kind IN ('unspent', 'between_lanes')), 0) AS unspent, coalesce(sum(amount_idr) FILTER (WHERE kind IN ('training', 'incentive')), 0) AS reserved, coalesce(sum(amount_idr) FILTER (WHERE kind = 'held'), 0) AS held, coalesce(sum(amount_idr) FILTER (WHERE kind IN ('platform_payable', 'institution_payable', 'incentive_payable')), 0) AS payable, coalesce(sum(amount_idr) FILTER (WHERE kind = 'in_payment'), 0) AS in_payment, coalesce(sum(amount_idr) FILTER (WHERE kind = 'paid'), 0) AS paid, coalesce(sum(amount_idr) FILTER (WHERE kind = 'returned'), 0) AS returned
    FROM balances
    GROUP BY budget_number ) SELECT budget.number, budget.regime_code, budget.channel, budget.places, (SELECT coalesce(sum(places_taken), 0)
    FROM quota_allotments
    WHERE budget_id = budget.id)::bigint, coalesce(parts.allocated, 0)::bigint, coalesce(parts.unspent, 0)::bigint, coalesce(parts.reserved, 0)::bigint, coalesce(parts.held, 0)::bigint, coalesce(parts.payable, 0)::bigint, coalesce(parts.in_payment, 0)::bigint, coalesce(parts.paid, 0)::bigint, coalesce(parts.returned, 0)::bigint
    FROM budgets budget LEFT JOIN parts ON parts.budget_number = budget.number
    ORDER BY budget.number;
SELECT programme_at, machine_at, running
    FROM programme_clock
    WHERE id = 1;
WITH waiting_people AS ( SELECT decided_at AS since
    FROM applicants
    WHERE waits_until_at IS NOT NULL AND eligibility = 'waiting' AND state = 'ready' UNION ALL SELECT s.accepted_at
    FROM assisted_rows AS r JOIN assisted_sheets AS s ON s.id = r.sheet_id
    WHERE r.outcome = 'registry_unavailable' ) SELECT (SELECT count(*)
    FROM decrees
    WHERE state = 'prepared'), (SELECT min(prepared_at)
    FROM decrees
    WHERE state = 'prepared'), (SELECT count(*)
    FROM settlement_runs
    WHERE state = 'prepared'), (SELECT min(prepared_at)
    FROM settlement_runs
    WHERE state = 'prepared'), (SELECT count(*)
    FROM completions
    WHERE forwarded_at IS NOT NULL AND verified_at IS NULL), (SELECT min(forwarded_at)
    FROM completions
    WHERE forwarded_at IS NOT NULL AND verified_at IS NULL), (SELECT count(*)
    FROM payment_orders
    WHERE state = 'failed'), (SELECT min(answered_at)
    FROM payment_orders
    WHERE state = 'failed'), (SELECT count(*)
    FROM waves
    WHERE state IN ('closed', 'committed', 'drawn')), (SELECT min(closes_at)
    FROM waves
    WHERE state IN ('closed', 'committed', 'drawn')), (SELECT count(*)
    FROM waiting_people), (SELECT min(since)
    FROM waiting_people), (SELECT count(*)
    FROM card_manifests
    WHERE state IN ('printed', 'shipped')), (SELECT min(coalesce(shipped_at, made_at))
    FROM card_manifests
    WHERE state IN ('printed', 'shipped')), (SELECT count(*)
    FROM payment_batches
    WHERE state IN ('prepared', 'approved')), (SELECT min(prepared_at)
    FROM payment_batches
    WHERE state IN ('prepared', 'approved')), (SELECT count(*)
    FROM bank_replies
    WHERE state = 'waiting'), (SELECT min(entered_at)
    FROM bank_replies
    WHERE state = 'waiting');
