"""Damages of purchases, fees, seats and learning."""

from tests.oversight.damages import (
    BUYER_OF_TWO,
    CERTIFIED,
    GOVERNMENT,
    OFFLINE_COURSE,
    OPEN_PURCHASE,
    SOMEBODY,
    SOMEBODY_ELSE,
    UNSETTLED,
    Damage,
    first,
)

PURCHASES = (
    Damage(
        "a_regular_card_never_pays_for_an_online_course",
        "the courses that a regular card bought were online",
        (
            f"UPDATE purchases SET mode = 'online' WHERE course_id = {OFFLINE_COURSE}",
            f"UPDATE schedules SET mode = 'online' WHERE course_id = {OFFLINE_COURSE}",
            f"UPDATE courses SET mode = 'online' WHERE id = {OFFLINE_COURSE}",
        ),
        ("purchases.a_regular_card_never_pays_for_an_online_course", "courses.training_type_fits_the_mode"),
    ),
    Damage(
        "a_purchase_agrees_with_its_card_and_class",
        "paid with somebody else's card",
        (
            f"""
            UPDATE purchases SET card_id = (SELECT card_id FROM cards WHERE participant_id = {SOMEBODY_ELSE})
            WHERE participant_id = {SOMEBODY}
            """,
        ),
    ),
    Damage(
        "a_purchase_is_where_the_institution_is_registered",
        "the institution was verified on the platform, but nobody agreed",
        (
            """
            UPDATE registrations SET state = 'verified'
            WHERE (platform_id, institution_id) IN (
                SELECT platform_id, institution_id FROM purchases ORDER BY purchase_id LIMIT 1
            )
            """,
        ),
    ),
    Damage(
        "a_purchase_is_where_the_institution_is_registered",
        "the institution was decreed a year later",
        (
            """
            UPDATE institutions SET decreed_at = decreed_at + interval '1 year'
            WHERE id = (SELECT institution_id FROM purchases ORDER BY purchase_id LIMIT 1)
            """,
        ),
    ),
    Damage(
        "a_purchase_is_under_an_agreement_in_force",
        "the agreement had ended",
        (
            """
            UPDATE agreements SET valid_until = valid_from + 1
            WHERE id = (SELECT agreement_id FROM purchases ORDER BY purchase_id LIMIT 1)
            """,
        ),
    ),
    Damage(
        "a_purchase_is_under_an_agreement_in_force",
        "the agreement is with another institution",
        (
            """
            UPDATE agreements
            SET institution_id = (SELECT id FROM institutions WHERE kind = 'industry' ORDER BY id LIMIT 1)
            WHERE id = (
                SELECT agreement_id FROM purchases p JOIN institutions i ON i.id = p.institution_id
                WHERE i.kind <> 'industry' ORDER BY purchase_id LIMIT 1
            )
            """,
        ),
        ("agreements.agreements_of_a_pair_never_overlap", "agreements.agreement_version_is_unique"),
    ),
    Damage(
        "a_purchase_is_of_a_course_that_its_platform_lists",
        "the course had been taken off sale",
        (
            """
            UPDATE listings SET listed_until = listed_from
            WHERE (platform_id, course_id) IN (
                SELECT platform_id, course_id FROM purchases ORDER BY purchase_id LIMIT 1
            )
            """,
        ),
    ),
    Damage(
        "a_bundle_is_bought_while_bundles_are_allowed",
        "several courses at one price were sold in July",
        (
            """
            UPDATE courses SET bundle = true
            WHERE id = (SELECT course_id FROM purchases WHERE paid_at >= '2020-07-01' ORDER BY purchase_id LIMIT 1)
            """,
        ),
    ),
    Damage(
        "a_first_purchase_is_before_its_deadline",
        "the deadline was the moment of the first purchase",
        (
            f"""
            UPDATE participants SET first_purchase_deadline_at = first_purchase_at WHERE participant_id = {BUYER_OF_TWO}
            """,
        ),
    ),
    Damage(
        "a_participant_remembers_the_first_purchase",
        "a buyer who seems to have bought nothing",
        (f"UPDATE participants SET first_purchase_at = NULL WHERE participant_id = {BUYER_OF_TWO}",),
    ),
    Damage(
        "nothing_is_bought_after_the_balance_ended",
        "the balance ended with the purchase",
        (f"UPDATE participants SET balance_until_at = first_purchase_at WHERE participant_id = {BUYER_OF_TWO}",),
    ),
    Damage(
        "a_second_course_follows_the_completion_of_the_first",
        "the second course was bought a minute behind the first",
        (
            f"""
            UPDATE purchases SET paid_at = (
                SELECT first_purchase_at + interval '1 minute' FROM participants WHERE participant_id = {BUYER_OF_TWO}
            )
            WHERE purchase_id = (
                SELECT purchase_id FROM purchases
                WHERE participant_id = {BUYER_OF_TWO} ORDER BY paid_at DESC LIMIT 1
            )
            """,
        ),
    ),
    Damage(
        "a_platform_account_uses_the_card_of_one_person",
        "one account for all of a platform's buyers",
        (
            """
            UPDATE purchases SET platform_user_id = 'shared'
            WHERE platform_id = (
                SELECT platform_id FROM purchases
                GROUP BY platform_id HAVING count(DISTINCT participant_id) > 1 ORDER BY platform_id LIMIT 1
            )
            """,
        ),
    ),
    Damage(
        "an_invoice_leads_to_its_purchase",
        "a purchase without the claim of its invoice",
        (f"DELETE FROM claims WHERE kind = 'invoice' AND subject_id = {OPEN_PURCHASE}",),
    ),
    Damage(
        "an_invoice_leads_to_its_purchase",
        "an old claim that led to nothing",
        (
            """
            INSERT INTO claims (kind, key, lane, subject_id, hash, claimed_at)
            VALUES ('invoice', 'nobody:1', 0, gen_random_uuid(), gen_random_uuid(), now() - interval '1 hour')
            """,
        ),
    ),
    Damage(
        "an_invoice_leads_to_its_purchase",
        "the stored answer is another request's",
        (f"UPDATE purchases SET request_hash = gen_random_uuid() WHERE purchase_id = {OPEN_PURCHASE}",),
    ),
    Damage(
        "a_purchase_has_its_transfers_and_its_parts_sum_to_the_price",
        "a payment for a purchase that does not exist",
        (f"UPDATE transfers SET reference_id = gen_random_uuid() WHERE reference_id = {OPEN_PURCHASE}",),
    ),
    Damage(
        "a_purchase_has_its_transfers_and_its_parts_sum_to_the_price",
        "the institution's share is a rupiah short",
        (
            f"""
            UPDATE transfers SET amount_idr = amount_idr - 1
            WHERE kind = 'institution_share' AND reference_id = {UNSETTLED}
            """,
        ),
    ),
    Damage(
        "a_purchase_has_its_transfers_and_its_parts_sum_to_the_price",
        "a voided purchase whose money is still held",
        (
            f"""
            UPDATE seat_allotments SET seats_left = seats_left + 1
            WHERE schedule_id = (SELECT schedule_id FROM purchases WHERE purchase_id = {OPEN_PURCHASE})
            """,
            f"""
            INSERT INTO events (lane, event_id, kind, subject_id, actor, programme_at)
            VALUES (0, gen_random_uuid(), 'purchase.voided', {OPEN_PURCHASE}, 'system:test', now())
            """,
            f"""
            UPDATE participants SET first_purchase_at = (
                SELECT min(p.paid_at) FROM purchases p
                WHERE p.participant_id = participants.participant_id AND p.purchase_id <> {OPEN_PURCHASE}
            )
            WHERE participant_id = (SELECT participant_id FROM purchases WHERE purchase_id = {OPEN_PURCHASE})
            """,
            f"UPDATE purchases SET state = 'voided', voided_at = paid_at WHERE purchase_id = {OPEN_PURCHASE}",
        ),
    ),
)

FEES = (
    Damage(
        "the_government_platform_charges_nothing",
        "an agreement of the government platform with a fee on what is dearer than any price",
        (
            f"""
            UPDATE agreements SET highest_commission_bp = 100, fee_scheme = '{{"kind": "tiered_by_price", "tiers": [
                {{"from_idr": 0, "commission_bp": 0}}, {{"from_idr": 900000000, "commission_bp": 100}}]}}'
            WHERE id = {first("agreements", "id", f"platform_id = {GOVERNMENT}")}
            """,
        ),
        ("agreements.government_platform_charges_nothing",),
    ),
    Damage(
        "a_commission_is_within_the_cap",
        "a fifth of the price, as signed, where the cap is 15 %",
        (
            f"""
            UPDATE agreements SET cap_bp = NULL, highest_commission_bp = 2000, fee_scheme = '{{
                "kind": "tiered_by_price", "tiers": [
                    {{"from_idr": 0, "commission_bp": 0}}, {{"from_idr": 1, "commission_bp": 2000}}
                ]}}'
            WHERE id = (SELECT agreement_id FROM purchases WHERE purchase_id = {UNSETTLED})
            """,
            f"""
            UPDATE transfers SET amount_idr = CASE transfers.kind
                WHEN 'commission' THEN p.price_idr / 5 ELSE p.price_idr - p.price_idr / 5
            END
            FROM purchases p
            WHERE p.purchase_id = {UNSETTLED}
                AND transfers.reference_id = p.purchase_id
                AND transfers.kind IN ('commission', 'institution_share')
            """,
            f"UPDATE purchases SET commission_idr = price_idr / 5 WHERE purchase_id = {UNSETTLED}",
        ),
    ),
    Damage(
        "a_commission_follows_its_agreement",
        "more was taken than the agreement gives",
        (
            f"""
            UPDATE agreements SET highest_commission_bp = 1, fee_scheme = '{{"kind": "share", "commission_bp": 1}}'
            WHERE id = (SELECT agreement_id FROM purchases WHERE purchase_id = {UNSETTLED})
            """,
        ),
    ),
)

SEATS = (
    Damage(
        "seats_are_never_oversold",
        "a seat that was sold is still for sale",
        (
            f"""
            UPDATE seat_allotments SET seats_left = seats_left + 1
            WHERE schedule_id = (SELECT schedule_id FROM purchases WHERE purchase_id = {OPEN_PURCHASE})
            """,
        ),
    ),
)

LEARNING = (
    Damage(
        "a_presence_is_at_a_session_of_the_class",
        "present in another class",
        (
            f"""
            UPDATE attendances SET session_id = (
                SELECT s.id FROM sessions s
                WHERE s.sequence = 1 AND s.schedule_id <> (
                    SELECT schedule_id FROM purchases WHERE purchase_id = {CERTIFIED}
                )
                ORDER BY s.id LIMIT 1
            )
            WHERE sequence = 1 AND purchase_id = {CERTIFIED}
            """,
        ),
    ),
    Damage(
        "a_report_counts_the_presences_on_record",
        "a report of one session more",
        (f"UPDATE completions SET sessions_attended = sessions_attended + 1 WHERE purchase_id = {CERTIFIED}",),
    ),
    Damage(
        "a_purchase_is_completed_as_its_report_says",
        "a course that ended without a report",
        (
            f"""
            UPDATE purchases SET state = 'completed', redeemed_at = paid_at, closed_at = paid_at
            WHERE purchase_id = {OPEN_PURCHASE}
            """,
        ),
    ),
    Damage(
        "no_certificate_without_evidence",
        "a certificate from before the check",
        (f"UPDATE certificates SET issued_at = issued_at - interval '60 days' WHERE purchase_id = {CERTIFIED}",),
    ),
    Damage(
        "no_certificate_without_evidence",
        "a certificate in spite of a failed test",
        (f"UPDATE completions SET post_test_score = pass_mark - 1 WHERE purchase_id = {CERTIFIED}",),
        ("completions.completed_needs_the_pass_mark",),
    ),
    Damage(
        "no_certificate_without_evidence",
        "a certificate without a presence at the first session",
        (
            f"DELETE FROM attendances WHERE sequence = 1 AND purchase_id = {CERTIFIED}",
            f"UPDATE completions SET sessions_attended = sessions_attended - 1 WHERE purchase_id = {CERTIFIED}",
        ),
        ("completions.completed_needs_every_session",),
    ),
)
