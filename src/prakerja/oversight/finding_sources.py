"""The SQL behind each kind of finding: what to look at, and the rows of one finding. See `finding_kinds`."""

from typing import Final

# PLAT-02: forbidden since the second regime, flagged in the founding one.
OWN_ENTITY_SALES: Final = """
    SELECT listing.id::text, '', platform.code || ' – ' || course.code, count(purchase.purchase_id),
        listing.listed_from, listing.platform_id, listing.institution_id, listing.course_id
    FROM listings AS listing
    JOIN platforms AS platform ON platform.id = listing.platform_id
    JOIN courses AS course ON course.id = listing.course_id
    LEFT JOIN purchases AS purchase
        ON purchase.platform_id = listing.platform_id
        AND purchase.course_id = listing.course_id
        AND purchase.voided_at IS NULL
    WHERE listing.own_entity
    GROUP BY listing.id, platform.code, course.code
"""
PURCHASES_OF_A_LISTING: Final = """
    SELECT purchase.purchase_id, purchase.transaction_code::text, purchase.price_idr, purchase.paid_at
    FROM listings AS listing
    JOIN purchases AS purchase
        ON purchase.platform_id = listing.platform_id
        AND purchase.course_id = listing.course_id
        AND purchase.voided_at IS NULL
    WHERE listing.id::text = %(subject_key)s
"""

# PLAT-02, programme §8: platform or reviewer and institution meet within two hops, and nobody has decided yet.
OPEN_CONFLICTS: Final = """
    SELECT conflict.conflict_id::text, '', conflict.act || ' ' || conflict.other_name || ' – ' || institution.code,
        conflict.hops::bigint, conflict.found_at, CASE WHEN conflict.other_kind = 'platform' THEN conflict.other_id END,
        conflict.institution_id, NULL::uuid
    FROM conflicts AS conflict
    JOIN institutions AS institution ON institution.id = conflict.institution_id
    WHERE conflict.state = 'open'
"""

# COURSE-01: a price far above all others of its subject and mode, by the hour. Another price is another finding.
PRICE_OUTLIERS: Final = """
    SELECT course.id::text, course.price_per_hour_idr::text, institution.code || ' – ' || course.code,
        course.price_per_hour_idr, course.approved_at, NULL::uuid, course.institution_id, course.id
    FROM courses AS course
    JOIN institutions AS institution ON institution.id = course.institution_id
    JOIN (
        SELECT subject, mode, percentile_disc(0.5) WITHIN GROUP (ORDER BY price_per_hour_idr) AS median
        FROM courses
        WHERE state = 'approved'
        GROUP BY subject, mode
        HAVING count(*) >= %(outlier_courses_min)s
    ) AS others ON others.subject = course.subject AND others.mode = course.mode
    WHERE course.state = 'approved' AND course.price_per_hour_idr > %(outlier_medians)s * others.median
"""
COURSE: Final = """
    SELECT course.id, course.code, course.price_idr, course.approved_at
    FROM courses AS course
    WHERE course.id::text = %(subject_key)s
"""

# Tests that are finished in unusual times, by sign and day: paid stand-ins, published answers.
UNUSUAL_TESTS: Final = """
    SELECT sign || ' ' || (finished_at AT TIME ZONE 'Asia/Jakarta')::date, '', sign, count(*), min(finished_at),
        NULL::uuid, NULL::uuid, NULL::uuid
    FROM basic_tests
    CROSS JOIN LATERAL unnest(anomalies) AS sign
    WHERE cardinality(anomalies) > 0 AND finished_at IS NOT NULL
    GROUP BY sign, (finished_at AT TIME ZONE 'Asia/Jakarta')::date
"""
PEOPLE_OF_UNUSUAL_TESTS: Final = """
    SELECT applicant_id, array_to_string(anomalies, ' '), (SELECT sum(t) FROM unnest(tenths) AS t) / 10, finished_at
    FROM basic_tests
    WHERE cardinality(anomalies) > 0
        AND finished_at IS NOT NULL
        AND split_part(%(subject_key)s, ' ', 1) = ANY (anomalies)
        AND (finished_at AT TIME ZONE 'Asia/Jakarta')::date = split_part(%(subject_key)s, ' ', 2)::date
"""

# ELIG-03 and the other registers: people whom a file names and whom nobody has decided about.
REGISTER_FINDINGS: Final = """
    SELECT delta_id::text, '', min(rule), count(*), min(found_at), NULL::uuid, NULL::uuid, NULL::uuid
    FROM eligibility_findings
    WHERE state = 'noticed'
    GROUP BY delta_id
"""

# LEARN-05: a class that is long over and not wholly reported: nobody of it gets a certificate, and its money is swept.
MISSING_REPORTS: Final = """
    SELECT schedule.id::text, '', institution.code || ' – ' || schedule.code, count(*), schedule.ends_at,
        NULL::uuid, schedule.institution_id, schedule.course_id
    FROM purchases AS purchase
    JOIN schedules AS schedule ON schedule.id = purchase.schedule_id
    JOIN institutions AS institution ON institution.id = schedule.institution_id
    WHERE purchase.state = 'redeemed' AND schedule.ends_at < %(late_before)s
    GROUP BY schedule.id, institution.code
"""
PURCHASES_NOT_REPORTED: Final = """
    SELECT purchase.purchase_id, purchase.transaction_code::text, purchase.price_idr, purchase.redeemed_at
    FROM purchases AS purchase
    WHERE purchase.schedule_id::text = %(subject_key)s AND purchase.state = 'redeemed'
"""

# LEARN-05: a report that nobody forwards or checks holds back certificate, incentive and payment. What the office took
# over from a platform that did not pass it on in time stays the platform's for a while, checked or not.
LATE_REPORTS: Final = """
    SELECT late.owner, (min(late.waits_since) AT TIME ZONE 'Asia/Jakarta')::date::text, late.owner, count(*),
        min(late.waits_since), late.platform_id, NULL::uuid, NULL::uuid
    FROM (
        SELECT
            CASE WHEN completion.forwarded_at IS NULL THEN platform.code ELSE 'programme_office' END AS owner,
            CASE WHEN completion.forwarded_at IS NULL THEN platform.id END AS platform_id,
            coalesce(completion.forwarded_at, completion.reported_at) AS waits_since
        FROM completions AS completion
        JOIN purchases AS purchase
            ON purchase.lane = completion.lane AND purchase.purchase_id = completion.purchase_id
        JOIN platforms AS platform ON platform.id = purchase.platform_id
        WHERE completion.verified_at IS NULL
            AND coalesce(completion.forwarded_at, completion.reported_at) < %(late_before)s
        UNION ALL
        SELECT platform.code, platform.id, completion.reported_at
        FROM completions AS completion
        JOIN purchases AS purchase
            ON purchase.lane = completion.lane AND purchase.purchase_id = completion.purchase_id
        JOIN platforms AS platform ON platform.id = purchase.platform_id
        WHERE completion.taken_over AND completion.forwarded_at >= %(taken_over_from)s
    ) AS late
    GROUP BY late.owner, late.platform_id
"""
PURCHASES_REPORTED_LATE: Final = """
    SELECT purchase.purchase_id, purchase.transaction_code::text, purchase.price_idr,
        coalesce(completion.forwarded_at, completion.reported_at)
    FROM completions AS completion
    JOIN purchases AS purchase
        ON purchase.lane = completion.lane AND purchase.purchase_id = completion.purchase_id
    JOIN platforms AS platform ON platform.id = purchase.platform_id
    WHERE completion.verified_at IS NULL
        AND coalesce(completion.forwarded_at, completion.reported_at) < %(late_before)s
        AND CASE WHEN completion.forwarded_at IS NULL THEN platform.code ELSE 'programme_office' END = %(subject_key)s
    UNION ALL
    SELECT purchase.purchase_id, purchase.transaction_code::text, purchase.price_idr, completion.reported_at
    FROM completions AS completion
    JOIN purchases AS purchase
        ON purchase.lane = completion.lane AND purchase.purchase_id = completion.purchase_id
    JOIN platforms AS platform ON platform.id = purchase.platform_id
    WHERE completion.taken_over AND completion.forwarded_at >= %(taken_over_from)s AND platform.code = %(subject_key)s
"""

# LEARN-04, programme §8: a certificate for a course that nobody can have watched: no session attended where the regime
# lets that pass, or a self-paced one reported after a fraction of its hours.
_UNWATCHED: Final = """
    FROM certificates AS certificate
    JOIN completions AS completion
        ON completion.lane = certificate.lane AND completion.purchase_id = certificate.purchase_id
    JOIN purchases AS purchase
        ON purchase.lane = certificate.lane AND purchase.purchase_id = certificate.purchase_id
    JOIN courses AS course ON course.id = purchase.course_id
    JOIN institutions AS institution ON institution.id = course.institution_id
    WHERE (
            completion.sessions_attended = 0
            OR (
                course.training_type = 2
                AND completion.reported_at
                    < purchase.redeemed_at + course.hours * interval '1 hour' / %(rush_share)s
            )
        )
"""
UNWATCHED_CERTIFICATES: Final = f"""
    SELECT course.id::text, count(*)::text, institution.code || ' – ' || course.code, count(*),
        min(certificate.issued_at), NULL::uuid, course.institution_id, course.id
    {_UNWATCHED}
    GROUP BY course.id, institution.code
"""
PURCHASES_UNWATCHED: Final = f"""
    SELECT purchase.purchase_id, purchase.transaction_code::text, purchase.price_idr, certificate.issued_at
    {_UNWATCHED}
        AND course.id::text = %(subject_key)s
"""

# LEARN-04: a whole class with one and the same score.
UNIFORM_SCORES: Final = """
    SELECT schedule.id::text, '', institution.code || ' – ' || schedule.code, count(*), min(completion.reported_at),
        NULL::uuid, schedule.institution_id, schedule.course_id
    FROM completions AS completion
    JOIN purchases AS purchase
        ON purchase.lane = completion.lane AND purchase.purchase_id = completion.purchase_id
    JOIN schedules AS schedule ON schedule.id = purchase.schedule_id
    JOIN institutions AS institution ON institution.id = schedule.institution_id
    WHERE completion.outcome = 'completed'
    GROUP BY schedule.id, institution.code
    HAVING count(*) >= %(scores_min)s AND min(completion.post_test_score) = max(completion.post_test_score)
"""
PURCHASES_OF_A_CLASS: Final = """
    SELECT purchase.purchase_id, purchase.transaction_code::text, completion.post_test_score::bigint,
        completion.reported_at
    FROM purchases AS purchase
    JOIN completions AS completion
        ON completion.lane = purchase.lane AND completion.purchase_id = purchase.purchase_id
    WHERE purchase.schedule_id::text = %(subject_key)s AND completion.outcome = 'completed'
"""

# Programme §8: ratings of 4.9, because a review was mandatory: the same words of many participants of an institution.
_WORDS: Final = r"lower(regexp_replace(btrim(review.text), '\s+', ' ', 'g'))"
COPIED_REVIEWS: Final = rf"""
    SELECT institution.code || ' ' || md5(alike.words), alike.reviews::text, institution.code, alike.reviews,
        alike.since_at, NULL::uuid, institution.id, NULL::uuid
    FROM (
        SELECT purchase.institution_id, {_WORDS} AS words, count(*) AS reviews, min(review.reviewed_at) AS since_at
        FROM reviews AS review
        JOIN purchases AS purchase ON purchase.lane = review.lane AND purchase.purchase_id = review.purchase_id
        WHERE char_length(review.text) >= %(copy_characters_min)s
        GROUP BY purchase.institution_id, words
        HAVING count(DISTINCT purchase.participant_id) >= %(copies_min)s
    ) AS alike
    JOIN institutions AS institution ON institution.id = alike.institution_id
"""
PURCHASES_REVIEWED_ALIKE: Final = rf"""
    SELECT purchase.purchase_id, purchase.transaction_code::text, review.rating::bigint, review.reviewed_at
    FROM reviews AS review
    JOIN purchases AS purchase ON purchase.lane = review.lane AND purchase.purchase_id = review.purchase_id
    JOIN institutions AS institution ON institution.id = purchase.institution_id
    WHERE char_length(review.text) >= %(copy_characters_min)s
        AND institution.code = split_part(%(subject_key)s, ' ', 1)
        AND md5({_WORDS}) = split_part(%(subject_key)s, ' ', 2)
"""

# INC-01: money that the bank sent back and that waits for another account, by reason.
FAILED_INCENTIVES: Final = """
    SELECT incentive.failure_reason, (min(incentive.due_at) AT TIME ZONE 'Asia/Jakarta')::date::text,
        incentive.failure_reason, count(*), min(incentive.due_at), NULL::uuid, NULL::uuid, NULL::uuid
    FROM incentives AS incentive
    WHERE incentive.state = 'failed'
    GROUP BY incentive.failure_reason
"""
INCENTIVES_FAILED: Final = """
    SELECT incentive.incentive_id, incentive.kind, incentive.amount_idr, incentive.due_at
    FROM incentives AS incentive
    WHERE incentive.state = 'failed' AND incentive.failure_reason = %(subject_key)s
"""
