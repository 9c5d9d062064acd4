-- 4 statements
SELECT programme_at, machine_at, running
    FROM programme_clock
    WHERE id = 1;
SELECT (SELECT coalesce(sum(part.value), 0)::bigint
    FROM ( SELECT person.province_code, province.name, count(*)
    FROM participants participant JOIN applicants person ON (person.lane, person.applicant_id) = (participant.lane, participant.applicant_id) JOIN provinces province ON province.code = person.province_code
    WHERE participant.state <> 'revoked'
    GROUP BY person.province_code, province.name
    ORDER BY person.province_code ) AS part (key, label, value)), (SELECT coalesce(sum(part.value), 0)::bigint
    FROM ( SELECT channel, channel, count(*)
    FROM cards
    WHERE state NOT IN ('replaced', 'withdrawn')
    GROUP BY channel
    ORDER BY channel ) AS part (key, label, value)), (SELECT coalesce(sum(part.value), 0)::bigint
    FROM ( SELECT platform.code, platform.name, count(*)
    FROM purchases purchase JOIN platforms platform ON platform.id = purchase.platform_id
    WHERE purchase.state <> 'voided'
    GROUP BY platform.code, platform.name
    ORDER BY count(*) DESC, platform.code ) AS part (key, label, value)), (SELECT coalesce(sum(part.value), 0)::bigint
    FROM ( SELECT platform.code, platform.name, sum(purchase.price_idr)::bigint
    FROM purchases purchase JOIN platforms platform ON platform.id = purchase.platform_id
    WHERE purchase.state <> 'voided'
    GROUP BY platform.code, platform.name HAVING count(*) >= 10
    ORDER BY sum(purchase.price_idr) DESC, platform.code ) AS part (key, label, value)), (SELECT coalesce(sum(part.value), 0)::bigint
    FROM ( SELECT institution.kind, institution.kind, count(*)
    FROM certificates certificate JOIN purchases purchase ON (purchase.lane, purchase.purchase_id) = (certificate.lane, certificate.purchase_id) JOIN institutions institution ON institution.id = purchase.institution_id
    GROUP BY institution.kind
    ORDER BY institution.kind ) AS part (key, label, value)), (SELECT coalesce(sum(part.value), 0)::bigint
    FROM ( SELECT kind, kind, sum(amount_idr)::bigint
    FROM incentives
    WHERE state = 'paid'
    GROUP BY kind HAVING count(*) >= 10
    ORDER BY kind ) AS part (key, label, value)), (SELECT coalesce(sum(part.value), 0)::bigint
    FROM ( SELECT kind, kind, sum(amount_idr)::bigint
    FROM transfers
    WHERE credit_kind = 'returned'
    GROUP BY kind
    ORDER BY kind ) AS part (key, label, value)), (SELECT coalesce(sum(part.value), 0)::bigint
    FROM ( SELECT mode, mode, count(*)
    FROM courses
    WHERE state = 'approved'
    GROUP BY mode
    ORDER BY mode ) AS part (key, label, value));
SELECT budget.regime_code, budget.channel, budget.places, coalesce(sum(allotment.places_taken), 0)::bigint
    FROM budgets budget LEFT JOIN quota_allotments allotment ON allotment.budget_id = budget.id
    GROUP BY budget.id, budget.number, budget.regime_code, budget.channel, budget.places
    ORDER BY budget.number;
SELECT wave.id, wave.number, wave.state, wave.opens_at, wave.closes_at, coalesce(sum(quota.places), 0)::bigint
    FROM waves wave LEFT JOIN wave_quotas quota ON quota.wave_id = wave.id
    GROUP BY wave.id, wave.number, wave.state, wave.opens_at, wave.closes_at
    ORDER BY wave.number DESC
    LIMIT %s;
