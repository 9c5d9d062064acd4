-- 10 statements
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
SELECT person.lane, person.applicant_id, person.name, person.state, person.refused_rule, person.worker_list_matched, person.signed_up_at, participant.participant_id
    FROM applicants person LEFT JOIN participants participant ON (participant.lane, participant.applicant_id) = (person.lane, person.applicant_id)
    WHERE person.lane = %s AND person.applicant_id = %s;
SELECT finding_id, applicant_id, delta_id, rule, state, evidence::text, found_at, deadline_at, reason, answered_at, consequence, decree_id
    FROM eligibility_findings
    WHERE lane = %s AND applicant_id = %s AND state <> 'proposed'
    ORDER BY state <> 'noticed', deadline_at, finding_id;
SELECT participant.participant_id, participant.channel, participant.state, decree.number, participant.decreed_at, participant.first_purchase_deadline_at, participant.first_purchase_at, participant.balance_until_at, card.card_id, card.number, card.state, revocation.revoked_at, revocation.reason, money.given, money.given - money.to_held + money.from_void - money.to_treasury, money.to_held - money.from_void - money.used - money.held_to_treasury, money.used, money.to_treasury + money.held_to_treasury
    FROM participants participant JOIN decrees decree ON decree.id = participant.decree_id LEFT JOIN cards card ON (card.lane, card.participant_id) = (participant.lane, participant.participant_id) AND card.state NOT IN ('lost', 'replaced', 'withdrawn') LEFT JOIN LATERAL ( SELECT latest.revoked_at, latest.reason
    FROM revocations latest
    WHERE (latest.lane, latest.participant_id) = (participant.lane, participant.participant_id) AND participant.state = 'revoked'
    ORDER BY latest.number DESC
    LIMIT 1 ) AS revocation ON true CROSS JOIN LATERAL ( SELECT coalesce(sum(amount_idr) FILTER (WHERE kind IN ('reserve_training', 'reinstate_training')), 0)::bigint AS given, coalesce(sum(amount_idr) FILTER (WHERE kind = 'purchase'), 0)::bigint AS to_held, coalesce(sum(amount_idr) FILTER (WHERE kind = 'void'), 0)::bigint AS from_void, coalesce(sum(amount_idr) FILTER (WHERE kind IN ('commission', 'institution_share')), 0)::bigint AS used, coalesce(sum(amount_idr) FILTER (WHERE kind IN ('revoke_training', 'sweep_training')), 0)::bigint AS to_treasury, coalesce(sum(amount_idr) FILTER (WHERE kind IN ('void_to_treasury', 'sweep_held')), 0)::bigint AS held_to_treasury
    FROM transfers transfer
    WHERE transfer.lane = participant.lane AND (transfer.reference_id = participant.participant_id OR transfer.reference_id IN ( SELECT purchase.purchase_id
    FROM purchases purchase
    WHERE purchase.lane = participant.lane AND purchase.participant_id = participant.participant_id ) OR transfer.reference_id IN ( SELECT reinstatement.reinstatement_id
    FROM reinstatements reinstatement
    WHERE (reinstatement.lane, reinstatement.participant_id) = (participant.lane, participant.participant_id) )) ) money
    WHERE participant.lane = %s AND participant.participant_id = %s;
SELECT purchase.purchase_id, purchase.state, course.title, purchase.mode, institution.name, platform.name, purchase.price_idr, purchase.transaction_code, purchase.redeem_code, purchase.paid_at, purchase.redeemed_at, schedule.code, schedule.place, schedule.starts_at, schedule.ends_at, (SELECT count(*)
    FROM sessions session
    WHERE session.schedule_id = schedule.id), (SELECT count(*)
    FROM counted_attendances attendance
    WHERE attendance.lane = purchase.lane AND attendance.purchase_id = purchase.purchase_id), completion.outcome, completion.reported_at, completion.forwarded_at, completion.verified_at, certificate.number, certificate.issued_at, review.rating, review.reviewed_at, schedule.cancel_reason, incentive.entitled_at, CASE WHEN incentive.state = 'paid' THEN incentive.closed_at END, coalesce(incentive.purchase_id <> purchase.purchase_id, false), gone.returned_at, coalesce(gone.reason, '')
    FROM purchases purchase JOIN schedules schedule ON schedule.id = purchase.schedule_id JOIN courses course ON course.id = purchase.course_id JOIN institutions institution ON institution.id = purchase.institution_id JOIN platforms platform ON platform.id = purchase.platform_id LEFT JOIN completions completion ON (completion.lane, completion.purchase_id) = (purchase.lane, purchase.purchase_id) LEFT JOIN certificates certificate ON (certificate.lane, certificate.purchase_id) = (purchase.lane, purchase.purchase_id) LEFT JOIN reviews review ON (review.lane, review.purchase_id) = (purchase.lane, purchase.purchase_id) -- INC-01: the first course's, by the key of the participant's first incentive. LEFT JOIN incentives incentive ON incentive.lane = purchase.lane AND incentive.participant_id = purchase.participant_id AND incentive.kind = 'job_search' AND incentive.number = 1 -- The report that the office returned last, while none stands. LEFT JOIN LATERAL ( SELECT back.returned_at, back.reason
    FROM completion_returns back
    WHERE back.lane = purchase.lane AND back.purchase_id = purchase.purchase_id
    ORDER BY back.round DESC
    LIMIT 1 ) AS gone ON completion.purchase_id IS NULL
    WHERE purchase.lane = %s AND purchase.participant_id = %s AND (purchase.voided_at IS NULL OR purchase.voided_at IS NOT NULL)
    ORDER BY purchase.purchase_id DESC;
SELECT incentive.incentive_id, incentive.kind, incentive.number, incentive.amount_idr, incentive.state, incentive.due_at, incentive.closed_at, incentive.failure_reason, payment.bank_reference
    FROM incentives incentive LEFT JOIN payment_orders payment ON (payment.lane, payment.payment_order_id) = (incentive.lane, incentive.payment_order_id)
    WHERE incentive.lane = %s AND incentive.participant_id = %s
    ORDER BY incentive.kind, incentive.number, incentive.incentive_id;
SELECT payout_partner, validated_at
    FROM payout_accounts
    WHERE lane = %s AND participant_id = %s AND replaced_at IS NULL;
SELECT programme_at, machine_at, running
    FROM programme_clock
    WHERE id = 1;
SELECT nik_cipher
    FROM applicants
    WHERE lane = ANY (%s) AND applicant_id = %s;
